"""Booking, paying and giving back: places, visits and money agree after every act."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from houseful import ledger
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.states import IllegalAct
from houseful.payments import (
    open_payment,
    settle,
    start_payment,
    submit_refund,
    tell_sandbox,
)
from houseful.sessions.bookings.cancelling import (
    call_off_booking,
    call_off_sessions,
    cancel_booking,
    expire_held,
    quote_cancellation,
)
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.money import PAYABLE_KIND, earn, give_money_back, give_visit_back
from houseful.sessions.bookings.stock import most_taken
from houseful.sessions.bookings.taking import book, quote
from houseful.sessions.bookings.wishes import ExtraWish, Payment, Wish
from houseful.sessions.catalogue.models import Session
from houseful.sessions.catalogue.schemas import ActivityChanges, NewExtra, SessionCancellation
from houseful.sessions.catalogue.service import create_extra, update_activity
from houseful.sessions.customers.service import add_family_member
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.problems import (
    AlreadyBooked,
    CannotCancel,
    NotBookable,
    NotEnoughFunds,
    OutOfStock,
    SessionFull,
)
from houseful.sessions.wallets.models import Wallet
from tests.builders.accounts import House
from tests.builders.sessions import (
    a_booking,
    a_customer,
    a_pass,
    a_session,
    a_wallet,
    an_activity,
    books_are_right,
    pay_by_card,
)

KEY = b"a key of the tests"


class Desk:
    """What a test needs at hand: an organisation, and a way to run acts in it."""

    def __init__(self, database: Database, house: House, clock: TravelClock) -> None:
        self.database = database
        self.tenant = house.organization_id
        self.clock = clock

    async def run(self, act: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        """Run an act, and see that all agrees after it."""
        result = await self.database.run(self.tenant, act, *args, **kwargs)
        await self.database.run(self.tenant, books_are_right)
        return result

    async def read(self, table: Any, row_id: UUID) -> Any:
        """Read a row."""

        async def get(uow: UnitOfWork) -> Any:
            return await uow.get(table, row_id)

        return await self.database.run(self.tenant, get)

    async def balance(self, code: str) -> int:
        """The balance of an account."""
        balances = await self.database.run(self.tenant, ledger.trial_balance)
        return sum(one.balance_minor for one in balances if one.code == code)


@pytest.fixture
def desk(database: Database, house: House, clock: TravelClock) -> Desk:
    """The desk of the house."""
    return Desk(database, house, clock)


async def test_pass_bonus_wallet_and_card_are_used_in_this_order(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[Session, Any, Any]:
        activity = await an_activity(uow, price=3000)
        mat = await create_extra(uow, NewExtra(name="Mat", price=200))
        customer = await a_customer(uow)
        await a_wallet(uow, customer.id, 1500, bonus=500)
        return await a_session(uow, activity), customer, mat

    session, customer, mat = await desk.run(prepare)
    booking = await desk.run(a_booking, session.id, customer.id, extras=[ExtraWish(mat.id, 1)])

    assert (booking.place, booking.money, booking.status) == ("held", "awaiting", "pending_payment")
    assert (booking.total, booking.paid_minor, booking.due_minor) == (3200, 2000, 1200)
    assert (booking.wallet_debited, booking.bonus_debited) == (True, True)
    assert booking.explanation == [
        "€5.00 bonus; €0.00 bonus is left.",
        "€15.00 from the wallet; €0.00 is left.",
        "€12.00 by card.",
    ]
    paid = await pay_by_card(desk.database, desk.tenant, PAYABLE_KIND, booking.id)
    booking = await desk.read(SessionBooking, booking.id)
    assert paid.outcome == "honoured"
    assert (booking.status, booking.money, booking.due_minor) == ("confirmed", "paid", 0)
    assert await desk.balance(ledger.chart.DEFERRED_BOOKINGS) == 3200


async def test_a_pass_pays_for_the_place_but_never_for_extras(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[Session, Any, Any, Any]:
        session = await a_session(uow)
        customer = await a_customer(uow)
        held = await a_pass(uow, customer.id, price=9999, sessions_limit=10)
        await a_wallet(uow, customer.id, 500)
        mat = await create_extra(
            uow, NewExtra(name="Mat", price=250, activity_id=session.activity_id)
        )
        return session, customer, held, mat

    session, customer, held, mat = await desk.run(prepare)
    booking = await desk.run(a_booking, session.id, customer.id, extras=[ExtraWish(mat.id, 2)])
    held = await desk.read(CustomerPass, held.id)

    assert (booking.status, booking.paid_minor, booking.total) == ("confirmed", 500, 2000)
    assert booking.customer_entitlement_id == held.id
    assert (held.sessions_used, held.deferred_minor, held.status) == (1, 9999 - 999, "active")


async def test_a_visit_includes_one_of_each_extra_that_its_pass_names(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[Any, ...]:
        activity = await an_activity(uow, price=3000)
        mat = await create_extra(uow, NewExtra(name="Mat", price=200, stock=5))
        tea = await create_extra(uow, NewExtra(name="Tea", price=300))
        customer = await a_customer(uow)
        await a_wallet(uow, customer.id, 1000)
        held = await a_pass(uow, customer.id, extra_ids=[mat.id])
        return await a_session(uow, activity), mat, tea, customer, held

    session, mat, tea, customer, held = await desk.run(prepare)
    wish = Wish(
        session_id=session.id,
        customer_id=customer.id,
        extras=[ExtraWish(mat.id, 2), ExtraWish(tea.id, 1)],
    )
    bill, asked = await desk.run(quote, wish)
    booking = await desk.run(book, wish)
    rows = sorted((one.name, one.quantity, one.price_paid) for one in booking.extras)
    covered = [one for one in booking.extras if one.covered_by_entitlement_id]

    assert (bill.total, asked.wallet_minor) == (3700, 500)
    assert "Mat with " in " ".join(asked.explanation)
    assert (booking.total, booking.paid_minor) == (3700, 500)
    assert rows == [("Mat", 1, 0), ("Mat", 1, 200), ("Tea", 1, 300)]
    assert [one.covered_by_entitlement_id for one in covered] == [held.id]
    assert await desk.run(most_taken, mat.id) == 2

    cancelled = await desk.run(cancel_booking, KEY, booking.id)
    assert (cancelled.refunded_minor, cancelled.money) == (500, "refunded")
    assert await desk.run(most_taken, mat.id) == 0
    assert (await desk.read(CustomerPass, held.id)).sessions_used == 0


async def test_a_booking_keeps_what_it_was_made_under_in_words(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> SessionBooking:
        activity = await an_activity(uow, late_fee=500)
        booking = await a_booking(uow, (await a_session(uow, activity)).id)
        changes = ActivityChanges(name="Evening Yoga", cancellation_window_hours=None)
        await update_activity(uow, activity.id, activity.version, changes)
        return booking

    booking = await desk.run(prepare)

    assert booking.activity_name == "Morning Yoga"
    assert booking.policy_text == (
        "It can be cancelled free of charge until 1 day before; later €5.00 are kept,"
        " and a visit of a pass is forfeited."
    )


async def test_a_full_session_and_a_second_place_are_refused(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[Session, UUID]:
        session = await a_session(uow, capacity=1)
        return session, (await a_booking(uow, session.id)).customer_id

    session, customer_id = await desk.run(prepare)
    with pytest.raises(SessionFull):
        await desk.run(a_booking, session.id)

    roomy = await desk.run(a_session, await desk.run(an_activity, name="Dance"))
    await desk.run(a_booking, roomy.id, customer_id)
    with pytest.raises(AlreadyBooked):
        await desk.run(a_booking, roomy.id, customer_id)
    assert (await desk.read(Session, roomy.id)).taken == 1


async def test_a_member_books_for_their_family(desk: Desk) -> None:
    async def book_all(uow: UnitOfWork) -> tuple[list[UUID], UUID]:
        session = await a_session(uow)
        parent = await a_customer(uow)
        await a_wallet(uow, parent.id, 10_000)
        child = await add_family_member(uow, parent.id, "Kim")
        stranger = await a_customer(uow, name="Stranger")
        await a_booking(uow, session.id, parent.id)
        await a_booking(uow, session.id, parent.id, attendee_id=child.id)
        return [session.id, parent.id], stranger.id

    (session_id, parent_id), stranger_id = await desk.run(book_all)
    assert (await desk.read(Session, session_id)).taken == 2
    with pytest.raises(Exception, match="no such thing"):
        await desk.run(a_booking, session_id, parent_id, attendee_id=stranger_id)


async def test_extras_run_out(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[Session, Any]:
        mat = await create_extra(uow, NewExtra(name="Mat", price=0, stock=1))
        return await a_session(uow), mat

    session, mat = await desk.run(prepare)
    first = await desk.run(a_booking, session.id, extras=[ExtraWish(mat.id)])
    with pytest.raises(OutOfStock):
        await desk.run(a_booking, session.id, extras=[ExtraWish(mat.id)])
    await desk.run(cancel_booking, KEY, first.id)

    again = await desk.run(a_booking, session.id, extras=[ExtraWish(mat.id)])
    assert again.extras[0].name == "Mat"


async def test_a_timely_cancellation_gives_all_back_and_frees_the_place(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[SessionBooking, SessionBooking, Any, Any]:
        session = await a_session(uow, in_hours=72)
        with_pass, with_wallet = await a_customer(uow), await a_customer(uow)
        held = await a_pass(uow, with_pass.id)
        wallet = await a_wallet(uow, with_wallet.id, 1200, bonus=300)
        return (
            await a_booking(uow, session.id, with_pass.id),
            await a_booking(uow, session.id, with_wallet.id),
            held,
            wallet,
        )

    by_pass, by_wallet, held, wallet = await desk.run(prepare)
    for booking in (by_pass, by_wallet):
        await desk.run(cancel_booking, KEY, booking.id)

    assert (await desk.read(Session, by_pass.session_id)).taken == 0
    assert (await desk.read(CustomerPass, held.id)).sessions_used == 0
    wallet = await desk.read(Wallet, wallet.id)
    assert (wallet.cash_minor, wallet.bonus_minor) == (1200, 300)
    by_wallet = await desk.read(SessionBooking, by_wallet.id)
    assert (by_wallet.status, by_wallet.money, by_wallet.fee_minor) == ("cancelled", "refunded", 0)
    with pytest.raises(IllegalAct):
        await desk.run(cancel_booking, KEY, by_wallet.id)


async def test_a_late_cancellation_keeps_the_fee_and_forfeits_the_visit(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[SessionBooking, SessionBooking, Any]:
        activity = await an_activity(uow, late_fee=400, tax_basis_points=2500)
        session = await a_session(uow, activity, in_hours=72)
        customer = await a_customer(uow)
        held = await a_pass(uow, customer.id)
        return await a_booking(uow, session.id), await a_booking(uow, session.id, customer.id), held

    by_wallet, by_pass, held = await desk.run(prepare)
    desk.clock.travel(timedelta(hours=60))
    for booking in (by_wallet, by_pass):
        await desk.run(cancel_booking, KEY, booking.id)

    by_wallet = await desk.read(SessionBooking, by_wallet.id)
    assert (by_wallet.status, by_wallet.money) == ("late_cancelled", "part_refunded")
    assert (by_wallet.fee_minor, by_wallet.refunded_minor, by_wallet.earned_minor) == (
        400,
        1100,
        400,
    )
    assert (await desk.read(CustomerPass, held.id)).sessions_used == 1
    assert await desk.balance(ledger.chart.TAX_PAYABLE) == 80 + 200
    assert (await desk.read(Session, by_wallet.session_id)).taken == 0


async def test_a_place_that_a_pass_pays_for_is_taxed_for_what_the_visit_is_worth(
    desk: Desk,
) -> None:
    async def prepare(uow: UnitOfWork) -> SessionBooking:
        activity = await an_activity(uow, price=3000, tax_basis_points=2500)
        board = await create_extra(uow, NewExtra(name="Board", price=600, tax_basis_points=2000))
        customer = await a_customer(uow)
        await a_wallet(uow, customer.id, 600)
        await a_pass(uow, customer.id)
        session = await a_session(uow, activity)
        return await a_booking(uow, session.id, customer.id, extras=[ExtraWish(board.id, 1)])

    booking = await desk.run(prepare)

    async def act(uow: UnitOfWork, *, is_over: bool) -> None:
        row = await uow.get(SessionBooking, booking.id, lock=True)
        if is_over:
            await earn(uow, row)
        else:
            await give_visit_back(uow, row)
            await give_money_back(uow, row, 600, reason="Nobody taught")

    await desk.run(act, is_over=True)
    assert await desk.balance(ledger.chart.SESSION_REVENUE) == 800 + 500
    assert await desk.balance(ledger.chart.TAX_PAYABLE) == 200 + 100
    await desk.run(act, is_over=False)
    assert await desk.balance(ledger.chart.SESSION_REVENUE) == 0
    assert await desk.balance(ledger.chart.TAX_PAYABLE) == 0


async def test_the_terms_that_were_shown_are_kept_for_some_minutes(desk: Desk) -> None:
    session = await desk.run(a_session, in_hours=26)
    bookings = [await desk.run(a_booking, session.id) for _ in range(3)]
    desk.clock.travel(timedelta(hours=1, minutes=58))
    quotes = [await desk.run(quote_cancellation, KEY, one.id) for one in bookings]
    desk.clock.travel(timedelta(minutes=4))
    kept = await desk.run(cancel_booking, KEY, bookings[0].id, quote_token=quotes[0].token)
    forged = await desk.run(cancel_booking, KEY, bookings[1].id, quote_token=quotes[0].token)
    desk.clock.travel(timedelta(minutes=4))
    stale = await desk.run(cancel_booking, KEY, bookings[2].id, quote_token=quotes[2].token)

    assert not quotes[0].terms.is_late
    assert [one.status for one in (kept, forged, stale)] == [
        "cancelled",
        "late_cancelled",
        "late_cancelled",
    ]


async def test_without_a_window_nothing_can_be_cancelled(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> SessionBooking:
        activity = await an_activity(uow, cancellation_window_hours=None)
        return await a_booking(uow, (await a_session(uow, activity)).id)

    booking = await desk.run(prepare)
    with pytest.raises(CannotCancel):
        await desk.run(cancel_booking, KEY, booking.id)


async def test_who_does_not_pay_in_time_loses_the_place_and_gets_the_rest_back(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[SessionBooking, Wallet]:
        customer = await a_customer(uow)
        wallet = await a_wallet(uow, customer.id, 1000)
        return await a_booking(uow, (await a_session(uow)).id, customer.id), wallet

    booking, wallet = await desk.run(prepare)
    assert booking.due_minor == 500
    desk.clock.travel(timedelta(minutes=16))
    assert await desk.run(expire_held) == 1
    assert await desk.run(expire_held) == 0

    booking = await desk.read(SessionBooking, booking.id)
    assert (booking.status, booking.money) == ("expired", "none")
    assert (await desk.read(Wallet, wallet.id)).cash_minor == 1000
    assert (await desk.read(Session, booking.session_id)).taken == 0


@pytest.mark.parametrize("is_full", [False, True])
async def test_money_that_comes_late_takes_a_place_again_or_goes_back(
    desk: Desk, is_full: bool
) -> None:
    async def prepare(uow: UnitOfWork) -> SessionBooking:
        session = await a_session(uow, capacity=1)
        return await a_booking(uow, session.id, (await a_customer(uow)).id)

    booking = await desk.run(prepare)
    attempt = await desk.run(start_payment, PAYABLE_KIND, booking.id, provider="sandbox")
    await open_payment(desk.database, desk.tenant, attempt.id)
    desk.clock.travel(timedelta(minutes=30))
    await desk.run(expire_held)
    if is_full:
        await desk.run(a_booking, booking.session_id)
    reference = f"sbx_{attempt.id.hex}"
    await desk.run(tell_sandbox, reference, "succeed")
    settled = await settle(desk.database, desk.tenant, "sandbox", reference)
    await desk.run(books_are_right)

    assert settled.outcome == ("unavailable" if is_full else "honoured")
    assert (await desk.read(Session, booking.session_id)).taken == 1
    assert (await desk.read(SessionBooking, booking.id)).status == "expired"


async def test_the_house_gives_everything_back_with_grace(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[Session, Any, Any]:
        session = await a_session(uow, in_hours=30)
        with_pass = await a_customer(uow)
        held = await a_pass(uow, with_pass.id, validity_days=1)
        await a_booking(uow, session.id, with_pass.id)
        lapsing = await a_customer(uow)
        wallet = await a_wallet(uow, lapsing.id, 1000, bonus=500, bonus_days=1)
        await a_booking(uow, session.id, lapsing.id)
        return session, held, wallet

    session, held, wallet = await desk.run(prepare)
    desk.clock.travel(timedelta(hours=29))
    session = await desk.read(Session, session.id)
    data = SessionCancellation(reason="The heating has failed", is_confirmed=True)
    session = await desk.run(call_off_sessions, session.id, session.version, data)

    assert (session.status, session.taken) == ("cancelled", 0)
    held = await desk.read(CustomerPass, held.id)
    assert (held.sessions_used, held.starts_at) == (0, None)
    wallet = await desk.read(Wallet, wallet.id)
    assert (wallet.cash_minor, wallet.bonus_minor) == (1000, 500)


async def test_a_card_is_refunded_by_its_provider(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> SessionBooking:
        return await a_booking(uow, (await a_session(uow)).id, (await a_customer(uow)).id)

    booking = await desk.run(prepare)
    await pay_by_card(desk.database, desk.tenant, PAYABLE_KIND, booking.id)
    await desk.run(call_off_booking, booking.id, "Ill")

    async def refund_of(uow: UnitOfWork) -> UUID:
        found = await uow.execute("SELECT id FROM refunds")
        return found.scalar_one()

    await submit_refund(desk.database, desk.tenant, await desk.run(refund_of))
    assert await desk.balance(ledger.chart.PROVIDER_CLEARING) == 0
    assert await desk.balance(ledger.chart.DEFERRED_BOOKINGS) == 0
    assert (await desk.read(SessionBooking, booking.id)).money == "refunded"


async def test_what_cannot_be_paid_is_refused_and_nothing_happened(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[Session, UUID]:
        activity = await an_activity(uow, allowed_payment_methods=["pass", "wallet"])
        customer = await a_customer(uow)
        await a_wallet(uow, customer.id, 100)
        return await a_session(uow, activity), customer.id

    session, customer_id = await desk.run(prepare)
    with pytest.raises(NotEnoughFunds) as refused:
        await desk.run(a_booking, session.id, customer_id)

    assert refused.value.fields["missing"] == 1400
    assert (await desk.read(Session, session.id)).taken == 0


async def test_booking_opens_and_closes(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> Session:
        activity = await an_activity(uow, booking_opens_hours=48, booking_closes_minutes=60)
        return await a_session(uow, activity, in_hours=72)

    session = await desk.run(prepare)
    with pytest.raises(NotBookable, match="opens on"):
        await desk.run(a_booking, session.id)
    desk.clock.travel(timedelta(hours=30))
    await desk.run(a_booking, session.id)
    desk.clock.travel(timedelta(hours=41, minutes=30))
    with pytest.raises(NotBookable, match="closed"):
        await desk.run(a_booking, session.id)
    await desk.run(a_booking, session.id, by_staff=True)


async def test_a_quote_explains_and_changes_nothing(desk: Desk) -> None:
    async def ask(uow: UnitOfWork) -> list[str]:
        session = await a_session(uow)
        customer = await a_customer(uow)
        await a_pass(uow, customer.id, name="Evenings", weekdays=[])
        old = await a_pass(uow, customer.id, name="Elsewhere")
        old.activity_ids = ["00000000-0000-0000-0000-000000000000"]
        await uow.flush()
        _, decided = await quote(
            uow, Wish(session_id=session.id, customer_id=customer.id, payment=Payment())
        )
        return decided.explanation

    assert await desk.run(ask) == [
        "Elsewhere: it is not for this activity",
        "The place with Evenings, the only one that fits. 9 visits are left on it.",
    ]


async def test_a_pass_is_for_the_family_only_when_it_may_be_shared(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[Any, ...]:
        parent = await a_customer(uow)
        child = await add_family_member(uow, parent.id, "Kim")
        own = await a_pass(uow, parent.id)
        await a_wallet(uow, parent.id, 5000)
        yoga = await an_activity(uow)
        return await a_session(uow, yoga), await a_session(uow, yoga), parent, child, own

    first, second, parent, child, own = await desk.run(prepare)
    mine = await desk.run(a_booking, first.id, parent.id)
    theirs = await desk.run(a_booking, first.id, parent.id, attendee_id=child.id)
    shared = await desk.run(a_pass, parent.id, is_shared=True)
    again = await desk.run(a_booking, second.id, parent.id, attendee_id=child.id)

    assert mine.customer_entitlement_id == own.id
    assert (theirs.customer_entitlement_id, theirs.wallet_debited) == (None, True)
    assert any("a family cannot share it" in one for one in theirs.explanation)
    assert again.customer_entitlement_id == shared.id
