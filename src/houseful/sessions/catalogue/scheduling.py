"""Use cases of sessions and series: announce, repeat, extend, close."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from houseful import audit, venues
from houseful.calendar import SpaceNotInUse, SpaceTaken
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.sessions.catalogue.models import Activity, Session, SessionSeries
from houseful.sessions.catalogue.schemas import NewSeries, NewSession
from houseful.sessions.catalogue.slots import check_needs, give_slots_back, take_slots
from houseful.sessions.problems import AlreadyInUse, NotBookable
from houseful.sessions.recurrence import Occurrence, check_rule, occurrences, walls_between
from houseful.venues import SpaceScope

HORIZON = timedelta(days=92)
"""How far ahead the sessions of a series are made."""

AHEAD_MAX = timedelta(days=1100)


async def create_session(uow: UnitOfWork, data: NewSession, *, scope: SpaceScope = None) -> Session:
    """Announce a session: its space is claimed. Raises `SpaceTaken`, `AlreadyInUse`, `Invalid`."""
    activity = await usable_activity(uow, data.activity_id)
    timezone = await zone_of(uow, data.space_id, scope)
    await check_needs(uow, data.instructor_id, data.resource_ids)
    if not uow.now <= data.starts_at <= uow.now + AHEAD_MAX:
        raise Invalid.at("/startsAt", "Give a time to come, within three years.")
    minutes = data.duration_minutes or activity.duration_minutes
    session = Session(
        organization_id=uow.tenant,
        id=new_id(),
        activity_id=activity.id,
        space_id=data.space_id,
        instructor_id=data.instructor_id,
        resource_ids=[str(one) for one in data.resource_ids],
        starts_at=data.starts_at,
        ends_at=data.starts_at + timedelta(minutes=minutes),
        timezone=timezone,
        capacity=data.capacity or activity.capacity,
        price=activity.price if data.price is None else data.price,
        drop_in_price=_given(data.drop_in_price, activity.drop_in_price),
        currency=activity.currency,
        note=data.note,
    )
    await audit.add_row(uow, session, "sessions.session.created")
    await take_slots(uow, [session], activity, scope=scope)
    return session


async def create_series(
    uow: UnitOfWork, data: NewSeries, *, scope: SpaceScope = None
) -> SessionSeries:
    """Announce sessions that repeat, and make those of the next weeks.

    Raises `SpaceTaken` and `AlreadyInUse` with all that is in the way, and `Invalid`.
    """
    activity = await usable_activity(uow, data.activity_id)
    series = await series_of(uow, data, activity, scope=scope)
    await audit.add_row(uow, series, "sessions.series.created")
    until = first_of(series, uow.now) + HORIZON
    sessions = await add_sessions(uow, series, activity, until, scope=scope)
    if not sessions:
        raise Invalid.at("/rrule", "This rule makes no session in the next three months.")
    return series


def first_of(series: SessionSeries, now: datetime) -> datetime:
    """Return from when on a series is made: its beginning, or now."""
    return max(now, series.starts_local.replace(tzinfo=UTC))


async def series_of(
    uow: UnitOfWork, data: NewSeries, activity: Activity, *, scope: SpaceScope
) -> SessionSeries:
    """Return the series that is asked for; it is not kept yet. Raises `NotFound` and `Invalid`."""
    timezone = await zone_of(uow, data.space_id, scope)
    await check_needs(uow, data.instructor_id, data.resource_ids)
    check_rule(data.rrule)
    starts_local = read_wall(data.starts_local, "/startsLocal")
    first = starts_local.replace(tzinfo=UTC)
    if not uow.now - timedelta(days=2) <= first <= uow.now + AHEAD_MAX:
        raise Invalid.at("/startsLocal", "Give a time to come, within three years.")
    days_off = [(one.from_date, one.until_date) for one in data.days_off]
    if any(last > (uow.now + AHEAD_MAX).date() for _, last in days_off):
        raise Invalid.at("/daysOff", "Give days within three years.")
    left_out = {read_wall(each, "/exdates") for each in data.exdates}
    left_out.update(walls_between(data.rrule, starts_local, timezone, days_off))
    return SessionSeries(
        organization_id=uow.tenant,
        id=new_id(),
        activity_id=activity.id,
        space_id=data.space_id,
        instructor_id=data.instructor_id,
        resource_ids=[str(one) for one in data.resource_ids],
        starts_local=starts_local,
        timezone=timezone,
        duration_minutes=data.duration_minutes or activity.duration_minutes,
        rrule=data.rrule.upper().removeprefix("RRULE:"),
        exdates=[each.isoformat() for each in sorted(left_out)],
        rdates=[read_wall(each, "/rdates").isoformat() for each in data.rdates],
        capacity=data.capacity or activity.capacity,
        price=activity.price if data.price is None else data.price,
        drop_in_price=_given(data.drop_in_price, activity.drop_in_price),
        materialised_until=uow.now,
    )


async def add_sessions(
    uow: UnitOfWork,
    series: SessionSeries,
    activity: Activity,
    until: datetime,
    *,
    scope: SpaceScope = None,
) -> list[Session]:
    """Make the sessions of a series up to an instant that are not there yet; return them.

    Raises `SpaceTaken` and `AlreadyInUse`.
    """
    wanted = await _missing(uow, series, until)
    sessions = [session_at(series, activity.currency, one) for one in wanted]
    uow.add(*sessions)
    series.materialised_until = max(until, series.materialised_until)
    await uow.flush()
    if sessions:
        await take_slots(uow, sessions, activity, scope=scope)
    return sessions


async def extend_series(uow: UnitOfWork, series_id: UUID) -> list[Session]:
    """Make the sessions that time has brought near, one by one; return those that are open.

    One that cannot be, as its space or its instructor is taken, is there as cancelled and says why:
    staff see it, and nothing is dropped in silence.
    """
    series = await uow.get(SessionSeries, series_id, lock=True)
    until = uow.now + HORIZON
    if series.ended_at is not None or series.materialised_until >= until:
        return []
    activity = await uow.get(Activity, series.activity_id)
    made: list[Session] = []
    for one in await _missing(uow, series, until):
        session = session_at(series, activity.currency, one)
        uow.add(session)
        await uow.flush()
        try:
            async with uow.session.begin_nested():
                await take_slots(uow, [session], activity)
            made.append(session)
        except (SpaceTaken, SpaceNotInUse, AlreadyInUse) as problem:
            session.status = "cancelled"
            session.note = problem.detail[:200]
    series.materialised_until = until
    await uow.flush()
    return made


async def series_to_extend(uow: UnitOfWork) -> list[UUID]:
    """Return the series whose sessions do not reach far enough ahead any more."""
    return list(
        await uow.all(
            select(SessionSeries.id).where(
                SessionSeries.organization_id == uow.tenant,
                SessionSeries.ended_at.is_(None),
                SessionSeries.materialised_until < uow.now + HORIZON - timedelta(days=1),
            )
        )
    )


async def close_sessions(uow: UnitOfWork, sessions: Sequence[Session], reason: str) -> None:
    """Call sessions off and give back what they had; their bookings are the caller's."""
    for session in sessions:
        session.status = "cancelled"
        session.note = reason or session.note
        await audit.record(
            uow, "sessions.session.cancelled", session, sentence="called off a session"
        )
    await give_slots_back(uow, [session.id for session in sessions])
    await uow.flush()


async def usable_activity(uow: UnitOfWork, activity_id: UUID) -> Activity:
    """Return an activity that can be put on. Raises `NotFound` and `NotBookable`."""
    activity = await uow.get(Activity, activity_id)
    if not activity.is_active:
        raise NotBookable(f"{activity.name} is not offered any more.")
    return activity


async def zone_of(uow: UnitOfWork, space_id: UUID, scope: SpaceScope) -> str:
    """Return the zone of a space's venue. Raises `NotFound`, also for who does not see it."""
    space = await venues.get_space(uow, space_id, scope=scope)
    return (await venues.get_venue(uow, space.venue_id)).timezone


def read_wall(text: str, pointer: str) -> datetime:
    """Return a wall time. Raises `Invalid`."""
    try:
        wall = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid.at(pointer, "There is no such date or time.") from error
    if not 1900 < wall.year < 2200:
        raise Invalid.at(pointer, "Give a time of our days.")
    return wall


async def _missing(uow: UnitOfWork, series: SessionSeries, until: datetime) -> list[Occurrence]:
    known = await uow.all(
        select(Session.recurrence_local).where(
            Session.organization_id == uow.tenant,
            Session.series_id == series.id,
            Session.recurrence_local >= (uow.now - timedelta(days=2)).replace(tzinfo=None),
        )
    )
    found = occurrences(
        series.rrule,
        series.starts_local,
        series.timezone,
        since=uow.now,
        until=until,
        exdates=[datetime.fromisoformat(each) for each in series.exdates],
        rdates=[datetime.fromisoformat(each) for each in series.rdates],
    )
    there = set(known)
    return [one for one in found if one.local not in there]


def session_at(series: SessionSeries, currency: str, one: Occurrence) -> Session:
    """Return the session of a series at one of its times; it is not kept yet."""
    return Session(
        organization_id=series.organization_id,
        id=new_id(),
        activity_id=series.activity_id,
        space_id=series.space_id,
        series_id=series.id,
        recurrence_local=one.local,
        instructor_id=series.instructor_id,
        resource_ids=list(series.resource_ids),
        starts_at=one.starts_at,
        ends_at=one.starts_at + timedelta(minutes=series.duration_minutes),
        timezone=series.timezone,
        capacity=series.capacity,
        price=series.price,
        drop_in_price=series.drop_in_price,
        currency=currency,
        note=clock_note(one),
    )


def clock_note(one: Occurrence) -> str:
    """Return what the note of a session says of clocks that skip its time, or nothing."""
    return f"The clocks skip {one.local:%H:%M} that day." if one.is_shifted else ""


def is_clock_note(note: str) -> bool:
    """Whether a note only says that clocks skip a time."""
    return re.fullmatch(r"The clocks skip \d\d:\d\d that day\.", note) is not None


def _given(value: int | None, own: int | None) -> int | None:
    return own if value is None else value
