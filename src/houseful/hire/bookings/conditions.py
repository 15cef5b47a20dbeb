"""What has to be so before a booking is confirmed, completed or closed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.problems import DepositsOpen, NotSettled, NotYetOver
from houseful.hire.bookings.rules import has_taken_place
from houseful.hire.deals.queries import deal_about
from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.states import SETTLED_STATES
from houseful.hire.rates.reckoning import priced_minor
from houseful.hire.settlements.models import Settlement
from houseful.hire.venue_events.shows import own_show_of
from houseful.kernel.database import UnitOfWork

Open = dict[str, Any]
"""What is open: `what`, the `id` where it is a thing, a `title`, and how much."""

_GOING_BACK = frozenset({"refund_pending", "partially_refunded"})


async def require_deposits(uow: UnitOfWork, booking: Booking) -> None:
    """Raise `DepositsOpen`, naming them, while a required deposit is neither paid nor waived."""
    missing = await missing_deposits(uow, booking.id)
    if missing:
        names = ", ".join(one.title for one in missing)
        raise DepositsOpen(
            f"To be paid or waived before it is confirmed: {names}.",
            deposits=[_of_deposit(one, one.balance_minor) for one in missing],
        )


async def missing_deposits(uow: UnitOfWork, booking_id: UUID) -> list[Deposit]:
    """Return the required deposits that are neither paid nor waived, the first due first."""
    return [
        one
        for one in await _deposits(uow, booking_id)
        if one.is_required and one.status not in SETTLED_STATES
    ]


async def are_deposits_settled(uow: UnitOfWork, booking_id: UUID) -> bool:
    """Whether the required deposits are settled, and at least one of them is paid or waived.

    A booking without any, or of which all were called off, is confirmed by people.
    """
    required = [one for one in await _deposits(uow, booking_id) if one.is_required]
    return all(one.status in SETTLED_STATES for one in required) and any(
        one.status != "cancelled" for one in required
    )


def require_over(uow: UnitOfWork, booking: Booking) -> None:
    """Raise `NotYetOver` while the night has not begun, or goes on for longer than an hour."""
    starts_at, ends_at = booking.starts_at, booking.ends_at
    if not has_taken_place(starts_at, ends_at, uow.now):
        raise NotYetOver(startsAt=starts_at.isoformat(), endsAt=ends_at.isoformat())


async def require_settled(uow: UnitOfWork, booking: Booking) -> None:
    """Raise `NotSettled`, naming all, when something of the booking is owed or not settled yet."""
    still_open = await open_of(uow, booking)
    if still_open:
        names = ", ".join(f"{one['what']} “{one['title']}”" for one in still_open)
        raise NotSettled(f"Still open: {names}.", open=still_open)


async def open_of(uow: UnitOfWork, booking: Booking) -> list[Open]:
    """Return what of a booking's money is open: owed, to be given back, or not settled.

    What was priced is owed unless a settlement says what the night came to.
    """
    deposits = await _deposits(uow, booking.id)
    settlement = await _newest_settlement(uow, booking.id)
    found = [one for deposit in deposits for one in _open_of_deposit(deposit)]
    if settlement is not None:
        found += _open_of_settlement(settlement, deposits)
    else:
        found += await _open_without_settlement(uow, booking, deposits)
    return found


def _open_of_deposit(deposit: Deposit) -> list[Open]:
    if not deposit.is_paid_known:
        return [_of_deposit(deposit, None, what="unknown to finance yet, deposit")]
    if deposit.balance_minor:
        return [_of_deposit(deposit, deposit.balance_minor)]
    if deposit.credit_minor:
        return [_of_deposit(deposit, deposit.credit_minor, what="too much paid for the deposit")]
    if deposit.held_minor and (deposit.kind == "security" or deposit.status in _GOING_BACK):
        return [_of_deposit(deposit, deposit.held_minor, what="not given back yet, deposit")]
    return []


def _open_of_settlement(settlement: Settlement, deposits: Sequence[Deposit]) -> list[Open]:
    is_open = settlement.status == "draft" or (
        settlement.status == "agreed" and settlement.due_minor != 0
    )
    if is_open:
        return [
            {
                "what": "settlement",
                "id": str(settlement.id),
                "title": f"No. {settlement.number}, {settlement.status}",
                "amountMinor": settlement.due_minor,
                "currency": settlement.currency,
            }
        ]
    return [
        _of_deposit(one, one.held_minor, what="not settled, deposit")
        for one in deposits
        if one.kind != "security" and one.held_minor and one.status not in _GOING_BACK
    ]


async def _open_without_settlement(
    uow: UnitOfWork, booking: Booking, deposits: Sequence[Deposit]
) -> list[Open]:
    deal = await deal_about(uow, booking_id=booking.id, event_id=await own_show_of(uow, booking))
    if deal is not None and deal.current.status == "accepted":
        return [{"what": "to be settled, deal", "id": str(deal.id), "title": deal.title}]
    priced = await priced_minor(uow, booking)
    let_be = sum(_let_be(one) for one in deposits if one.currency == booking.currency)
    if priced > let_be:
        return [
            {
                "what": "not paid of the price of",
                "id": str(booking.id),
                "title": booking.title,
                "amountMinor": priced - let_be,
                "currency": booking.currency,
            }
        ]
    return []


def _let_be(deposit: Deposit) -> int:
    """Return how much of the price a deposit takes care of: paid and not given back, or waived."""
    if deposit.kind == "security":
        return deposit.forfeited_minor
    if deposit.status == "waived":
        return max(deposit.amount_minor, deposit.paid_minor) - deposit.refunded_minor
    return deposit.paid_minor - deposit.refunded_minor


async def _newest_settlement(uow: UnitOfWork, booking_id: UUID) -> Settlement | None:
    return await uow.first(
        select(Settlement)
        .where(Settlement.organization_id == uow.tenant, Settlement.booking_id == booking_id)
        .order_by(Settlement.number.desc())
        .limit(1)
    )


async def _deposits(uow: UnitOfWork, booking_id: UUID) -> Sequence[Deposit]:
    return await uow.all(
        select(Deposit)
        .where(Deposit.organization_id == uow.tenant, Deposit.booking_id == booking_id)
        .order_by(Deposit.due_on, Deposit.position)
    )


def _of_deposit(deposit: Deposit, amount_minor: int | None, *, what: str = "deposit") -> Open:
    return {
        "what": what,
        "id": str(deposit.id),
        "title": deposit.title,
        "amountMinor": amount_minor,
        "currency": deposit.currency,
        "dueOn": deposit.due_on.isoformat(),
    }
