"""The live catalogue keeps the rules of tenancy: no table and no function slips through."""

from collections.abc import Iterator

import psycopg
import pytest

from houseful.kernel.catalogue import RULES, offenders
from tests.conftest import TestCluster

Connection = psycopg.Connection[tuple[object, ...]]

BY_ID = "ALTER TABLE outbox ADD UNIQUE (id)"
OFFENCES = [
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
    (
        "references between tenant tables carry the organisation",
        f"{BY_ID}; ALTER TABLE spaces ADD CONSTRAINT bare FOREIGN KEY (id) REFERENCES outbox(id)",
        "spaces.bare",
    ),
    (
        "no global table refers to a tenant's",
        f"{BY_ID}; ALTER TABLE users ADD CONSTRAINT bare FOREIGN KEY (id) REFERENCES outbox(id)",
        "users.bare",
    ),
    (
        "the application owns nothing",
        "CREATE TABLE stray (id uuid); ALTER TABLE stray OWNER TO houseful_app",
        "stray",
    ),
]
"""Each rule, what breaks it, and what is then named."""


@pytest.fixture
def catalogue(test_cluster: TestCluster, database_name: str) -> Iterator[Connection]:
    """The owner's view of a migrated database."""
    with psycopg.connect(test_cluster.owner_url(database_name)) as connection:
        yield connection


@pytest.mark.parametrize("rule", RULES)
def test_the_schema_keeps_the_rule(catalogue: Connection, rule: str) -> None:
    assert offenders(catalogue, rule) == []


@pytest.mark.parametrize(("rule", "offence", "offender"), OFFENCES)
def test_breaking_the_rule_is_noticed(
    catalogue: Connection, rule: str, offence: str, offender: str
) -> None:
    catalogue.execute(offence.encode())

    assert offender in offenders(catalogue, rule)
    catalogue.rollback()


def test_each_rule_is_seen_broken() -> None:
    assert {rule for rule, _, _ in OFFENCES} == set(RULES)
