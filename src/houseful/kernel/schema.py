"""Prepare a database: its roles, then its migrations, on the owner's connection."""

from functools import cache
from pathlib import Path
from typing import Any

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
DURABLE_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")
"""What must not be off, or an acknowledged sale could be lost."""

MIGRATION_LOCK = 5_417_301
"""Advisory lock: two processes that start at once do not migrate at once."""

log = structlog.get_logger(__name__)


class SchemaError(Exception):
    """The database cannot be used as it is; the message says what to do."""


def prepare_roles(owner_url: str, *, app_password: str) -> None:
    """Create the application's role and the platform's role when they are missing."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        _ensure_role(connection, PLATFORM_ROLE, "NOLOGIN")
        _ensure_role(connection, APP_ROLE, "LOGIN NOINHERIT NOCREATEDB NOCREATEROLE")
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                sql.Identifier(APP_ROLE), sql.Literal(app_password)
            )
        )


def require_server(url: str, *, is_durable: bool = True) -> None:
    """Raise `SchemaError` unless the server is new enough, and keeps what it has acknowledged."""
    with psycopg.connect(url) as connection:
        version = connection.info.server_version // 10_000
        if version < POSTGRES_VERSION_MIN:
            raise SchemaError(
                f"This is PostgreSQL {version}; Houseful needs {POSTGRES_VERSION_MIN} or newer."
            )
        off = [name for name, value in durability(connection).items() if value == "off"]
    if is_durable and off:
        raise SchemaError(
            "This PostgreSQL may lose what it has acknowledged: switch on " + ", ".join(off) + "."
        )


def durability(connection: "psycopg.Connection[Any]") -> dict[str, str]:
    """Return the server's word on each of `DURABLE_SETTINGS`, as this connection has them."""
    return {
        name: str(connection.execute("SELECT current_setting(%s)", (name,)).fetchall()[0][0])
        for name in DURABLE_SETTINGS
    }


def require_roles(owner_url: str) -> None:
    """Raise `SchemaError` unless the roles are there that an external server must have."""
    with psycopg.connect(owner_url) as connection:
        for role in (APP_ROLE, PLATFORM_ROLE):
            if not _has_role(connection, role):
                raise SchemaError(
                    f"The server has no role {role}: docs/guide/operator.md says how to make it."
                )


def require_bound(app_url: str) -> None:
    """Raise `SchemaError` when row-level security does not bind who signs in with this URL."""
    with psycopg.connect(app_url) as connection:
        ways = ways_around(connection)
    if ways:
        raise SchemaError(
            f"HOUSEFUL_DATABASE_URL signs in as {ways[0]}: row-level security would not bind it. "
            f"Let it sign in as {APP_ROLE}, and set HOUSEFUL_DATABASE_OWNER_URL for the owner."
        )


def ways_around(connection: "psycopg.Connection[Any]") -> list[str]:
    """Return why row-level security does not bind who is connected; nothing when it does.

    A superuser, a role that bypasses, the owner of the tables, and whoever may become one of them.
    """
    return [
        str(row[0])
        for row in connection.execute(
            """
            SELECT DISTINCT CASE WHEN r.rolname = current_user THEN current_user
                   ELSE current_user || ', who may become ' || r.rolname END
            FROM pg_roles r
            WHERE pg_has_role(current_user, r.oid, 'MEMBER')
            AND (r.rolsuper OR r.rolbypassrls OR r.rolname = %s OR EXISTS (
                SELECT FROM pg_class c WHERE c.relowner = r.oid
                AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')))
            ORDER BY 1
            """,
            (PLATFORM_ROLE,),
        )
    ]


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


def _ensure_role(
    connection: "psycopg.Connection[tuple[object, ...]]", role: str, options: str
) -> None:
    if not _has_role(connection, role):
        connection.execute(sql.SQL("CREATE ROLE {} " + options).format(sql.Identifier(role)))  # type: ignore[arg-type]


def _has_role(connection: "psycopg.Connection[tuple[object, ...]]", role: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    return found is not None
