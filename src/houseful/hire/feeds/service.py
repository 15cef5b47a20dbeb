"""Use cases of calendar feeds: making, revoking, reading them."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful import audit, venues
from houseful.accounts import organization_of
from houseful.calendar import BusyTime, Claim, busy_times, without_shows_within
from houseful.hire.bookings.models import Booking, BookingSpace
from houseful.hire.feeds.ics import Busy, Entry, calendar_text, free_busy_text
from houseful.hire.feeds.models import CalendarFeed
from houseful.hire.feeds.schemas import FeedView, NewFeed
from houseful.hire.holds.ranks import LineKey
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound
from houseful.kernel.secrets import new_token, token_hash
from houseful.venues import Space, SpaceScope

FEEDS = "/api/client/calendars"
PAST = timedelta(days=90)
AHEAD = timedelta(days=400)
FREE_BUSY_DAYS_MAX = 400
EPOCH = 1_700_000_000
"""Sequences of what has no version are seconds since then: they must fit 31 bits."""


async def create_feed(
    uow: UnitOfWork, data: NewFeed, base_url: str, *, scope: SpaceScope = None
) -> FeedView:
    """Make a feed, and tell its secret address, this once. Raises `NotFound`, `Invalid`."""
    await venues.get_venue(uow, data.venue_id)
    if data.space_id is None:
        venues.require_whole_house(scope)
    else:
        space = await venues.get_space(uow, data.space_id, scope=scope)
        if space.venue_id != data.venue_id:
            raise Invalid.at("/spaceId", "That space is in another venue.")
    token = new_token()
    feed = CalendarFeed(
        organization_id=uow.tenant,
        id=new_id(),
        venue_id=data.venue_id,
        space_id=data.space_id,
        name=data.name,
        detail=data.detail,
        token_hash=token_hash(token),
    )
    await audit.add_row(uow, feed, "hire.feed.created")
    return _view(feed, url=f"{base_url.rstrip('/')}{FEEDS}/{token}.ics")


async def revoke_feed(uow: UnitOfWork, feed_id: UUID, *, scope: SpaceScope = None) -> None:
    """Let the address lead nowhere from now on; harmless twice."""
    feed = await uow.get(CalendarFeed, feed_id, lock=True)
    _require_feed(feed, scope)
    if feed.revoked_at is None:
        feed.revoked_at = uow.now
        await audit.record(uow, "hire.feed.revoked", feed)


async def get_feed(uow: UnitOfWork, feed_id: UUID, *, scope: SpaceScope = None) -> FeedView:
    """Return the feed, without its address; raises `NotFound`."""
    feed = await uow.get(CalendarFeed, feed_id)
    _require_feed(feed, scope)
    return _view(feed)


async def list_feeds(
    uow: UnitOfWork, *, window: Window, scope: SpaceScope = None
) -> tuple[list[Any], str | None]:
    """Return one page of the feeds."""
    statement = select(CalendarFeed).where(CalendarFeed.organization_id == uow.tenant)
    if scope is not None:
        statement = statement.where(CalendarFeed.space_id.in_(scope))
    rows, cursor = await fetch_page(uow, statement, CalendarFeed, window)
    return [_view(row) for row in rows], cursor


async def read_feed(database: Database, token: str) -> str:
    """Return the calendar behind a secret address.

    Raises `NotFound`, also once it is revoked, or its house is closed.
    """
    hash_ = token_hash(token.removesuffix(".ics"))
    home = await database.run(None, _home, hash_)
    if home is None:
        raise NotFound
    return await database.run(home, _write_feed, hash_)


async def free_busy(
    uow: UnitOfWork,
    space_id: UUID,
    from_at: datetime,
    until_at: datetime,
    *,
    scope: SpaceScope = None,
) -> str:
    """Return when a space is busy, as VFREEBUSY: holds tentatively, blocks unavailable."""
    await venues.get_space(uow, space_id, scope=scope)
    if not from_at < until_at <= from_at + timedelta(days=FREE_BUSY_DAYS_MAX):
        raise Invalid.at("/toAt", f"Ask for {FREE_BUSY_DAYS_MAX} days at most, from start to end.")
    found = await busy_times(uow, [space_id], from_at, until_at)
    busy = [Busy(starts_at=e.span.start, ends_at=e.span.end, kind=_kind(e)) for e in found]
    return free_busy_text(from_at, until_at, uow.now, busy)


async def _home(uow: UnitOfWork, hash_: bytes) -> UUID | None:
    found = await uow.execute("SELECT feed_home(:hash)", {"hash": hash_})
    return found.scalar_one_or_none()


async def _write_feed(uow: UnitOfWork, hash_: bytes) -> str:
    feed: CalendarFeed | None = await uow.first(
        select(CalendarFeed).where(
            CalendarFeed.organization_id == uow.tenant,
            CalendarFeed.token_hash == hash_,
            CalendarFeed.revoked_at.is_(None),
        )
    )
    if feed is None or (await organization_of(uow)).status == "closed":
        raise NotFound
    venue = await venues.get_venue(uow, feed.venue_id)
    spaces = {
        space.id: space
        for space in await venues.active_spaces(uow, venue_id=venue.id)
        if feed.space_id in {None, space.id}
    }
    first, last = uow.now - PAST, uow.now + AHEAD
    found = without_shows_within(await busy_times(uow, spaces, first, last))
    bookings = await _bookings(uow, {e.claim.source_id for e in found}, venue.id, first)
    entries = _entries(found, spaces, bookings, feed)
    entries += _cancelled(bookings.values(), spaces, feed, first, last)
    return calendar_text(feed.name, venue.timezone, entries)


async def _bookings(
    uow: UnitOfWork, ids: Collection[UUID], venue_id: UUID, since: datetime
) -> dict[UUID, Booking]:
    """Return the bookings behind the claims, and what is cancelled since then."""
    is_off_lately = (Booking.status == "cancelled") & Booking.spaces.any(
        BookingSpace.ends_at > since
    )
    rows = await uow.all(
        select(Booking).where(
            Booking.organization_id == uow.tenant,
            Booking.venue_id == venue_id,
            Booking.id.in_(ids) | is_off_lately,
        )
    )
    return {row.id: row for row in rows}


def _entries(
    found: Collection[BusyTime],
    spaces: dict[UUID, Space],
    bookings: dict[UUID, Booking],
    feed: CalendarFeed,
) -> list[Entry]:
    lines = {
        LineKey(line.booking_id, line.space_id, line.starts_at): line.id
        for booking in bookings.values()
        for line in booking.spaces
    }
    entries: dict[str, Entry] = {}
    written: Counter[tuple[UUID, UUID]] = Counter()
    told: set[UUID] = set()
    for each in sorted(found, key=lambda one: (one.claim.starts_at, one.claim.id)):
        claim = each.claim
        if claim.id in told:
            continue
        told.add(claim.id)
        booking = bookings.get(claim.source_id)
        line_id = lines.get(LineKey(claim.source_id, claim.space_id, claim.starts_at))
        uid = f"{line_id}@houseful" if line_id else _uid_of(claim, written)
        where = spaces.get(claim.space_id)
        entries[uid] = Entry(
            uid=uid,
            starts_at=claim.starts_at,
            ends_at=claim.ends_at,
            summary=_summary(claim.label, feed.detail),
            status="CONFIRMED" if claim.firm else "TENTATIVE",
            changed_at=booking.updated_at if booking else claim.taken_at,
            sequence=booking.version if booking else int(claim.taken_at.timestamp()) - EPOCH,
            location=where.name if where else "",
            description=booking.purpose if booking and feed.detail == "full" else "",
        )
    return list(entries.values())


def _uid_of(claim: Claim, written: Counter[tuple[UUID, UUID]]) -> str:
    """Return what stays the same when an event, a session or a block moves: its number of it."""
    key = (claim.source_id, claim.space_id)
    written[key] += 1
    number = "" if written[key] == 1 else f"-{written[key]}"
    return f"{claim.source_id}-{claim.space_id}{number}@houseful"


def _cancelled(
    bookings: Collection[Booking],
    spaces: dict[UUID, Space],
    feed: CalendarFeed,
    first: datetime,
    last: datetime,
) -> list[Entry]:
    return [
        Entry(
            uid=f"{line.id}@houseful",
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            summary=_summary(booking.title, feed.detail),
            status="CANCELLED",
            changed_at=booking.updated_at,
            sequence=booking.version,
            location=spaces[line.space_id].name,
        )
        for booking in bookings
        if booking.status == "cancelled"
        for line in booking.spaces
        if line.space_id in spaces and first < line.ends_at and line.starts_at < last
    ]


def _summary(title: str, detail: str) -> str:
    return "Busy" if detail == "busy" else title


def _kind(each: BusyTime) -> Any:
    if each.claim.source == "block":
        return "BUSY-UNAVAILABLE"
    return "BUSY" if each.claim.firm else "BUSY-TENTATIVE"


def _require_feed(feed: CalendarFeed, scope: SpaceScope) -> None:
    if scope is not None and feed.space_id not in scope:
        raise NotFound


def _view(feed: CalendarFeed, *, url: str | None = None) -> FeedView:
    fields = {name: getattr(feed, name) for name in FeedView.__struct_fields__ if name != "url"}
    return FeedView(**fields, url=url)
