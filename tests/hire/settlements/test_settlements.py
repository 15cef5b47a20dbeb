"""A night is settled from the books: both agree, it is posted, and what comes late adjusts it."""

import asyncio
import base64
import io
from typing import Any
from uuid import UUID

import msgspec
import pytest
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from houseful import ledger
from houseful.hire.bookings.models import Booking
from houseful.hire.deals.terms import BoxOffice
from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.problems import NothingHeld
from houseful.hire.deposits.schemas import Payment, Return
from houseful.hire.deposits.service import receive_payment, refund_deposit
from houseful.hire.settlements.models import Settlement
from houseful.hire.settlements.problems import (
    DepositsUnknown,
    FiguresChanged,
    NoDealAgreed,
    ReceiptsElsewhere,
    ReceiptsMissing,
    SettlementExists,
    SettlementFixed,
)
from houseful.hire.settlements.queries import get_settlement, read_receipt, read_sheet
from houseful.hire.settlements.schemas import (
    Adjustment,
    Agreement,
    NewComment,
    NewExpense,
    NewSettlement,
    Payout,
)
from houseful.hire.settlements.service import (
    add_expense,
    adjust_settlement,
    agree,
    comment,
    create_settlement,
    pay_settlement,
    refresh_settlement,
    remove_expense,
    take_receipts,
)
from houseful.hire.subscribers import PAPERS
from houseful.hire.venue_events.service import link_promoter, sync_booking_event
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from houseful.kernel.problems import UnsupportedMediaType
from houseful.payments import earned_minor
from houseful.ticketing import Order
from houseful.ticketing.orders.refunds import refund_tickets
from houseful.wiring import connect_rooms, ticket_receipts
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.hire import a_booking
from tests.builders.hire_papers import a_deal, a_deposit, terms
from tests.builders.ticketing import FEE, Show, a_paid_order, a_show, let_it_end

assert PAPERS, "what the papers hear is registered"
connect_rooms()


async def _a_night(
    database: Database,
    house: House,
    *,
    in_books: str = "held",
    clock: TravelClock | None = None,
    **fields: Any,
) -> tuple[Show, UUID]:
    """Sell four seats of a show, with a deal and a paid deposit; return it and its booking.

    The show may be over, and its money released, before there was a deal.
    """
    show = await database.run(house.organization_id, a_show, settings=FEE)
    order = await a_paid_order(database, show, 0, 1, 2, 3)
    if in_books == "released":
        assert clock is not None
        await let_it_end(database, clock)

    async def prepare(uow: UnitOfWork) -> UUID:
        booking = await a_booking(uow, in_state="completed", event_id=show.event_id, **fields)
        await a_deal(
            uow,
            in_state="accepted",
            booking_id=booking.id,
            terms=terms(amountMinor=5000, share=5000, facilityFeeMinor=100),
        )
        await a_deposit(uow, booking.id, in_state="paid", amount_minor=3000)
        return booking.id

    assert order.status == "paid"
    return show, await database.run(house.organization_id, prepare)


async def _settle(database: Database, house: House, booking_id: UUID) -> Settlement:
    return await database.run(
        house.organization_id, create_settlement, NewSettlement(booking_id=booking_id)
    )


async def _agree(database: Database, house: House, settlement: Settlement) -> Settlement:
    for party in ("venue", "promoter"):
        data = Agreement(name=f"The {party}", due_minor=settlement.due_minor, party=party)
        settlement = await database.run(
            house.organization_id, agree, settlement.id, data, by_promoter=party == "promoter"
        )
    return settlement


async def _balances(database: Database, house: House) -> dict[str, int]:
    async def read(uow: UnitOfWork) -> dict[str, int]:
        return {row.code: row.balance_minor for row in await ledger.trial_balance(uow)}

    return await database.run(house.organization_id, read)


async def test_the_figures_come_from_the_books_and_the_entry_clears_them(
    database: Database, house: House
) -> None:
    show, booking_id = await _a_night(database, house)
    before = await _balances(database, house)
    receipts = await database.run(house.organization_id, ticket_receipts, show.event_id, "EUR")
    settlement = await _settle(database, house, booking_id)
    agreed = await _agree(database, house, settlement)
    after = await _balances(database, house)
    paid = await database.run(
        house.organization_id, pay_settlement, agreed.id, Payout(reference="bank 9")
    )
    last = await _balances(database, house)
    await Worker(database).drain()

    assert receipts.sold == 4
    assert receipts.gross_minor == before["2000"] + before["4000"] + before.get("2100", 0)
    assert settlement.night["boxOffice"]["grossMinor"] == receipts.gross_minor
    assert (after["2000"], after["2500"]) == (0, 0)
    assert after["2010"] == settlement.due_minor > 0
    assert after["2010"] + after["4100"] == before["2000"] + 3000
    assert (last["2010"], paid.status) == (0, "paid")

    async def status(uow: UnitOfWork) -> str:
        return (await uow.get(Booking, booking_id)).status

    assert await database.run(house.organization_id, status) == "closed"


async def test_a_late_refund_becomes_an_adjustment_and_never_an_edit(
    database: Database, house: House
) -> None:
    show, booking_id = await _a_night(database, house)
    agreed = await _agree(database, house, await _settle(database, house, booking_id))
    order = await a_paid_order(database, show, 5)
    await database.run(house.organization_id, refund_tickets, order.id, None, reason="Ill")
    another = await a_paid_order(database, show, 6, 7, 8, 9)
    adjusted = await database.run(
        house.organization_id, adjust_settlement, agreed.id, Adjustment(reason="Late sales")
    )
    adjusted = await _agree(database, house, adjusted)
    balances = await _balances(database, house)

    assert another.status == "paid"
    assert (adjusted.number, adjusted.adjusts_id, adjusted.status) == (2, agreed.id, "agreed")
    assert adjusted.night["boxOffice"]["sold"] == 8
    assert adjusted.due_minor == adjusted.outcome["walkOutMinor"] - agreed.due_minor
    assert balances["2010"] == adjusted.outcome["walkOutMinor"]
    assert balances["2000"] == 0

    async def rewrite(uow: UnitOfWork) -> None:
        await uow.execute(text("UPDATE settlements SET due_minor = 1"))

    with pytest.raises(DBAPIError):
        await database.run(house.organization_id, rewrite)


async def test_what_was_released_before_is_settled_to_the_cent(
    database: Database, house: House, clock: TravelClock
) -> None:
    show, booking_id = await _a_night(database, house, in_books="released", clock=clock)
    before = await _balances(database, house)

    agreed = await _agree(database, house, await _settle(database, house, booking_id))
    after = await _balances(database, house)
    await database.run(house.organization_id, pay_settlement, agreed.id, Payout(reference="9"))
    last = await _balances(database, house)

    assert show.seats > 4
    assert (before["2000"], before["2010"] > 0) == (0, True)
    assert (after["2000"], after["2500"], after["2010"]) == (0, 0, agreed.due_minor)
    assert after["2010"] + after["4100"] == before["2010"] + 3000
    assert (last["2000"], last["2010"]) == (0, 0)


async def test_a_refund_after_all_was_paid_is_owed_until_the_adjustment_is_paid(
    database: Database, house: House
) -> None:
    show, booking_id = await _a_night(database, house)
    tenant = house.organization_id
    agreed = await _agree(database, house, await _settle(database, house, booking_id))
    await database.run(tenant, pay_settlement, agreed.id, Payout(reference="bank 9"))
    orders: Any = await database.run(tenant, _orders_of, show)
    await database.run(tenant, refund_tickets, orders[0], None, reason="Ill")
    refunded = await _balances(database, house)

    adjusted = await database.run(
        tenant, adjust_settlement, agreed.id, Adjustment(reason="Late refund")
    )
    adjusted = await _agree(database, house, adjusted)
    await database.run(tenant, pay_settlement, adjusted.id, Payout(reference="bank 10"))
    last = await _balances(database, house)

    assert (refunded["2000"], refunded["2010"], refunded["1200"] > 0) == (0, 0, True)
    assert adjusted.due_minor < 0
    assert (last["2000"], last["2010"], last["1200"]) == (0, 0, 0)


async def test_what_is_promised_to_a_promoter_is_not_paid_out_to_the_house(
    database: Database, house: House
) -> None:
    _, booking_id = await _a_night(database, house)
    agreed = await _agree(database, house, await _settle(database, house, booking_id))

    balances = await _balances(database, house)
    earned = await database.run(house.organization_id, earned_minor, "EUR")

    assert balances["2010"] == agreed.due_minor > 0
    assert earned == 0


async def _orders_of(uow: UnitOfWork, show: Show) -> list[UUID]:
    return list(await uow.all(select(Order.id).where(Order.event_id == show.event_id)))


async def test_expenses_are_recouped_and_keep_their_receipts(
    database: Database, house: House
) -> None:
    _, booking_id = await _a_night(database, house)
    settlement = await _settle(database, house, booking_id)

    async def story(uow: UnitOfWork) -> tuple[int, Settlement, bytes | None]:
        receipt = base64.b64encode(b"%PDF-1.7 receipt").decode()
        expense = NewExpense(
            label="A broken door",
            amount_minor=1500,
            borne_by="promoter",
            receipt_name="door.pdf",
            receipt=receipt,
        )
        changed = await add_expense(uow, settlement.id, expense)
        due = changed.due_minor
        kept = (await read_receipt(uow, changed.id, changed.expenses[0].id)).receipt
        with pytest.raises(UnsupportedMediaType):
            await add_expense(
                uow,
                settlement.id,
                NewExpense(label="X", amount_minor=1, receipt=base64.b64encode(b"\0\1\2").decode()),
            )
        again = await remove_expense(uow, settlement.id, changed.expenses[0].id)
        return due, again, kept

    due, again, receipt = await database.run(house.organization_id, story)

    assert due == settlement.due_minor - 1500
    assert again.due_minor == settlement.due_minor
    assert receipt == b"%PDF-1.7 receipt"


async def test_nobody_agrees_to_figures_they_have_not_seen(
    database: Database, house: House
) -> None:
    show, booking_id = await _a_night(database, house)
    settlement = await _settle(database, house, booking_id)
    old = Agreement(name="The venue", due_minor=settlement.due_minor)
    await a_paid_order(database, show, 6, 7, 8, 9)

    with pytest.raises(FiguresChanged):
        await database.run(house.organization_id, agree, settlement.id, old)
    fresh = await database.run(house.organization_id, refresh_settlement, settlement.id)
    agreed = await _agree(database, house, fresh)

    assert agreed.status == "agreed"
    with pytest.raises(SettlementFixed):
        await database.run(house.organization_id, refresh_settlement, settlement.id)


async def test_one_side_alone_fixes_nothing_and_a_change_asks_it_again(
    database: Database, house: House
) -> None:
    _, booking_id = await _a_night(database, house)
    settlement = await _settle(database, house, booking_id)
    data = Agreement(name="Olive", due_minor=settlement.due_minor)
    half = await database.run(house.organization_id, agree, settlement.id, data)
    half_status = (half.status, half.venue_agreed_by)
    expense = NewExpense(label="Crew", amount_minor=700, borne_by="promoter")
    changed = await database.run(house.organization_id, add_expense, settlement.id, expense)

    assert half_status == ("draft", "Olive")
    assert changed.venue_agreed_at is None


async def test_a_deposit_that_finance_holds_is_not_taken_out_of_our_books(
    database: Database, house: House
) -> None:
    _, booking_id = await _a_night(database, house)

    async def elsewhere(uow: UnitOfWork) -> None:
        """Let finance hold another €20.00, as it says."""
        deposit = await uow.get(Deposit, (await a_deposit(uow, booking_id)).id)
        deposit.finance_state, deposit.synced_at = "synced", uow.now
        deposit.status, deposit.amount_minor, deposit.paid_minor = "paid", 2000, 2000

    await database.run(house.organization_id, elsewhere)
    agreed = await _agree(database, house, await _settle(database, house, booking_id))
    balances = await _balances(database, house)
    adjusted = await database.run(
        house.organization_id, adjust_settlement, agreed.id, Adjustment(reason="Once more")
    )
    adjusted = await _agree(database, house, adjusted)

    assert agreed.night["depositsMinor"] == 5000
    assert agreed.night["depositsElsewhereMinor"] == 2000
    assert (balances["2500"], balances["1220"]) == (0, 2000)
    assert adjusted.due_minor == 0
    assert await _balances(database, house) == balances


async def test_nothing_is_reckoned_while_it_is_unknown_what_was_paid(
    database: Database, house: House
) -> None:
    _, booking_id = await _a_night(database, house)

    async def unanswered(uow: UnitOfWork) -> None:
        deposit = await uow.get(Deposit, (await a_deposit(uow, booking_id)).id)
        deposit.finance_state = "pending"

    await database.run(house.organization_id, unanswered)
    with pytest.raises(DepositsUnknown):
        await database.run(
            house.organization_id, create_settlement, NewSettlement(booking_id=booking_id)
        )


async def test_a_deposit_that_was_settled_cannot_be_given_back_too(
    database: Database, house: House
) -> None:
    _, booking_id = await _a_night(database, house)
    await _agree(database, house, await _settle(database, house, booking_id))

    async def give_back(uow: UnitOfWork) -> None:
        found = await uow.execute("SELECT id FROM deposits")
        await refund_deposit(uow, found.scalar_one(), Return(reason="Twice"))

    with pytest.raises(NothingHeld):
        await database.run(house.organization_id, give_back)


async def test_a_night_is_settled_once_however_many_ask(database: Database, house: House) -> None:
    _, booking_id = await _a_night(database, house)

    answers = await asyncio.gather(
        *(_settle(database, house, booking_id) for _ in range(5)), return_exceptions=True
    )

    assert sum(isinstance(answer, Settlement) for answer in answers) == 1
    assert sum(isinstance(answer, SettlementExists) for answer in answers) == 4


async def test_without_an_accepted_deal_there_is_nothing_to_settle_by(
    database: Database, house: House
) -> None:
    booking = await database.run(house.organization_id, a_booking)

    with pytest.raises(NoDealAgreed):
        await _settle(database, house, booking.id)


async def test_the_sheet_shows_every_line_and_who_agreed(database: Database, house: House) -> None:
    _, booking_id = await _a_night(database, house)
    settlement = await _settle(database, house, booking_id)
    said = NewComment(text="Are the crew's hours right?", line="show_costs")
    commented = await database.run(house.organization_id, comment, settlement.id, said)
    agreed = await _agree(database, house, settlement)

    sheet = await database.run(house.organization_id, read_sheet, agreed.id)

    words = PdfReader(io.BytesIO(sheet)).pages[0].extract_text()
    assert "Walk-out" in words
    assert "The promoter" in words
    assert commented.comments[0].line == "show_costs"


async def test_the_sheet_says_what_is_recouped_for_what_and_what_was_paid_too_much(
    database: Database, house: House
) -> None:
    _, booking_id = await _a_night(database, house)

    async def prepare(uow: UnitOfWork) -> None:
        deposit = await a_deposit(uow, booking_id, in_state="paid", amount_minor=1_000)
        await receive_payment(uow, deposit.id, Payment(amount_minor=2_500, reference="bank 7"))

    await database.run(house.organization_id, prepare)
    settlement = await _settle(database, house, booking_id)
    for label in ("A broken door", "Piano tuning"):
        bill = NewExpense(label=label, amount_minor=1_500, borne_by="promoter")
        settlement = await database.run(house.organization_id, add_expense, settlement.id, bill)
    agreed = await _agree(database, house, settlement)
    sheet = await database.run(house.organization_id, read_sheet, agreed.id)

    words = " ".join(PdfReader(io.BytesIO(sheet)).pages[0].extract_text().split())
    assert "the venue had paid it: A broken door, Piano tuning" in words
    assert "Beside this, €25.00 were paid too much of the deposits" in words


async def test_the_promoter_sees_and_agrees_in_their_own_organisation(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    theirs = await database.run(other_house.organization_id, a_show)

    async def prepare(uow: UnitOfWork) -> UUID:
        booking = await a_booking(uow, in_state="completed", promoter_event_id=str(theirs.event_id))
        await a_deal(
            uow,
            in_state="accepted",
            booking_id=booking.id,
            terms=terms(shape="flat", payee="venue", share=0, amountMinor=5000),
        )
        return booking.id

    booking_id = await database.run(house.organization_id, prepare)
    settlement = await _settle(database, house, booking_id)
    promoter = await api.as_("admin", other_house)
    stranger = await api.as_("admin")
    at = "/api/v1/promoter/settlements"

    listed = (await promoter.get(at)).json()
    agreed = await promoter.post(
        f"{at}/{settlement.id}/agree",
        json={"name": "Paula", "dueMinor": settlement.due_minor, "party": "venue"},
    )
    foreign = await stranger.post(
        f"{at}/{settlement.id}/agree", json={"name": "Eve", "dueMinor": settlement.due_minor}
    )

    assert [one["id"] for one in listed] == [str(settlement.id)]
    assert agreed.json()["promoterAgreedBy"] == "Paula"
    assert agreed.json()["venueAgreedAt"] is None
    assert foreign.status_code == 404
    assert (await stranger.get(at)).json() == []


async def test_a_promoters_own_books_say_what_their_night_took(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    theirs = await database.run(other_house.organization_id, a_show, settings=FEE)
    await a_paid_order(database, theirs, 0, 1, 2, 3)

    async def prepare(uow: UnitOfWork) -> UUID:
        booking = await a_booking(uow, in_state="completed", contact_name="Paula")
        await a_deal(
            uow,
            in_state="accepted",
            booking_id=booking.id,
            terms=terms(amountMinor=100, share=5000, facilityFeeMinor=100),
        )
        event = await sync_booking_event(uow, booking.id)
        await link_promoter(uow, event.id, str(theirs.event_id))
        return booking.id

    booking_id = await database.run(house.organization_id, prepare)
    settlement = await _settle(database, house, booking_id)
    promoter = await api.as_("admin", other_house)
    at = f"/api/v1/promoter/settlements/{settlement.id}"
    with pytest.raises(ReceiptsMissing):
        await _agree(database, house, settlement)
    handed = (await promoter.post(f"{at}/receipts")).json()
    read = (await promoter.get(at)).json()
    took = await database.run(other_house.organization_id, ticket_receipts, theirs.event_id, "EUR")
    fresh = await database.run(house.organization_id, get_settlement, settlement.id)
    agreed = await _agree(database, house, fresh)
    again = await promoter.post(f"{at}/receipts")

    assert settlement.awaits_receipts
    assert settlement.promoter_organization_id == other_house.organization_id
    assert (handed["awaitsReceipts"], read["receiptsAt"]) == (False, handed["receiptsAt"])
    assert handed["night"]["boxOffice"] == msgspec.to_builtins(took)
    assert handed["outcome"]["grossMinor"] == took.gross_minor > 0
    assert handed["terms"]["boxOffice"] == "promoter"
    assert handed["dueMinor"] == -handed["outcome"]["venueMinor"] < 0
    assert agreed.status == "agreed"
    assert again.status_code == 409


async def test_receipts_in_our_own_books_are_nobody_elses_to_say(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    _, booking_id = await _a_night(database, house)
    ours = await _settle(database, house, booking_id)
    stranger = await api.as_("admin", other_house)

    refused = await stranger.post(f"/api/v1/promoter/settlements/{ours.id}/receipts")
    with pytest.raises(ReceiptsElsewhere):
        await database.run(house.organization_id, take_receipts, ours.id, BoxOffice())

    assert refused.status_code == 404
    assert not ours.awaits_receipts


async def test_receipts_of_expenses_go_along_into_an_adjustment(
    database: Database, house: House
) -> None:
    _, booking_id = await _a_night(database, house)
    settlement = await _settle(database, house, booking_id)
    paper = base64.b64encode(b"Four stage hands").decode()
    bill = NewExpense(label="Crew", amount_minor=900, receipt=paper, receipt_name="crew.txt")
    settlement = await database.run(house.organization_id, add_expense, settlement.id, bill)
    agreed = await _agree(database, house, settlement)

    adjusted = await database.run(
        house.organization_id, adjust_settlement, agreed.id, Adjustment(reason="A late bill")
    )

    kept = await database.run(
        house.organization_id, read_receipt, adjusted.id, adjusted.expenses[0].id
    )
    assert (kept.receipt, kept.receipt_name) == (b"Four stage hands", "crew.txt")
    assert kept.receipt_type.startswith("text/plain")
