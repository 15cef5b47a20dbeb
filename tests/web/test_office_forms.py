"""Reading forms of the office: what people type, and what they are told."""

from contextlib import suppress
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.events import NewEvent
from houseful.kernel.problems import Invalid
from houseful.venues import NewGate, NewVenue
from houseful.web.office.forms import (
    Filled,
    faults_of,
    message_of,
    read_amount,
    read_body,
    read_number,
    read_percent,
    read_time,
    write_amount,
    write_percent,
    write_time,
)
from houseful.web.office.ledger_csv import balance_csv
from houseful.web.office.till import expand

BERLIN = ZoneInfo("Europe/Berlin")


@given(st.integers(0, 10**11), st.sampled_from(["EUR", "JPY", "BHD"]))
def test_an_amount_that_is_shown_is_read_as_the_same(minor: int, currency: str) -> None:
    shown = write_amount(minor, currency)

    assert read_amount(shown, currency, "/price") == minor
    assert read_amount(shown.replace(".", ","), currency, "/price") == minor


@given(st.integers(0, 10_000))
def test_a_percentage_that_is_shown_is_read_as_the_same(basis_points: int) -> None:
    assert read_percent(write_percent(basis_points), "/tax") == basis_points


@given(st.text(max_size=20))
def test_whatever_is_typed_is_an_amount_or_told(text: str) -> None:
    with suppress(Invalid):
        assert read_amount(text, "EUR", "/price") >= 0


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_number_or_told(text: str) -> None:
    with suppress(Invalid):
        assert 0 <= read_number(text, "/count", maximum=500) <= 500


@pytest.mark.parametrize("text", ["1.250,00", "1,250.00", "1'250.00", "1 250,00", "1250", "1250,0"])
def test_thousands_are_read_where_the_decimals_show_which_they_are(text: str) -> None:
    assert read_amount(text, "EUR", "/price") == 125_000


def test_three_decimals_are_decimals_where_the_currency_has_them() -> None:
    assert read_amount("1.000", "BHD", "/price") == 1000


@pytest.mark.parametrize(
    "text", ["1.005", "1.000", "1,000", "12.500", "-1", "1e9", "NaN", "", "12.50 €"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_amount(text, "EUR", "/price")


def test_times_are_the_zones_own() -> None:
    at = read_time("2026-07-01T20:00", BERLIN, "/startAt")

    assert at == datetime(2026, 7, 1, 20, tzinfo=BERLIN)
    assert write_time(at, "Europe/Berlin") == "2026-07-01T20:00"
    assert read_time(" ", BERLIN, "/startAt") is None


@pytest.mark.parametrize(
    "text",
    ["2026-03-29T02:30", "0001-01-01T00:00", "9999-12-31T23:59", "tomorrow", "2026-13-01T00:00"],
)
def test_a_time_that_is_none_is_told_at_its_field(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_time(text, BERLIN, "/startAt")

    assert faults_of(caught.value).keys() == {"start_at"}


def test_what_is_wrong_is_told_kindly_and_at_its_field() -> None:
    wrong = [
        (NewVenue, {"name": " ", "timezone": "UTC"}, "name", "Please fill this in."),
        (NewVenue, {"name": "x" * 201, "timezone": "UTC"}, "name", "At most 200 characters."),
        (
            NewVenue,
            {"name": "Hall", "timezone": "UTC", "capacity": "many"},
            "capacity",
            "Please give a whole number.",
        ),
        (
            NewGate,
            {"venue_id": "", "name": "Gate", "code": "G"},
            "venue_id",
            "Please choose one.",
        ),
        (
            NewEvent,
            {"name": "Show", "slug": "A B"},
            "slug",
            "Please write letters, digits and hyphens only.",
        ),
    ]
    for kind, values, field, words in wrong:
        with pytest.raises(Invalid) as caught:
            read_body(kind, values)
        assert faults_of(caught.value) == {field: words}
        assert Filled(values, caught.value).fault(field) == words
        assert message_of(caught.value, values).startswith("Nothing was saved")
        assert message_of(caught.value, {}) == words


def test_typed_ids_and_numbers_become_what_the_use_case_wants() -> None:
    venue_id = uuid4()
    gate = read_body(NewGate, {"venue_id": str(venue_id), "name": "Gate", "code": "G1"})
    venue = read_body(NewVenue, {"name": "Hall", "timezone": "UTC", "capacity": "400"})

    assert (gate.venue_id, venue.capacity) == (venue_id, 400)


def test_a_form_shows_what_it_has() -> None:
    filled = Filled({"name": "Gate", "count": 0, "off": False, "none": None, "many": ["a", "b"]})

    assert [filled.value(name) for name in ("name", "count", "off", "none", "other")] == [
        "Gate",
        "0",
        "",
        "",
        "",
    ]
    assert filled.values("many") == ["a", "b"]
    assert filled.values("other") == []


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("5-8, 10", ["5", "6", "7", "8", "10"]),
        ("8 – 6", ["6", "7", "8"]),
        ("12A;12B 13", ["12A", "12B", "13"]),
        ("", []),
    ],
)
def test_seats_are_typed_as_people_say_them(text: str, labels: list[str]) -> None:
    assert expand(text) == labels


def test_nobody_sells_a_whole_street_by_a_slip() -> None:
    with pytest.raises(Invalid):
        expand("1-99999")


def test_a_trial_balance_without_accounts_still_has_its_head() -> None:
    assert balance_csv([]).strip() == "account,name,kind,currency,debit,credit,balance"
