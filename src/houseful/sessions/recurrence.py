"""When sessions repeat: wall time, zone and an RFC 5545 rule become instants, by values alone."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import msgspec
from dateutil.rrule import rrulestr

from houseful.kernel.problems import Invalid

OCCURRENCES_MAX = 400
RULE_MAX_CHARACTERS = 200
_WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = r"(3[01]|[12]\d|[1-9])"
_WEEKDAY = r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)"
_PART = {
    "FREQ": re.compile(r"DAILY|WEEKLY|MONTHLY"),
    "INTERVAL": re.compile(r"[1-9]\d?"),
    "COUNT": re.compile(r"[1-9]\d{0,2}"),
    "UNTIL": re.compile(r"\d{8}(T\d{6}Z?)?"),
    "BYDAY": re.compile(rf"{_WEEKDAY}(,{_WEEKDAY})*"),
    "BYMONTHDAY": re.compile(rf"-?{_DAY}(,-?{_DAY})*"),
    "WKST": re.compile(r"MO|TU|WE|TH|FR|SA|SU"),
}


class Occurrence(msgspec.Struct, frozen=True):
    """One time of a series: as the clock on the wall says it, and when that is.

    `is_shifted` tells that the clocks skip this time: it is later by as much as they are put on.
    """

    local: datetime
    starts_at: datetime
    is_shifted: bool = False


def occurrences(
    rule: str,
    starts_local: datetime,
    timezone: str,
    *,
    until: datetime,
    since: datetime | None = None,
    exdates: Collection[datetime] = (),
    rdates: Collection[datetime] = (),
) -> list[Occurrence]:
    """Return the times of a series that begin before `until`, from `since` on, the earliest first.

    Raises `Invalid` for a rule that cannot be read, or more than `OCCURRENCES_MAX` such times.
    """
    zone = ZoneInfo(timezone)
    limit = until.astimezone(zone).replace(tzinfo=None) + timedelta(days=1)
    from_wall = starts_local
    if since is not None:
        from_wall = since.astimezone(zone).replace(tzinfo=None) - timedelta(days=1)
    of_rule = (one for one in _walls(rule, starts_local, timezone, limit) if one >= from_wall)
    walls = set(islice(of_rule, OCCURRENCES_MAX + 1)) | set(rdates)
    made = [occurrence_at(wall, timezone) for wall in sorted(walls - set(exdates))]
    found = [
        one for one in made if one.starts_at < until and (since is None or one.starts_at >= since)
    ]
    if len(found) > OCCURRENCES_MAX:
        raise Invalid.at("/rrule", f"These are more than {OCCURRENCES_MAX} sessions.")
    return found


def times_before(rule: str, starts_local: datetime, timezone: str, wall: datetime) -> int:
    """Return how often a rule comes before a wall time. Raises `Invalid` as `occurrences` does."""
    return sum(1 for _ in _walls(rule, starts_local, timezone, wall))


def walls_between(
    rule: str,
    starts_local: datetime,
    timezone: str,
    days: Sequence[tuple[date, date]],
) -> list[datetime]:
    """Return the times of a series on days off, the first and the last of each among them.

    Raises `Invalid` for days in the wrong order, and as `occurrences` does.
    """
    if not days:
        return []
    if any(last < first for first, last in days):
        raise Invalid.at("/daysOff", "The last day off is before the first.")
    zone = ZoneInfo(timezone)
    begin = datetime.combine(min(first for first, _ in days), time.min, zone)
    end = datetime.combine(max(last for _, last in days), time.max, zone)
    return [
        one.local
        for one in occurrences(rule, starts_local, timezone, since=begin, until=end)
        if any(first <= one.local.date() <= last for first, last in days)
    ]


def has_end(rule: str) -> bool:
    """Whether the rule says how often, or until when."""
    return bool({"COUNT", "UNTIL"} & _parts(rule).keys())


def occurrence_at(wall: datetime, timezone: str) -> Occurrence:
    """Return when a wall time is: in a fold the first, in a gap as much later as is skipped."""
    zone = ZoneInfo(timezone)
    at = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return Occurrence(wall, at, at.astimezone(zone).replace(tzinfo=None) != wall)


def check_rule(rule: str) -> None:
    """Raise `Invalid` unless the rule is one of those that sessions can repeat by."""
    _parts(rule)


def ended_before(rule: str, wall: datetime) -> str:
    """Return the rule, ended just before a wall time."""
    parts = {name: value for name, value in _parts(rule).items() if name not in {"COUNT", "UNTIL"}}
    last = wall - timedelta(seconds=1)
    return _written(parts | {"UNTIL": last.strftime("%Y%m%dT%H%M%S")})


def without_end(rule: str) -> str:
    """Return the rule without `COUNT` and `UNTIL`."""
    return _written({n: v for n, v in _parts(rule).items() if n not in {"COUNT", "UNTIL"}})


def counted_from(rule: str, done: int) -> str:
    """Return the rule with so many fewer times to go, where it counts them."""
    parts = _parts(rule)
    if "COUNT" in parts:
        parts["COUNT"] = str(max(1, int(parts["COUNT"]) - done))
    return _written(parts)


def shifted(rule: str, begin: datetime, shift: timedelta, timezone: str) -> str:
    """Return a rule for times that are so much later than those from `begin` on: its weekdays, the
    weeks that they are counted in and its end move along.

    Raises `Invalid` where days are those of a month: such a series cannot be moved to other days.
    """
    parts = _parts(rule)
    days = ((begin + shift).date() - begin.date()).days
    if days and (parts["FREQ"] == "MONTHLY" or "BYMONTHDAY" in parts):
        raise Invalid.at("/startsLocal", "End this series, and begin another on the other day.")
    if "BYDAY" in parts and days % 7:
        parts["BYDAY"] = ",".join(_later(day, days) for day in parts["BYDAY"].split(","))
        if "INTERVAL" in parts:
            parts["WKST"] = _later(parts.get("WKST", _WEEK[0]), days)
    if "UNTIL" in parts:
        parts["UNTIL"] = _later_until(parts["UNTIL"], timezone, shift, days)
    return _written(parts)


def _walls(rule: str, start: datetime, timezone: str, limit: datetime) -> Iterator[datetime]:
    parts = _parts(rule)
    if "UNTIL" in parts:
        parts["UNTIL"] = _local_until(parts["UNTIL"], timezone)
    try:
        walls = rrulestr("RRULE:" + _written(parts), dtstart=start)
    except ValueError as error:
        raise _unreadable() from error
    yield from takewhile(lambda wall: wall < limit, walls)


def _local_until(text: str, timezone: str) -> str:
    """Return UNTIL as wall time: a day means all of it, a `Z` is turned into the zone."""
    try:
        if "T" not in text:
            return datetime.strptime(text, "%Y%m%d").strftime("%Y%m%dT235959")  # noqa: DTZ007
        until = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 (local)
    except ValueError as error:
        raise _unreadable() from error
    if text.endswith("Z"):
        until = until.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    return until.strftime("%Y%m%dT%H%M%S")


def _later_until(text: str, timezone: str, shift: timedelta, days: int) -> str:
    """Return UNTIL as much later as the times are; what was a day stays one."""
    until = datetime.strptime(_local_until(text, timezone), "%Y%m%dT%H%M%S")  # noqa: DTZ007 (local)
    try:
        if "T" not in text:
            return (until + timedelta(days=days)).strftime("%Y%m%d")
        return (until + shift).strftime("%Y%m%dT%H%M%S")
    except OverflowError:  # it is as good as without an end
        return text


def _later(weekday: str, days: int) -> str:
    return _WEEK[(_WEEK.index(weekday) + days) % 7]


def _parts(rule: str) -> dict[str, str]:
    if len(rule) > RULE_MAX_CHARACTERS:
        raise _unreadable()
    parts: dict[str, str] = {}
    for part in rule.upper().removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if name in parts or name not in _PART or not _PART[name].fullmatch(value):
            raise _unreadable()
        parts[name] = value
    if "FREQ" not in parts or {"COUNT", "UNTIL"} <= parts.keys():
        raise _unreadable()
    if re.search(r"\d", parts.get("BYDAY", "")) and parts["FREQ"] != "MONTHLY":
        raise _unreadable()
    return parts


def _written(parts: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _unreadable() -> Invalid:
    return Invalid.at("/rrule", "Give a rule such as FREQ=WEEKLY;BYDAY=MO,WE.")
