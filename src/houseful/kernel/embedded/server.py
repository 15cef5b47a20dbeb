"""What runs: the server of a cluster, as its note and the system's processes tell."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from houseful.kernel.embedded.accounts import EmbeddedError

SUPERUSER = "postgres"
STOP_MAX_SECONDS = 60
LOG_TAIL_CHARACTERS = 2000
CONFIGURATION = "houseful.conf"


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


@dataclass(frozen=True)
class Server:
    """What a running server says of itself in `postmaster.pid`."""

    pid: int
    port: int
    host: str
    status: str


def server_of(data: Path) -> Server | None:
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
    return Server(int(lines[0]), int(lines[3] or 0), lines[4] or lines[5], lines[7].strip())


def noted_port(data: Path) -> int:
    """Return the port of the server that left its note behind, or 0."""
    note = data / "postmaster.pid"
    lines = note.read_text(encoding="utf-8").splitlines() if note.exists() else []
    return int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else 0


def _serves(pid: int, data: Path) -> bool:
    """Whether the process is PostgreSQL at work in `data`, and not one that inherited its id."""
    if not is_alive(pid):
        return False
    process = Path("/proc") / str(pid)
    try:
        name = (process / "comm").read_text().strip()
        return name == "postgres" and (process / "cwd").samefile(data)
    except PermissionError:
        return os.fsencode(data) in (process / "cmdline").read_bytes()
    except FileNotFoundError:
        return not Path("/proc/self").exists()


def is_alive(pid: int) -> bool:
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


def clear_remains(data: Path) -> None:
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
    wait_until(
        lambda: not any(is_alive(pid) for pid in orphans), STOP_MAX_SECONDS, "parts of it linger"
    )
    if is_certain:
        (data / "postmaster.pid").unlink(missing_ok=True)


def cluster_of(directory: Path, server: Server) -> Cluster:
    """Return the cluster in `directory` that `server` serves."""
    password = (directory / "password").read_text(encoding="utf-8")
    return Cluster(directory / "data", server.host, server.port, SUPERUSER, password)


def is_durable(data: Path) -> bool:
    """Whether the server of `data` was started to keep what it acknowledged."""
    return "fsync = 'on'" in (data / CONFIGURATION).read_text(encoding="utf-8")


def log_tail(data: Path) -> str:
    """Return the end of what the server wrote last."""
    logs = [data / "start.log", *(data / "log").glob("*.log")]
    texts = [
        log.read_text(encoding="utf-8", errors="replace")
        for log in sorted(logs, key=lambda log: log.stat().st_mtime)
    ]
    return "".join(texts)[-LOG_TAIL_CHARACTERS:].strip()


def wait_until(holds: Callable[[], object], max_seconds: float, otherwise: str) -> None:
    """Wait until it holds; raises `EmbeddedError` when it takes too long."""
    deadline = time.monotonic() + max_seconds
    while not holds():
        if time.monotonic() > deadline:
            raise EmbeddedError(f"The database was given {max_seconds:.0f} s, but {otherwise}.")
        time.sleep(0.01)
