"""iCalendar text (RFC 5545, 7986) from plain values."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

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
    """Write a calendar that programs subscribe to; times are in UTC, `timezone` is for showing."""
    lines = [
        *_head(),
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        f"X-WR-TIMEZONE:{timezone}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH_EVERY}",
        f"X-PUBLISHED-TTL:{REFRESH_EVERY}",
    ]
    for entry in entries:
        lines += _event(entry)
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


def _event(entry: Entry) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"DTSTAMP:{_instant(entry.changed_at)}",
        f"LAST-MODIFIED:{_instant(entry.changed_at)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTART:{_instant(entry.starts_at)}",
        f"DTEND:{_instant(entry.ends_at)}",
        f"SUMMARY:{_text(entry.summary)}",
        f"STATUS:{entry.status}",
        f"TRANSP:{'TRANSPARENT' if entry.status == 'CANCELLED' else 'OPAQUE'}",
    ]
    if entry.location:
        lines.append(f"LOCATION:{_text(entry.location)}")
    if entry.description:
        lines.append(f"DESCRIPTION:{_text(entry.description)}")
    return [*lines, "END:VEVENT"]


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
