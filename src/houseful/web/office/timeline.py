"""A timeline of spaces × time as a table: slots of one length, and lanes without overlaps."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from houseful.kernel.dates import write_day

View = Literal["day", "week", "month"]
WEEK_SLOT_HOURS = 6
DAYS_A_WEEK = 7
ROOM_MAX = 7


class Slot(msgspec.Struct, frozen=True):
    """One column: from when until when, on the wall of the venue."""

    starts_at: datetime
    ends_at: datetime
    wall: datetime
    label: str
    is_weekend: bool


class Head(msgspec.Struct, frozen=True):
    """A heading over some columns; `day` leads to that day."""

    label: str
    columns: int
    day: date
    is_today: bool


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Something that takes time in a space; what `via` names is in its way from elsewhere."""

    key: str
    space_id: UUID
    starts_at: datetime
    ends_at: datetime
    where: str
    title: str
    status: str
    mark: str
    words: str
    href: str = ""
    booking_id: UUID | None = None
    line_id: UUID | None = None
    version: int = 0
    is_movable: bool = False
    via: str = ""


class Cell(msgspec.Struct, frozen=True):
    """One cell of a lane: free, or an item that is as many columns wide.

    `room` is how many columns are free beside it, up to `ROOM_MAX`: its name may run on over them.
    """

    slot: Slot
    columns: int = 1
    item: Item | None = None
    begins_before: bool = False
    goes_on: bool = False
    room: int = 0


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """What a view shows of time."""

    view: View
    first_day: date
    heads: list[Head]
    slots: list[Slot]
    timezone: str

    @property
    def starts_at(self) -> datetime:
        """The first instant that is shown."""
        return self.slots[0].starts_at

    @property
    def ends_at(self) -> datetime:
        """The first instant that is not shown any more."""
        return self.slots[-1].ends_at


def make_grid(
    view: View, day: date, timezone: str, today: date, locale: str, day_begins_hour: int
) -> Grid:
    """Return the columns of a day (hours), a week (quarters of days) or a month (days)."""
    zone = ZoneInfo(timezone)
    if view == "day":
        first, days, hours = day, 1, 1
    elif view == "week":
        first, days, hours = day - timedelta(days=day.weekday()), DAYS_A_WEEK, WEEK_SLOT_HOURS
    else:
        first = day.replace(day=1)
        days, hours = (next_month(first) - first).days, 24
    begins = datetime.combine(first, time(day_begins_hour))
    slots = [
        _slot(begins + timedelta(hours=hours * number), hours, zone, view, day_begins_hour)
        for number in range(days * 24 // hours)
    ]
    columns = len(slots) // days
    heads = [
        _head(first + timedelta(days=number), columns, today, view, locale)
        for number in range(days)
    ]
    return Grid(view=view, first_day=first, heads=heads, slots=slots, timezone=timezone)


def lanes_of(items: Iterable[Item], grid: Grid) -> list[list[Cell]]:
    """Return the lanes of one space; there is always one, and in each nothing overlaps."""
    lanes: list[list[tuple[int, int, Item]]] = [[]]
    for item in sorted(items, key=lambda each: (bool(each.via), each.starts_at, each.key)):
        place = _columns(item, grid)
        if place is None:
            continue
        first, after = place
        for lane in lanes:
            if all(after <= begin or end <= first for begin, end, _ in lane):
                lane.append((first, after, item))
                break
        else:
            lanes.append([(first, after, item)])
    return [_cells(sorted(lane, key=lambda entry: entry[0]), grid) for lane in lanes]


def next_month(day: date) -> date:
    """Return the first day of the month after."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def last_month(day: date) -> date:
    """Return the first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def stepped(view: str, day: date, step: int) -> date:
    """Return the day that a view shows when one goes on or back."""
    if view == "day":
        return day + timedelta(days=step)
    if view == "week":
        return day + timedelta(days=DAYS_A_WEEK * step)
    if view == "year":
        return day.replace(year=day.year + step, month=1, day=1)
    return next_month(day) if step > 0 else last_month(day)


def _columns(item: Item, grid: Grid) -> tuple[int, int] | None:
    shown = [
        number
        for number, slot in enumerate(grid.slots)
        if slot.starts_at < item.ends_at and item.starts_at < slot.ends_at
    ]
    return (shown[0], shown[-1] + 1) if shown else None


def _cells(lane: Sequence[tuple[int, int, Item]], grid: Grid) -> list[Cell]:
    cells: list[Cell] = []
    at = 0
    begins = [*(first for first, _, _ in lane[1:]), len(grid.slots)]
    for (first, after, item), next_begins in zip(lane, begins, strict=False):
        cells += [Cell(slot) for slot in grid.slots[at:first]]
        cells.append(
            Cell(
                grid.slots[first],
                after - first,
                item,
                begins_before=item.starts_at < grid.starts_at,
                goes_on=item.ends_at > grid.ends_at,
                room=min(next_begins - after, ROOM_MAX),
            )
        )
        at = after
    return cells + [Cell(slot) for slot in grid.slots[at:]]


def _slot(wall: datetime, hours: int, zone: ZoneInfo, view: View, day_begins_hour: int) -> Slot:
    """Make a slot by wall time: a day with a change of the clocks is still one day."""
    end = wall + timedelta(hours=hours)
    business = wall - timedelta(hours=day_begins_hour)
    return Slot(
        starts_at=wall.replace(tzinfo=zone).astimezone(UTC),
        ends_at=end.replace(tzinfo=zone).astimezone(UTC),
        wall=wall,
        label=f"{wall:%H}" if view != "month" else "",
        is_weekend=business.isoweekday() > 5,
    )


def _head(day: date, columns: int, today: date, view: View, locale: str) -> Head:
    pattern = {"day": "EEEE, d MMMM y", "week": "EEE d MMM", "month": "d"}[view]
    return Head(write_day(day, pattern, locale), columns, day, day == today)
