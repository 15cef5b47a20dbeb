"""Use cases of spaces."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from houseful import audit
from houseful.kernel.database import UnitOfWork, constraint_of
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.venues.models import Space, Venue
from houseful.venues.schemas import NewSpace, SpaceChanges
from houseful.venues.scopes import SpaceScope, require_space, require_whole_house


async def create_space(uow: UnitOfWork, data: NewSpace, *, scope: SpaceScope = None) -> Space:
    """Add a space to a venue, perhaps as a part of another.

    What is claimed of the whole is claimed of the new part too. Raises `NotFound` (venue, parent)
    and `AlreadyExists` (code).
    """
    require_whole_house(scope)
    await uow.get(Venue, data.venue_id)
    if data.parent_space_id is not None:
        await _require_same_venue(uow, data.parent_space_id, data.venue_id)
    space = Space(
        organization_id=uow.tenant,
        id=new_id(),
        **{name: getattr(data, name) for name in data.__struct_fields__},
    )
    return await audit.add_row(uow, space, "venues.space.created")


async def update_space(
    uow: UnitOfWork,
    space_id: UUID,
    expected_version: int,
    changes: SpaceChanges,
    *,
    scope: SpaceScope = None,
) -> Space:
    """Change what is given. New buffers concern claims to come.

    Raises `AlreadyExists` (code), `Invalid` (a space within its own parts), and `StillInUse` when
    it would be moved while its time is claimed.
    """
    require_space(scope, space_id)
    if isinstance(changes.parent_space_id, UUID):
        require_whole_house(scope)
        space = await uow.get(Space, space_id)
        await _require_same_venue(uow, changes.parent_space_id, space.venue_id)
    try:
        return await audit.change_row(
            uow, Space, space_id, expected_version, changes, "venues.space.updated"
        )
    except IntegrityError as error:
        if constraint_of(error) in {"spaces_no_cycle", "spaces_parent_check"}:
            raise Invalid.at(
                "/parentSpaceId", "A space cannot be a part of itself or of its parts."
            ) from error
        raise


async def remove_space(uow: UnitOfWork, space_id: UUID, *, scope: SpaceScope = None) -> None:
    """Remove a space that nothing refers to. Raises `StillInUse`."""
    require_space(scope, space_id)
    require_whole_house(scope)
    await audit.remove_row(uow, Space, space_id, "venues.space.removed")


async def _require_same_venue(uow: UnitOfWork, parent_space_id: UUID, venue_id: UUID) -> None:
    parent = await uow.get(Space, parent_space_id)
    if parent.venue_id != venue_id:
        raise Invalid.at("/parentSpaceId", "That space is in another venue.")
