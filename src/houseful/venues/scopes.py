"""A membership may be limited to some spaces: then it sees and touches only those."""

from uuid import UUID

from houseful.kernel.identity import require_whole_house
from houseful.kernel.problems import NotFound

__all__ = ["SpaceScope", "require_space", "require_whole_house"]

SpaceScope = frozenset[UUID] | None
"""The spaces that a caller is limited to; None means all."""


def require_space(scope: SpaceScope, space_id: UUID) -> None:
    """Raise `NotFound` for a space that the caller does not see."""
    if scope is not None and space_id not in scope:
        raise NotFound
