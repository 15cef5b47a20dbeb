"""Claims for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from houseful.calendar import Claim, ClaimRequest, claim_time
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id

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
