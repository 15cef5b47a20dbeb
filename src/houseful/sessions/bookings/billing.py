"""Paying afterwards: what is owed once a session is over, how it is settled, waived, given up.

A booking enters `due` when its session ends and pass, bonus and wallet do not cover all of it:
nothing is taken in part, the debt is booked once. It leaves by a top-up, oldest first; by a pass
whose owner agrees; by a card; by a waiver with a reason; as written off; or because the attendance
was corrected.
"""

from uuid import UUID

from sqlalchemy import select

from houseful import audit, ledger
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid
from houseful.payments import take_honour_back
from houseful.sessions.bookings.lines import counted
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.money import (
    change_earned,
    earn,
    give_money_back,
    give_visit_back,
    post_for,
    use_cover,
)
from houseful.sessions.bookings.purses import Purse, open_purse
from houseful.sessions.bookings.refunds import note_given_back
from houseful.sessions.bookings.rules import next_reminder
from houseful.sessions.bookings.taking import bill_of, debts_of
from houseful.sessions.bookings.wishes import Payment
from houseful.sessions.catalogue.models import Session
from houseful.sessions.catalogue.settings import read_settings
from houseful.sessions.covering import CARD, CASH, PASS, Bill, PassOffer, cover
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.facts import BookingDue, BookingSettled
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.problems import PassNotUsable
from houseful.sessions.states import MONEY
from houseful.sessions.wallets.models import Wallet
from houseful.sessions.wallets.service import Correction, correct_wallet, wallet_of

REMINDERS_MAX = 5
BATCH_MAX = 100


async def bill_attendance(uow: UnitOfWork, booking: SessionBooking, session: Session) -> None:
    """Bill a place that is paid for afterwards, now that the session is over.

    Pass, bonus and wallet are used when they cover it all; else the customer owes it.
    """
    customer = await uow.get(CompanyCustomer, booking.customer_id)
    fee = booking.policy["noShowFee"]
    if booking.attendance == "no_show" and fee is not None:
        await _bill_or_take(uow, booking, customer, fee)
        return
    purse = await open_purse(uow, customer, session, booking.attendee_id, lock=True)
    decided = cover(bill_of(booking, Payment(has_card=False)), purse.funds)
    if decided.missing_minor:
        await bill(uow, booking, booking.total)
        return
    await use_cover(uow, booking, session, purse, decided)
    booking.money = MONEY.next(booking.money, "pay")
    await uow.flush()
    await earn(uow, booking)


async def bill(uow: UnitOfWork, booking: SessionBooking, amount: int) -> None:
    """Let a customer owe an amount: it is earned, and a receivable."""
    booking.money = MONEY.next(booking.money, "bill")
    booking.due_minor = amount
    earned = change_earned(booking, amount)
    booking.dunned_times = 1
    booking.billed_at = booking.dunned_at = uow.now
    await audit.record(uow, "sessions.booking.billed", booking)
    await uow.flush()
    await post_for(
        uow,
        booking,
        "booking_billed",
        [ledger.debit(ledger.chart.CUSTOMER_RECEIVABLE, amount), *earned],
    )
    await uow.announce(BookingDue(subject_id=booking.id, session_id=booking.session_id, number=1))


async def settle_debts(uow: UnitOfWork, customer_id: UUID) -> int:
    """Settle what a customer owes from their wallet, the oldest first; return how many debts.

    A debt is paid whole or not at all. Passes are not used for what is past.
    """
    settled = 0
    for booking in await debts_of(uow, customer_id):
        purse = Purse(wallet=await wallet_of(uow, customer_id, booking.currency, lock=True))
        owed = Bill(
            price=booking.due_minor,
            extras=0,
            currency=booking.currency,
            methods=["bonus", "wallet"],
            bonus_share_percent=booking.policy["bonusSharePercent"],
        )
        decided = cover(owed, purse.funds)
        if decided.missing_minor:
            break
        session = await uow.get(Session, booking.session_id)
        await use_cover(
            uow, booking, session, purse, decided, settles=ledger.chart.CUSTOMER_RECEIVABLE
        )
        await note_settled(uow, booking, "pay")
        settled += 1
    return settled


async def settle_debts_with_pass(uow: UnitOfWork, customer_pass_id: UUID) -> int:
    """Settle what a pass's owner owes with visits of it, the oldest first; return how many debts.

    The pass is used for what was before it was bought: call this only when its owner has agreed to
    that. What was earned by the debt is taken back, and the visit is earned in its place. Raises
    `PassNotUsable` when it pays for none of the debts, and says why for the oldest.
    """
    held = await uow.get(CustomerPass, customer_pass_id)
    customer = await uow.get(CompanyCustomer, held.customer_id)
    settled, whys = 0, list[str]()
    for booking in await debts_of(uow, customer.id):
        session = await uow.get(Session, booking.session_id)
        purse = await open_purse(
            uow, customer, session, booking.attendee_id, lock=True, has_wallet=False
        )
        offer = next((one.offer for one in purse.passes if one.row.id == held.id), None)
        if why := _why_not(booking, offer):
            whys.append(why)
            continue
        chosen = cover(bill_of(booking, Payment(pass_id=held.id, has_card=False)), purse.funds)
        await _take_back(uow, booking, "paid with a pass")
        await use_cover(uow, booking, session, purse, chosen)
        await note_settled(uow, booking, "pay")
        await earn(uow, booking)
        settled += 1
    if not settled:
        raise PassNotUsable(f"{held.name}: {next(iter(whys), 'nothing is owed')}.")
    return settled


async def correct_and_settle(
    uow: UnitOfWork, wallet_id: UUID, kind: Correction, amount_minor: int, reason: str
) -> Wallet:
    """Change a wallet by hand, and settle what its owner owes with what came in."""
    found = await uow.get(Wallet, wallet_id)
    await debts_of(uow, found.customer_id)
    wallet = await correct_wallet(uow, wallet_id, kind, amount_minor, reason)
    await settle_debts(uow, wallet.customer_id)
    return wallet


async def waive_debt(uow: UnitOfWork, booking_id: UUID, reason: str) -> SessionBooking:
    """Let a customer off what they owe, with a reason. Raises `Invalid`, `IllegalTransition`."""
    booking = await _due(uow, booking_id, reason)
    await _take_back(uow, booking, reason)
    await note_settled(uow, booking, "waive")
    return booking


async def write_off_debt(uow: UnitOfWork, booking_id: UUID, reason: str) -> SessionBooking:
    """Give up what a customer owes: it was earned, and is lost. Raises as `waive_debt` does."""
    booking = await _due(uow, booking_id, reason)
    chart = ledger.chart
    await post_for(
        uow,
        booking,
        "debt_written_off",
        [
            ledger.debit(chart.BAD_DEBT, booking.due_minor),
            ledger.credit(chart.CUSTOMER_RECEIVABLE, booking.due_minor),
        ],
        memo=reason,
    )
    booking.due_minor = 0
    await note_settled(uow, booking, "write_off")
    return booking


async def drop_debt(uow: UnitOfWork, booking: SessionBooking, reason: str) -> None:
    """Take a debt back: its reason was a mistake. The booking is locked."""
    await _take_back(uow, booking, reason)
    await note_settled(uow, booking, "drop")


async def take_billing_back(uow: UnitOfWork, booking: SessionBooking, reason: str) -> bool:
    """Take back what a place was billed: a debt is dropped, what was paid goes back as it came.

    Return False where somebody has let it go, or given it back: that stays. The booking is locked.
    """
    if booking.money == "due":
        await drop_debt(uow, booking, reason)
    elif MONEY.allows(booking.money, "reverse"):
        await _pay_back(uow, booking, reason)
    if booking.money != "none":
        return False
    booking.fee_minor = 0
    return True


async def remind_debtors(uow: UnitOfWork) -> int:
    """Remind a batch of customers of what they owe, at growing intervals; return how many."""
    owed = await uow.all(
        select(SessionBooking)
        .where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.money == "due",
            SessionBooking.dunned_times.between(1, REMINDERS_MAX - 1),
            SessionBooking.dunned_at <= uow.now - next_reminder(1),
        )
        .order_by(SessionBooking.id)
        .limit(BATCH_MAX)
        .with_for_update(skip_locked=True)
    )
    due = [
        one
        for one in owed
        if one.dunned_at is not None and one.dunned_at + next_reminder(one.dunned_times) <= uow.now
    ]
    for booking in due:
        booking.dunned_times += 1
        booking.dunned_at = uow.now
        await uow.announce(
            BookingDue(
                subject_id=booking.id, session_id=booking.session_id, number=booking.dunned_times
            )
        )
    await uow.flush()
    return len(due)


async def may_be_billed(uow: UnitOfWork, customer: CompanyCustomer) -> bool:
    """Whether a customer may pay afterwards: allowed to, and no debt is too large or too old."""
    settings = await read_settings(uow)
    owed = await uow.execute(
        "SELECT coalesce(sum(due_minor), 0) AS amount, min(billed_at) AS since"
        " FROM session_bookings WHERE organization_id = :tenant AND customer_id = :customer"
        " AND money = 'due'",
        {"tenant": uow.tenant, "customer": customer.id},
    )
    row = owed.one()
    is_old = row.since is not None and (uow.now - row.since).days >= settings.debt_age_days
    return customer.may_owe and row.amount <= settings.debt_limit_minor and not is_old


async def note_settled(uow: UnitOfWork, booking: SessionBooking, act: str) -> None:
    """Note that a debt is no more, and how."""
    booking.money = MONEY.next(booking.money, act)
    await audit.record(uow, f"sessions.booking.debt_{act}", booking)
    await uow.flush()
    await uow.announce(BookingSettled(subject_id=booking.id, session_id=booking.session_id))


async def _bill_or_take(
    uow: UnitOfWork, booking: SessionBooking, customer: CompanyCustomer, amount: int
) -> None:
    if not amount:
        booking.money = MONEY.next(booking.money, "pay")
        await uow.flush()
        return
    booking.fee_minor = amount
    await bill(uow, booking, amount)
    await settle_debts(uow, customer.id)


def _why_not(booking: SessionBooking, offer: PassOffer | None) -> str:
    """Return why a pass cannot pay a debt, or an empty text: it pays for places, not for fees."""
    if offer is None:
        return "it has ended"
    if PASS not in booking.policy["methods"]:
        return "passes are not taken for this"
    if booking.is_fee or booking.due_minor != booking.price:
        return "it pays for a place, not for a fee or for extras"
    return offer.why_not


async def _take_back(uow: UnitOfWork, booking: SessionBooking, reason: str) -> None:
    amount, booking.due_minor = booking.due_minor, 0
    taken_back = change_earned(booking, -amount)
    await post_for(
        uow,
        booking,
        "debt_taken_back",
        [*taken_back, ledger.credit(ledger.chart.CUSTOMER_RECEIVABLE, amount)],
        memo=reason,
    )


async def _pay_back(uow: UnitOfWork, booking: SessionBooking, reason: str) -> None:
    left = booking.paid_minor - booking.refunded_minor
    await give_visit_back(uow, booking, by_seller=True)
    cards = await give_money_back(uow, booking, left, reason=reason) if left else []
    was = booking.money
    for payment_id in dict.fromkeys(
        one.source_id for one in counted(booking) if one.kind in {CARD, CASH}
    ):
        await take_honour_back(uow, payment_id)
    await note_given_back(uow, booking, left, cards)
    booking.money = MONEY.next(was, "reverse")
    for tender in booking.tenders:
        tender.is_taken_back = True
    booking.customer_entitlement_id = None
    await audit.record(uow, "sessions.booking.billing_taken_back", booking)
    await uow.flush()


async def _due(uow: UnitOfWork, booking_id: UUID, reason: str) -> SessionBooking:
    if not reason.strip():
        raise Invalid.at("/reason", "Please say why.")
    booking = await uow.get(SessionBooking, booking_id, lock=True)
    MONEY.next(booking.money, "waive")
    return booking
