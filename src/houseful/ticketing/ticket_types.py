"""Use cases of ticket types and category prices."""

from collections.abc import Collection
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import select

from houseful import audit, seating
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.ticketing.inventory import find_pool
from houseful.ticketing.models import CategoryPrice, TicketType
from houseful.ticketing.offers import get_sale
from houseful.ticketing.schemas import NewTicketType, TicketTypeChanges


async def create_ticket_type(uow: UnitOfWork, data: NewTicketType) -> TicketType:
    """Add something to be bought. Raises `NotFound` (sale, pool), `Invalid`, `AlreadyExists`."""
    sale = await get_sale(uow, data.event_id)
    if data.pool_id is not None:
        await find_pool(uow, data.event_id, data.pool_id)
    kind = TicketType(
        organization_id=uow.tenant,
        id=new_id(),
        **{name: getattr(data, name) for name in data.__struct_fields__},
    )
    _check(kind)
    await _check_categories(uow, sale.layout_id, kind.categories)
    return await audit.add_row(uow, kind, "ticketing.type.created")


async def update_ticket_type(
    uow: UnitOfWork, type_id: UUID, expected_version: int, changes: TicketTypeChanges
) -> TicketType:
    """Change what is given; what is ordered keeps its price and name.

    Raises `NotFound`, `VersionMismatch`, `Invalid`, `AlreadyExists`.
    """
    kind = await uow.get_version(TicketType, type_id, expected_version)
    after = TicketType(
        **{name: getattr(kind, name) for name in changes.__struct_fields__}
        | {
            name: value
            for name in changes.__struct_fields__
            if (value := getattr(changes, name)) is not UNSET
        },
        pool_id=kind.pool_id,
    )
    _check(after)
    if changes.categories is not UNSET:
        sale = await get_sale(uow, kind.event_id)
        await _check_categories(uow, sale.layout_id, changes.categories)
    return await audit.change_row(
        uow, TicketType, type_id, expected_version, changes, "ticketing.type.updated"
    )


async def list_ticket_types(
    uow: UnitOfWork, *, window: Window, event_id: UUID | None = None
) -> tuple[list[TicketType], str | None]:
    """Return one page of ticket types."""
    statement = select(TicketType).where(TicketType.organization_id == uow.tenant)
    if event_id is not None:
        statement = statement.where(TicketType.event_id == event_id)
    return await fetch_page(uow, statement, TicketType, window)


async def list_category_prices(
    uow: UnitOfWork, *, window: Window, event_id: UUID | None = None
) -> tuple[list[CategoryPrice], str | None]:
    """Return one page of category prices."""
    statement = select(CategoryPrice).where(CategoryPrice.organization_id == uow.tenant)
    if event_id is not None:
        statement = statement.where(CategoryPrice.event_id == event_id)
    return await fetch_page(uow, statement, CategoryPrice, window)


def _check(kind: TicketType) -> None:
    """Raise `Invalid` where the database would only say no."""
    if (kind.pool_id is None) == (not kind.categories):
        raise Invalid.at("/categories", "Name categories of seats, or a pool, and not both.")
    if kind.min_per_order > kind.max_per_order:
        raise Invalid.at("/minPerOrder", "The least is not more than the most.")
    if kind.sale_starts_at and kind.sale_ends_at and kind.sale_starts_at >= kind.sale_ends_at:
        raise Invalid.at("/saleEndsAt", "The sale ends after it has begun.")
    if (kind.price_kind == "base") != (kind.price_value is None):
        raise Invalid.at("/priceValue", "An absolute price or a percentage has a value.")


async def _check_categories(
    uow: UnitOfWork, layout_id: UUID | None, categories: Collection[str]
) -> None:
    if not categories:
        return
    if layout_id is None:
        raise Invalid.at("/categories", "The event has no seats: put a layout on sale first.")
    known = {category.key for category in await seating.categories_of(uow, layout_id)}
    for place, key in enumerate(categories):
        if key not in known:
            raise Invalid.at(f"/categories/{place}", f"The layout has no category {key}.")
