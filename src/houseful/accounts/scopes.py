"""What a membership can be limited to: the room above that has the spaces says which there are."""

from collections.abc import Awaitable, Callable, Collection
from uuid import UUID

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid

KnownSpaces = Callable[[UnitOfWork, Collection[UUID]], Awaitable[Collection[UUID]]]
"""Returns those of the spaces that the organisation has."""

_ask: list[KnownSpaces] = []


def ask_for_spaces(known_spaces: KnownSpaces) -> None:
    """Let a membership be limited to these spaces only."""
    _ask.append(known_spaces)


async def check_scope(uow: UnitOfWork, space_ids: Collection[UUID] | None) -> None:
    """Raise `Invalid` for a space that the organisation does not have."""
    for known_spaces in _ask:
        if not set(space_ids or ()) <= set(await known_spaces(uow, space_ids or ())):
            raise Invalid.at("/spaceIds", "There is no such space here.")
