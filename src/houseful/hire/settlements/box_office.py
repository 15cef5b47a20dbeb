"""Where a night's receipts come from: who sells tickets says so, hire knows none of them."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from houseful.hire.deals.terms import BoxOffice
from houseful.kernel.database import UnitOfWork

Source = Callable[[UnitOfWork, UUID, str], Awaitable[BoxOffice]]
"""Returns the receipts of an event, in a currency."""
Listener = Callable[[UnitOfWork, UUID], Awaitable[None]]
"""Is told, in the same unit of work, that an event's receipts are settled."""

_sources: list[Source] = []
_listeners: list[Listener] = []


def register_box_office(source: Source, listener: Listener) -> None:
    """Let `source` say what events have taken, and `listener` hear that it is settled."""
    if source not in _sources:
        _sources.append(source)
        _listeners.append(listener)


async def tell_settled(uow: UnitOfWork, event_id: UUID) -> None:
    """Tell who sold an event's tickets that a settlement has taken its receipts."""
    for listener in _listeners:
        await listener(uow, event_id)


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
        released_minor=sum(part.released_minor for part in parts),
        owed_minor=sum(part.owed_minor for part in parts),
    )
