"""Tonight's show is when people would go, and its door can be tried at once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.demo.house import ZONE
from houseful.demo.programme import hours_of_tonight
from houseful.kernel.business_day import DAY_BEGINS_HOUR, business_day
from houseful.ticketing.door import EARLY


@pytest.mark.parametrize("hour", range(24))
def test_tickets_for_tonight_let_in_now_and_are_still_sold(hour: int) -> None:
    now = datetime(2026, 11, 29, hour, 40, tzinfo=ZONE)
    begins, doors = hours_of_tonight(now)

    assert doors - EARLY <= now.replace(minute=0)
    assert timedelta(hours=1) <= begins - doors <= timedelta(hours=2)
    assert now < begins <= now + timedelta(hours=4)
    assert begins >= now + timedelta(hours=1) or hour == DAY_BEGINS_HOUR - 1


@given(st.integers(0, 2 * 365 * 24 * 60))
def test_the_show_is_of_the_business_day_in_which_the_demo_is_made(minutes: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    begins, doors = hours_of_tonight(now)

    assert business_day(begins, ZONE.key) == business_day(now, ZONE.key)
    assert doors - EARLY <= now < begins


@pytest.mark.parametrize(
    ("hour", "begins"), [(7, 11), (12, 16), (16, 20), (18, 20), (19, 21), (21, 23)]
)
def test_the_show_is_as_near_to_eight_as_the_door_allows(hour: int, begins: int) -> None:
    at, _ = hours_of_tonight(datetime(2026, 11, 29, hour, 40, tzinfo=ZONE))

    assert at.astimezone(ZONE).hour == begins
