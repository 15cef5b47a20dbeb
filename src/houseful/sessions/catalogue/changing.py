"""Changing sessions: one, this and the following, or all that are to come.

Changing several ends their series at the first of them, and begins another with the rest; what was
cannot change. What a session has of its own, since it was changed alone, it keeps. Booked sessions
are never moved in silence: they are listed first.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, structs
from sqlalchemy import select

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import IllegalTransition, Invalid
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.stock import move_stock
from houseful.sessions.bookings.waiting import offer_places
from houseful.sessions.catalogue.models import Activity, Session, SessionSeries
from houseful.sessions.catalogue.own_ways import (
    has_planned_time,
    minutes_of,
    own_fields,
    wall_of,
)
from houseful.sessions.catalogue.scheduling import clock_note, is_clock_note, read_wall, zone_of
from houseful.sessions.catalogue.schemas import Scope, SessionChanges
from houseful.sessions.catalogue.slots import check_needs, give_slots_back, take_slots
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.facts import SessionMoved
from houseful.sessions.problems import BookedSessionsAffected, CapacityInUse
from houseful.sessions.recurrence import (
    counted_from,
    ended_before,
    occurrence_at,
    shifted,
    times_before,
)
from houseful.sessions.states import LIVE_PLACES
from houseful.venues import SpaceScope


class ChangedSessions(msgspec.Struct, frozen=True):
    """A session as it is now, and how many that the change was for keep what they have instead."""

    session: Session
    kept_own: int


class _Change(msgspec.Struct, frozen=True):
    """What changes of one session; `is_kept` tells that it keeps some of what it has instead."""

    session: Session
    data: SessionChanges
    is_kept: bool = False


async def change_sessions(
    uow: UnitOfWork,
    session_id: UUID,
    version: int,
    data: SessionChanges,
    *,
    scope: SpaceScope = None,
) -> ChangedSessions:
    """Change a session, and with it perhaps those that follow in its series.

    Raises `BookedSessionsAffected` unless it is confirmed, `CapacityInUse`, `SpaceTaken`,
    `AlreadyInUse`, `OutOfStock`, `VersionMismatch`.
    """
    session = await uow.get_version(Session, session_id, version)
    require_to_come(uow, session)
    await zone_of(uow, session.space_id, scope)
    if data.space_id is not UNSET:
        await zone_of(uow, data.space_id, scope)
    await check_needs(
        uow,
        data.instructor_id if data.instructor_id is not UNSET else None,
        data.resource_ids if data.resource_ids is not UNSET else [],
    )
    series = await _series_to_change(uow, session, data)
    affected = await affected_by(uow, session, data.scope)
    changes = [_change_of(one, data, series, is_asked=one is session) for one in affected]
    await tell_booked(
        uow,
        [one.session for one in changes if _moves(one.data)],
        is_confirmed=data.is_confirmed,
    )
    if isinstance(data.capacity, int):
        limited = [one.session for one in changes if one.data.capacity is not UNSET]
        await _check_capacity(uow, limited, data.capacity)
    shift = _shift(session, data)
    new = None
    if series is not None:
        new = await _split_series(uow, series, affected[0], data, shift, scope)
    await _apply(uow, changes, scope, new)
    return ChangedSessions(session, sum(one.is_kept for one in changes))


async def affected_by(uow: UnitOfWork, session: Session, scope: Scope) -> list[Session]:
    """Return the sessions that a change concerns, locked, the earliest of the series first."""
    if scope == "one" or session.series_id is None:
        return [session]
    assert session.recurrence_local is not None
    statement = select(Session).where(
        Session.organization_id == uow.tenant,
        Session.series_id == session.series_id,
        Session.status == "open",
        Session.starts_at > uow.now,
    )
    if scope == "following":
        statement = statement.where(Session.recurrence_local >= session.recurrence_local)
    found = await uow.all(
        statement.order_by(Session.recurrence_local)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(found)


async def _series_to_change(
    uow: UnitOfWork, session: Session, data: SessionChanges
) -> SessionSeries | None:
    """Return the series that changes with the session, locked, or None for a session alone."""
    if data.scope == "one" or session.series_id is None:
        return None
    return await uow.get(SessionSeries, session.series_id, lock=True)


def _change_of(
    one: Session, data: SessionChanges, series: SessionSeries | None, *, is_asked: bool
) -> _Change:
    """Return what changes of a session: not what it has of its own, but in that one asked for."""
    if series is None or is_asked or not one.is_modified:
        return _Change(one, data)
    kept = {name for name in own_fields(one, series) if getattr(data, name) is not UNSET}
    return _Change(one, structs.replace(data, **dict.fromkeys(kept, UNSET)), bool(kept))


def require_to_come(uow: UnitOfWork, session: Session) -> None:
    """Raise `IllegalTransition` for a session that is over, or called off."""
    if session.status != "open" or session.starts_at <= uow.now:
        raise IllegalTransition("Only a session to come can be changed.", state=session.status)


async def tell_booked(uow: UnitOfWork, sessions: Sequence[Session], *, is_confirmed: bool) -> None:
    """Raise `BookedSessionsAffected` with what is booked, and by whom, unless it is confirmed."""
    booked = [one for one in sessions if one.taken]
    if not booked or is_confirmed:
        return
    people = await _people_in(uow, booked)
    raise BookedSessionsAffected(
        f"{len(booked)} of {len(sessions)} sessions are booked. Confirm to go on:"
        " everybody is told.",
        sessions=[
            {
                "id": str(one.id),
                "startsAt": one.starts_at.isoformat(),
                "booked": one.taken,
                "people": [name for _, name in people[one.id]],
            }
            for one in booked
        ],
    )


async def _check_capacity(uow: UnitOfWork, sessions: Sequence[Session], capacity: int) -> None:
    over = [one for one in sessions if one.taken > capacity]
    if not over:
        return
    people = await _people_in(uow, over)
    raise CapacityInUse(
        f"{max(one.taken for one in over)} places are taken. Cancel bookings first.",
        bookings=[
            {
                "id": str(booking.id),
                "sessionId": str(one.id),
                "startsAt": one.starts_at.isoformat(),
                "attendeeId": str(booking.attendee_id),
                "attendeeName": name,
            }
            for one in over
            for booking, name in people[one.id]
        ],
    )


async def _people_in(
    uow: UnitOfWork, sessions: Sequence[Session]
) -> dict[UUID, list[tuple[SessionBooking, str]]]:
    """Return the bookings that have a place, with who attends, as they were made, by session."""
    found: dict[UUID, list[tuple[SessionBooking, str]]] = {one.id: [] for one in sessions}
    rows: Any = await uow.execute(
        select(SessionBooking, CompanyCustomer.name)
        .join(
            CompanyCustomer,
            (CompanyCustomer.organization_id == SessionBooking.organization_id)
            & (CompanyCustomer.id == SessionBooking.attendee_id),
        )
        .where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.session_id.in_(found),
            SessionBooking.place.in_(LIVE_PLACES),
        )
        .order_by(SessionBooking.id)
    )
    for booking, name in rows:
        found[booking.session_id].append((booking, name))
    return found


async def _apply(
    uow: UnitOfWork,
    changes: Sequence[_Change],
    scope: SpaceScope,
    series: SessionSeries | None,
) -> None:
    """Change sessions: those of `series`, which they belong to now, or without it one alone."""
    sessions = [one.session for one in changes]
    before = {one.id: one.starts_at for one in sessions}
    for one in changes:
        space_id = one.data.space_id
        zone = await zone_of(uow, space_id, scope) if space_id is not UNSET else None
        _set(one.session, one.data, zone, is_alone=series is None)
        if one.session.starts_at <= uow.now:
            raise Invalid.at("/startsLocal", "A session would begin in the past.")
        if series is None:
            one.session.is_modified = one.session.series_id is not None
        elif one.session.is_modified:
            one.session.is_modified = bool(own_fields(one.session, series))
        await audit.record(uow, "sessions.session.updated", one.session)
    await uow.flush()
    if any(_needs_slots(one.data) for one in changes):
        activity = await uow.get(Activity, sessions[0].activity_id)
        await give_slots_back(uow, [one.id for one in sessions])
        await take_slots(uow, sessions, activity, scope=scope)
        await move_stock(uow, sessions)
    for one in changes:
        if isinstance(one.data.capacity, int):
            await offer_places(uow, one.session.id)
    for one in changes:
        if _moves(one.data) and one.session.taken:
            await uow.announce(
                SessionMoved(
                    subject_id=one.session.id,
                    previous_starts_at=before[one.session.id],
                    starts_at=one.session.starts_at,
                    sequence=one.session.sequence,
                )
            )


def _set(one: Session, data: SessionChanges, zone: str | None, *, is_alone: bool) -> None:
    minutes = minutes_of(one)
    if data.duration_minutes is not UNSET:
        minutes = data.duration_minutes
    wall = _new_wall(one, data, is_alone=is_alone)
    if data.space_id is not UNSET and zone is not None:
        one.space_id, one.timezone = data.space_id, zone
    if data.starts_local is not UNSET or data.space_id is not UNSET:
        moved = occurrence_at(wall, one.timezone)
        one.starts_at = moved.starts_at
        if not one.note or is_clock_note(one.note):
            one.note = clock_note(moved)
    one.ends_at = one.starts_at + timedelta(minutes=minutes)
    if data.resource_ids is not UNSET:
        one.resource_ids = [str(each) for each in data.resource_ids]
    for name in ("instructor_id", "capacity", "price", "drop_in_price", "note"):
        value = getattr(data, name)
        if value is not UNSET:
            setattr(one, name, value)


def _new_wall(one: Session, data: SessionChanges, *, is_alone: bool) -> datetime:
    """Return when a session is to begin: as its series says it by now, or as it does itself."""
    if is_alone and data.starts_local is not UNSET:
        return read_wall(data.starts_local, "/startsLocal")
    if one.recurrence_local is not None and (
        data.starts_local is not UNSET or has_planned_time(one)
    ):
        return one.recurrence_local
    return wall_of(one)


async def _split_series(
    uow: UnitOfWork,
    old: SessionSeries,
    first: Session,
    data: SessionChanges,
    shift: timedelta,
    scope: SpaceScope,
) -> SessionSeries:
    """End the series before `first`; let another go on from there, with all that follows in it."""
    assert first.recurrence_local is not None
    begin = first.recurrence_local
    done = times_before(old.rrule, old.starts_local, old.timezone, begin)
    timezone = old.timezone
    if data.space_id is not UNSET:
        timezone = await zone_of(uow, data.space_id, scope)
    new = SessionSeries(
        organization_id=uow.tenant,
        id=new_id(),
        activity_id=old.activity_id,
        space_id=old.space_id if data.space_id is UNSET else data.space_id,
        instructor_id=old.instructor_id if data.instructor_id is UNSET else data.instructor_id,
        resource_ids=old.resource_ids
        if data.resource_ids is UNSET
        else [str(one) for one in data.resource_ids],
        starts_local=begin + shift,
        timezone=timezone,
        duration_minutes=old.duration_minutes
        if data.duration_minutes is UNSET
        else data.duration_minutes,
        rrule=shifted(counted_from(old.rrule, done), begin, shift, old.timezone),
        exdates=_from(old.exdates, begin, shift),
        rdates=_from(old.rdates, begin, shift),
        capacity=old.capacity if data.capacity is UNSET else data.capacity,
        price=old.price if data.price is UNSET else data.price,
        drop_in_price=old.drop_in_price if data.drop_in_price is UNSET else data.drop_in_price,
        materialised_until=old.materialised_until,
    )
    await audit.add_row(uow, new, "sessions.series.created")
    await end_series(uow, old, begin)
    rest = await uow.all(
        select(Session).where(
            Session.organization_id == uow.tenant,
            Session.series_id == old.id,
            Session.recurrence_local >= begin,
        )
    )
    for one in rest:
        one.series_id = new.id
        one.recurrence_local = one.recurrence_local + shift
    await uow.execute(
        "UPDATE slot_attendees SET series_id = :new"
        " WHERE organization_id = :tenant AND series_id = :old",
        {"tenant": uow.tenant, "new": new.id, "old": old.id},
    )
    return new


async def end_series(uow: UnitOfWork, series: SessionSeries, before: datetime) -> None:
    """Let a series make nothing from this wall time on."""
    series.rrule = ended_before(series.rrule, before)
    series.rdates = [one for one in series.rdates if datetime.fromisoformat(one) < before]
    series.ended_at = uow.now
    await audit.record(uow, "sessions.series.ended", series)
    await uow.flush()


def _from(walls: Sequence[str], begin: datetime, shift: timedelta) -> list[str]:
    kept = (datetime.fromisoformat(one) for one in walls)
    return [(one + shift).isoformat() for one in kept if one >= begin]


def _shift(session: Session, data: SessionChanges) -> timedelta:
    """Return by how much a series moves, so that the session begins when it is wished.

    A session whose time the clocks skip is where it was when it is to begin at the time it shows.
    """
    if data.starts_local is UNSET or session.recurrence_local is None:
        return timedelta()
    wished = read_wall(data.starts_local, "/startsLocal")
    if wished == wall_of(session) and has_planned_time(session):
        return timedelta()
    return wished - session.recurrence_local


def _moves(data: SessionChanges) -> bool:
    return any(
        value is not UNSET for value in (data.starts_local, data.duration_minutes, data.space_id)
    )


def _needs_slots(data: SessionChanges) -> bool:
    return _moves(data) or data.instructor_id is not UNSET or data.resource_ids is not UNSET
