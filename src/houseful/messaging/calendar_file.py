"""An event as a file for people's calendars (RFC 5545), in the venue's own zone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from icalendar import Calendar, Event

PRODUCT_ID = "-//Houseful//Tickets//EN"
MEDIA_TYPE = "text/calendar; method=PUBLISH"
FILE_NAME = "event.ics"
ZONE_MARGIN = timedelta(days=366)
_LINE_BREAKS = str.maketrans({"\r": " ", "\n": " ", "\0": None})


class CalendarEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the calendar. A later file with the same event and a higher `sequence`
    replaces the entry; a cancelled one crosses it out.
    """

    event_id: UUID
    sequence: int
    title: str
    start_at: datetime
    end_at: datetime
    timezone: str
    place: str
    url: str
    host: str
    written_at: datetime
    is_cancelled: bool = False


def calendar_file(entry: CalendarEntry) -> bytes:
    """Return the file, with the definition of the zone that its times are in."""
    zone = ZoneInfo(entry.timezone)
    event: Any = Event()
    event.add("uid", f"{entry.event_id}@{entry.host}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.written_at)
    event.add("summary", entry.title.translate(_LINE_BREAKS))
    event.add("dtstart", _wall_time(entry.start_at, zone))
    event.add("dtend", _wall_time(entry.end_at, zone))
    event.add("location", entry.place.translate(_LINE_BREAKS))
    event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    calendar: Any = Calendar()
    calendar.add("prodid", PRODUCT_ID)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones(
        first_date=(entry.start_at - ZONE_MARGIN).date(),
        last_date=(entry.end_at + ZONE_MARGIN).date(),
    )
    return calendar.to_ical()


def _wall_time(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the time in the zone; in UTC where the clocks show it a second time that night."""
    local = at.astimezone(zone)
    return at.astimezone(UTC) if local.fold else local
