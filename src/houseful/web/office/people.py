"""Who did something, by the name that a story calls them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from houseful.accounts import user_names
from houseful.kernel.database import UnitOfWork

KINDS = {
    "system": "Houseful",
    "guest": "The public",
    "api_key": "A program with a key",
    "device": "A device",
}


class People:
    """The people of a story, found at once."""

    def __init__(self, names: dict[UUID, str]) -> None:
        self._names = names

    def who(self, act: Any) -> str:
        """Name who did an act; only what nobody did is the system's."""
        if act.actor_kind == "user":
            return self._names.get(act.actor_id) or "Staff"
        return KINDS[act.actor_kind]


async def people_of(uow: UnitOfWork, acts: Iterable[Any]) -> People:
    """Return the people who did the acts, in one query."""
    ids = {act.actor_id for act in acts if act.actor_kind == "user" and act.actor_id}
    return People(await user_names(uow, ids))
