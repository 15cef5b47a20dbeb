"""What the log says of an act."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from houseful import audit
from houseful.accounts.models import BusinessUnit, User
from houseful.audit.models import AuditLog, ChangeSetLog, PlatformAudit, UserActionLog
from houseful.audit.service import HIDDEN, network_of
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.identity import Actor
from houseful.kernel.ids import new_id
from houseful.kernel.origin import Origin, current_origin
from tests.builders.accounts import House

RENAMED = "accounts.business_unit.renamed"


async def rename_unit(uow: UnitOfWork) -> BusinessUnit:
    unit = BusinessUnit(organization_id=uow.tenant, id=new_id(), name="Bar")
    uow.add(unit)
    await uow.flush()
    unit.name = "Café"
    await audit.record(uow, RENAMED, unit, sentence="renamed the bar")
    return unit


async def test_an_act_says_who_what_where_and_what_changed(
    database: Database, house: House
) -> None:
    actor = Actor("user", new_id())
    token = current_origin.set(Origin("request-7", "203.0.113.77"))
    unit = await database.run_as(actor, house.organization_id, rename_unit)
    current_origin.reset(token)

    async def read(uow: UnitOfWork) -> tuple[AuditLog, ChangeSetLog, UserActionLog]:
        act = await uow.first(select(AuditLog).where(AuditLog.action == RENAMED))
        return act, *[
            await uow.first(select(table).where(table.audit_log_id == act.id))
            for table in (ChangeSetLog, UserActionLog)
        ]

    act, changes, said = await database.run(house.organization_id, read)
    assert (act.actor_kind, act.actor_id) == ("user", actor.id)
    assert (act.resource_type, act.resource_id) == ("business_units", unit.id)
    assert (act.network, act.request_id) == ("203.0.113.0/24", "request-7")
    assert changes.changes == {"name": ["Bar", "Café"]}
    assert said.sentence == "renamed the bar"


async def test_personal_fields_are_named_and_not_shown(database: Database) -> None:
    async def rename_person(uow: UnitOfWork) -> None:
        user = User(email="ada@playhouse.example", name="Ada", hashed_password="a hash")
        uow.add(user)
        await audit.record(uow, "accounts.user.created", user)
        await uow.flush()
        user.name, user.status = "Grace", "disabled"
        await audit.record(uow, "accounts.user.changed", user)

    await database.run(None, rename_person)

    acts = await database.run(None, lambda uow: uow.all(select(PlatformAudit)))
    created, changed = sorted(acts, key=lambda act: act.id)
    assert created.changes["email"] == created.changes["hashed_password"] == [None, HIDDEN]
    assert changed.changes == {"name": [HIDDEN, HIDDEN], "status": ["active", "disabled"]}


async def test_what_is_removed_is_kept_in_the_log(database: Database, house: House) -> None:
    async def add_and_remove(uow: UnitOfWork) -> None:
        unit = BusinessUnit(organization_id=uow.tenant, id=new_id(), name="Bar")
        await audit.add_row(uow, unit, "accounts.business_unit.created")
        await audit.remove_row(uow, BusinessUnit, unit.id, "accounts.business_unit.removed")

    await database.run(house.organization_id, add_and_remove)

    async def changes_of_removal(uow: UnitOfWork) -> dict[str, list[object]]:
        return await uow.first(
            select(ChangeSetLog.changes)
            .join(AuditLog, AuditLog.id == ChangeSetLog.audit_log_id)
            .where(AuditLog.action == "accounts.business_unit.removed")
        )

    found = await database.run(house.organization_id, changes_of_removal)
    assert found == {"name": ["Bar", None]}


async def test_an_act_that_fails_leaves_no_trace(database: Database, house: House) -> None:
    async def fail(uow: UnitOfWork) -> None:
        await rename_unit(uow)
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(house.organization_id, fail)

    acts = await database.run(
        house.organization_id,
        lambda uow: uow.all(select(AuditLog).where(AuditLog.action == RENAMED)),
    )
    assert acts == []


@pytest.mark.parametrize(
    "table", ["audit_log", "change_set_log", "user_action_log", "audit_blocks", "platform_audit"]
)
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_log_can_only_grow(
    database: Database, house: House, table: str, act: str
) -> None:
    async def tamper(uow: UnitOfWork) -> None:
        await uow.execute(act.format(table))

    with pytest.raises(DBAPIError, match="permission denied"):
        await database.run(house.organization_id, tamper)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("", ""),
    ],
)
def test_a_network_is_kept_and_not_the_address(address: str, network: str) -> None:
    assert network_of(address) == network
