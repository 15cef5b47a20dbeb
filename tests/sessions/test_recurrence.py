"""Series: wall time stays, whatever the clocks do."""
# ruff: noqa: DTZ001 (wall times have no zone: that is the point)

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.kernel.problems import Invalid
from houseful.sessions.recurrence import (
    OCCURRENCES_MAX,
    counted_from,
    ended_before,
    occurrence_at,
    occurrences,
    shifted,
)

WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NEW_YORK, LORD_HOWE = "America/New_York", "Australia/Lord_Howe"
FAR = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "start", "before", "after"),
    [
        ("Europe/Berlin", datetime(2027, 3, 22, 18, 30), 1, 2),
        ("Europe/Berlin", datetime(2027, 10, 25, 18, 30), 2, 1),
        ("America/New_York", datetime(2027, 3, 8, 18, 30), -5, -4),
        ("America/New_York", datetime(2027, 11, 1, 18, 30), -4, -5),
        ("Australia/Lord_Howe", datetime(2027, 9, 27, 18, 30), 10.5, 11),
        ("Australia/Lord_Howe", datetime(2027, 3, 29, 18, 30), 11, 10.5),
    ],
)
def test_a_weekly_class_stays_at_its_local_time_across_clock_changes(
    zone: str, start: datetime, before: float, after: float
) -> None:
    found = occurrences("FREQ=WEEKLY;COUNT=3", start, zone, until=FAR)

    offsets = [one.local - one.starts_at.replace(tzinfo=None) for one in found]
    assert [one.local for one in found] == [start + timedelta(weeks=week) for week in range(3)]
    assert offsets[0] == timedelta(hours=before)
    assert offsets[-1] == timedelta(hours=after)


@pytest.mark.parametrize(
    ("zone", "wall", "at"),
    [
        ("Europe/Berlin", datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (
            "America/New_York",
            datetime(2027, 3, 14, 2, 15),
            datetime(2027, 3, 14, 7, 15, tzinfo=UTC),
        ),
        (
            "Australia/Lord_Howe",
            datetime(2027, 10, 3, 2, 10),
            datetime(2027, 10, 2, 15, 40, tzinfo=UTC),
        ),
    ],
)
def test_a_time_that_the_clocks_skip_is_later_and_says_so(
    zone: str, wall: datetime, at: datetime
) -> None:
    found = occurrence_at(wall, zone)

    assert (found.starts_at, found.is_shifted) == (at, True)


@pytest.mark.parametrize(
    ("zone", "wall", "at"),
    [
        ("Europe/Berlin", datetime(2027, 10, 31, 2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        (
            "America/New_York",
            datetime(2027, 11, 7, 1, 30),
            datetime(2027, 11, 7, 5, 30, tzinfo=UTC),
        ),
        (
            "Australia/Lord_Howe",
            datetime(2027, 4, 4, 1, 45),
            datetime(2027, 4, 3, 14, 45, tzinfo=UTC),
        ),
    ],
)
def test_a_time_that_comes_twice_is_the_first(zone: str, wall: datetime, at: datetime) -> None:
    found = occurrence_at(wall, zone)

    assert (found.starts_at, found.is_shifted) == (at, False)


def test_exceptions_and_additions() -> None:
    start = datetime(2027, 5, 3, 9)
    found = occurrences(
        "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4",
        start,
        "Europe/Berlin",
        until=FAR,
        exdates=[datetime(2027, 5, 5, 9)],
        rdates=[datetime(2027, 5, 8, 11)],
    )

    days = [(one.local.month, one.local.day, one.local.hour) for one in found]
    assert days == [(5, 3, 9), (5, 8, 11), (5, 10, 9), (5, 12, 9)]


def test_until_is_in_the_venues_time() -> None:
    start = datetime(2027, 5, 3, 23)
    by_day = occurrences("FREQ=DAILY;UNTIL=20270505", start, "America/New_York", until=FAR)
    by_instant = occurrences(
        "FREQ=DAILY;UNTIL=20270505T030000Z", start, "America/New_York", until=FAR
    )

    assert [one.local.day for one in by_day] == [3, 4, 5]
    assert [one.local.day for one in by_instant] == [3, 4]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=YEARLY",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=MONTHLY;BYMONTHDAY=99",
        "FREQ=DAILY;COUNT=3;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=20279999",
        "FREQ=DAILY\nEXRULE:FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=0",
    ],
)
def test_other_rules_are_refused(rule: str) -> None:
    with pytest.raises(Invalid):
        occurrences(rule, datetime(2027, 1, 1, 9), "UTC", until=FAR)


def test_too_many_are_refused() -> None:
    with pytest.raises(Invalid):
        occurrences(
            f"FREQ=DAILY;COUNT={OCCURRENCES_MAX + 1}", datetime(2027, 1, 1), "UTC", until=FAR
        )


def test_a_rule_ends_where_it_is_split_and_goes_on_from_there() -> None:
    start, rule = datetime(2027, 5, 3, 9), "FREQ=WEEKLY;COUNT=5"
    split = datetime(2027, 5, 17, 9)
    first = occurrences(ended_before(rule, split), start, "Europe/Berlin", until=FAR)
    rest = occurrences(counted_from(rule, len(first)), split, "Europe/Berlin", until=FAR)

    assert first + rest == occurrences(rule, start, "Europe/Berlin", until=FAR)


@given(
    days=st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1),
    shift=st.integers(-20, 20),
)
def test_moving_a_series_moves_each_of_its_days(days: set[str], shift: int) -> None:
    rule = "FREQ=WEEKLY;BYDAY=" + ",".join(sorted(days))
    start = datetime(2027, 5, 3, 9)
    until = datetime(2027, 6, 28, tzinfo=UTC)
    moved = occurrences(
        shifted(rule, start, timedelta(days=shift), "UTC"),
        start + timedelta(days=shift),
        "UTC",
        until=until + timedelta(days=shift),
    )

    plain = occurrences(rule, start, "UTC", until=until)
    assert [one.local for one in moved] == [one.local + timedelta(days=shift) for one in plain]


def _until(kind: str, last: datetime, zone: str) -> str:
    """Return the end of a rule on its last time: as a day, as wall time or as an instant."""
    if kind == "day":
        return f";UNTIL={last:%Y%m%d}"
    if kind == "wall":
        return f";UNTIL={last:%Y%m%dT%H%M%S}"
    return f";UNTIL={occurrence_at(last, zone).starts_at:%Y%m%dT%H%M%SZ}"


@given(
    start=st.datetimes(datetime(2027, 2, 20), datetime(2027, 11, 20)),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    every=st.integers(1, 3),
    more_days=st.sets(st.sampled_from(WEEK)),
    week_begins=st.sampled_from(["", ";WKST=MO", ";WKST=SU"]),
    times=st.integers(2, 12),
    end=st.sampled_from(["count", "day", "wall", "instant"]),
    split=st.integers(0, 11),
    shift=st.timedeltas(timedelta(days=-20), timedelta(days=20)),
)
def test_this_and_the_following_move_to_their_last_across_clock_changes(
    start: datetime,
    zone: str,
    every: int,
    more_days: set[str],
    week_begins: str,
    times: int,
    end: str,
    split: int,
    shift: timedelta,
) -> None:
    start = start.replace(second=0, microsecond=0)
    shift = timedelta(minutes=shift // timedelta(minutes=1))
    days = ",".join(sorted(more_days | {WEEK[start.weekday()]}))
    weekly = f"FREQ=WEEKLY;INTERVAL={every};BYDAY={days}{week_begins}"
    counted = occurrences(f"{weekly};COUNT={times}", start, zone, until=FAR)
    walls = sorted(one.local for one in counted)
    rule = f"{weekly};COUNT={times}" if end == "count" else weekly + _until(end, walls[-1], zone)
    begin = walls[split % times]

    rest = counted_from(rule, walls.index(begin))
    moved = occurrences(shifted(rest, begin, shift, zone), begin + shift, zone, until=FAR)

    assert sorted(one.local for one in moved) == [wall + shift for wall in walls if wall >= begin]


@pytest.mark.parametrize("rule", ["FREQ=MONTHLY", "FREQ=DAILY;BYMONTHDAY=1,15"])
def test_days_of_a_month_are_moved_in_time_only(rule: str) -> None:
    begin = datetime(2027, 5, 1, 9)

    assert shifted(rule, begin, timedelta(hours=2), "UTC") == rule
    with pytest.raises(Invalid):
        shifted(rule, begin, timedelta(days=7), "UTC")


def test_an_end_that_is_never_stays_so() -> None:
    rule = "FREQ=DAILY;UNTIL=99991231"

    assert shifted(rule, datetime(2027, 5, 1, 9), timedelta(days=1), "UTC") == rule


@given(
    wall=st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1)),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_what_is_not_shifted_reads_as_it_was_written(wall: datetime, zone: str) -> None:
    found = occurrence_at(wall, zone)

    read = found.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert (read == wall) != found.is_shifted
    assert read >= wall
