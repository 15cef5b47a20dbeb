"""The verdict, for everything that can be known of a ticket."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.scanning.rules import (
    Direction,
    Result,
    TicketAtDoor,
    admits,
    judge,
    occurred_at,
    serves,
    words,
)

NOW = datetime(2030, 1, 1, 20, tzinfo=UTC)
EVENT, SERIES = uuid4(), uuid4()
instants = st.sampled_from([None, NOW - timedelta(hours=1), NOW + timedelta(hours=1)])
tickets = st.builds(
    TicketAtDoor,
    event_id=st.sampled_from([EVENT, uuid4()]),
    series_id=st.sampled_from([None, SERIES, uuid4()]),
    status=st.sampled_from(["sold", "reserved", "refunded", "canceled", "voided", "transferred"]),
    valid_from=instants,
    valid_until=instants,
    is_served_here=st.booleans(),
    inside=st.integers(min_value=0, max_value=2),
    entries=st.integers(min_value=0, max_value=3),
)
moments = st.timedeltas(timedelta(days=-365), timedelta(days=365)).map(lambda far: NOW + far)


@given(st.none() | tickets, st.sampled_from(["in", "out"]), st.sampled_from([None, SERIES]))
def test_nobody_comes_in_without_a_valid_ticket_of_this_event(
    ticket: TicketAtDoor | None, direction: Direction, series_id: UUID | None
) -> None:
    result = judge(ticket, event_id=EVENT, series_id=series_id, direction=direction, at=NOW)

    if admits(result):
        assert direction == "in"
        assert ticket is not None
        assert ticket.event_id == EVENT
        assert ticket.status == "sold"
        assert ticket.inside == 0
        assert ticket.is_served_here
        assert ticket.valid_from is None or ticket.valid_from <= NOW
        assert ticket.valid_until is None or ticket.valid_until > NOW


@given(tickets.filter(lambda ticket: ticket.event_id != EVENT))
def test_another_date_is_another_event_of_the_same_series(ticket: TicketAtDoor) -> None:
    result = judge(ticket, event_id=EVENT, series_id=SERIES, direction="in", at=NOW)

    assert result == ("wrong_date" if ticket.series_id == SERIES else "wrong_event")


@given(moments, moments, st.none() | moments)
def test_what_was_kept_is_put_back_by_how_long_ago_it_was(
    scanned: datetime, sent: datetime, now: datetime | None
) -> None:
    now = now or NOW

    at = occurred_at(scanned_at=scanned, sent_at=sent, now=now, is_offline=True)

    assert at <= now
    if scanned <= sent:
        assert now - at == sent - scanned


def test_what_is_sent_at_once_happened_now_whatever_the_clock_says() -> None:
    wrong = NOW - timedelta(days=3)

    assert occurred_at(scanned_at=wrong, sent_at=None, now=NOW, is_offline=False) == NOW


@pytest.mark.parametrize(
    ("settings", "is_open"),
    [
        ({}, True),
        ({"sections": []}, True),
        ({"sections": ["A", "B"]}, True),
        ({"sections": ["B"]}, False),
        ({"ticketTypes": ["Seat"]}, True),
        ({"sections": ["A"], "ticketTypes": ["Standing"]}, False),
        ({"sections": "A"}, True),
    ],
)
def test_a_gate_lets_in_what_its_settings_name(settings: dict[str, Any], is_open: bool) -> None:
    assert serves(settings, section="A", ticket_type="Seat") is is_open


@pytest.mark.parametrize("result", get_args(Result))
def test_every_result_has_words(result: Result) -> None:
    tone, title, detail = words(result)

    assert tone in {"ok", "warn", "stop"}
    assert title
    assert detail.endswith(".")
