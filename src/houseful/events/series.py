"""Use cases of series."""

from uuid import UUID

from sqlalchemy import select

from houseful import audit
from houseful.events.models import EventSeries
from houseful.events.problems import SlugTaken
from houseful.events.rules import free_slug, slug_of
from houseful.events.schemas import NewSeries, SeriesChanges
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id


async def create_series(uow: UnitOfWork, data: NewSeries) -> EventSeries:
    """Create a series. Raises `SlugTaken`."""
    series = EventSeries(
        organization_id=uow.tenant,
        id=new_id(),
        name=data.name,
        slug=data.slug or await _slug_for(uow, data.name),
        description=data.description,
    )
    try:
        return await audit.add_row(uow, series, "events.series.created")
    except audit.AlreadyExists as error:
        raise SlugTaken(slug=series.slug) from error


async def update_series(
    uow: UnitOfWork, series_id: UUID, expected_version: int, changes: SeriesChanges
) -> EventSeries:
    """Change what is given. Raises `SlugTaken`."""
    try:
        return await audit.change_row(
            uow, EventSeries, series_id, expected_version, changes, "events.series.updated"
        )
    except audit.AlreadyExists as error:
        raise SlugTaken(slug=changes.slug) from error


async def remove_series(uow: UnitOfWork, series_id: UUID) -> None:
    """Remove a series without events. Raises `StillInUse`."""
    await audit.remove_row(uow, EventSeries, series_id, "events.series.removed")


async def _slug_for(uow: UnitOfWork, name: str) -> str:
    wanted = slug_of(name)
    taken = await uow.all(
        select(EventSeries.slug).where(
            EventSeries.organization_id == uow.tenant,
            EventSeries.slug.startswith(wanted, autoescape=True),
        )
    )
    return free_slug(wanted, set(taken))
