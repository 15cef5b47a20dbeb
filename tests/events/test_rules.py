"""An event's life, its times and its address."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.events.rules import (
    CLAIMING_STATES,
    LIFE,
    PUBLIC_STATES,
    SLUG_MAX_CHARACTERS,
    check_times,
    free_slug,
    slug_of,
)
from houseful.kernel.problems import Invalid
from houseful.kernel.states import IllegalAct
from tests.builders.calendar import at


def test_the_public_knows_of_every_event_that_claims_its_spaces() -> None:
    assert CLAIMING_STATES < PUBLIC_STATES < LIFE.states


@pytest.mark.parametrize(
    ("state", "act"),
    [
        ("draft", "cancel"),
        ("draft", "start"),
        ("published", "publish"),
        ("live", "postpone"),
        ("ended", "cancel"),
        ("cancelled", "publish"),
        ("archived", "publish"),
        ("published", "archive"),
    ],
)
def test_what_makes_no_sense_is_refused(state: str, act: str) -> None:
    with pytest.raises(IllegalAct):
        LIFE.next(state, act)


@pytest.mark.parametrize(
    ("start", "end", "doors", "pointer"),
    [
        (at(20), at(20), None, "/endAt"),
        (at(20), at(19), None, "/endAt"),
        (at(20), None, None, "/endAt"),
        (None, at(20), None, "/endAt"),
        (at(20), at(22), at(20.5), "/doorsAt"),
        (None, None, at(20), "/doorsAt"),
    ],
)
def test_times_that_cannot_be_are_refused(
    start: datetime | None, end: datetime | None, doors: datetime | None, pointer: str
) -> None:
    with pytest.raises(Invalid) as raised:
        check_times(start, end, doors)

    assert raised.value.fields["errors"][0]["pointer"] == pointer


def test_a_start_in_the_past_is_refused_only_when_now_counts() -> None:
    check_times(at(20), at(22), at(20))
    check_times(at(20), at(22), None, now=at(20))

    with pytest.raises(Invalid):
        check_times(at(20), at(22), None, now=at(20) + timedelta(seconds=1))


def test_slugs_are_made_of_names() -> None:
    assert slug_of("Brühl & Söhne: Live!") == "bruhl-sohne-live"
    assert slug_of("東京") == "event"


@given(st.text(max_size=300))
def test_every_name_has_a_slug_that_fits_an_address(name: str) -> None:
    slug = slug_of(name)

    assert 1 <= len(slug) <= SLUG_MAX_CHARACTERS
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug.startswith("-")
    assert not slug.endswith("-")


@given(st.sets(st.sampled_from(["song", "song-2", "song-3", "song-4"])))
def test_a_free_slug_is_not_taken(taken: set[str]) -> None:
    assert free_slug("song", taken) not in taken
