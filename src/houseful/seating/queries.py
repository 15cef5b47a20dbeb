"""Reading layouts and what they are made of."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.seating.models import (
    Block,
    Layout,
    LayoutCategory,
    NonSeatingElement,
    Seat,
    Section,
    StandingArea,
)


async def get_layout(uow: UnitOfWork, layout_id: UUID) -> Layout:
    """Return the layout; raises `NotFound`."""
    return await uow.get(Layout, layout_id)


async def list_layouts(
    uow: UnitOfWork,
    *,
    window: Window,
    status: str | None = None,
    event_id: UUID | None = None,
    venue_id: UUID | None = None,
    family_id: UUID | None = None,
) -> tuple[list[Layout], str | None]:
    """Return one page of layouts."""
    statement = select(Layout).where(Layout.organization_id == uow.tenant)
    conditions = (
        (status, Layout.status == status),
        (event_id, Layout.event_id == event_id),
        (venue_id, Layout.venue_id == venue_id),
        (family_id, Layout.family_id == family_id),
    )
    for given, condition in conditions:
        if given is not None:
            statement = statement.where(condition)
    return await fetch_page(uow, statement, Layout, window)


async def list_sections(
    uow: UnitOfWork, layout_id: UUID, *, window: Window
) -> tuple[list[Section], str | None]:
    """Return one page of a layout's sections. Raises `NotFound`."""
    await get_layout(uow, layout_id)
    return await fetch_page(uow, _of(Section, uow, layout_id), Section, window)


async def list_seats(
    uow: UnitOfWork,
    layout_id: UUID,
    *,
    window: Window,
    section: str | None = None,
    category: str | None = None,
) -> tuple[list[Seat], str | None]:
    """Return one page of a layout's seats. Raises `NotFound`."""
    await get_layout(uow, layout_id)
    statement = _of(Seat, uow, layout_id)
    if section is not None:
        statement = statement.where(Seat.section_label == section)
    if category is not None:
        statement = statement.where(Seat.category_key == category)
    return await fetch_page(uow, statement, Seat, window)


async def categories_of(uow: UnitOfWork, layout_id: UUID) -> list[LayoutCategory]:
    """Return a layout's categories in their order."""
    statement = _of(LayoutCategory, uow, layout_id).order_by(
        LayoutCategory.display_order, LayoutCategory.key
    )
    return list(await uow.all(statement))


async def standing_areas_of(uow: UnitOfWork, layout_id: UUID) -> list[StandingArea]:
    """Return a layout's standing areas in their order."""
    statement = _of(StandingArea, uow, layout_id).order_by(
        StandingArea.display_order, StandingArea.id
    )
    return list(await uow.all(statement))


async def elements_of(uow: UnitOfWork, layout_id: UUID) -> list[NonSeatingElement]:
    """Return what stands in a layout that nobody sits on, in its order."""
    statement = _of(NonSeatingElement, uow, layout_id).order_by(
        NonSeatingElement.display_order, NonSeatingElement.id
    )
    return list(await uow.all(statement))


async def blocks_of(uow: UnitOfWork, layout_id: UUID) -> list[Block]:
    """Return a layout's blocks in their order."""
    return list(await uow.all(_of(Block, uow, layout_id).order_by(Block.display_order, Block.id)))


async def sections_of(uow: UnitOfWork, layout_id: UUID) -> list[Section]:
    """Return a layout's sections in their order."""
    return list(
        await uow.all(_of(Section, uow, layout_id).order_by(Section.display_order, Section.id))
    )


async def seats_of(uow: UnitOfWork, layout_id: UUID) -> list[Any]:
    """Return a layout's seats as plain rows, in the order of their numbers."""
    statement = (
        select(*Seat.__table__.columns)
        .where(Seat.organization_id == uow.tenant, Seat.layout_id == layout_id)
        .order_by(Seat.seat_number)
    )
    return list((await uow.execute(statement)).all())


async def seat_positions(uow: UnitOfWork, layout_id: UUID) -> list[Any]:
    """Return number, block, row, place and kind of a layout's seats, in the order of numbers."""
    statement = (
        select(
            Seat.seat_number,
            Seat.block_id,
            Seat.row_number,
            Seat.position_x.label("x"),
            Seat.position_y.label("y"),
            Seat.accessible,
            Seat.companion,
            Seat.restricted_view,
        )
        .where(Seat.organization_id == uow.tenant, Seat.layout_id == layout_id)
        .order_by(Seat.seat_number)
    )
    return list((await uow.execute(statement)).all())


def sellable_seats(organization_id: UUID, layout_id: UUID) -> Select[*tuple[Any, ...]]:
    """Select number, id, category, section, row and label of the seats that can be sold."""
    return select(
        Seat.seat_number,
        Seat.id,
        Seat.category_key,
        Seat.section_label,
        Seat.row_label,
        Seat.label,
    ).where(
        Seat.organization_id == organization_id,
        Seat.layout_id == layout_id,
        Seat.status == "active",
        Seat.category_key.is_not(None),
    )


async def seat_counts(uow: UnitOfWork, layout_id: UUID) -> list[tuple[str, str | None, int]]:
    """Count a layout's seats that can be sold, by section and category."""
    counted: Any = await uow.execute(
        select(Seat.section_label, Seat.category_key, func.count())
        .where(
            Seat.organization_id == uow.tenant,
            Seat.layout_id == layout_id,
            Seat.status == "active",
        )
        .group_by(Seat.section_label, Seat.category_key)
        .order_by(func.min(Seat.seat_number))
    )
    return [(section, category, int(count)) for section, category, count in counted.all()]


async def seats_without_category(uow: UnitOfWork, layout_id: UUID) -> int:
    """Count the active seats that nobody has given a category."""
    counted = await uow.first(
        select(func.count())
        .select_from(Seat)
        .where(
            Seat.organization_id == uow.tenant,
            Seat.layout_id == layout_id,
            Seat.status == "active",
            Seat.category_key.is_(None),
        )
    )
    return int(counted)


def _of(table: Any, uow: UnitOfWork, layout_id: UUID) -> Select[Any]:
    return select(table).where(table.organization_id == uow.tenant, table.layout_id == layout_id)
