"""The zone that a feed tells is the one that the house lives in, at every instant."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from houseful.hire.feeds.ics import Entry, calendar_text
from houseful.hire.feeds.zones import zone_lines

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Chatham",
    "UTC",
)
FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)


def _offset_at(lines: tuple[str, ...], at: datetime) -> timedelta:
    """Return the offset as a program reads it: of the last observance that has begun."""
    begun: list[tuple[datetime, timedelta]] = []
    told: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        told[name] = value
        if name == "END" and value != "VTIMEZONE":
            local = datetime.strptime(told["DTSTART"], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
            begun.append((local - _read(told["TZOFFSETFROM"]), _read(told["TZOFFSETTO"])))
    return max(one for one in begun if one[0] <= at)[1]


def _read(offset: str) -> timedelta:
    length = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5]))
    return -length if offset[0] == "-" else length


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)),  # noqa: DTZ001 UTC below
)
def test_every_instant_has_the_offset_that_the_zone_has(timezone: str, at: datetime) -> None:
    instant = at.replace(tzinfo=UTC)

    told = _offset_at(zone_lines(timezone, FIRST, LAST), instant)

    assert told == instant.astimezone(ZoneInfo(timezone)).utcoffset()


def _entry(starts_at: datetime) -> Entry:
    return Entry(
        uid="one@houseful",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        summary="Ball",
        status="CONFIRMED",
        changed_at=starts_at,
    )


def test_a_time_is_told_as_the_houses_clock_shows_it() -> None:
    written = calendar_text("Hall", "Europe/Berlin", [_entry(datetime(2035, 5, 1, 16, tzinfo=UTC))])

    assert "DTSTART;TZID=Europe/Berlin:20350501T180000\r\n" in written
    assert "DTSTAMP:20350501T160000Z\r\n" in written
    assert written.index("BEGIN:VTIMEZONE") < written.index("BEGIN:VEVENT")


def test_the_second_of_two_like_times_is_told_in_utc() -> None:
    first = datetime(2035, 10, 28, 0, 15, tzinfo=UTC)

    entries = [_entry(first), _entry(first + timedelta(hours=1))]
    written = calendar_text("Hall", "Europe/Berlin", entries)

    assert "DTSTART;TZID=Europe/Berlin:20351028T021500\r\n" in written
    assert "DTSTART:20351028T011500Z\r\n" in written


def test_a_calendar_without_entries_needs_no_zone() -> None:
    assert "VTIMEZONE" not in calendar_text("Hall", "Europe/Berlin", [])
