"""Sessions as calendars read them (RFC 5545): in UTC, so that no zone has to be explained."""

from collections.abc import Iterable
from datetime import UTC, datetime

from houseful.sessions.catalogue.queries import ShownSession

PRODUCT_ID = "-//Houseful//Sessions//EN"
LINE_BYTES = 75


def session_ics(
    session: ShownSession,
    *,
    now: datetime,
    is_cancelled: bool = False,
    is_tentative: bool = False,
) -> str:
    """Return one session as a calendar, as it goes with a mail; tentative while it is offered."""
    status = "CANCELLED" if is_cancelled else "TENTATIVE" if is_tentative else "CONFIRMED"
    return _calendar([_event(session, now, status=status)])


def sessions_ics(
    sessions: Iterable[ShownSession],
    *,
    now: datetime,
    name: str = "",
    crossed_out: Iterable[ShownSession] = (),
) -> str:
    """Return a timetable as a calendar that can be subscribed to, or goes with a mail."""
    events = [_event(one, now) for one in sessions]
    events += [_event(one, now, status="CANCELLED") for one in crossed_out]
    return _calendar(events, name=name)


def _calendar(events: list[list[str]], *, name: str = "") -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT_ID}", "METHOD:PUBLISH"]
    if name:
        lines.append(f"X-WR-CALNAME:{_text(name)}")
    for event in events:
        lines += event
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines)


def _event(session: ShownSession, now: datetime, *, status: str = "CONFIRMED") -> list[str]:
    off = session.status == "cancelled"
    return [
        "BEGIN:VEVENT",
        f"UID:session-{session.id}@houseful",
        f"DTSTAMP:{_at(now)}",
        f"SEQUENCE:{session.sequence}",
        f"DTSTART:{_at(session.starts_at)}",
        f"DTEND:{_at(session.ends_at)}",
        f"SUMMARY:{_text(session.name)}",
        f"LOCATION:{_text(session.space_name)}",
        f"STATUS:{'CANCELLED' if off else status}",
        "END:VEVENT",
    ]


def _at(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a line folded at 75 bytes, never within a character."""
    parts: list[str] = []
    part = ""
    for letter in line:
        if len((part + letter).encode()) > LINE_BYTES - (1 if parts else 0):
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part]) + "\r\n"
