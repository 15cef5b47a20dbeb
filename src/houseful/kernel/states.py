"""State machines as tables: `(state, act) → state`, from which the docs' diagrams are drawn."""

from collections.abc import Mapping


class IllegalAct(Exception):
    """The act is not open in the state."""

    def __init__(self, thing: str, state: str, act: str) -> None:
        super().__init__(f"{thing} that is {state} cannot be changed by: {act}.")
        self.state = state
        self.act = act


class StateMachine:
    """A named table of transitions; every state that occurs in it is known."""

    def __init__(self, thing: str, table: Mapping[tuple[str, str], str]) -> None:
        self.thing = thing
        self._table = dict(table)

    @property
    def states(self) -> frozenset[str]:
        """Every state that the table names."""
        return frozenset({state for state, _ in self._table} | set(self._table.values()))

    @property
    def starts(self) -> frozenset[str]:
        """The states that no other state leads to."""
        return self.states - {
            target for (origin, _), target in self._table.items() if origin != target
        }

    @property
    def ends(self) -> frozenset[str]:
        """The states that lead to no other state."""
        return self.states - {
            origin for (origin, _), target in self._table.items() if origin != target
        }

    def next(self, state: str, act: str) -> str:
        """Return the state that `act` leads to; raises `IllegalAct`."""
        try:
            return self._table[state, act]
        except KeyError as error:
            raise IllegalAct(self.thing, state, act) from error

    def allows(self, state: str, act: str) -> bool:
        """Whether `act` is open in `state`."""
        return (state, act) in self._table

    def acts(self, state: str) -> tuple[str, ...]:
        """Return the acts that are open in `state`, as the table orders them."""
        return tuple(act for origin, act in self._table if origin == state)

    def mermaid(self) -> str:
        """Draw the table as a Mermaid state diagram, with its starts and ends."""
        arrows = [
            f"    {origin} --> {target}: {act}" for (origin, act), target in self._table.items()
        ]
        first = [f"    [*] --> {state}" for state in sorted(self.starts)]
        last = [f"    {state} --> [*]" for state in sorted(self.ends)]
        return "\n".join(["stateDiagram-v2", *first, *arrows, *last])
