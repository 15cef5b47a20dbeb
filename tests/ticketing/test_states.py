"""Orders, tickets and holds: what leads where, and what never does."""

import pytest

from houseful.kernel.states import IllegalAct, StateMachine
from houseful.ticketing.states import HOLD, ORDER, TICKET


def test_the_states_are_those_of_the_wire() -> None:
    assert ORDER.states == {
        "cart",
        "awaiting_payment",
        "paid",
        "partially_refunded",
        "refunded",
        "expired",
        "canceled",
        "abandoned",
    }
    assert TICKET.states == {
        "reserved",
        "sold",
        "transferred",
        "refunded",
        "canceled",
        "voided",
        "expired",
    }
    assert HOLD.states == {"active", "converted", "released", "expired", "superseded"}


@pytest.mark.parametrize(
    ("machine", "start"), [(ORDER, "cart"), (TICKET, "reserved"), (HOLD, "active")]
)
def test_there_is_one_beginning_and_every_state_can_be_reached(
    machine: StateMachine, start: str
) -> None:
    reached, front = {start}, [start]
    while front:
        state = front.pop()
        found = {machine.next(state, act) for act in machine.acts(state)} - reached
        reached |= found
        front += found

    assert machine.starts == {start}
    assert reached == machine.states


@pytest.mark.parametrize("state", ["transferred", "refunded", "canceled", "voided", "expired"])
def test_a_ticket_that_ended_never_comes_back(state: str) -> None:
    assert TICKET.acts(state) == ()


@pytest.mark.parametrize("state", ["converted", "released", "expired", "superseded"])
def test_a_hold_is_resolved_once(state: str) -> None:
    with pytest.raises(IllegalAct):
        HOLD.next(state, "convert")


def test_an_order_that_expired_can_be_honored_but_not_settled() -> None:
    assert ORDER.next("expired", "honor") == "paid"
    with pytest.raises(IllegalAct):
        ORDER.next("expired", "settle")


def test_money_goes_back_only_where_money_came_in() -> None:
    refundable = {state for state in ORDER.states if ORDER.allows(state, "refund")}

    assert refundable == {"paid", "partially_refunded"}


def test_a_paid_order_is_refunded_and_not_canceled() -> None:
    with pytest.raises(IllegalAct, match="An order that is paid"):
        ORDER.next("paid", "cancel")
