"""Starting, sharing and stopping a cluster, one process at a time."""

import fcntl
import os
import secrets
import signal
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import structlog

from houseful.kernel.embedded.accounts import EmbeddedError, keep_owner
from houseful.kernel.embedded.listening import remove_private
from houseful.kernel.embedded.making import DURABLE, FLEETING, SETTINGS, launch
from houseful.kernel.embedded.server import (
    STOP_MAX_SECONDS,
    Cluster,
    cluster_of,
    is_alive,
    is_durable,
    log_tail,
    server_of,
    wait_until,
)

START_MAX_SECONDS = 120
WATCH_EVERY_SECONDS = 0.5

log = structlog.get_logger(__name__)


def start(
    directory: Path, *, durable: bool = True, settings: Mapping[str, str] | None = None
) -> Cluster:
    """Return the running cluster in `directory`: made when missing, started when stopped.

    `durable=False` is for tests: a crash of the machine may lose everything. `settings` come on
    top of `SETTINGS` when it starts, and cannot make a durable one less so. Raises `EmbeddedError`.
    """
    directory = directory.resolve()
    with _locked(directory):
        return _start(directory, durable, settings or {})


def running(directory: Path) -> Cluster | None:
    """Return the cluster in `directory` if it runs and takes connections."""
    directory = directory.resolve()
    server = server_of(directory / "data")
    return cluster_of(directory, server) if server and server.status == "ready" else None


def stop(directory: Path, mode: Literal["fast", "immediate"] = "fast") -> None:
    """Stop the cluster in `directory`, if it runs."""
    directory = directory.resolve()
    if directory.exists():
        with _locked(directory):
            _stop(directory, mode)


@contextmanager
def shared(directory: Path) -> Generator[Cluster]:
    """Use the cluster in `directory`; it is stopped when the last process that uses it leaves.

    A process that was killed is known by its file, whose lock the system gave back.
    """
    directory = directory.resolve()
    users = directory / "users"
    mine = users / f"{os.getpid()}-{secrets.token_hex(4)}"
    with _locked(directory):
        users.mkdir(exist_ok=True)
        handle = mine.open("w")
        fcntl.flock(handle, fcntl.LOCK_EX)
        keep_owner(directory, users, mine)
    try:
        cluster = start(directory)
        with _watched(directory):
            yield cluster
    finally:
        with handle, _locked(directory):
            mine.unlink(missing_ok=True)
            others = [user for user in users.iterdir() if _is_used(user)]
            if not others:
                _stop(directory, "fast")


@contextmanager
def _watched(directory: Path) -> Generator[None]:
    """Start the cluster again whenever its server has been killed, not stopped, meanwhile."""
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(WATCH_EVERY_SECONDS):
            with suppress(EmbeddedError, OSError):  # tried again at the next look
                _revive(directory)

    watcher = threading.Thread(target=watch, name="embedded-postgres-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()


def _revive(directory: Path) -> None:
    if not _was_killed(directory / "data"):
        return
    with _locked(directory):
        if _was_killed(directory / "data"):
            log.warning("database_was_killed", directory=str(directory))
            _start(directory, durable=True, settings={})


def _was_killed(data: Path) -> bool:
    """Whether a server left its note behind, which one that is stopped does not."""
    return (data / "postmaster.pid").exists() and server_of(data) is None


def _is_used(user_file: Path) -> bool:
    """Whether the process that made the file still holds its lock; a stale file is removed."""
    with user_file.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    user_file.unlink()
    return False


@contextmanager
def _locked(directory: Path) -> Generator[None]:
    """Be the only process that starts, stops, or counts the users of the cluster."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = (directory / "lock").open("w")
    except PermissionError as error:
        raise EmbeddedError(
            f"{directory} belongs to another user: run houseful as that user, "
            "or set HOUSEFUL_DATA_DIRECTORY to a directory of your own."
        ) from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            keep_owner(directory, directory / "lock")
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)  # a process forked meanwhile would keep it


def _start(directory: Path, durable: bool, settings: Mapping[str, str]) -> Cluster:
    data = directory / "data"
    server = server_of(data)
    if server is not None and server.status == "stopping":
        wait_until(lambda: server_of(data) is None, STOP_MAX_SECONDS, "it does not stop")
        server = None
    if server is None:
        kind = (settings, DURABLE) if durable else (FLEETING, settings)
        pid = launch(directory, {**SETTINGS, **kind[0], **kind[1]}, durable)
    else:
        pid = server.pid
        if durable and not is_durable(data):
            raise EmbeddedError(f"The database in {data} runs without durability: stop it first.")
    wait_until(
        lambda: running(directory) or not is_alive(pid), START_MAX_SECONDS, "it is not ready yet"
    )
    cluster = running(directory)
    if cluster is None:
        remove_private(directory)
        raise EmbeddedError(f"The database in {data} did not start:\n{log_tail(data)}")
    return cluster


def _stop(directory: Path, mode: Literal["fast", "immediate"]) -> None:
    data = directory / "data"
    server = server_of(data)
    if server is None:
        return
    os.kill(server.pid, signal.SIGINT if mode == "fast" else signal.SIGQUIT)
    try:
        wait_until(lambda: not is_alive(server.pid), STOP_MAX_SECONDS, "it does not stop")
    except EmbeddedError:
        if mode == "immediate":
            raise
        _stop(directory, "immediate")
    remove_private(directory)
