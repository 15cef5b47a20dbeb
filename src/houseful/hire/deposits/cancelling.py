"""What a cancelled booking costs, and what becomes of its deposits.

The fee is a share of what the booking was priced at, by how long before the night it is called off
(`settings.hire.cancellationTerms` of the venue). It is kept out of what the house holds; what is
missing is asked for, and what is beyond it goes back.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import aliased

from houseful import audit, venues
from houseful.hire.bookings.models import Booking, BookingAct
from houseful.hire.bookings.story import tell
from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.problems import NothingToDecide
from houseful.hire.deposits.schemas import NewDeposit, Return, Waiver
from houseful.hire.deposits.service import (
    cancel_deposit,
    changed,
    create_deposit,
    forfeit_deposit,
    lock_deposits,
)
from houseful.hire.deposits.states import DEPOSIT, OWED_STATES
from houseful.hire.holds.rules import CancellationTerm, read_policy
from houseful.hire.rates.reckoning import priced_minor
from houseful.kernel.database import UnitOfWork
from houseful.kernel.money import percentage

Decision = Literal["refund", "forfeit", "undecided"]
PAYABLE_WITHIN = timedelta(days=14)
TITLE = "Cancellation fee"
DECIDED = "decide_deposits"


async def fee_by_terms(uow: UnitOfWork, booking: Booking) -> int:
    """Return what the customer owes who calls it off now, in minor units of its currency."""
    venue = await venues.get_venue(uow, booking.venue_id)
    terms = read_policy(venue.settings).cancellation_terms
    share = share_due(terms, uow.now, booking.starts_at)
    return percentage(await priced_minor(uow, booking), share) if share else 0


def share_due(terms: Sequence[CancellationTerm], now: datetime, starts_at: datetime) -> int:
    """Return the share, in basis points, that is due so long before the night; 0 for none."""
    return next(
        (
            term.share
            for term in sorted(terms, key=lambda term: term.within_days)
            if starts_at - now <= timedelta(days=term.within_days)
        ),
        0,
    )


async def settle_cancellation(
    uow: UnitOfWork, booking: Booking, *, fee_minor: int, decision: Decision, is_external: bool
) -> dict[str, Any]:
    """Keep the fee, or all, out of what the house holds; return what was done, for the story.

    What was not paid yet is called off; what is beyond the fee waits to be given back, securities
    in any case; what is missing of the fee is a new deposit. What an external Finance service holds
    of it, it decides about itself, and nothing is asked for then: see `is_external` of a deposit;
    the parameter says where a new one is kept. `undecided` leaves all deposits as they are, until
    `decide_deposits`; without any there is nothing to decide, and the fee is asked for at once.
    """
    done: dict[str, Any] = {"feeMinor": fee_minor, "keptMinor": 0, "chargedMinor": 0}
    deposits = await lock_deposits(uow, booking)
    if decision == "undecided" and any(_is_open(one) for one in deposits):
        return done
    for deposit in deposits:
        if DEPOSIT.allows(deposit.status, "cancel"):
            await cancel_deposit(uow, deposit.id, Waiver(reason="The booking is cancelled."))
    left = fee_minor
    for deposit in (one for one in deposits if one.held_minor and not one.is_external):
        kept = 0
        if deposit.kind != "security":
            kept = deposit.held_minor if decision == "forfeit" else min(left, deposit.held_minor)
        await _keep(uow, deposit, kept)
        left = max(0, left - kept)
        done["keptMinor"] += kept
    if not left or any(one.held_minor for one in deposits if one.is_external):
        return done
    await _charge(uow, booking, left, is_external=is_external)
    return done | {"chargedMinor": left}


async def undecided_fee(uow: UnitOfWork, booking_id: UUID) -> int | None:
    """Return the fee of a cancelled booking whose deposits nobody has decided about; else None."""
    rows = await undecided_fees(uow, [booking_id])
    return rows.get(booking_id)


async def undecided_fees(
    uow: UnitOfWork, booking_ids: Collection[UUID] | None = None
) -> dict[UUID, int]:
    """Return the fees of cancelled bookings that wait for a decision, perhaps of some only."""
    decided = aliased(BookingAct)
    is_decided = select(decided.id).where(
        decided.organization_id == BookingAct.organization_id,
        decided.booking_id == BookingAct.booking_id,
        decided.act == DECIDED,
    )
    is_open = select(Deposit.id).where(
        Deposit.organization_id == BookingAct.organization_id,
        Deposit.booking_id == BookingAct.booking_id,
        Deposit.status.in_(OWED_STATES | {"paid"}),
    )
    fee = BookingAct.details["feeMinor"].as_integer()
    statement = select(BookingAct.booking_id, fee).where(
        BookingAct.organization_id == uow.tenant,
        BookingAct.act == "cancel",
        BookingAct.details["deposit"].as_string() == "undecided",
        BookingAct.details["chargedMinor"].as_integer() == 0,
        (fee > 0) | is_open.exists(),
        ~is_decided.exists(),
    )
    if booking_ids is not None:
        statement = statement.where(BookingAct.booking_id.in_(booking_ids))
    rows: Any = await uow.execute(statement.order_by(BookingAct.id))
    return {row[0]: row[1] for row in rows}


async def decide_deposits(
    uow: UnitOfWork,
    booking_id: UUID,
    decision: Literal["refund", "forfeit"],
    *,
    is_external: bool = False,
) -> None:
    """Do what was put off when the booking was called off; the same again changes nothing.

    Raises `NothingToDecide` where nothing was put off, or it was decided otherwise.
    """
    booking = await uow.get(Booking, booking_id, lock=True)
    fee_minor = await undecided_fee(uow, booking_id)
    if fee_minor is None:
        if await _decided(uow, booking_id) != decision:
            raise NothingToDecide
        return
    money = await settle_cancellation(
        uow, booking, fee_minor=fee_minor, decision=decision, is_external=is_external
    )
    await tell(uow, booking, DECIDED, details={"deposit": decision, **money})


async def _decided(uow: UnitOfWork, booking_id: UUID) -> str | None:
    return await uow.first(
        select(BookingAct.details["deposit"].as_string()).where(
            BookingAct.organization_id == uow.tenant,
            BookingAct.booking_id == booking_id,
            BookingAct.act == DECIDED,
        )
    )


def _is_open(deposit: Deposit) -> bool:
    return bool(deposit.held_minor) or deposit.status in OWED_STATES or deposit.is_external


async def _keep(uow: UnitOfWork, deposit: Deposit, amount_minor: int) -> None:
    """Keep so much of it; the rest is to go back, which who pays it out will note."""
    if amount_minor:
        kept = Return(reason=TITLE, amount_minor=amount_minor, reference="cancellation")
        await forfeit_deposit(uow, deposit.id, kept)
    if deposit.held_minor and DEPOSIT.allows(deposit.status, "ask_back"):
        deposit.status = DEPOSIT.next(deposit.status, "ask_back")
        deposit.status_reason = "The booking is cancelled."
        await audit.record(uow, "hire.deposit.asked_back", deposit)
        await changed(uow, deposit)


async def _charge(
    uow: UnitOfWork, booking: Booking, amount_minor: int, *, is_external: bool
) -> None:
    zone = ZoneInfo(booking.timezone)
    data = NewDeposit(
        booking_id=booking.id,
        title=TITLE,
        kind="instalment",
        amount_minor=amount_minor,
        due_on=(uow.now + PAYABLE_WITHIN).astimezone(zone).date(),
        is_required=False,
    )
    await create_deposit(uow, data, is_external=is_external)
