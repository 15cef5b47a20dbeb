"""Time cut into buckets by the calendar of a zone, and how much of each a span covers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BUCKETS_MAX = 800


def label_of(at: datetime, bucket: str, zone: str) -> str:
    """Name the bucket that an instant lies in: `2026-05-01`, `2026-W18`, `2026-05`, `2026`."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return _label(day, bucket)


def cuts(
    from_at: datetime, to_at: datetime, bucket: str, zone: str
) -> list[tuple[str, datetime, datetime]]:
    """Return the buckets between two instants: name, begin and end, none of them empty."""
    if bucket == "all":
        return [("all", from_at, to_at)]
    return list(_cuts(from_at, to_at, bucket, ZoneInfo(zone)))


def overlap_minutes(start: datetime, end: datetime, from_at: datetime, to_at: datetime) -> int:
    """Return how many minutes of a span lie between two instants."""
    seconds = (min(end, to_at) - max(start, from_at)).total_seconds()
    return max(0, int(seconds // 60))


def _cuts(
    from_at: datetime, to_at: datetime, bucket: str, zone: ZoneInfo
) -> Iterator[tuple[str, datetime, datetime]]:
    day = _first_day(from_at.astimezone(zone).date(), bucket)
    start = from_at
    while start < to_at:
        following = _next(day, bucket)
        end = min(to_at, datetime.combine(following, time(), zone).astimezone(UTC))
        if start < end:
            yield _label(day, bucket), start, end
        day, start = following, max(start, end)


def _first_day(day: date, bucket: str) -> date:
    if bucket == "week":
        return day - timedelta(days=day.weekday())
    if bucket == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if bucket == "year" else day


def _next(day: date, bucket: str) -> date:
    if bucket == "day":
        return day + timedelta(days=1)
    if bucket == "week":
        return day + timedelta(days=7)
    if bucket == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day.replace(year=day.year + 1)


def _label(day: date, bucket: str) -> str:
    if bucket == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if bucket == "month":
        return f"{day:%Y-%m}"
    if bucket == "year":
        return f"{day:%Y}"
    return "all" if bucket == "all" else day.isoformat()
