"""Use cases of bookings: making them, and changing what they want."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from houseful import accounts, audit, directory, events, venues
from houseful.calendar import Span, relabel_claims
from houseful.hire.bookings.expiry import expire_by_rank, next_expiry, require_to_come
from houseful.hire.bookings.facts import BookingHeld, BookingInquired, BookingMoved
from houseful.hire.bookings.models import Booking, BookingSpace
from houseful.hire.bookings.problems import HoldContested
from houseful.hire.bookings.rules import EDITABLE_STATES, FIRM_STATES, LIFE, stays_within
from houseful.hire.bookings.schemas import BookingChanges, NewBooking, SpaceWish
from houseful.hire.bookings.story import tell
from houseful.hire.bookings.times import (
    claim_lines,
    lines_of,
    move_lines,
    require_lines,
    wishes_of,
)
from houseful.hire.contracts.outdating import mark_outdated
from houseful.hire.deposits.following import follow_price
from houseful.hire.holds import contest, moving_up
from houseful.hire.holds.rules import by_the_night
from houseful.hire.rates.reckoning import price_anew, priced_before
from houseful.hire.rates.stock import take_stock
from houseful.hire.venue_events.shows import dedicate
from houseful.kernel.database import UnitOfWork
from houseful.kernel.identity import GUEST
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Forbidden, Invalid, NotFound
from houseful.kernel.states import IllegalAct
from houseful.venues import SpaceScope

MOVE_FIRM = "venue.bookings.confirm"
_PLAIN = tuple(
    name for name in BookingChanges.__struct_fields__ if name not in {"spaces", "hold_expires_at"}
)
"""The fields that are stored as they are given."""
_LINKS = frozenset({"event_id", "promoter_event_id"})


async def lock_booking(
    uow: UnitOfWork, booking_id: UUID, *, scope: SpaceScope = None, version: int | None = None
) -> Booking:
    """Return the booking, locked. Raises `NotFound`, also for who does not see all its spaces.

    Every use case locks bookings first, several in the order of their ids, then cells.
    """
    (booking,) = await lock_bookings(uow, [booking_id])
    require_lines(booking, scope)
    if version is not None:
        await uow.get_version(Booking, booking_id, version)
    return booking


async def lock_bookings(uow: UnitOfWork, booking_ids: Sequence[UUID]) -> list[Booking]:
    """Return the bookings, locked in the order of their ids. Raises `NotFound`."""
    rows = await uow.all(
        select(Booking)
        .where(Booking.organization_id == uow.tenant, Booking.id.in_(booking_ids))
        .order_by(Booking.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if len(rows) != len(set(booking_ids)):
        raise NotFound
    return list(rows)


def at_version(
    use_case: Callable[..., Awaitable[Booking]], version: int | None
) -> Callable[..., Awaitable[Booking]]:
    """Let an act of a booking's life be done only to the version that was seen, if one is named.

    Raises `VersionMismatch` when somebody has changed the booking since.
    """

    async def act(
        uow: UnitOfWork, booking_id: UUID, *args: Any, scope: SpaceScope = None
    ) -> Booking:
        if version is not None:
            await lock_booking(uow, booking_id, scope=scope, version=version)
        return await use_case(uow, booking_id, *args, scope=scope)

    return act


async def create_booking(
    uow: UnitOfWork,
    data: NewBooking,
    *,
    scope: SpaceScope = None,
    may_override: bool = True,
    occurrence: tuple[UUID, date] | None = None,
) -> Booking:
    """Make an inquiry, or a hold on all its spaces at once.

    Raises `SpaceTaken` when others have a space firmly (unless `as_backup`), with every conflict
    and the nearest alternatives; `NotFound` (space, venue, company, person, event) and `Invalid`.
    """
    wishes = await wishes_of(uow, data)
    for wish in wishes:
        venues.require_space(scope, wish.space_id)
    booking_id = new_id()
    lines, venue = await lines_of(uow, booking_id, wishes, may_override=may_override)
    await _check_links(uow, data)
    organization = await accounts.organization_of(uow)
    series_id, occurs_on = occurrence or (None, None)
    booking = Booking(
        organization_id=uow.tenant,
        id=booking_id,
        venue_id=venue.id,
        timezone=venue.timezone,
        currency=organization.currency,
        status=data.status,
        series_id=series_id,
        occurs_on=occurs_on,
        spaces=lines,
        **{name: getattr(data, name) for name in _PLAIN},
    )
    if data.status == "hold":
        booking.hold_expires_at = next_expiry(uow, venue, lines, data.hold_expires_at)
        await claim_lines(uow, booking, lines, as_backup=data.as_backup, scope=scope)
    await audit.add_row(uow, booking, "hire.booking.created")
    if data.status == "hold" and data.hold_expires_at is None:
        booking.hold_expires_at = await expire_by_rank(uow, booking, uow.now) or (
            booking.hold_expires_at
        )
    await tell(uow, booking, "hold" if data.status == "hold" else "inquire")
    await uow.announce(
        BookingHeld(subject_id=booking.id)
        if data.status == "hold"
        else BookingInquired(subject_id=booking.id, is_public=uow.actor == GUEST)
    )
    return booking


async def update_booking(
    uow: UnitOfWork,
    booking_id: UUID,
    expected_version: int,
    changes: BookingChanges,
    *,
    scope: SpaceScope = None,
    may_move_firm: bool = True,
    may_override: bool = True,
) -> Booking:
    """Change what is given; the claims follow the spaces, all or none.

    Shrinking keeps the rank; what grows or moves queues anew, and a firm booking then needs who
    may confirm (`may_move_firm`). Raises `SpaceTaken`, `NotEnoughStock`, `HoldContested`,
    `VersionMismatch`,
    `IllegalTransition` once it is over, `Forbidden`, `NotFound` and `Invalid`.
    """
    booking = await lock_booking(uow, booking_id, scope=scope, version=expected_version)
    if booking.status not in EDITABLE_STATES:
        raise IllegalAct(LIFE.thing, booking.status, "update")
    given = {
        name: value
        for name in changes.__struct_fields__
        if (value := getattr(changes, name)) is not UNSET
    }
    await _check_links(uow, changes)
    for name, value in given.items():
        if name in _PLAIN or name == "hold_expires_at":
            setattr(booking, name, value)
    if "hold_expires_at" in given:
        if given["hold_expires_at"] is not None:
            require_to_come(uow, given["hold_expires_at"])
        booking.expiry_warned_at = None
    if "spaces" in given:
        await _move(
            uow,
            booking,
            given["spaces"],
            scope=scope,
            may_move_firm=may_move_firm,
            may_override=may_override,
        )
    if booking.hold_expires_at is not None and given.keys() & {"spaces", "hold_expires_at"}:
        ends, starts_at = booking.hold_expires_at, booking.starts_at
        booking.hold_expires_at = by_the_night(ends, starts_at, uow.now)
    await audit.record(uow, "hire.booking.updated", booking)
    await uow.flush()
    if _LINKS & given.keys():
        await dedicate(uow, booking, scope=scope)
    if "title" in given:
        await relabel_claims(uow, "hire", booking.id, booking.title)
    return booking


async def _move(
    uow: UnitOfWork,
    booking: Booking,
    wishes: Sequence[SpaceWish],
    *,
    scope: SpaceScope,
    may_move_firm: bool,
    may_override: bool,
) -> None:
    for wish in wishes:
        venues.require_space(scope, wish.space_id)
    had = _spans_by_space(booking.spaces)
    lines, venue = await lines_of(
        uow, booking.id, wishes, keeping=booking.spaces, may_override=may_override
    )
    if venue.id != booking.venue_id:
        raise Invalid.at("/spaces", "A booking stays in its venue.")
    wants = _spans_by_space(lines)
    grows = not all(stays_within(had.get(space_id, []), spans) for space_id, spans in wants.items())
    is_firm = booking.status in FIRM_STATES
    if is_firm and grows and not may_move_firm:
        raise Forbidden(
            f"To move or extend what is {booking.status} needs {MOVE_FIRM}.", permission=MOVE_FIRM
        )
    if grows and await contest.is_challenged(uow, booking.id):
        raise HoldContested("Answer the challenge before you move it.")
    behind = await moving_up.places_behind(uow, booking.id)
    priced = await priced_before(uow, booking)
    await move_lines(uow, booking, lines, had=had, scope=scope)
    flag_modified(booking, "status")  # the version must change with the spaces
    await uow.flush()
    if is_firm:
        await take_stock(uow, booking, scope=scope)
    if wants != had:
        await mark_outdated(uow, booking.id)
    await contest.void_own(uow, booking.id)
    await moving_up.tell_moved_up(uow, behind)
    await tell(uow, booking, "move", details={"spaces": _told(lines)})
    await price_anew(uow, booking, priced)
    await follow_price(uow, booking)
    await uow.announce(BookingMoved(subject_id=booking.id))


async def _check_links(uow: UnitOfWork, data: NewBooking | BookingChanges) -> None:
    if isinstance(data.company_id, UUID):
        await directory.refer_to_company(uow, data.company_id)
    if isinstance(data.person_id, UUID):
        await directory.refer_to_person(uow, data.person_id)
    if isinstance(data.event_id, UUID):
        await events.get_event(uow, data.event_id)
    if isinstance(data.business_unit_id, UUID):
        await accounts.get_business_unit(uow, data.business_unit_id)


def _spans_by_space(lines: Sequence[BookingSpace]) -> dict[UUID, list[Span]]:
    spans: dict[UUID, list[Span]] = {}
    for line in lines:
        spans.setdefault(line.space_id, []).append(Span(line.starts_at, line.ends_at))
    return spans


def _told(lines: Sequence[BookingSpace]) -> list[Any]:
    return [
        {
            "spaceId": str(line.space_id),
            "startsAt": line.starts_at.isoformat(),
            "endsAt": line.ends_at.isoformat(),
        }
        for line in lines
    ]
