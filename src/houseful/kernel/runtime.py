"""From settings to a usable database: the embedded cluster or an external server, roles, schema."""

import hashlib
import hmac
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psycopg
from psycopg import sql

from houseful.kernel import embedded
from houseful.kernel.migrating import APP_ROLE
from houseful.kernel.schema import (
    migrate,
    prepare_roles,
    require_bound,
    require_roles,
    require_server,
)
from houseful.kernel.settings import Settings

DATABASE_NAME = "houseful"


class DatabaseUrls(msgspec.Struct, frozen=True):
    """How to reach the database: `app` for the application's role, `owner` to migrate."""

    app: str
    owner: str


@contextmanager
def open_database(settings: Settings) -> Generator[DatabaseUrls]:
    """Yield the URLs of a database that runs; the embedded one is started, and stopped at the end.

    The embedded cluster is shared: it stops when the last process that uses it leaves.
    """
    if not settings.is_embedded:
        owner = settings.database_owner_url or settings.database_url
        yield DatabaseUrls(settings.database_url, owner)
        return
    with embedded.shared(cluster_directory(settings)) as cluster:
        _ensure_database(cluster.url(cluster.superuser, "postgres"))
        yield DatabaseUrls(
            app=cluster.url(APP_ROLE, DATABASE_NAME, app_password(settings)),
            owner=cluster.url(cluster.superuser, DATABASE_NAME),
        )


def prepare(settings: Settings, urls: DatabaseUrls) -> str:
    """Check the server, create roles (embedded only), migrate; return the revision.

    Raises `SchemaError` for a server that is too old, not durable, or not as its roles must be.
    """
    require_server(urls.owner, is_durable=settings.environment != "test")
    if settings.is_embedded:
        prepare_roles(urls.owner, app_password=app_password(settings))
    else:
        require_roles(urls.owner)
    revision = migrate(urls.owner)
    require_bound(urls.app)
    return revision


def cluster_directory(settings: Settings) -> Path:
    """Return where the embedded cluster keeps its data."""
    return settings.data_directory.resolve() / "postgres"


def load_secret(settings: Settings) -> str:
    """Return the secret that keys derive from; outside production it is made once and kept."""
    if settings.secret:
        return settings.secret
    path = settings.data_directory.resolve() / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def app_password(settings: Settings) -> str:
    """Return the embedded database's password of the application's role."""
    secret = load_secret(settings).encode()
    return hmac.new(secret, b"houseful database password", hashlib.sha256).hexdigest()


def _ensure_database(maintenance_url: str) -> None:
    with psycopg.connect(maintenance_url, autocommit=True) as connection:
        exists = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE_NAME,)
        ).fetchone()
        if exists is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                    sql.Identifier(DATABASE_NAME)
                )
            )
