"""The file for calendars says what the event says, in every zone, whatever it is called."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import available_timezones

from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec.structs import replace

from houseful.messaging.calendar_file import CalendarEntry, calendar_file

ENTRY = CalendarEntry(
    event_id=UUID(int=7),
    sequence=3,
    title="An Evening of Songs",
    start_at=datetime(2031, 6, 5, 17, 30, tzinfo=UTC),
    end_at=datetime(2031, 6, 5, 20, 0, tzinfo=UTC),
    timezone="Europe/Berlin",
    place="Playhouse, 14 Harbour Street, Hamburg",
    url="https://houseful.example/playhouse/songs",
    host="houseful.example",
    written_at=datetime(2031, 1, 1, tzinfo=UTC),
)
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
ZONES = sorted(available_timezones() - {"Factory", "localtime"})
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=300)


def _event(entry: CalendarEntry) -> tuple[Calendar, dict[str, object]]:
    calendar = Calendar.from_ical(calendar_file(entry))
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_an_entry_stands_at_the_venues_own_time() -> None:
    text = calendar_file(ENTRY).decode()

    assert "DTSTART;TZID=Europe/Berlin:20310605T193000" in text
    assert "BEGIN:VTIMEZONE" in text
    assert "UID:00000000-0000-0000-0000-000000000007@houseful.example" in text


def test_a_cancelled_event_is_crossed_out_under_the_same_id() -> None:
    _, before = _event(ENTRY)
    _, after = _event(replace(ENTRY, sequence=4, is_cancelled=True))

    assert after["UID"] == before["UID"]
    assert (after["STATUS"], after["SEQUENCE"]) == ("CANCELLED", 4)


@given(
    zone=st.sampled_from(ZONES),
    start_at=st.integers(0, 40 * 366 * 24 * 60).map(lambda m: SINCE + timedelta(minutes=m)),
    minutes=st.integers(1, 60 * 24 * 14),
)
@settings(deadline=None)
@example("Europe/Berlin", datetime(2031, 10, 26, 0, 30, tzinfo=UTC), 60)
def test_whoever_reads_it_finds_the_same_instants(
    zone: str, start_at: datetime, minutes: int
) -> None:
    end_at = start_at + timedelta(minutes=minutes)

    _, event = _event(replace(ENTRY, timezone=zone, start_at=start_at, end_at=end_at))

    start, end = event["DTSTART"].dt, event["DTEND"].dt  # type: ignore[attr-defined]
    assert start.astimezone(UTC) == start_at
    assert end.astimezone(UTC) == end_at


@given(title=TEXTS, place=TEXTS)
def test_no_name_breaks_out_of_its_line(title: str, place: str) -> None:
    calendar, event = _event(replace(ENTRY, title=title, place=place))

    assert str(event["SUMMARY"]) == title
    assert str(event["LOCATION"]) == place
    assert len(calendar.walk("VEVENT")) == 1


@given(title=st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_every_line_is_short_enough_for_every_reader(title: str) -> None:
    lines = calendar_file(replace(ENTRY, title=title)).split(b"\r\n")

    assert all(len(line) <= 75 for line in lines)


@given(title=st.text("ab\r\n\\;,:=END", max_size=60))
def test_a_name_with_line_breaks_adds_no_property(title: str) -> None:
    _, event = _event(replace(ENTRY, title=title))

    assert set(event) == set(_event(ENTRY)[1])
