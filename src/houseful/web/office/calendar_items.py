"""What the calendar shows: bookings with their ranks, and whatever else takes time in a space."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from houseful.calendar import BusyTime, busy_times, without_shows_within
from houseful.hire import BookingView, bookings_between
from houseful.kernel.database import UnitOfWork
from houseful.venues import Space, SpaceScope
from houseful.web.office.timeline import Item

BOOKINGS_MAX = 2000
SHOWN_STATES = (
    "inquiry",
    "hold",
    "offered",
    "contracted",
    "confirmed",
    "completed",
    "closed",
)
MOVABLE_STATES = frozenset({"inquiry", "hold", "offered"})
FIRM_MOVABLE_STATES = frozenset({"contracted", "confirmed"})
MARKS = {
    "inquiry": "?",
    "offered": "✉",
    "contracted": "✍",
    "confirmed": "✓",
    "completed": "●",
    "closed": "■",
    "event": "★",
    "session": "↻",
    "block": "⊘",
    "hire": "⇄",
}
"""Every state has a mark besides its colour, and words for who hears it."""

ENDINGS = {1: "st", 2: "nd", 3: "rd"}


async def calendar_items(
    uow: UnitOfWork,
    spaces: Mapping[UUID, Space],
    from_at: datetime,
    until_at: datetime,
    *,
    scope: SpaceScope,
    may_move: bool,
    may_move_firm: bool,
    office: str,
    pages: Mapping[str, str],
) -> list[Item]:
    """Return what takes time in the spaces between two instants, space by space.

    `pages` are the addresses under which there is a page of each thing of a source.
    """
    bookings = await bookings_between(
        uow, from_at, until_at, statuses=SHOWN_STATES, limit=BOOKINGS_MAX, scope=scope
    )
    busy = await busy_times(uow, list(spaces), from_at, until_at)
    uses = without_shows_within(busy)
    staged = {each.claim.source_id for each in busy} - {each.claim.source_id for each in uses}
    showing = {each.claim.source_id for each in busy if each.claim.show_id in staged}
    items = [
        _booked(
            booking,
            line,
            may_move=may_move,
            may_move_firm=may_move_firm,
            office=office,
            has_show=booking.id in showing,
        )
        for booking in bookings
        for line in booking.spaces
        if line.space_id in spaces
    ]
    shown = {(item.booking_id, item.space_id) for item in items}
    return items + [
        _busy(each, spaces, pages)
        for each in uses
        if (each.claim.source_id, each.space_id) not in shown
        and not (each.claim.source == "hire" and not each.claim.firm)
    ]


def ordinal(rank: int) -> str:
    """Write a rank as people say it: 1st, 2nd, 3rd, 11th."""
    is_teen = rank % 100 in {11, 12, 13}
    return f"{rank}{'th' if is_teen else ENDINGS.get(rank % 10, 'th')}"


def _booked(
    booking: BookingView,
    line: Any,
    *,
    may_move: bool,
    may_move_firm: bool,
    office: str,
    has_show: bool,
) -> Item:
    show = MARKS["event"] if has_show else ""
    rank = ordinal(line.rank) if line.rank else ""
    backup = " backup" if line.is_backup else ""
    words = f"{rank} hold{backup}" if booking.status == "hold" else booking.status
    if booking.status == "offered" and rank:
        words = f"offered, {rank} hold{backup}"
    if has_show:
        words += ", its show is announced"
    return Item(
        key=str(line.id),
        space_id=line.space_id,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        where=line.space_name,
        title=booking.title,
        status="backup" if line.is_backup else booking.status,
        mark=f"{MARKS.get(booking.status, '')}{show} {rank}".strip(),
        words=words,
        href=f"{office}/bookings/{booking.id}",
        booking_id=booking.id,
        line_id=line.id,
        version=booking.version,
        is_movable=(may_move and booking.status in MOVABLE_STATES)
        or (may_move_firm and booking.status in FIRM_MOVABLE_STATES),
    )


def _busy(each: BusyTime, spaces: Mapping[UUID, Space], pages: Mapping[str, str]) -> Item:
    claim = each.claim
    elsewhere = claim.space_id != each.space_id
    other = spaces.get(claim.space_id) if elsewhere else None
    is_hidden = elsewhere and other is None
    page = pages.get(claim.source, "")
    return Item(
        key=f"{claim.id}-{each.space_id}",
        space_id=each.space_id,
        starts_at=claim.starts_at,
        ends_at=claim.ends_at,
        where=spaces[each.space_id].name,
        title="Taken" if is_hidden else claim.label,
        status="via" if elsewhere else claim.source,
        mark=MARKS.get("hire" if elsewhere else claim.source, ""),
        words=f"taken through {other.name}" if other else claim.source,
        href=f"{page}/{claim.source_id}" if page and not is_hidden else "",
        via=other.name if other else "another space" if elsewhere else "",
    )
