"""Claims for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from houseful.calendar import Claim, ClaimRequest, claim_time
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from tests.builders.venues import a_space

DAY = datetime(2035, 5, 1, tzinfo=UTC)


def at(hour: float) -> datetime:
    """The instant so many hours into the first of May 2035, in UTC."""
    return DAY + timedelta(hours=hour)


def a_request(space_id: UUID, start: float, end: float, **fields: Any) -> ClaimRequest:
    """Ask for a space from one hour until another."""
    given: dict[str, Any] = {
        "source": "event",
        "source_id": new_id(),
        "label": "Rehearsal",
    } | fields
    return ClaimRequest(space_id=space_id, starts_at=at(start), ends_at=at(end), **given)


async def a_claim(
    uow: UnitOfWork, space_id: UUID, start: float, end: float, **fields: Any
) -> Claim:
    """Take a space from one hour until another."""
    (claim,) = await claim_time(uow, [a_request(space_id, start, end, **fields)])
    return claim


async def a_divided_hall(uow: UnitOfWork) -> tuple[UUID, UUID, UUID]:
    """Make a hall that divides into A and B; return the three ids."""
    hall = await a_space(uow, name="Hall")
    parts = [
        await a_space(uow, hall.venue_id, parent_space_id=hall.id, name=f"Hall {name}")
        for name in "AB"
    ]
    return hall.id, parts[0].id, parts[1].id


async def overlapping_claims(uow: UnitOfWork) -> int:
    """Count the pairs of firm claims that are in each other's way: 0, or something is broken."""
    counted = await uow.execute(
        "SELECT count(*) FROM claims a JOIN claims b ON a.cell_id = b.cell_id AND a.id < b.id"
        " AND a.during && b.during WHERE a.firm AND b.firm"
    )
    return counted.scalar_one()
