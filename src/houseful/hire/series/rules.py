"""When a series takes place: a rule and a wall time become instants, by values alone."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from houseful.calendar import Span
from houseful.hire.bookings.rules import instant_of
from houseful.kernel.problems import Invalid

DATES_MAX = 200
YEARS_MAX = 3
_DAY = r"[+-]?[1-5]?(MO|TU|WE|TH|FR|SA|SU)"
_PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d?",
    "COUNT": r"[1-9]\d{0,2}",
    "UNTIL": r"\d{8}",
    "BYDAY": rf"{_DAY}(,{_DAY})*",
    "BYMONTHDAY": r"-?([12]\d|3[01]|[1-9])(,-?([12]\d|3[01]|[1-9]))*",
    "BYMONTH": r"(1[0-2]|[1-9])(,(1[0-2]|[1-9]))*",
    "BYSETPOS": r"-?[1-5]",
    "WKST": r"MO|SU",
}


def dates_of(rule: str, starts_on: date) -> list[date]:
    """Return the dates of a rule (RFC 5545, by the day), the earliest first.

    Raises `Invalid` for what cannot be read, has no end, or is more than `DATES_MAX` dates.
    """
    parts = _parts(rule)
    if not {"COUNT", "UNTIL"} & parts.keys():
        raise Invalid.at("/rule", "Say when it ends: with COUNT, or with UNTIL.")
    start = datetime.combine(starts_on, time())
    try:
        found = rrulestr("RRULE:" + rule, dtstart=start)
    except ValueError as error:
        raise Invalid.at("/rule", "This rule cannot be read.") from error
    dates: list[date] = []
    for at in found:
        if at.date() > starts_on + timedelta(days=366 * YEARS_MAX):
            raise Invalid.at("/rule", f"Look {YEARS_MAX} years ahead at most.")
        dates.append(at.date())
        if len(dates) > DATES_MAX:
            raise Invalid.at("/rule", f"These are more than {DATES_MAX} dates.")
    if not dates:
        raise Invalid.at("/rule", "This rule has no dates.")
    return dates


def span_on(day: date, starts: time, ends: time, timezone: str) -> Span | None:
    """Return the span from one wall time to another, into the next day if it must be.

    None where the clocks skip one of them that night. Of a time that comes twice, the start is the
    first and the end the second, so that nobody is short of an hour.
    """
    last = day if ends > starts else day + timedelta(days=1)
    start = instant_of(datetime.combine(day, starts), timezone)
    end = instant_of(datetime.combine(last, ends), timezone, fold=1)
    return Span(start, end) if start and end else None


def hours_into_next_day(starts: time, ends: time) -> float:
    """Return how long it lasts on the wall when it ends on the next day; 0 when it does not."""
    if ends > starts:
        return 0
    day = date.min
    begin, end = datetime.combine(day, starts), datetime.combine(day + timedelta(days=1), ends)
    return (end - begin) / timedelta(hours=1)


def local_day(at: datetime, timezone: str) -> date:
    """Return the date on the wall."""
    return at.astimezone(UTC).astimezone(ZoneInfo(timezone)).date()


def _parts(rule: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name in parts or name not in _PARTS or not re.fullmatch(_PARTS[name], value):
            raise Invalid.at("/rule", f"This part cannot be read: {part[:40]}")
        parts[name] = value
    if "FREQ" not in parts:
        raise Invalid.at("/rule", "Say how often: FREQ=WEEKLY, for example.")
    return parts
