"""The verdict, for everything that can be known of a ticket."""

from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.scanning.rules import Result, TicketAtDoor, admits, judge, words

NOW = datetime(2030, 1, 1, 20, tzinfo=UTC)
EVENT, GATE = uuid4(), uuid4()
tickets = st.builds(
    TicketAtDoor,
    event_id=st.sampled_from([EVENT, uuid4()]),
    status=st.sampled_from(["sold", "reserved", "refunded", "canceled", "voided", "transferred"]),
    valid_from=st.sampled_from([None, NOW - timedelta(hours=1), NOW + timedelta(hours=1)]),
    valid_until=st.sampled_from([None, NOW - timedelta(hours=1), NOW + timedelta(hours=1)]),
    gate_ids=st.sampled_from([None, frozenset({GATE}), frozenset({uuid4()})]),
    is_inside=st.booleans(),
    entries=st.integers(min_value=0, max_value=3),
)


@given(st.none() | tickets, st.sampled_from(["in", "out"]))
def test_nobody_comes_in_without_a_valid_ticket_of_this_event(
    ticket: TicketAtDoor | None, direction: str
) -> None:
    result = judge(ticket, event_id=EVENT, gate_id=GATE, direction=direction, at=NOW)  # type: ignore[arg-type]

    if admits(result):
        assert direction == "in"
        assert ticket is not None
        assert ticket.event_id == EVENT
        assert ticket.status == "sold"
        assert not ticket.is_inside
        assert ticket.gate_ids is None or GATE in ticket.gate_ids


@pytest.mark.parametrize("result", get_args(Result))
def test_every_result_has_words(result: Result) -> None:
    tone, title, detail = words(result)

    assert tone in {"ok", "warn", "stop"}
    assert title
    assert detail.endswith(".")
