"""The money of a booking: what it was paid with, what has been earned, what goes back."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

from houseful import ledger
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.money import allocate, tax_within
from houseful.payments import Transaction, provider_named, request_refund
from houseful.sessions.bookings.lines import (
    Source,
    let_pass_pay,
    note_covered_extras,
    pay_lines,
    visits_of,
)
from houseful.sessions.bookings.models import SessionBooking, Tender
from houseful.sessions.bookings.purses import Purse
from houseful.sessions.catalogue.models import Session
from houseful.sessions.covering import BONUS, CARD, CASH, PASS, WALLET, Cover
from houseful.sessions.passes.service import consume, restore
from houseful.sessions.problems import NothingToGiveBack
from houseful.sessions.states import MONEY
from houseful.sessions.wallets.service import LotShare, put_back, take, wallet_of

PAYABLE_KIND = "session_booking"
SELLERS_GRACE = timedelta(days=14)

Target = Literal["origin", "wallet"]


def note_cover(booking: SessionBooking, cover: Cover) -> None:
    """Note on a booking what it is paid with, and what is still to come from a card."""
    booking.paid_minor += cover.bonus_minor + cover.wallet_minor
    booking.due_minor = cover.missing_minor
    booking.customer_entitlement_id = cover.pass_id or booking.customer_entitlement_id
    booking.explanation = list(cover.explanation)
    note_covered_extras(booking, cover)


async def use_cover(
    uow: UnitOfWork,
    booking: SessionBooking,
    session: Session,
    purse: Purse,
    cover: Cover,
    *,
    settles: str = ledger.chart.DEFERRED_BOOKINGS,
) -> None:
    """Pay for a booking that there is with pass, bonus and wallet, as `take_cover` does."""
    turn = len(visits_of(booking)) + 1
    note_cover(booking, cover)
    # Tenders refer to the rows of extras, of which a pass may just have split one.
    await uow.flush()
    await take_cover(uow, booking, session, purse, cover, settles=settles, turn=turn)


async def take_cover(
    uow: UnitOfWork,
    booking: SessionBooking,
    session: Session,
    purse: Purse,
    cover: Cover,
    *,
    settles: str = ledger.chart.DEFERRED_BOOKINGS,
    turn: int = 1,
) -> None:
    """Take pass, bonus and wallet money for a booking; a card is still to come for what is missing.

    `settles` is the account that is credited: bookings that are paid, or what customers owe. `turn`
    says for the how manyth time a pass is used for it.
    """
    chart = ledger.chart
    value = 0
    if cover.pass_id is not None:
        value = consume(uow, purse.pass_with(cover.pass_id), booking.id, session, turn)
        let_pass_pay(booking, cover.pass_id, value)
    if cover.bonus_minor or cover.wallet_minor:
        assert purse.wallet is not None
        lots = await take(
            uow,
            purse.wallet,
            cash=cover.wallet_minor,
            bonus=cover.bonus_minor,
            source_key=f"booking:{booking.id}:{new_id()}",
            reason=booking.activity_name or "Booking",
        )
        used = [(Source(BONUS, share.lot_id), share.amount_minor) for share in lots]
        pay_lines(booking, [*used, (Source(WALLET, purse.wallet.id), cover.wallet_minor)])
    await uow.flush()
    await post_for(
        uow,
        booking,
        "booking_paid",
        [
            ledger.debit(chart.DEFERRED_PASSES, value),
            ledger.debit(chart.BONUS_LIABILITY, cover.bonus_minor),
            ledger.debit(chart.STORED_VALUE, cover.wallet_minor),
            ledger.credit(settles, value + cover.bonus_minor + cover.wallet_minor),
        ],
    )


async def take_card(
    uow: UnitOfWork,
    booking: SessionBooking,
    transaction: Transaction,
    *,
    settles: str = ledger.chart.DEFERRED_BOOKINGS,
) -> None:
    """Note that a card, or cash, paid what was due."""
    amount = transaction.amount_minor
    kind = CASH if transaction.provider == CASH else CARD
    pay_lines(booking, [(Source(kind, transaction.id), amount)])
    booking.paid_minor += amount
    booking.due_minor -= amount
    await uow.flush()
    clearing = provider_named(transaction.provider).clearing_account
    await post_for(
        uow,
        booking,
        "booking_paid",
        [ledger.debit(clearing, amount), ledger.credit(settles, amount)],
    )


async def earn(uow: UnitOfWork, booking: SessionBooking) -> int:
    """Earn what a booking has deferred: the session is over, or it is kept as a fee."""
    left = deferred_left(booking)
    if left <= 0:
        return 0
    earned = change_earned(booking, left)
    await post_for(
        uow,
        booking,
        "booking_earned",
        [ledger.debit(ledger.chart.DEFERRED_BOOKINGS, left), *earned],
    )
    await uow.flush()
    return left


def deferred_left(booking: SessionBooking) -> int:
    """Return what was paid for a booking, and neither earned nor given back."""
    visits = sum(one.worth_minor for one in visits_of(booking) if not one.returned_minor)
    return booking.paid_minor + visits - booking.earned_minor - booking.refunded_minor


def change_earned(booking: SessionBooking, by: int) -> list[ledger.Line]:
    """Let what a booking has earned rise or fall; return the lines of revenue and tax.

    Parts are taxed as their sum is: nothing is left over when all of it falls back.
    """
    taxes = _taxes(booking)
    before = taxes(booking.earned_minor)
    booking.earned_minor += by
    tax = taxes(booking.earned_minor) - before
    chart = ledger.chart
    return [
        ledger.credit(chart.SESSION_REVENUE, by - tax),
        ledger.credit(chart.TAX_PAYABLE, tax),
    ]


def _taxes(booking: SessionBooking) -> Callable[[int], int]:
    """Return how much tax is within an amount of a booking's price.

    A place that a pass pays for weighs what the visit is worth, also once that is given back.
    """
    visits = visits_of(booking)
    place = visits[-1].worth_minor if visits else booking.price
    weights = [place, *(extra.price_paid * extra.quantity for extra in booking.extras)]
    rates = [booking.tax_basis_points, *(extra.tax_basis_points for extra in booking.extras)]

    def within(amount: int) -> int:
        return sum(map(tax_within, allocate(amount, weights), rates))

    return within


async def give_visit_back(
    uow: UnitOfWork, booking: SessionBooking, *, by_seller: bool = False
) -> None:
    """Give the visit back to the pass that it was taken from, if it was."""
    value = await restore(uow, booking.id, grace=SELLERS_GRACE if by_seller else None)
    if value is None:
        return
    lines = _bearing(booking, value)
    for tender in booking.tenders:
        if tender.kind == PASS:
            tender.returned_minor = tender.amount_minor
    await uow.flush()
    chart = ledger.chart
    await post_for(
        uow, booking, "visit_returned", [*lines, ledger.credit(chart.DEFERRED_PASSES, value)]
    )


async def give_money_back(
    uow: UnitOfWork,
    booking: SessionBooking,
    amount: int,
    *,
    reason: str,
    target: Target = "origin",
) -> list[UUID]:
    """Give so much back, to a card first, then the wallet, then as bonus; return card refunds.

    All of it goes back the way it came, unless the wallet is the target: then cards are paid to the
    wallet too. Raises `NothingToGiveBack`.
    """
    if amount > booking.paid_minor - booking.refunded_minor:
        raise NothingToGiveBack(left=booking.paid_minor - booking.refunded_minor)
    wallet, left = 0, amount
    lots, cards = Counter[UUID](), Counter[UUID]()
    for tender in sorted(booking.tenders, key=_given_back_in_turn):
        part = 0 if tender.kind == PASS else min(left, tender.amount_minor - tender.returned_minor)
        if not part:
            continue
        tender.returned_minor += part
        left -= part
        if tender.kind == BONUS:
            lots[tender.source_id] += part
        elif tender.kind == WALLET or target == "wallet":
            wallet += part
        else:
            cards[tender.source_id] += part
    assert left == 0, "what was paid is the sum of the tenders"
    refunds = [await _refund_card(uow, booking, *one, reason) for one in cards.items()]
    if wallet or lots:
        shares = [LotShare(*one) for one in lots.items()]
        await _refund_wallet(uow, booking, wallet, shares, reason)
    return refunds


def _given_back_in_turn(tender: Tender) -> int:
    return {WALLET: 1, BONUS: 2}.get(tender.kind, 0)


def note_returned(booking: SessionBooking) -> None:
    """Say on the money's axis that all of it, or a part, went back."""
    is_whole = booking.refunded_minor == booking.paid_minor
    move_money(booking, "refund" if is_whole else "refund_part")


def move_money(booking: SessionBooking, act: str) -> None:
    """Move on the money's axis if that can be: what was billed anew meanwhile stays as it is."""
    if MONEY.allows(booking.money, act):
        booking.money = MONEY.next(booking.money, act)


async def _refund_card(
    uow: UnitOfWork, booking: SessionBooking, transaction_id: UUID, amount: int, reason: str
) -> UUID:
    lines = _bearing(booking, amount)
    booking.refunded_minor += amount
    await uow.flush()
    refund = await request_refund(
        uow, transaction_id, amount, reason=reason, lines=lines, allocation=[]
    )
    return refund.id


def _refund_of(booking: SessionBooking, reason: str) -> str:
    """Say on a wallet's statement what the money was for: `Refund of Morning Yoga: cancelled`."""
    what = f"Refund of {booking.activity_name or 'a booking'}"
    return f"{what}: {reason}" if reason else what


async def _refund_wallet(
    uow: UnitOfWork, booking: SessionBooking, cash: int, lots: Sequence[LotShare], reason: str
) -> None:
    bonus = sum(share.amount_minor for share in lots)
    lines = _bearing(booking, cash + bonus)
    booking.refunded_minor += cash + bonus
    await uow.flush()
    wallet = await wallet_of(uow, booking.customer_id, booking.currency, lock=True)
    key = f"booking_refund:{booking.id}:{new_id()}"
    await put_back(
        uow, wallet, cash=cash, lots=lots, source_key=key, reason=_refund_of(booking, reason)
    )
    chart = ledger.chart
    await post_for(
        uow,
        booking,
        "booking_refunded",
        [
            *lines,
            ledger.credit(chart.STORED_VALUE, cash),
            ledger.credit(chart.BONUS_LIABILITY, bonus),
        ],
    )


def _bearing(booking: SessionBooking, amount: int) -> list[ledger.Line]:
    """Return the debits that say who bears what goes back: not yet earned first, then revenue."""
    from_deferred = min(amount, max(0, deferred_left(booking)))
    from_revenue = amount - from_deferred
    return [
        ledger.debit(ledger.chart.DEFERRED_BOOKINGS, from_deferred),
        *change_earned(booking, -from_revenue),
    ]


async def post_for(
    uow: UnitOfWork,
    booking: SessionBooking,
    kind: str,
    lines: Sequence[ledger.Line],
    *,
    memo: str = "",
) -> None:
    """Post an entry of a booking, if anything moves."""
    if not any(line.amount_minor for line in lines):
        return
    await ledger.post(
        uow,
        ledger.Entry(
            kind=kind,
            source_key=f"{kind}:{booking.id}:{new_id()}",
            subject_kind=PAYABLE_KIND,
            subject_id=booking.id,
            currency=booking.currency,
            lines=lines,
            memo=memo,
        ),
    )
