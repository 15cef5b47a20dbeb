"""The money of a booking: what it was paid with, what has been earned, what goes back."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful import ledger
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.money import allocate, tax_within
from houseful.payments import Transaction, find_transactions, provider_named, request_refund
from houseful.sessions.bookings.models import SessionBooking, SessionBookingExtra, Tender
from houseful.sessions.bookings.purses import Purse
from houseful.sessions.catalogue.models import Session
from houseful.sessions.covering import BONUS, CARD, PASS, WALLET, Cover
from houseful.sessions.passes.service import consume, restore
from houseful.sessions.problems import NothingToGiveBack
from houseful.sessions.states import MONEY
from houseful.sessions.wallets.service import LotShare, put_back, take, wallet_of

PAYABLE_KIND = "session_booking"
CASH = "cash"
SELLERS_GRACE = timedelta(days=14)
GIVEN_BACK_FIRST = (CARD, WALLET, BONUS)

Target = Literal["origin", "wallet"]


async def tenders_of(uow: UnitOfWork, booking_id: UUID) -> list[Tender]:
    """Return what a booking was paid with, the first first."""
    return list(
        await uow.all(
            select(Tender)
            .where(Tender.organization_id == uow.tenant, Tender.booking_id == booking_id)
            .order_by(Tender.id)
        )
    )


class PaidPart(msgspec.Struct, frozen=True):
    """A part of what was paid: with a pass, bonus, the wallet, a card, or `cash`."""

    kind: str
    amount_minor: int


async def paid_parts(uow: UnitOfWork, booking_id: UUID) -> list[PaidPart]:
    """Return what a booking was paid with, the first first; money over the counter is `cash`."""
    attempts = await find_transactions(uow, PAYABLE_KIND, booking_id)
    in_cash = {one.id for one in attempts if one.provider == CASH}
    return [
        PaidPart(CASH if one.source_id in in_cash else one.kind, one.amount_minor)
        for one in await tenders_of(uow, booking_id)
    ]


def note_cover(booking: SessionBooking, cover: Cover) -> None:
    """Note on a booking what it is paid with, and what is still to come from a card."""
    booking.paid_minor += cover.bonus_minor + cover.wallet_minor
    booking.due_minor = cover.missing_minor
    booking.bonus_debited = booking.bonus_debited or bool(cover.bonus_minor)
    booking.wallet_debited = booking.wallet_debited or bool(cover.wallet_minor)
    booking.customer_entitlement_id = cover.pass_id or booking.customer_entitlement_id
    booking.explanation = list(cover.explanation)
    for row in [one for one in booking.extras if one.extra_id in cover.covered_extra_ids]:
        _let_pass_pay(booking, row, cover.pass_id)


def _let_pass_pay(
    booking: SessionBooking, row: SessionBookingExtra, customer_pass_id: UUID | None
) -> None:
    """Note that a pass pays for one of an extra; of several the others stay a line of their own."""
    if row.quantity > 1:
        row.quantity -= 1
        row = SessionBookingExtra(
            organization_id=row.organization_id,
            id=new_id(),
            booking_id=row.booking_id,
            extra_id=row.extra_id,
            name=row.name,
            price=row.price,
            quantity=1,
            tax_basis_points=row.tax_basis_points,
            price_paid=0,
        )
        booking.extras.append(row)
    row.price_paid = 0
    row.covered_by_entitlement_id = customer_pass_id


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
    visits = sum(one.kind == PASS for one in await tenders_of(uow, booking.id))
    note_cover(booking, cover)
    await take_cover(uow, booking, session, purse, cover, settles=settles, turn=visits + 1)


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
        _tender(uow, booking, PASS, cover.pass_id, value)
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
        for share in lots:
            _tender(uow, booking, BONUS, share.lot_id, share.amount_minor)
        if cover.wallet_minor:
            _tender(uow, booking, WALLET, purse.wallet.id, cover.wallet_minor)
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
    _tender(uow, booking, CARD, transaction.id, amount)
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
    left = await deferred_left(uow, booking)
    if left <= 0:
        return 0
    earned = await change_earned(uow, booking, left)
    await post_for(
        uow,
        booking,
        "booking_earned",
        [ledger.debit(ledger.chart.DEFERRED_BOOKINGS, left), *earned],
    )
    await uow.flush()
    return left


async def deferred_left(uow: UnitOfWork, booking: SessionBooking) -> int:
    """Return what was paid for a booking, and neither earned nor given back."""
    visits = sum(
        one.amount_minor - one.returned_minor
        for one in await tenders_of(uow, booking.id)
        if one.kind == PASS
    )
    return booking.paid_minor + visits - booking.earned_minor - booking.refunded_minor


async def change_earned(uow: UnitOfWork, booking: SessionBooking, by: int) -> list[ledger.Line]:
    """Let what a booking has earned rise or fall; return the lines of revenue and tax.

    Parts are taxed as their sum is: nothing is left over when all of it falls back.
    """
    taxes = await _taxes(uow, booking)
    before = taxes(booking.earned_minor)
    booking.earned_minor += by
    tax = taxes(booking.earned_minor) - before
    chart = ledger.chart
    return [
        ledger.credit(chart.SESSION_REVENUE, by - tax),
        ledger.credit(chart.TAX_PAYABLE, tax),
    ]


async def _taxes(uow: UnitOfWork, booking: SessionBooking) -> Callable[[int], int]:
    """Return how much tax is within an amount of a booking's price.

    A place that a pass pays for weighs what the visit is worth, also once that is given back.
    """
    visits = [one.amount_minor for one in await tenders_of(uow, booking.id) if one.kind == PASS]
    place = visits[-1] if visits else booking.price
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
    if not value:
        return
    lines = await _bearing(uow, booking, value)
    for tender in await tenders_of(uow, booking.id):
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
    tenders = await tenders_of(uow, booking.id)
    cash, lots, cards, left = 0, list[LotShare](), list[tuple[UUID, int]](), amount
    for kind in GIVEN_BACK_FIRST:
        for tender in tenders:
            part = min(left, tender.amount_minor - tender.returned_minor)
            if tender.kind != kind or not part:
                continue
            tender.returned_minor += part
            left -= part
            if kind == BONUS:
                lots.append(LotShare(tender.source_id, part))
            elif kind == WALLET or target == "wallet":
                cash += part
            else:
                cards.append((tender.source_id, part))
    assert left == 0, "what was paid is the sum of the tenders"
    refunds = [await _refund_card(uow, booking, card, part, reason) for card, part in cards]
    if cash or lots:
        await _refund_wallet(uow, booking, cash, lots, reason)
    return refunds


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
    lines = await _bearing(uow, booking, amount)
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
    lines = await _bearing(uow, booking, cash + bonus)
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


async def _bearing(uow: UnitOfWork, booking: SessionBooking, amount: int) -> list[ledger.Line]:
    """Return the debits that say who bears what goes back: not yet earned first, then revenue."""
    from_deferred = min(amount, max(0, await deferred_left(uow, booking)))
    from_revenue = amount - from_deferred
    return [
        ledger.debit(ledger.chart.DEFERRED_BOOKINGS, from_deferred),
        *await change_earned(uow, booking, -from_revenue),
    ]


def _tender(
    uow: UnitOfWork, booking: SessionBooking, kind: str, source_id: UUID, amount: int
) -> None:
    uow.add(
        Tender(
            organization_id=uow.tenant,
            id=new_id(),
            booking_id=booking.id,
            kind=kind,
            source_id=source_id,
            amount_minor=amount,
        )
    )


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
