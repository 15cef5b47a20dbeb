"""Where a cluster is reached: a private Unix socket, or where there can be none, 127.0.0.1."""

import hashlib
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

from houseful.kernel.embedded.accounts import Account, EmbeddedError, give, unprivileged

PORT = 5432
SOCKET_PATH_MAX_BYTES = 100


def listening_arguments(directory: Path, account: Account, former_port: int) -> list[str]:
    """Return the server's arguments that say where it listens; prepare a socket's directory."""
    sockets = next((place for place in _socket_places(directory) if _takes_sockets(place)), None)
    if sockets is None:
        port = _free_port(former_port)
        return ["-c", "unix_socket_directories=", "-h", "127.0.0.1", "-p", str(port)]
    for stale in sockets.iterdir():
        stale.unlink()
    give(sockets, account)
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


def remove_private(directory: Path) -> None:
    """Remove the place of a socket that did not fit beside the data."""
    place = _private(directory)
    if place.exists() and _is_private(place):
        shutil.rmtree(place, ignore_errors=True)


def _is_private(place: Path) -> bool:
    """Whether it is a directory of ours that nobody else may enter, and not a link to one."""
    found = place.lstat()
    mine = {os.geteuid()} if os.geteuid() else {0, unprivileged()[0]}
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
