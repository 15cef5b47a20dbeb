"""A time zone as iCalendar text: its offsets, and when they change, within a calendar."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

STEP = timedelta(days=1)
MINUTE = timedelta(minutes=1)
ZONES_KEPT = 256


def local_time(at: datetime, zone: ZoneInfo) -> str | None:
    """Return what the clock on the wall shows; None for the second time that it shows that.

    iCalendar takes a local time that comes twice for the first of the two.
    """
    local = at.astimezone(zone)
    return None if local.fold else local.strftime("%Y%m%dT%H%M%S")


@lru_cache(maxsize=ZONES_KEPT)
def zone_lines(timezone: str, first: date, last: date) -> tuple[str, ...]:
    """Return the VTIMEZONE of a zone (IANA), true from one day until another."""
    zone = ZoneInfo(timezone)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - STEP
    end = datetime(last.year, last.month, last.day, tzinfo=UTC) + 2 * STEP
    lines = ["BEGIN:VTIMEZONE", f"TZID:{timezone}", *_observance(zone, start, start)]
    for before, after in _changes(zone, start, end):
        lines += _observance(zone, before, after)
    return (*lines, "END:VTIMEZONE")


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Return the last minute before, and the first minute of, each other offset."""
    at = start
    while at < end:
        following = at + STEP
        if _offset(at, zone) != _offset(following, zone):
            yield _between(at, following, zone)
        at = following


def _between(before: datetime, after: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    while after - before > MINUTE:
        middle = before + ((after - before) // (2 * MINUTE)) * MINUTE
        if _offset(middle, zone) == _offset(before, zone):
            before = middle
        else:
            after = middle
    return before, after


def _observance(zone: ZoneInfo, before: datetime, after: datetime) -> list[str]:
    """Write an offset and since when it holds, which is told in the local time until then."""
    local = after.astimezone(zone)
    kind = "DAYLIGHT" if local.dst() else "STANDARD"
    since = (after + _offset(before, zone)).strftime("%Y%m%dT%H%M%S")
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{since}",
        f"TZOFFSETFROM:{_signed(_offset(before, zone))}",
        f"TZOFFSETTO:{_signed(_offset(after, zone))}",
        f"TZNAME:{local.tzname()}",
        f"END:{kind}",
    ]


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _signed(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    hours, left = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}{left:02}"
