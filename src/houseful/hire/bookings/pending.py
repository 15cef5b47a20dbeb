"""What of hire is stuck until somebody decides.

Conflicts, what was signed when it had ended, challenges past their time, and shows that no longer
stand in what was hired for them.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful.calendar import shows_outside_hires
from houseful.hire.bookings.models import Booking, BookingAct, BookingSpace
from houseful.hire.bookings.rules import ENDED_STATES, FIRM_STATES, SOFT_STATES
from houseful.hire.contracts.models import Contract, ContractSigner
from houseful.hire.contracts.outdating import is_outdated
from houseful.hire.contracts.states import OUT_FOR_SIGNATURE
from houseful.hire.deposits.cancelling import undecided_fees
from houseful.hire.holds.models import Challenge
from houseful.hire.venue_events.shows import shows_of
from houseful.kernel.database import UnitOfWork
from houseful.venues import SpaceScope

SHOWN_MAX = 20


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """Bookings by id and title."""

    in_conflict: list[tuple[UUID, str]]
    signed_late: list[tuple[UUID, str]]
    undecided: list[tuple[UUID, str]]
    unsigned: list[tuple[UUID, str]]
    outdated: list[tuple[UUID, str]]
    unreachable: list[tuple[UUID, str]]
    adrift: list[tuple[UUID, str]]
    deposits: list[tuple[UUID, str]]


async def pending_hire(uow: UnitOfWork, *, scope: SpaceScope = None) -> Pending:
    """Return what waits for somebody, of the spaces that the caller sees."""
    mine = [Booking.organization_id == uow.tenant]
    if scope is not None:
        mine.append(Booking.spaces.any(BookingSpace.space_id.in_(scope)))
    of_booking = select(Booking.id, Booking.title).where(*mine).order_by(Booking.id)
    conflicts = of_booking.where(
        Booking.conflict_at.is_not(None), Booking.status.in_(SOFT_STATES)
    ).limit(SHOWN_MAX)
    undecided = (
        of_booking.join(
            Challenge,
            (Challenge.organization_id == Booking.organization_id)
            & (Challenge.booking_id == Booking.id),
        )
        .where(Challenge.status == "open", Challenge.escalated_at.is_not(None))
        .limit(SHOWN_MAX)
    )
    return Pending(
        in_conflict=await _named(uow, conflicts),
        signed_late=await _named(uow, _signed_late(of_booking)),
        undecided=await _named(uow, undecided),
        unsigned=await _named(uow, _unsigned(of_booking)),
        outdated=await _named(uow, _outdated(of_booking)),
        unreachable=await _named(uow, _unreachable(of_booking)),
        adrift=await _adrift(uow, of_booking),
        deposits=await _named(
            uow,
            of_booking.where(Booking.id.in_(await undecided_fees(uow))).limit(SHOWN_MAX),
        ),
    )


def _signed_late(of_booking: Any) -> Any:
    """Choose the bookings that had ended when all had signed, while that contract stands."""
    late = select(BookingAct.id).where(
        BookingAct.organization_id == Booking.organization_id,
        BookingAct.booking_id == Booking.id,
        BookingAct.act == "signed_late",
    )
    stands = select(Contract.id).where(
        Contract.organization_id == Booking.organization_id,
        Contract.booking_id == Booking.id,
        Contract.parent_id.is_(None),
        Contract.status == "signed",
    )
    return of_booking.where(Booking.status.in_(ENDED_STATES), late.exists(), stands.exists()).limit(
        SHOWN_MAX
    )


def _unsigned(of_booking: Any) -> Any:
    """Choose the offers whose newest contract was declined or has expired: nothing is out now."""
    newest = (
        select(Contract.status)
        .where(
            Contract.organization_id == Booking.organization_id,
            Contract.booking_id == Booking.id,
            Contract.parent_id.is_(None),
        )
        .order_by(Contract.id.desc())
        .limit(1)
        .correlate(Booking)
        .scalar_subquery()
    )
    return of_booking.where(
        Booking.status.in_(SOFT_STATES), newest.in_(("declined", "expired"))
    ).limit(SHOWN_MAX)


def _outdated(of_booking: Any) -> Any:
    """Choose the bookings that were moved since the contract was written that counts."""
    return of_booking.where(
        Booking.status.in_(SOFT_STATES | {"contracted", "confirmed"}), is_outdated(Booking)
    ).limit(SHOWN_MAX)


def _unreachable(of_booking: Any) -> Any:
    """Choose the bookings whose contract is out, and mail does not reach who is to sign it."""
    is_out = (
        select(Contract.id)
        .join(
            ContractSigner,
            (ContractSigner.organization_id == Contract.organization_id)
            & (ContractSigner.contract_id == Contract.id),
        )
        .where(
            Contract.organization_id == Booking.organization_id,
            Contract.booking_id == Booking.id,
            Contract.status.in_(OUT_FOR_SIGNATURE),
            ContractSigner.unreachable_at.is_not(None),
            ContractSigner.status != "signed",
        )
    )
    return of_booking.where(is_out.exists()).limit(SHOWN_MAX)


async def _adrift(uow: UnitOfWork, of_booking: Any) -> list[tuple[UUID, str]]:
    """Return the bookings whose published show is elsewhere than what they hold firmly for it."""
    ahead = of_booking.with_only_columns(Booking).where(
        Booking.status.in_(SOFT_STATES | FIRM_STATES | {"cancelled"}),
        Booking.spaces.any(BookingSpace.ends_at > uow.now),
    )
    bookings: Sequence[Booking] = await uow.all(ahead)
    shows = await shows_of(uow, bookings)
    outside = await shows_outside_hires(uow, set(shows.values()))
    found = [one for one in bookings if shows.get(one.id) in outside]
    return [(one.id, one.title) for one in found[:SHOWN_MAX]]


async def _named(uow: UnitOfWork, statement: Any) -> list[tuple[UUID, str]]:
    rows: Any = await uow.execute(statement)
    return [(booking_id, title) for booking_id, title in rows]
