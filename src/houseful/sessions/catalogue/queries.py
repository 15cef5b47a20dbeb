"""Reading the catalogue: activities and the like, and the timetable."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from houseful import venues
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.problems import Invalid, NotFound
from houseful.sessions.catalogue.models import (
    Activity,
    Extra,
    Instructor,
    Session,
    SessionResource,
    SessionSeries,
)
from houseful.sessions.catalogue.rules import picture_address, slot_status, why_not_bookable
from houseful.venues import SpaceScope

PageOf = tuple[list[Any], str | None]
SPAN_MAX = timedelta(days=100)
SERIES_AHEAD = timedelta(days=35)
SLOTS_MAX = 2000

_SESSION_COLUMNS = (
    *(Session.id, Session.activity_id, Session.space_id, Session.instructor_id, Session.series_id),
    *(Session.starts_at, Session.ends_at, Session.timezone, Session.capacity, Session.taken),
    *(Session.price, Session.drop_in_price, Session.currency, Session.status, Session.note),
    *(Session.version, Session.resource_ids),
)
_ACTIVITY_COLUMNS = (
    *(Activity.name, Activity.description, Activity.level, Activity.color),
    *(Activity.picture_hash, Activity.picture_alt),
    *(Activity.booking_opens_hours, Activity.booking_closes_minutes),
)


class ShownSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session with the names that belong to it."""

    id: UUID
    activity_id: UUID
    name: str
    description: str
    level: str
    color: str
    picture_url: str
    picture_alt: str
    space_id: UUID
    space_name: str
    instructor_id: UUID | None
    instructor_name: str
    series_id: UUID | None
    resource_ids: list[str]
    starts_at: datetime
    ends_at: datetime
    timezone: str
    capacity: int
    taken: int
    price: int
    drop_in_price: int | None
    currency: str
    status: str
    note: str
    not_bookable: str
    sequence: int
    version: int

    @property
    def places_left(self) -> int:
        """How many places are free."""
        return self.capacity - self.taken

    @property
    def is_bookable(self) -> bool:
        """Whether somebody could book a place now."""
        return not self.not_bookable and self.places_left > 0


class SlotFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which sessions are wanted: of a time, and perhaps of one activity, space or instructor."""

    from_at: datetime
    until_at: datetime
    activity_id: UUID | None = None
    space_id: UUID | None = None
    instructor_id: UUID | None = None


async def list_activities(
    uow: UnitOfWork, *, window: Window, is_active: bool | None = None
) -> PageOf:
    """Return one page of activities."""
    statement = select(Activity).where(Activity.organization_id == uow.tenant)
    if is_active is not None:
        statement = statement.where(Activity.is_active == is_active)
    return await fetch_page(uow, statement, Activity, window)


async def list_instructors(uow: UnitOfWork, *, window: Window) -> PageOf:
    """Return one page of instructors."""
    mine = select(Instructor).where(Instructor.organization_id == uow.tenant)
    return await fetch_page(uow, mine, Instructor, window)


async def list_resources(uow: UnitOfWork, *, window: Window) -> PageOf:
    """Return one page of resources."""
    mine = select(SessionResource).where(SessionResource.organization_id == uow.tenant)
    return await fetch_page(uow, mine, SessionResource, window)


async def list_extras(
    uow: UnitOfWork, *, window: Window, activity_id: UUID | None = None
) -> PageOf:
    """Return one page of extras, perhaps those of an activity."""
    mine = select(Extra).where(Extra.organization_id == uow.tenant)
    if activity_id is not None:
        mine = mine.where((Extra.activity_id == activity_id) | Extra.activity_id.is_(None))
    return await fetch_page(uow, mine, Extra, window)


async def list_series(uow: UnitOfWork, *, window: Window) -> PageOf:
    """Return one page of series."""
    mine = select(SessionSeries).where(SessionSeries.organization_id == uow.tenant)
    return await fetch_page(uow, mine, SessionSeries, window)


async def extras_for(uow: UnitOfWork, activity_id: UUID) -> list[Extra]:
    """Return the extras that can be had with an activity, by name."""
    return list(
        await uow.all(
            select(Extra)
            .where(
                Extra.organization_id == uow.tenant,
                Extra.is_active,
                (Extra.activity_id == activity_id) | Extra.activity_id.is_(None),
            )
            .order_by(Extra.name, Extra.id)
        )
    )


async def sessions_between(
    uow: UnitOfWork, wanted: SlotFilter, *, scope: SpaceScope = None
) -> list[ShownSession]:
    """Return the sessions that begin between two instants, the earliest first. Raises `Invalid`."""
    if wanted.until_at <= wanted.from_at:
        raise Invalid.at("/toAt", "The end must be after the start.")
    if wanted.until_at - wanted.from_at > SPAN_MAX:
        raise Invalid.at("/toAt", f"Look at {SPAN_MAX.days} days at most.")
    statement = _shown(uow).where(
        Session.starts_at >= wanted.from_at, Session.starts_at < wanted.until_at
    )
    for column, value in (
        (Session.activity_id, wanted.activity_id),
        (Session.space_id, wanted.space_id),
        (Session.instructor_id, wanted.instructor_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if scope is not None:
        statement = statement.where(Session.space_id.in_(scope))
    return await _read(uow, statement.limit(SLOTS_MAX))


async def next_session(uow: UnitOfWork, *, scope: SpaceScope = None) -> ShownSession | None:
    """Return the session that begins next, if any is announced that is not called off."""
    statement = _shown(uow).where(Session.starts_at > uow.now, Session.status != "cancelled")
    if scope is not None:
        statement = statement.where(Session.space_id.in_(scope))
    return next(iter(await _read(uow, statement.limit(1))), None)


async def sessions_by_id(
    uow: UnitOfWork, session_ids: Collection[UUID]
) -> dict[UUID, ShownSession]:
    """Return those of the sessions that there are, by id."""
    if not session_ids:
        return {}
    found = await _read(uow, _shown(uow).where(Session.id.in_(session_ids)))
    return {one.id: one for one in found}


async def list_series_to_come(uow: UnitOfWork, *, scope: SpaceScope = None) -> list[ShownSession]:
    """Return the next session of each series, of the weeks to come."""
    within = SlotFilter(from_at=uow.now, until_at=uow.now + SERIES_AHEAD)
    first: dict[UUID, ShownSession] = {}
    for one in await sessions_between(uow, within, scope=scope):
        if one.series_id is not None and one.status != "cancelled":
            first.setdefault(one.series_id, one)
    return list(first.values())


async def shown_session(
    uow: UnitOfWork, session_id: UUID, *, scope: SpaceScope = None
) -> ShownSession:
    """Return a session with its names; raises `NotFound`, also for who does not see its space."""
    found = await _read(uow, _shown(uow).where(Session.id == session_id))
    if not found:
        raise NotFound
    venues.require_space(scope, found[0].space_id)
    return found[0]


def _shown(uow: UnitOfWork) -> Any:
    """Select columns, not rows of tables: timetables are long, and nobody changes them here."""
    return (
        select(
            *_SESSION_COLUMNS,
            *_ACTIVITY_COLUMNS,
            func.coalesce(Instructor.name, "").label("instructor_name"),
        )
        .join(
            Activity,
            (Activity.organization_id == Session.organization_id)
            & (Activity.id == Session.activity_id),
        )
        .outerjoin(
            Instructor,
            (Instructor.organization_id == Session.organization_id)
            & (Instructor.id == Session.instructor_id),
        )
        .where(Session.organization_id == uow.tenant)
        .order_by(Session.starts_at, Session.id)
    )


async def _read(uow: UnitOfWork, statement: Any) -> list[ShownSession]:
    found = await uow.execute(statement)
    names = tuple(found.keys())
    rows = [dict(zip(names, row, strict=True)) for row in found]
    spaces = await venues.spaces_by_id(uow, {row["space_id"] for row in rows})
    return [_made(row, spaces[row["space_id"]].name, uow) for row in rows]


def _made(values: dict[str, Any], space_name: str, uow: UnitOfWork) -> ShownSession:
    """Make it of its columns by their names, to which it takes what is not wanted."""
    not_bookable = why_not_bookable(
        status=values["status"],
        starts_at=values["starts_at"],
        timezone=values["timezone"],
        booking_opens_hours=values.pop("booking_opens_hours"),
        booking_closes_minutes=values.pop("booking_closes_minutes"),
        now=uow.now,
    )
    values["picture_url"] = picture_address(uow.tenant, values.pop("picture_hash"))
    values["status"] = slot_status(values["status"], values["taken"], values["capacity"])
    return ShownSession(
        **values,
        space_name=space_name,
        not_bookable=not_bookable,
        sequence=values["version"] - 1,
    )
