"""The business day: what ends at two in the night belongs to the evening before."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_BEGINS_HOUR = 6
"""When a house's day begins unless it says otherwise, by its own clock."""

DAY_BEGINS_HOUR_MAX = 12


def business_day(at: datetime, zone: str, begins_hour: int = DAY_BEGINS_HOUR) -> date:
    """Return the day that an instant belongs to, by the zone's clock."""
    wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return (wall - timedelta(hours=begins_hour)).date()


def begin_of(day: date, zone: str, begins_hour: int = DAY_BEGINS_HOUR) -> datetime:
    """Return the instant in UTC at which a day begins.

    Where the clocks skip that hour it begins when they have been put forward; where the hour comes
    twice, the first time.
    """
    wall = datetime.combine(day, time(begins_hour), ZoneInfo(zone))
    return wall.astimezone(UTC)


def day_bounds(at: datetime, zone: str, begins_hour: int) -> tuple[datetime, datetime]:
    """Return when the business day of an instant begins, and when the next one does."""
    day = business_day(at, zone, begins_hour)
    return begin_of(day, zone, begins_hour), begin_of(day + timedelta(days=1), zone, begins_hour)
