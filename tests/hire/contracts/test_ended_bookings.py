"""When a booking ends, nobody can sign for it any more; who signed all the same is seen to."""

from typing import Any
from uuid import UUID

import pytest

from houseful.hire.bookings.pending import pending_hire
from houseful.hire.contracts.acts import acts_of
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.problems import LinkSpent
from houseful.hire.contracts.schemas import Ending
from houseful.hire.contracts.service import submit_contract, terminate_contract
from houseful.hire.subscribers import PAPERS
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from tests.builders.accounts import House
from tests.builders.hire import a_booking, do
from tests.builders.hire_papers import a_contract, signed_by

assert PAPERS, "what the papers hear is registered"


async def _contracts(uow: UnitOfWork, booking_id: UUID) -> list[Contract]:
    """Make one contract in every state in which it can still be voided by hand."""
    made = [
        await a_contract(uow, in_state=state, booking_id=booking_id)
        for state in ("draft", "draft", "approved", "sent", "sent")
    ]
    await submit_contract(uow, made[1].id)
    await signed_by(uow, made[4], made[4].signers[0])
    return made


@pytest.mark.parametrize(
    ("begins", "act", "ended"),
    [
        ("hold", "release", "released"),
        ("hold", "decline", "declined"),
        ("hold", "lose", "lost"),
        ("confirmed", "cancel", "cancelled"),
    ],
)
async def test_what_is_not_signed_yet_is_voided_when_its_booking_ends(
    database: Database, house: House, begins: str, act: str, ended: str
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, in_state=begins)
        other = await a_contract(uow, in_state="sent", booking_id=(await a_booking(uow)).id)
        made = await _contracts(uow, booking.id)
    await Worker(database).drain()

    await database.run(house.organization_id, do, booking.id, act)
    await Worker(database).drain()

    async with database.unit_of_work(house.organization_id) as uow:
        now = [await uow.get(Contract, contract.id) for contract in made]
        acts = [one.act for one in await acts_of(uow, made[3].id)]
        untouched = await uow.get(Contract, other.id)
    assert {one.status for one in now} == {"voided"}
    assert {one.status_reason for one in now} == {f"The booking is {ended}."}
    assert acts.count("voided") == 1
    assert untouched.status == "sent"
    with pytest.raises(LinkSpent):
        await database.run(house.organization_id, signed_by, made[3], made[3].signers[0])


async def test_what_is_signed_and_an_addendum_to_it_outlive_the_booking(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, in_state="offered")
        signed = await a_contract(uow, in_state="signed", booking_id=booking.id)
        parting = await a_contract(uow, in_state="sent", parent_id=signed.id)
    await Worker(database).drain()

    await database.run(house.organization_id, do, booking.id, "cancel")
    await Worker(database).drain()

    async with database.unit_of_work(house.organization_id) as uow:
        now = [(await uow.get(Contract, one.id)).status for one in (signed, parting)]
        waits = await pending_hire(uow)
    assert now == ["signed", "sent"]
    assert waits.signed_late == []


async def test_who_signed_while_the_booking_ended_is_seen_to(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, in_state="offered", title="Too late")
        contract = await a_contract(uow, in_state="sent", booking_id=booking.id)
    await Worker(database).drain()

    async with database.unit_of_work(house.organization_id) as uow:
        await do(uow, booking.id, "release")
        contract = await signed_by(uow, contract, contract.signers[0])
        await signed_by(uow, contract, contract.signers[1])
    await Worker(database).drain()

    async with database.unit_of_work(house.organization_id) as uow:
        status = (await uow.get(Contract, contract.id)).status
        waits, unseen = await pending_hire(uow), await pending_hire(uow, scope=frozenset())
        rows: Any = await uow.execute(
            "SELECT act, status FROM booking_acts WHERE booking_id = :id ORDER BY at, id",
            {"id": booking.id},
        )
        story = [tuple(row) for row in rows]
    assert status == "signed"
    assert waits.signed_late == [(booking.id, "Too late")]
    assert (waits.in_conflict, unseen.signed_late) == ([], [])
    assert story[-1] == ("signed_late", "released")

    await database.run(
        house.organization_id, terminate_contract, contract.id, Ending(reason="Spoken to")
    )
    assert (await database.run(house.organization_id, pending_hire)).signed_late == []
