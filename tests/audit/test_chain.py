"""The chain: whatever is done to the log afterwards shows."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import select

from houseful.accounts.business_units import create_business_unit
from houseful.audit.chain import organizations_unsealed, seal_block, verify_chain
from houseful.audit.models import AuditLog, AuditUnsealed
from houseful.audit.subscribers import seal_audit_log
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from tests.builders.accounts import House
from tests.conftest import TestCluster

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def intruder(test_cluster: TestCluster, database_name: str) -> Iterator[Connection]:
    """Somebody with the owner's rights, who switches the triggers off."""
    with psycopg.connect(test_cluster.owner_url(database_name), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


async def seal_twice(database: Database, house: House) -> None:
    await database.run(house.organization_id, seal_block)
    await database.run(house.organization_id, create_business_unit, "Bar")
    await database.run(house.organization_id, seal_block)


async def faults(database: Database, house: House) -> list[str]:
    return await database.run(house.organization_id, verify_chain)


async def test_sealing_takes_every_act_once(database: Database, house: House) -> None:
    first = await database.run(house.organization_id, seal_block)
    nothing = await database.run(house.organization_id, seal_block)
    await database.run(house.organization_id, create_business_unit, "Bar")
    second = await database.run(house.organization_id, seal_block)

    everything = await database.run(
        house.organization_id, lambda uow: uow.all(select(AuditLog.id).order_by(AuditLog.id))
    )
    assert first is not None
    assert second is not None
    assert nothing is None
    assert (first.number, second.number) == (1, 2)
    assert second.previous_digest == first.digest
    assert first.entry_ids + second.entry_ids == everything
    assert await faults(database, house) == []


async def test_an_act_that_commits_late_is_sealed_too(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as late:
        await create_business_unit(late, "Late")
        await late.flush()
        await database.run(house.organization_id, create_business_unit, "Early")
        await database.run(house.organization_id, seal_block)

    await database.run(house.organization_id, seal_block)

    waiting = await database.run(
        house.organization_id, lambda uow: uow.all(select(AuditUnsealed.audit_log_id))
    )
    assert waiting == []
    assert await faults(database, house) == []


async def test_the_chore_seals_every_organisation(
    database: Database, house: House, other_house: House
) -> None:
    before = await database.run(None, organizations_unsealed)

    await seal_audit_log(database)

    assert set(before) == {house.organization_id, other_house.organization_id}
    assert await database.run(None, organizations_unsealed) == []
    assert await faults(database, house) == await faults(database, other_house) == []


async def test_two_sealers_make_one_chain(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as one:
        first = await seal_block(one)
        locked = await database.run(
            house.organization_id,
            lambda uow: uow.execute(
                "SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))",
                {"name": f"audit chain:{uow.tenant}"},
            ),
        )
        assert locked.scalar_one() is False

    assert first is not None


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ("UPDATE audit_log SET actor_id = gen_random_uuid()", "an act was changed"),
        ("UPDATE change_set_log SET changes = '{}'", "an act was changed"),
        ("DELETE FROM change_set_log", "an act was changed"),
        ("DELETE FROM audit_log", "acts are missing"),
        ("DELETE FROM audit_blocks WHERE number = 1", "blocks 1 to 1 are missing"),
        ("DELETE FROM audit_blocks WHERE number = 2", "acts stand outside of the audit chain"),
        ("UPDATE audit_blocks SET digest = '\\x00' WHERE number = 1", "does not continue"),
    ],
)
async def test_tampering_shows(
    database: Database, house: House, intruder: Connection, tampering: str, fault: str
) -> None:
    await seal_twice(database, house)
    assert await faults(database, house) == []

    intruder.execute(tampering.encode())

    found = await faults(database, house)
    assert any(fault in each for each in found), found


async def test_an_act_slipped_in_shows(
    database: Database, house: House, intruder: Connection
) -> None:
    await seal_twice(database, house)

    intruder.execute(
        "INSERT INTO audit_log (organization_id, id, at, actor_kind, action, resource_type,"
        " network, request_id) VALUES (%s, %s, now(), 'user', 'x.y', 'gates', '', '')",
        (house.organization_id, new_id()),
    )

    assert await faults(database, house) == ["1 acts stand outside of the audit chain"]


async def test_another_organisations_acts_do_not_touch_the_chain(
    database: Database, house: House, other_house: House
) -> None:
    await seal_twice(database, house)

    async def act(uow: UnitOfWork) -> None:
        await create_business_unit(uow, "Theirs")

    await database.run(other_house.organization_id, act)

    assert await faults(database, house) == []
