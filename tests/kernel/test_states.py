"""State machines: one table, and what is drawn from it."""

import pytest

from houseful.kernel.states import IllegalAct, StateMachine

DOOR = StateMachine(
    "A door",
    {
        ("new", "hang"): "closed",
        ("closed", "open"): "open",
        ("open", "shut"): "closed",
        ("open", "oil"): "open",
        ("closed", "remove"): "gone",
    },
)


def test_an_act_leads_to_the_next_state() -> None:
    assert DOOR.next("closed", "open") == "open"
    assert DOOR.next("open", "oil") == "open"


def test_an_act_that_is_not_open_is_illegal_and_says_why() -> None:
    with pytest.raises(IllegalAct, match="A door that is gone") as raised:
        DOOR.next("gone", "open")

    assert (raised.value.state, raised.value.act) == ("gone", "open")


def test_the_table_answers_what_is_open() -> None:
    assert DOOR.acts("closed") == ("open", "remove")
    assert DOOR.acts("gone") == ()
    assert DOOR.allows("open", "shut")
    assert not DOOR.allows("open", "remove")
    assert DOOR.states == {"new", "closed", "open", "gone"}
    assert DOOR.starts == {"new"}
    assert DOOR.ends == {"gone"}


def test_the_table_draws_itself() -> None:
    assert DOOR.mermaid() == "\n".join(
        [
            "stateDiagram-v2",
            "    [*] --> new",
            "    new --> closed: hang",
            "    closed --> open: open",
            "    open --> closed: shut",
            "    open --> open: oil",
            "    closed --> gone: remove",
            "    gone --> [*]",
        ]
    )
