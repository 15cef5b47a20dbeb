"""What paid each line of a booking: the place, every extra, or a fee; to the cent."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.payments import refuse_refunds, take_cash
from houseful.payments import subscribers as payment_subscribers
from houseful.sessions import subscribers
from houseful.sessions.bookings.attending import mark_attendance
from houseful.sessions.bookings.billing import settle_debts
from houseful.sessions.bookings.cancelling import call_off_booking
from houseful.sessions.bookings.lines import (
    Source,
    let_pass_pay,
    lines_of,
    paid_parts,
    pay_lines,
)
from houseful.sessions.bookings.models import SessionBooking, SessionBookingExtra
from houseful.sessions.bookings.money import PAYABLE_KIND, give_money_back, note_cover
from houseful.sessions.bookings.refunds import approve_request, find_request
from houseful.sessions.bookings.taking import bill_of
from houseful.sessions.bookings.wishes import ExtraWish, Payment
from houseful.sessions.catalogue.models import Activity, Session
from houseful.sessions.catalogue.schemas import NewExtra
from houseful.sessions.catalogue.service import create_extra
from houseful.sessions.covering import Funds, cover, fill
from houseful.sessions.wallets.service import wallet_of
from tests.builders.messaging import deliver_all
from tests.builders.sessions import (
    a_booking,
    a_customer,
    a_pass,
    a_session,
    a_wallet,
    an_activity,
    pay_by_card,
)
from tests.sessions.test_billing import a_standing_place, end_of
from tests.sessions.test_bookings import Desk
from tests.sessions.test_states import a_pass_offer
from tests.sessions.test_waiting import desk

__all__ = ["desk"]
AMOUNTS = st.integers(0, 10_000)
RANKS = {"pass": 0, "bonus": 1, "wallet": 2, "card": 3, "cash": 3}
METHODS = ["pass", "bonus", "wallet", "card"]
FEE = 500

Told = list[tuple[str, str, int, int]]


def told_of(booking: SessionBooking) -> Told:
    """What paid each line: the line's name, the way, how much, and what went back of it."""
    names = {one.booking_extra_id: one.name or one.line for one in lines_of(booking)}
    return [
        (names[one.booking_extra_id], one.kind, one.amount_minor, one.returned_minor)
        for one in paid_parts(booking)
    ]


@given(st.lists(AMOUNTS, max_size=6), st.lists(AMOUNTS, max_size=6))
def test_what_is_given_fills_the_lines_in_order_and_loses_no_cent(
    lines: Sequence[int], given_: Sequence[int]
) -> None:
    parts = fill(list(enumerate(lines)), list(enumerate(given_)))
    by_line, by_source = Counter[int](), Counter[int]()
    for line, source, amount in parts:
        assert amount > 0
        by_line[line] += amount
        by_source[source] += amount

    assert sum(by_line.values()) == min(sum(lines), sum(given_))
    assert [(line, source) for line, source, _ in parts] == sorted(
        (line, source) for line, source, _ in parts
    )
    left = sum(given_)
    for number, price in enumerate(lines):
        assert by_line[number] == min(price, left)
        left -= by_line[number]
    left = sum(lines)
    for number, amount in enumerate(given_):
        assert by_source[number] == min(amount, left)
        left -= by_source[number]


@given(
    price=AMOUNTS,
    extras=st.lists(st.tuples(AMOUNTS, st.integers(1, 4), st.booleans()), max_size=4),
    lots=st.lists(st.integers(1, 4000), max_size=3),
    cash=AMOUNTS,
    share=st.integers(0, 100),
    methods=st.sets(st.sampled_from(METHODS)),
    has_pass=st.booleans(),
)
def test_whatever_pays_a_booking_makes_up_each_of_its_lines(
    price: int,
    extras: Sequence[tuple[int, int, bool]],
    lots: Sequence[int],
    cash: int,
    share: int,
    methods: set[str],
    has_pass: bool,
) -> None:
    tenant, booking = new_id(), _an_unpaid_booking(price, extras, share, methods)
    included = frozenset(
        row.extra_id for row, (_, _, is_in) in zip(booking.extras, extras, strict=True) if is_in
    )
    passes = [a_pass_offer(1, extra_ids=included)] if has_pass else []
    decided = cover(bill_of(booking, Payment()), Funds(passes, sum(lots), cash))
    money = [(Source("bonus", uuid4()), amount) for amount in _up_to(lots, decided.bonus_minor)]
    money.append((Source("wallet", tenant), decided.wallet_minor))

    note_cover(booking, decided)
    if decided.pass_id is not None:
        let_pass_pay(booking, decided.pass_id, 700)
    pay_lines(booking, money)
    pay_lines(booking, [(Source("card", tenant), decided.missing_minor)])

    parts, before = paid_parts(booking), 0
    for line in lines_of(booking):
        mine = [one for one in parts if one.booking_extra_id == line.booking_extra_id]
        assert sum(one.amount_minor for one in mine) == line.price_minor
        assert [RANKS[one.kind] for one in mine] == sorted(RANKS[one.kind] for one in mine)
        assert len(mine) == 1 or "pass" not in {one.kind for one in mine}
        ranks = [RANKS[one.kind] for one in mine if one.kind != "pass"]
        assert before <= min(ranks, default=before), "a line begins with what the last ended with"
        before = max(ranks, default=before)
    sums = Counter[str]()
    for one in parts:
        sums[one.kind] += one.amount_minor
    assert (sums["bonus"], sums["wallet"], sums["card"]) == (
        decided.bonus_minor,
        decided.wallet_minor,
        decided.missing_minor,
    )
    assert booking.wallet_debited == bool(decided.wallet_minor)
    assert booking.bonus_debited == bool(decided.bonus_minor)
    assert sum(row.price_paid * row.quantity for row in booking.extras) == sum(
        one.amount_minor for one in parts if one.line == "extra" and one.kind != "pass"
    )


def _an_unpaid_booking(
    price: int, extras: Sequence[tuple[int, int, bool]], share: int, methods: set[str]
) -> SessionBooking:
    booking = SessionBooking(
        organization_id=new_id(),
        id=new_id(),
        source="self_booked",
        price=price,
        total=price + sum(each * quantity for each, quantity, _ in extras),
        paid_minor=0,
        fee_minor=0,
        currency="EUR",
        policy={"methods": methods, "bonusSharePercent": share},
    )
    booking.extras = [
        SessionBookingExtra(
            organization_id=booking.organization_id,
            id=new_id(),
            booking_id=booking.id,
            extra_id=new_id(),
            name=f"Extra {number}",
            price=each,
            quantity=quantity,
            tax_basis_points=0,
            price_paid=each,
        )
        for number, (each, quantity, _) in enumerate(extras)
    ]
    booking.tenders = []
    return booking


def _up_to(amounts: Sequence[int], whole: int) -> list[int]:
    parts: list[int] = []
    for amount in amounts:
        parts.append(min(amount, whole))
        whole -= parts[-1]
    return parts


async def a_course(uow: UnitOfWork, **fields: Any) -> Activity:
    """Another activity, whatever there is already."""
    return await an_activity(uow, name=f"Yoga {new_id().hex[-8:]}", **fields)


async def a_mixed_booking(uow: UnitOfWork) -> SessionBooking:
    """A place at 30.00 with two mats and a tea: 35.00 of it in bonus and wallet, the rest due."""
    customer = await a_customer(uow)
    await a_wallet(uow, customer.id, 2500, bonus=1000)
    activity = await a_course(uow, price=3000)
    mat = await create_extra(uow, NewExtra(name="Mat", price=400, activity_id=activity.id))
    tea = await create_extra(uow, NewExtra(name="Tea", price=300, activity_id=activity.id))
    session = await a_session(uow, activity)
    extras = [ExtraWish(mat.id, 2), ExtraWish(tea.id, 1)]
    return await a_booking(uow, session.id, customer.id, extras=extras)


PAID: Told = [
    ("place", "bonus", 1000, 0),
    ("place", "wallet", 2000, 0),
    ("Mat", "wallet", 500, 0),
    ("Mat", "card", 300, 0),
    ("Tea", "card", 300, 0),
]


async def a_booking_paid_by_all(desk: Desk) -> SessionBooking:
    """The same, and a card has paid what was due."""
    booking = await desk.run(a_mixed_booking)
    assert told_of(booking) == PAID[:3]
    await pay_by_card(desk.database, desk.tenant, PAYABLE_KIND, booking.id)
    return await desk.read(SessionBooking, booking.id)


async def test_each_line_says_what_paid_it_and_gets_it_back(desk: Desk) -> None:
    booking = await a_booking_paid_by_all(desk)
    assert told_of(booking) == PAID

    back = await desk.run(call_off_booking, booking.id, "The lift is broken")

    assert told_of(back) == [(name, kind, amount, amount) for name, kind, amount, _ in PAID]
    wallet = await desk.run(wallet_of, booking.customer_id, "EUR")
    assert (wallet.cash_minor, wallet.bonus_minor) == (2500, 1000)


async def test_a_part_comes_back_to_the_card_then_the_wallet_then_as_bonus(desk: Desk) -> None:
    booking = await a_booking_paid_by_all(desk)

    async def give_back(uow: UnitOfWork, amount: int) -> tuple[SessionBooking, list[UUID]]:
        locked = await uow.get(SessionBooking, booking.id, lock=True)
        return locked, await give_money_back(uow, locked, amount, reason="cold")

    back, cards = await desk.run(give_back, 400)
    assert len(cards) == 1
    assert [one[3] for one in told_of(back)] == [0, 0, 0, 300, 100]
    back, cards = await desk.run(give_back, 2800)
    assert len(cards) == 1, "one refund of the card, whatever lines it paid for"
    assert [one[3] for one in told_of(back)] == [100, 2000, 500, 300, 300]
    wallet = await desk.run(wallet_of, booking.customer_id, "EUR")
    assert (wallet.cash_minor, wallet.bonus_minor) == (2500, 100)


async def test_a_pass_pays_for_the_place_and_for_the_unit_that_it_includes(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> SessionBooking:
        customer = await a_customer(uow)
        await a_wallet(uow, customer.id, 100)
        mat = await create_extra(uow, NewExtra(name="Mat", price=400))
        await a_pass(uow, customer.id, extra_ids=[mat.id])
        session = await a_session(uow)
        return await a_booking(uow, session.id, customer.id, extras=[ExtraWish(mat.id, 2)])

    booking = await desk.run(prepare)
    await desk.run(take_cash, PAYABLE_KIND, booking.id)
    booking = await desk.read(SessionBooking, booking.id)

    assert told_of(booking) == [
        ("place", "pass", 1500, 0),
        ("Mat", "pass", 400, 0),
        ("Mat", "wallet", 100, 0),
        ("Mat", "cash", 300, 0),
    ]
    assert [one.worth_minor for one in booking.tenders if one.kind == "pass"] == [1000, 0]
    passes = {one.customer_entitlement_id for one in paid_parts(booking) if one.kind == "pass"}
    assert passes == {booking.customer_entitlement_id}


async def test_a_visit_that_is_worth_nothing_comes_back_too(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> SessionBooking:
        customer = await a_customer(uow)
        await a_pass(uow, customer.id, sessions_limit=None, validity_days=30)
        return await a_booking(uow, (await a_session(uow)).id, customer.id)

    booking = await desk.run(prepare)
    assert told_of(booking) == [("place", "pass", 1500, 0)]
    assert [one.worth_minor for one in booking.tenders] == [0]
    back = await desk.run(call_off_booking, booking.id, "The lift is broken")
    assert told_of(back) == [("place", "pass", 1500, 1500)]


async def a_missed_place(desk: Desk, in_wallet: int) -> SessionBooking:
    """A standing place of somebody who was not there, billed with so much in their wallet."""
    customer_id, bookings = await desk.run(a_standing_place, no_show_fee=FEE)
    await desk.run(a_wallet, customer_id, in_wallet)
    session = await desk.read(Session, bookings[0].session_id)
    desk.clock.freeze(session.starts_at)
    await desk.run(mark_attendance, bookings[0].id, "miss")
    return await end_of(desk, bookings[0])


async def test_a_fee_is_a_line_of_its_own_and_what_paid_it_counts_no_more_when_corrected(
    desk: Desk,
) -> None:
    missed = await a_missed_place(desk, 2000)
    assert (missed.fee_minor, told_of(missed)) == (FEE, [("fee", "wallet", FEE, 0)])

    there = await desk.run(mark_attendance, missed.id, "check_in")
    assert (there.fee_minor, told_of(there)) == (0, [("place", "wallet", 1500, 0)])
    assert (there.paid_minor, there.refunded_minor) == (FEE + 1500, FEE)

    unmarked = await desk.run(mark_attendance, missed.id, "undo")
    assert (told_of(unmarked), unmarked.wallet_debited) == ([], False)


async def test_a_fee_that_is_owed_is_paid_as_a_fee(desk: Desk) -> None:
    missed = await a_missed_place(desk, 0)
    assert (missed.money, missed.due_minor, missed.fee_minor) == ("due", FEE, FEE)
    await desk.run(a_wallet, missed.customer_id, FEE)
    await desk.run(settle_debts, missed.customer_id)
    assert told_of(await desk.read(SessionBooking, missed.id)) == [("fee", "wallet", FEE, 0)]


async def test_money_that_a_card_refuses_to_take_back_pays_for_nothing_else(desk: Desk) -> None:
    missed = await a_missed_place(desk, 0)
    paid = await pay_by_card(desk.database, desk.tenant, PAYABLE_KIND, missed.id)
    await desk.run(refuse_refunds, paid.provider_payment_id)
    there = await desk.run(mark_attendance, missed.id, "check_in")
    assert (there.money, there.due_minor) == ("due", 1500)

    assert payment_subscribers, "they hear from here on"
    assert subscribers
    await deliver_all(desk.database)
    await desk.run(a_wallet, missed.customer_id, 1500)
    settled = await desk.read(SessionBooking, missed.id)

    assert (settled.money, settled.paid_minor, settled.refunded_minor) == ("paid", FEE + 1500, 0)
    assert told_of(settled) == [("place", "wallet", 1500, 0)]
    request = await desk.run(find_request, missed.id)
    assert (request.status, request.amount_minor) == ("failed", FEE)
    await desk.run(approve_request, request.id, "wallet")
    wallet = await desk.run(wallet_of, missed.customer_id, "EUR")
    assert wallet.cash_minor == FEE
