"""Prepare a database: its roles, then its migrations, on the owner's connection."""

from functools import cache
from pathlib import Path

import psycopg
import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, create_engine

from houseful.kernel.migrating import APP_ROLE, PLATFORM_ROLE

POSTGRES_VERSION_MIN = 18
MIGRATION_LOCK = 5_417_301
"""Advisory lock: two processes that start at once do not migrate at once."""

log = structlog.get_logger(__name__)


class SchemaError(Exception):
    """The database cannot be used as it is; the message says what to do."""


def prepare_roles(owner_url: str, *, app_password: str) -> None:
    """Create the application's role and the platform's role when they are missing."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        _require_version(connection)
        _ensure_role(connection, PLATFORM_ROLE, "NOLOGIN")
        _ensure_role(connection, APP_ROLE, "LOGIN NOINHERIT NOCREATEDB NOCREATEROLE")
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                sql.Identifier(APP_ROLE), sql.Literal(app_password)
            )
        )


def migrate(owner_url: str) -> str:
    """Bring the schema to the newest migration; return its revision."""
    engine = create_engine(_sqlalchemy_url(owner_url))
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({MIGRATION_LOCK})")
            connection.commit()
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
            return newest_revision()
    finally:
        engine.dispose()


def current_revision(connection: Connection) -> str | None:
    """Return the revision that the database is at, or None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest_revision() -> str:
    """Return the newest revision that this release knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option(
        "script_location",
        str(Path(__file__).parent.parent / "migrations").replace("%", "%%"),
    )
    return config


def _sqlalchemy_url(owner_url: str) -> str:
    return owner_url.replace("postgresql://", "postgresql+psycopg://", 1)


def _require_version(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    version = connection.info.server_version // 10_000
    if version < POSTGRES_VERSION_MIN:
        raise SchemaError(
            f"This is PostgreSQL {version}; Houseful needs {POSTGRES_VERSION_MIN} or newer."
        )


def _ensure_role(
    connection: "psycopg.Connection[tuple[object, ...]]", role: str, options: str
) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    if exists is None:
        connection.execute(sql.SQL("CREATE ROLE {} " + options).format(sql.Identifier(role)))  # type: ignore[arg-type]
