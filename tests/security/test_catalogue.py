"""The live catalogue keeps the rules of tenancy: no table and no function slips through."""

from collections.abc import Iterator

import psycopg
import pytest

from houseful.kernel.catalogue import RULES, offenders
from tests.conftest import TestCluster

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def catalogue(test_cluster: TestCluster, database_name: str) -> Iterator[Connection]:
    """The owner's view of a migrated database."""
    with psycopg.connect(test_cluster.owner_url(database_name)) as connection:
        yield connection


@pytest.mark.parametrize("rule", RULES)
def test_the_schema_keeps_the_rule(catalogue: Connection, rule: str) -> None:
    assert offenders(catalogue, rule) == []


@pytest.mark.parametrize(
    ("rule", "offence", "offender"),
    [
        (
            "row-level security is forced on every tenant table",
            "ALTER TABLE outbox NO FORCE ROW LEVEL SECURITY",
            "outbox",
        ),
        (
            "the tenant policy guards reading and writing",
            "DROP POLICY tenant ON outbox",
            "outbox",
        ),
        (
            "no other policy lets the application in",
            "CREATE POLICY open ON outbox TO houseful_app USING (true)",
            "outbox.open",
        ),
        (
            "the organisation leads every key and exclusion constraint",
            "ALTER TABLE outbox ADD CONSTRAINT outbox_id_key UNIQUE (id)",
            "outbox.outbox_id_key",
        ),
        (
            "the organisation leads every unique index",
            "CREATE UNIQUE INDEX outbox_id_idx ON outbox (id)",
            "outbox_id_idx",
        ),
        (
            "every function that crosses tenants is listed",
            "CREATE FUNCTION sneak() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1",
            "sneak",
        ),
        (
            "no function that crosses tenants is open to everybody",
            "GRANT EXECUTE ON FUNCTION outbox_claim TO PUBLIC",
            "outbox_claim",
        ),
        ("the application cannot bypass", "ALTER ROLE houseful_app CREATEDB", "houseful_app"),
    ],
)
def test_breaking_the_rule_is_noticed(
    catalogue: Connection, rule: str, offence: str, offender: str
) -> None:
    catalogue.execute(offence.encode())

    assert offender in offenders(catalogue, rule)
    catalogue.rollback()
