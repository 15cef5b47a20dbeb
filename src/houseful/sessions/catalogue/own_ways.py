"""What a session of a series has of its own, since somebody changed it alone. By values."""

from datetime import datetime
from zoneinfo import ZoneInfo

from houseful.sessions.catalogue.models import Session, SessionSeries
from houseful.sessions.catalogue.scheduling import is_clock_note
from houseful.sessions.recurrence import occurrence_at

SAME = ("space_id", "instructor_id", "resource_ids", "capacity", "price", "drop_in_price")


def own_fields(one: Session, series: SessionSeries) -> set[str]:
    """Return what a session has otherwise than its series, by the names of `SessionChanges`."""
    own = {name for name in SAME if getattr(one, name) != getattr(series, name)}
    if not has_planned_time(one):
        own.add("starts_local")
    if minutes_of(one) != series.duration_minutes:
        own.add("duration_minutes")
    if one.note and not is_clock_note(one.note):
        own.add("note")
    return own


def has_planned_time(one: Session) -> bool:
    """Whether a session begins when its series says so, also where the clocks skip that time."""
    wall = one.recurrence_local
    return wall is not None and occurrence_at(wall, one.timezone).starts_at == one.starts_at


def wall_of(one: Session) -> datetime:
    """Return when a session begins, as the clock on the wall says it."""
    return one.starts_at.astimezone(ZoneInfo(one.timezone)).replace(tzinfo=None)


def minutes_of(one: Session) -> int:
    """Return how long a session is."""
    return int((one.ends_at - one.starts_at).total_seconds() // 60)
