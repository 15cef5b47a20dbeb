"""Where a night's receipts come from: who sells tickets says so, hire knows none of them."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from houseful.hire.deals.terms import BoxOffice
from houseful.kernel.database import UnitOfWork

Source = Callable[[UnitOfWork, UUID, str], Awaitable[BoxOffice]]
"""Returns the receipts of an event, in a currency."""

_sources: list[Source] = []


def register_box_office(source: Source) -> None:
    """Let `source` say what events have taken."""
    if source not in _sources:
        _sources.append(source)


async def receipts_of(uow: UnitOfWork, event_id: UUID | None, currency: str) -> BoxOffice:
    """Return what an event has taken, as every source together says."""
    if event_id is None:
        return BoxOffice()
    parts = [await source(uow, event_id, currency) for source in _sources]
    return BoxOffice(
        gross_minor=sum(part.gross_minor for part in parts),
        sold=sum(part.sold for part in parts),
        fees_minor=sum(part.fees_minor for part in parts),
        tax_minor=sum(part.tax_minor or 0 for part in parts) if parts else None,
    )
