"""Who wants a space is told where their hold stands, once for each thing that happens to it."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from houseful import hire
from houseful.directory.schemas import Contact, NewCompany
from houseful.directory.service import create_company
from houseful.hire.contracts.signing import finish
from houseful.hire.customers.reaching import holder_of
from houseful.hire.customers.schemas import LocalContact, NewCustomer
from houseful.hire.customers.service import create_customer
from houseful.hire.deposits.overpaid import refund_credit
from houseful.hire.deposits.schemas import Payment, Return
from houseful.hire.deposits.service import receive_payment, refund_deposit
from houseful.hire.holds.reordering import reorder_hold
from houseful.hire.holds.schemas import ChallengeAnswer, HoldPlace, NewChallenge
from houseful.hire.subscribers import do_what_is_due
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.messaging.hire_subscribers import tell_held
from tests.builders.accounts import House
from tests.builders.hire import a_booking, do
from tests.builders.hire_papers import a_contract, a_deposit
from tests.builders.messaging import deliver_all, outbox
from tests.builders.venues import a_space, a_venue


async def a_queue(uow: UnitOfWork, how_many: int = 2, **policy: Any) -> list[hire.BookingView]:
    """Make holds on one evening, each of somebody with an address."""
    venue = await a_venue(uow, settings={"hire": policy})
    space = await a_space(uow, venue.id, name="Great Hall")
    return [
        await a_booking(
            uow,
            [(space.id, 18, 22)],
            title=f"Gala {number}",
            contact_name=f"Holder {number}",
            contact_email=f"holder{number}@example.org",
        )
        for number in range(1, how_many + 1)
    ]


async def _mails(database: Database, tenant: UUID) -> Counter[tuple[str, str]]:
    await deliver_all(database)
    found = await outbox(database, tenant)
    return Counter(
        (each.kind, each.recipient) for each in found if each.recipient.startswith("holder")
    )


async def _only(database: Database, tenant: UUID, kind: str, recipient: str) -> Any:
    await deliver_all(database)
    (found,) = [
        each for each in await outbox(database, tenant, kind) if each.recipient == recipient
    ]
    return found


async def test_a_hold_says_its_rank_its_times_and_until_when(
    database: Database, house: House
) -> None:
    first, second = await database.run(house.organization_id, a_queue)

    mail = await _only(database, house.organization_id, "hold_placed", "holder2@example.org")

    assert mail.subject == "We hold the date: Gala 2"
    for body in (mail.text, mail.html):
        assert "number 2 in the queue" in body
        assert "Great Hall" in body
        assert "Tuesday, 1 May 2035" in body
        assert "Holder 2" in body
        assert first.title not in body
    assert second.rank == 2


async def test_who_moves_up_is_told_once_and_who_lets_go_is_told_too(
    database: Database, house: House
) -> None:
    first, second = await database.run(house.organization_id, a_queue)
    await deliver_all(database)
    await database.run(house.organization_id, do, first.id, "release")

    mails = await _mails(database, house.organization_id)

    assert mails == {
        ("hold_placed", "holder1@example.org"): 1,
        ("hold_placed", "holder2@example.org"): 1,
        ("hold_moved_up", "holder2@example.org"): 1,
        ("hold_released", "holder1@example.org"): 1,
    }
    await database.run(house.organization_id, tell_held, hire.BookingHeld(subject_id=second.id))
    assert await _mails(database, house.organization_id) == mails


async def test_a_challenge_is_told_with_its_deadline_and_its_end(
    database: Database, house: House
) -> None:
    first, second = await database.run(house.organization_id, a_queue)
    challenge = await database.run(
        house.organization_id, hire.challenge_holds, second.id, NewChallenge()
    )
    asked = await _only(database, house.organization_id, "hold_challenged", "holder1@example.org")
    assert f"{challenge.deadline_at:%Y}" in asked.subject
    assert second.title not in asked.text

    await database.run(
        house.organization_id, hire.answer_challenge, first.id, ChallengeAnswer(answer="release")
    )
    won = await _only(database, house.organization_id, "challenge_won", "holder2@example.org")

    assert "Confirm Gala 2 by" in won.text


async def test_a_challenge_that_is_lost_is_told(database: Database, house: House) -> None:
    first, second = await database.run(house.organization_id, a_queue)
    await database.run(house.organization_id, hire.challenge_holds, second.id, NewChallenge())
    await deliver_all(database)
    await database.run(house.organization_id, do, first.id, "confirm")

    mails = await _mails(database, house.organization_id)

    assert mails["challenge_lost", "holder2@example.org"] == 1
    assert mails["booking_confirmed", "holder1@example.org"] == 1


async def test_an_answer_before_the_mail_was_written_makes_it_needless(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second = await a_queue(uow)
        await hire.challenge_holds(uow, second.id, NewChallenge())
        await do(uow, first.id, "confirm")

    mail = await _only(database, house.organization_id, "hold_challenged", "holder1@example.org")

    assert mail.status == "withdrawn"


async def test_a_hold_warns_once_and_then_is_gone(
    database: Database, house: House, clock: TravelClock
) -> None:
    (hold,) = await database.run(house.organization_id, a_queue, 1)
    assert hold.hold_expires_at is not None
    clock.travel(hold.hold_expires_at - clock.now() - timedelta(hours=20))
    for _ in range(2):
        await do_what_is_due(database)
        await deliver_all(database)
    clock.travel(timedelta(hours=21))
    await do_what_is_due(database)

    mails = await _mails(database, house.organization_id)

    assert mails["hold_expiring", "holder1@example.org"] == 1
    assert mails["hold_released", "holder1@example.org"] == 1
    gone = await _only(database, house.organization_id, "hold_released", "holder1@example.org")
    assert "The hold expired." in gone.text


async def test_who_is_placed_behind_is_told_without_the_houses_reason(
    database: Database, house: House
) -> None:
    first, second = await database.run(house.organization_id, a_queue)
    place = HoldPlace(other_booking_id=first.id, place="ahead", reason="A secret friend")
    await database.run(house.organization_id, reorder_hold, second.id, place)

    mail = await _only(database, house.organization_id, "hold_moved_back", "holder1@example.org")

    assert "number 2 in the queue" in mail.text
    assert "secret" not in mail.text


async def test_a_venue_that_writes_itself_is_left_to_it(database: Database, house: House) -> None:
    await database.run(house.organization_id, a_queue, 2, tellsHolders=False)

    assert await _mails(database, house.organization_id) == {}


@pytest.mark.parametrize("has_local", [True, False])
async def test_without_a_contact_of_its_own_the_customers_is_used(
    database: Database, house: House, has_local: bool
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        contacts = [Contact(kind="email", value="office@promoter.example")]
        company = await create_company(uow, NewCompany(name="Promoter Ltd", contacts=contacts))
        local = [LocalContact(name="Nina", email="nina@promoter.example")] if has_local else []
        await create_customer(uow, NewCustomer(company_id=company.id, local_contacts=local))
        booking = await a_booking(uow, company_id=company.id)

        holder = await holder_of(uow, booking.id)

    assert holder.email == ("nina" if has_local else "office") + "@promoter.example"


async def _told(database: Database, house: House, kind: str) -> list[Any]:
    await deliver_all(database)
    return await outbox(database, house.organization_id, kind)


def _deciders(house: House) -> set[str]:
    return {house.email(role) for role in ("owner", "admin")}


async def test_the_houses_own_people_hear_that_an_offer_expired(
    database: Database, house: House, clock: TravelClock
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        offered = await a_booking(uow, in_state="offered")
        held = await a_booking(uow, title="Only a hold")
    assert offered.hold_expires_at is not None
    assert held.hold_expires_at is not None
    clock.travel(max(offered.hold_expires_at, held.hold_expires_at) - clock.now())
    clock.travel(timedelta(minutes=1))
    await do_what_is_due(database)

    told = await _told(database, house, "office_offer_expired")

    assert {one.recipient for one in told} == _deciders(house)
    assert {one.subject for one in told} == {"The offer has expired: Harvest Ball"}
    assert f"/bookings/{offered.id}" in told[0].text


@pytest.mark.parametrize("how", ["declined", "expired"])
async def test_the_houses_own_people_hear_that_a_contract_ended(
    database: Database, house: House, how: str
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        contract = await a_contract(uow, in_state="sent")
        await finish(uow, contract, how.removesuffix("d"), how, "Too dear for us.")

    told = await _told(database, house, f"office_contract_{how}")

    assert {one.recipient for one in told} == _deciders(house)
    assert "Hire of the hall" in told[0].subject
    assert "Too dear for us." in told[0].text


async def test_who_gets_money_of_a_deposit_back_is_told_how_much(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        (booking,) = await a_queue(uow, 1)
        deposit = await a_deposit(uow, booking.id, in_state="paid")
        await receive_payment(uow, deposit.id, Payment(amount_minor=2_500, reference="bank 2"))
        await refund_credit(uow, deposit.id, Return(reason="Paid twice"))
        back = Return(reason="A smaller hall", amount_minor=30_000, reference="back")
        await refund_deposit(uow, deposit.id, back)

    told = await _told(database, house, "deposit_returned")

    assert {one.recipient for one in told} == {"holder1@example.org"}
    assert {one.subject for one in told} == {
        "€25.00 goes back to you: Gala 1",
        "€300.00 goes back to you: Gala 1",
    }
    assert "Paid twice" in "".join(one.text for one in told)
