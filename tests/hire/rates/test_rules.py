"""What a time costs: the most particular rate, by begun hours or by days, never below a minimum."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from houseful.hire.rates.rules import PricedTime, Rate, business_days, in_season, price_time

HALL, FOYER = UUID(int=1), UUID(int=2)
FRIDAY = datetime(2035, 5, 4, tzinfo=UTC)


def wanted(start: float, end: float, **fields: Any) -> PricedTime:
    """The hall, by hours of a Friday in UTC."""
    given = {"space_id": HALL, "setup_style": "", "timezone": "UTC"} | fields
    return PricedTime(
        starts_at=FRIDAY + timedelta(hours=start), ends_at=FRIDAY + timedelta(hours=end), **given
    )


def a_rate(unit: str, amount: int, **fields: Any) -> Rate:
    return Rate(label=f"{unit} rate", unit=unit, amount_minor=amount, **fields)  # type: ignore[arg-type]


def test_begun_hours_count() -> None:
    price = price_time([a_rate("hour", 10_00)], wanted(18, 21.25))

    assert price.amount_minor == 40_00
    assert (price.trace[0].quantity, price.trace[0].unit) == (4, "hour")


def test_the_day_is_a_cap_on_the_hours() -> None:
    rates = [a_rate("hour", 100_00), a_rate("day", 600_00)]

    assert price_time(rates, wanted(18, 22)).amount_minor == 400_00
    assert price_time(rates, wanted(10, 22)).amount_minor == 600_00


def test_what_ends_in_the_night_belongs_to_the_evening() -> None:
    late = wanted(20, 26)

    assert business_days(late) == [(date(2035, 5, 4), 360)]
    assert price_time([a_rate("day", 500)], late).amount_minor == 500
    assert price_time([a_rate("day", 500)], wanted(20, 33)).amount_minor == 1000
    assert price_time([a_rate("day", 500)], wanted(20, 26, day_begins_hour=1)).amount_minor == 1000


def test_the_most_particular_rate_holds() -> None:
    rates = [
        a_rate("day", 100),
        a_rate("day", 200, weekdays=[5, 6]),
        a_rate("day", 300, setup_style="banquet"),
        a_rate("day", 50, space_id=FOYER),
        a_rate("day", 400, space_id=HALL, season_from="12-01", season_until="01-31"),
    ]

    assert price_time(rates, wanted(18, 22)).amount_minor == 200
    assert price_time(rates, wanted(18, 22, setup_style="banquet")).amount_minor == 300
    assert price_time(rates, wanted(18, 22, space_id=FOYER)).amount_minor == 50
    assert price_time(rates, wanted(18 + 24 * 220, 22 + 24 * 220)).amount_minor == 400


def test_a_season_may_run_over_the_new_year() -> None:
    assert in_season(date(2035, 12, 31), "12-01", "01-31")
    assert in_season(date(2036, 1, 31), "12-01", "01-31")
    assert not in_season(date(2036, 2, 1), "12-01", "01-31")
    assert in_season(date(2036, 2, 1), None, None)


def test_an_event_rate_is_for_the_whole_line() -> None:
    rates = [a_rate("event", 900_00), a_rate("day", 500_00)]

    assert price_time(rates, wanted(18, 22)).amount_minor == 500_00
    assert price_time(rates, wanted(10, 24 * 3)).amount_minor == 900_00


def test_a_minimum_is_a_line_of_its_own() -> None:
    price = price_time([a_rate("hour", 10_00, minimum_minor=100_00)], wanted(18, 20))

    assert price.amount_minor == 100_00
    assert [line.amount_minor for line in price.trace] == [20_00, 80_00]


def test_days_without_a_rate_are_named() -> None:
    price = price_time([a_rate("day", 100, weekdays=[5])], wanted(10, 40))

    assert price.missing == [date(2035, 5, 5)]


rates = st.lists(
    st.builds(
        Rate,
        label=st.just("Any"),
        unit=st.sampled_from(["hour", "day", "event"]),
        amount_minor=st.integers(0, 10_000),
        minimum_minor=st.integers(0, 20_000),
        space_id=st.sampled_from([None, HALL]),
        weekdays=st.lists(st.integers(1, 7), max_size=3),
    ),
    max_size=6,
)


@given(rates, st.integers(0, 100), st.integers(1, 100))
def test_the_trace_sums_to_the_price_and_no_day_is_lost(
    card: list[Rate], start: int, length: int
) -> None:
    time = wanted(start, start + length)
    price = price_time(card, time)
    days = {day for day, _ in business_days(time)}

    assert price.amount_minor == sum(line.amount_minor for line in price.trace) >= 0
    assert sum(minutes for _, minutes in business_days(time)) == length * 60
    by_day = {line.day for line in price.trace if line.day}
    has_event = any(line.unit == "event" for line in price.trace)
    assert has_event or by_day | set(price.missing) == days


@given(st.integers(1, 5000), st.integers(1, 90), st.integers(1, 10))
def test_longer_never_costs_less(amount: int, length: int, more: int) -> None:
    card = [a_rate("hour", amount), a_rate("day", amount * 5)]

    short, long = (price_time(card, wanted(18, 18 + n)) for n in (length, length + more))

    assert short.amount_minor <= long.amount_minor
