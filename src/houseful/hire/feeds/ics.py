"""iCalendar text (RFC 5545, 7986) from plain values."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from houseful.hire.feeds.zones import local_time, zone_lines

LINE_OCTETS_MAX = 75
REFRESH_EVERY = "PT30M"

Status = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]
BusyKind = Literal["BUSY", "BUSY-TENTATIVE", "BUSY-UNAVAILABLE"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in a calendar; the end is just after it."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    status: Status
    changed_at: datetime
    sequence: int = 0
    location: str = ""
    description: str = ""


class Busy(msgspec.Struct, frozen=True, kw_only=True):
    """Time that cannot be had, and how surely."""

    starts_at: datetime
    ends_at: datetime
    kind: BusyKind


def calendar_text(name: str, timezone: str, entries: Sequence[Entry]) -> str:
    """Write a calendar that programs subscribe to, in the local times of `timezone` (IANA)."""
    zone = ZoneInfo(timezone)
    lines = [
        *_head(),
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        f"X-WR-TIMEZONE:{timezone}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH_EVERY}",
        f"X-PUBLISHED-TTL:{REFRESH_EVERY}",
    ]
    if entries:
        first = min(entry.starts_at for entry in entries).date()
        lines += zone_lines(timezone, first, max(entry.ends_at for entry in entries).date())
    for entry in entries:
        lines += _event(entry, zone)
    return _joined([*lines, "END:VCALENDAR"])


def free_busy_text(
    starts_at: datetime, ends_at: datetime, stamp: datetime, busy: Sequence[Busy]
) -> str:
    """Write when somebody is busy between two instants, and nothing of why."""
    lines = [
        *_head(),
        "BEGIN:VFREEBUSY",
        f"UID:{_instant(starts_at)}-{_instant(ends_at)}@houseful",
        f"DTSTAMP:{_instant(stamp)}",
        f"DTSTART:{_instant(starts_at)}",
        f"DTEND:{_instant(ends_at)}",
        *(
            f"FREEBUSY;FBTYPE={each.kind}:{_instant(max(each.starts_at, starts_at))}"
            f"/{_instant(min(each.ends_at, ends_at))}"
            for each in busy
        ),
        "END:VFREEBUSY",
    ]
    return _joined([*lines, "END:VCALENDAR"])


def _head() -> list[str]:
    return [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Houseful//Calendar//EN",
        "CALSCALE:GREGORIAN",
    ]


def _event(entry: Entry, zone: ZoneInfo) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"DTSTAMP:{_instant(entry.changed_at)}",
        f"LAST-MODIFIED:{_instant(entry.changed_at)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTART{_local(entry.starts_at, zone)}",
        f"DTEND{_local(entry.ends_at, zone)}",
        f"SUMMARY:{_text(entry.summary)}",
        f"STATUS:{entry.status}",
        f"TRANSP:{'TRANSPARENT' if entry.status == 'CANCELLED' else 'OPAQUE'}",
    ]
    if entry.location:
        lines.append(f"LOCATION:{_text(entry.location)}")
    if entry.description:
        lines.append(f"DESCRIPTION:{_text(entry.description)}")
    return [*lines, "END:VEVENT"]


def _local(at: datetime, zone: ZoneInfo) -> str:
    """Write a time as the house's clock shows it; in UTC where that would be ambiguous."""
    shown = local_time(at, zone)
    return f":{_instant(at)}" if shown is None else f";TZID={zone.key}:{shown}"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _folded(line: str) -> list[str]:
    """Break a line at 75 octets, never within a character; what goes on begins with a space."""
    parts: list[str] = []
    part, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > LINE_OCTETS_MAX:
            parts.append(part)
            part, octets = " ", 1
        part += character
        octets += size
    return [*parts, part]
