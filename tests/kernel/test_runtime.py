"""A database by URL: the wrong server is refused with a word, the right one is made ready."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from houseful.doctor import examine
from houseful.kernel import schema
from houseful.kernel.database import Database
from houseful.kernel.migrating import APP_ROLE, PLATFORM_ROLE
from houseful.kernel.runtime import open_database, prepare
from houseful.kernel.schema import SchemaError, newest_revision
from houseful.kernel.settings import Settings
from tests.conftest import APP_PASSWORD, TestCluster

OWNER_PASSWORD = "owner"


@pytest.fixture
def owned(test_cluster: TestCluster) -> Iterator[tuple[str, str]]:
    """An empty database that belongs to a role which is no superuser: its name, its owner."""
    name = f"test_{uuid4().hex}"
    owner = f"owner_{uuid4().hex}"
    with test_cluster.maintenance() as connection:
        connection.execute(f"CREATE ROLE {owner} LOGIN PASSWORD '{OWNER_PASSWORD}'")
        connection.execute(f"GRANT {PLATFORM_ROLE} TO {owner}")
        connection.execute(f"CREATE DATABASE {name} OWNER {owner} TEMPLATE template0")
    yield name, owner
    test_cluster.drop(name)
    with test_cluster.maintenance() as connection:
        connection.execute(f"DROP ROLE {owner}")


def _settings(test_cluster: TestCluster, name: str, owner: str) -> Settings:
    cluster = test_cluster.cluster
    return Settings(
        environment="test",
        secret="tests-" * 8,
        database_url=cluster.url(APP_ROLE, name, APP_PASSWORD),
        database_owner_url=cluster.url(owner, name, OWNER_PASSWORD),
    )


async def test_a_server_prepared_as_the_guide_says_is_migrated_and_sound(
    test_cluster: TestCluster, owned: tuple[str, str]
) -> None:
    settings = _settings(test_cluster, *owned)

    with open_database(settings) as urls:
        assert prepare(settings, urls) == newest_revision()
        assert prepare(settings, urls) == newest_revision()
        database = Database(urls.app)
        findings = await examine(database, urls.owner)
        await database.close()

    wrong = [finding for finding in findings if not finding.is_fine]
    assert [finding for finding in wrong if "setting" not in finding.subject] == []


def test_an_older_server_is_refused(
    test_cluster: TestCluster, owned: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _settings(test_cluster, *owned)
    monkeypatch.setattr(schema, "POSTGRES_VERSION_MIN", 99)

    with (
        open_database(settings) as urls,
        pytest.raises(SchemaError, match=r"This is PostgreSQL \d+; Houseful needs 99"),
    ):
        prepare(settings, urls)
    with psycopg.connect(settings.database_owner_url) as connection:
        assert connection.execute("SELECT to_regclass('alembic_version')").fetchall() == [(None,)]


@pytest.mark.parametrize("setting", schema.DURABLE_SETTINGS)
def test_a_server_that_may_forget_is_refused(
    test_cluster: TestCluster, owned: tuple[str, str], setting: str
) -> None:
    """The tests' own server is as forgetful as can be."""
    settings = _settings(test_cluster, *owned)

    with pytest.raises(SchemaError, match=setting):
        schema.require_server(settings.database_owner_url)


def test_who_owns_the_tables_cannot_be_the_application(
    test_cluster: TestCluster, owned: tuple[str, str]
) -> None:
    name, owner = owned
    as_app = _settings(test_cluster, name, owner)
    as_owner = Settings(environment="test", database_url=as_app.database_owner_url)

    with (
        open_database(as_owner) as urls,
        pytest.raises(SchemaError, match="row-level security would not bind"),
    ):
        prepare(as_owner, urls)


def test_a_superuser_cannot_be_the_application(
    test_cluster: TestCluster, database_name: str
) -> None:
    with pytest.raises(SchemaError, match="row-level security would not bind"):
        schema.require_bound(test_cluster.owner_url(database_name))


def test_who_may_become_the_platform_is_not_bound(
    test_cluster: TestCluster, database_name: str
) -> None:
    owner_url = test_cluster.owner_url(database_name)
    role = f"app_{uuid4().hex}"
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x' NOINHERIT".encode())
        connection.execute(f"GRANT {PLATFORM_ROLE} TO {role}".encode())
        try:
            with pytest.raises(SchemaError, match=f"may become {PLATFORM_ROLE}"):
                schema.require_bound(test_cluster.cluster.url(role, database_name, "x"))
        finally:
            connection.execute(f"DROP ROLE {role}".encode())


def test_missing_roles_are_named(
    test_cluster: TestCluster, owned: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _settings(test_cluster, *owned)
    monkeypatch.setattr(schema, "APP_ROLE", "nobody_of_this_name")

    with pytest.raises(SchemaError, match="no role nobody_of_this_name"):
        schema.require_roles(settings.database_owner_url)
