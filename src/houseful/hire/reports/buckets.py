"""Time cut into buckets by the calendar of a zone, and how much of each a span covers."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from houseful.kernel.business_day import begin_of, business_day

BUCKETS_MAX = 800


def label_of(at: datetime, bucket: str, zone: str, day_begins_hour: int) -> str:
    """Name the bucket that an instant lies in: `2026-05-01`, `2026-W18`, `2026-05`, `2026`."""
    return _label(business_day(at, zone, day_begins_hour), bucket)


def cuts(
    from_at: datetime, to_at: datetime, bucket: str, zone: str, day_begins_hour: int
) -> list[tuple[str, datetime, datetime]]:
    """Return the buckets between two instants: name, begin and end, none of them empty."""
    if bucket == "all":
        return [("all", from_at, to_at)]
    return list(_cuts(from_at, to_at, bucket, zone, day_begins_hour))


def _cuts(
    from_at: datetime, to_at: datetime, bucket: str, zone: str, day_begins_hour: int
) -> Iterator[tuple[str, datetime, datetime]]:
    day = _first_day(business_day(from_at, zone, day_begins_hour), bucket)
    start = from_at
    while start < to_at:
        following = _next(day, bucket)
        end = min(to_at, begin_of(following, zone, day_begins_hour))
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
