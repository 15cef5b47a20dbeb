"""Use cases of availability blocks: time in a space that is kept free of everything."""

from uuid import UUID

from houseful import audit, venues
from houseful.calendar.claims import ClaimRequest, claim_time, release_claims
from houseful.calendar.models import AvailabilityBlock
from houseful.calendar.schemas import NewBlock
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.venues import SpaceScope


async def create_block(
    uow: UnitOfWork, data: NewBlock, *, scope: SpaceScope = None
) -> AvailabilityBlock:
    """Keep a space free. Raises `SpaceTaken` when it is firm and somebody has the space then."""
    venues.require_space(scope, data.space_id)
    if data.ends_at <= data.starts_at:
        raise Invalid.at("/endsAt", "The end must be after the start.")
    await venues.get_space(uow, data.space_id)
    block = AvailabilityBlock(
        organization_id=uow.tenant,
        id=new_id(),
        space_id=data.space_id,
        starts_at=data.starts_at,
        ends_at=data.ends_at,
        reason=data.reason,
        firm=data.firm,
    )
    request = ClaimRequest(
        space_id=block.space_id,
        starts_at=block.starts_at,
        ends_at=block.ends_at,
        source="block",
        source_id=block.id,
        label=block.reason,
        firm=block.firm,
        setup_minutes=0,
        teardown_minutes=0,
        gap_minutes=0,
    )
    await claim_time(uow, [request], scope=scope)
    return await audit.add_row(uow, block, "calendar.block.created")


async def remove_block(uow: UnitOfWork, block_id: UUID, *, scope: SpaceScope = None) -> None:
    """Let the space be had again."""
    block = await uow.get(AvailabilityBlock, block_id, lock=True)
    venues.require_space(scope, block.space_id)
    await release_claims(uow, "block", block_id)
    await audit.remove_row(uow, AvailabilityBlock, block_id, "calendar.block.removed")
