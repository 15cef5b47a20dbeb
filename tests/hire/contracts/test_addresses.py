"""Mail that does not reach a signer is seen, put right and sent again; a moved night is marked."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from houseful import hire
from houseful.hire.bookings.pending import pending_hire
from houseful.hire.bookings.schemas import BookingChanges
from houseful.hire.contracts.acts import acts_of
from houseful.hire.contracts.addresses import correct_address
from houseful.hire.contracts.files import attach_bytes, attachments_of
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.problems import LinkSpent
from houseful.hire.contracts.schemas import Correction, SignerAddress, SignerBody
from houseful.hire.contracts.sending import send_contract
from houseful.hire.contracts.service import approve_contract, correct_contract, submit_contract
from houseful.hire.contracts.signing import open_link
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from houseful.kernel.problems import Conflict, Invalid
from houseful.messaging import hire_subscribers, subscribers
from tests.builders.accounts import House
from tests.builders.hire import a_booking, a_wish
from tests.builders.hire_papers import SECRET, a_contract, link_of, signed_by
from tests.builders.messaging import a_mailbox, a_mailroom

assert subscribers
assert hire_subscribers

RIGHT = SignerAddress(email="paula@promoter.example")


async def test_who_our_mail_does_not_reach_is_named_and_written_to_at_the_right_address(
    database: Database, house: House
) -> None:
    with a_mailbox() as mailbox:
        mailbox.refused = "paula@example.org"
        database.provide(a_mailroom(mailbox.url))
        async with database.unit_of_work(house.organization_id) as uow:
            booking = await a_booking(uow, title="Harvest Ball")
            contract = await a_contract(uow, in_state="sent", booking_id=booking.id)
        await Worker(database).drain()
        async with database.unit_of_work(house.organization_id) as uow:
            waits = (await pending_hire(uow)).unreachable
            bounced = await uow.get(Contract, contract.id)
            old_link = link_of(bounced.signers[0])
            seen = [one.unreachable_at is not None for one in bounced.signers]
            await correct_address(uow, contract.id, bounced.signers[0].id, RIGHT)
        await Worker(database).drain()
        letters = [one for one in mailbox.messages if str(one["to"]) == RIGHT.email]

    async with database.unit_of_work(house.organization_id) as uow:
        after = (await pending_hire(uow)).unreachable
        acts = [one.act for one in await acts_of(uow, contract.id)]
    assert (waits, seen, after) == ([(booking.id, "Harvest Ball")], [True, False], [])
    assert (acts.count("unreachable"), acts.count("address_corrected")) == (1, 1)
    (letter,) = letters
    body = letter.get_body(("plain",))
    assert body is not None
    link = re.search(r"/sign/playhouse/([0-9a-f-]{36})/(\S+)", body.get_content())
    assert link is not None
    signer_id = contract.signers[0].id
    desk = await database.run(house.organization_id, open_link, SECRET, signer_id, link[2])
    assert desk.is_open
    with pytest.raises(LinkSpent):
        await database.run(house.organization_id, open_link, SECRET, signer_id, old_link)


async def test_an_address_is_corrected_only_of_who_may_still_sign(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        draft = await a_contract(uow)
        signed = await a_contract(uow, in_state="signed")
        sent = await a_contract(uow, in_state="sent")
        sent.provider = "adobe_sign"
        others = await a_contract(uow, in_state="sent")

        for contract in (draft, signed, sent):
            with pytest.raises(Conflict):
                await correct_address(uow, contract.id, contract.signers[0].id, RIGHT)
        taken = SignerAddress(email=others.signers[1].email.upper())
        with pytest.raises(Invalid):
            await correct_address(uow, others.id, others.signers[0].id, taken)


async def test_a_correction_keeps_files_signers_and_time_and_takes_other_addresses(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        ends = uow.now + timedelta(days=20)
        contract = await a_contract(uow, expires_at=ends)
        await attach_bytes(uow, contract.id, "plan.txt", b"Doors on the left")
        await submit_contract(uow, contract.id)
        await approve_contract(uow, contract.id)
        await send_contract(uow, contract.id)
        contract_id, signer_id = contract.id, contract.signers[0].id
    stranger = Correction(reason="A typo", addresses={uuid4(): RIGHT.email})
    with pytest.raises(Invalid):
        await database.run(house.organization_id, correct_contract, contract_id, stranger)
    async with database.unit_of_work(house.organization_id) as uow:
        mended = Correction(reason="A typo", addresses={signer_id: RIGHT.email})
        new = await correct_contract(uow, contract_id, mended)
        files = [(one.name, one.content) for one in await attachments_of(uow, new.id)]

    assert files == [("plan.txt", b"Doors on the left")]
    assert new.expires_at == ends
    assert [one.email for one in new.signers] == [RIGHT.email, "olive@example.org"]


async def _moved(uow: UnitOfWork, booking: hire.BookingView, hours: int) -> None:
    line = booking.spaces[0]
    found = await hire.get_booking(uow, booking.id)
    changes = BookingChanges(spaces=[a_wish(line.space_id, 18 + hours, 22 + hours)])
    await hire.update_booking(uow, booking.id, found.version, changes)


async def _addendum(uow: UnitOfWork, parent: Contract) -> Contract:
    signers = [SignerBody(name=one.name, email=one.email) for one in parent.signers]
    made = await a_contract(
        uow, in_state="sent", parent_id=parent.id, body="Another day.", signers=signers
    )
    for _ in made.signers:
        open_one = next(one for one in made.signers if one.status == "invited")
        made = await signed_by(uow, made, open_one)
    return made


async def test_a_contract_of_a_moved_night_is_marked_until_an_addendum_is_signed(
    database: Database, house: House
) -> None:
    async def marks(uow: UnitOfWork) -> tuple[bool, list[Any]]:
        found = await uow.get(Contract, contract.id)
        return found.outdated_at is not None, (await pending_hire(uow)).outdated

    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, title="Harvest Ball")
        contract = await a_contract(uow, in_state="signed", booking_id=booking.id)
        await hire.contract_booking(uow, booking.id)
        await _addendum(uow, contract)
        await _moved(uow, booking, 0)
        untouched = await marks(uow)
        await _moved(uow, booking, 24)
        marked = await marks(uow)
    async with database.unit_of_work(house.organization_id) as uow:
        await _addendum(uow, contract)
        after = await marks(uow)

    assert (untouched, marked, after) == (
        (False, []),
        (True, [(booking.id, "Harvest Ball")]),
        (False, []),
    )


async def test_what_is_out_when_the_night_is_moved_is_corrected(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow)
        contract = await a_contract(uow, in_state="sent", booking_id=booking.id)
        draft = await a_contract(uow, booking_id=booking.id)
        await _moved(uow, booking, 24)
        marked = [one.outdated_at is not None for one in (contract, draft)]
        waits = (await pending_hire(uow)).outdated
        await correct_contract(uow, contract.id, Correction(reason="Another day"))
        after = (await pending_hire(uow)).outdated

    assert (marked, len(waits), after) == ([True, False], 1, [])
