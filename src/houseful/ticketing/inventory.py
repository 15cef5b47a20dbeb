"""Use cases of what is on sale: opening a sale, binding a layout, pools, blocked seats."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, insert, literal, select, text, update

from houseful import audit, events, seating
from houseful.accounts import organization_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound, VersionMismatch
from houseful.ticketing.facts import SaleOpened
from houseful.ticketing.keys import ensure_key
from houseful.ticketing.models import (
    HOLD_CAP_SECONDS,
    HOLD_TTL_SECONDS,
    THIS_TRANSACTION,
    CategoryPrice,
    EventPool,
    EventSale,
    EventSeat,
)
from houseful.ticketing.offers import get_sale
from houseful.ticketing.problems import CapacityInUse, InventoryBound, LayoutNotPublished
from houseful.ticketing.schemas import NewPool, SaleSettings
from houseful.ticketing.vault import Vault

BLOCK_MAX = 10_000


async def open_sale(uow: UnitOfWork, vault: Vault, event_id: UUID, data: SaleSettings) -> EventSale:
    """Let an event be sold, or change how it is. Raises `NotFound` and `Invalid`.

    The currency is the organisation's, and stays what it is once the sale is open.
    """
    await events.get_event(uow, event_id, lock=True)
    sale = await uow.session.get(EventSale, (uow.tenant, event_id))
    if sale is not None:
        return await _change_sale(uow, sale, data)
    currency = (await organization_of(uow)).currency
    sale = EventSale(organization_id=uow.tenant, event_id=event_id, currency=currency)
    _apply(sale, data)
    uow.add(sale)
    await uow.flush()
    await audit.record(uow, "ticketing.sale.created", sale)
    await ensure_key(uow, vault, event_id)
    await uow.announce(SaleOpened(subject_id=event_id))
    return sale


async def change_sale(
    uow: UnitOfWork, event_id: UUID, expected_version: int, data: SaleSettings
) -> EventSale:
    """Change how an event is sold; what is ordered keeps its price. Raises `VersionMismatch`."""
    sale = await get_sale(uow, event_id, lock=True)
    if sale.version != expected_version:
        raise VersionMismatch(current=sale.version)
    return await _change_sale(uow, sale, data)


async def put_on_sale_layout(
    uow: UnitOfWork, vault: Vault, event_id: UUID, layout_id: UUID
) -> EventSale:
    """Bind a published layout: its seats and standing areas are the event's places.

    Another layout can be bound as long as nothing was held or sold, and no ticket type sells an
    area of the one before. Raises `NotFound`, `LayoutNotPublished`, `InventoryBound`.
    """
    layout = await seating.get_layout(uow, layout_id)
    if layout.status != "published":
        raise LayoutNotPublished(status=layout.status)
    if layout.event_id not in {None, event_id}:
        raise Invalid.at("/layoutId", "This layout is another event's.")
    await open_sale(uow, vault, event_id, SaleSettings())
    sale = await get_sale(uow, event_id, lock=True)
    if sale.layout_id == layout_id:
        return sale
    await _clear(uow, event_id)
    sale.layout_id = layout_id
    await audit.record(
        uow, "ticketing.sale.layout_bound", sale, sentence=f"put {layout.name} on sale"
    )
    await _add_seats(uow, event_id, layout_id)
    await _add_areas(uow, event_id, layout_id)
    return sale


async def add_pool(uow: UnitOfWork, event_id: UUID, data: NewPool) -> EventPool:
    """Add places without numbers. Raises `NotFound` (sale)."""
    await get_sale(uow, event_id)
    pool = EventPool(
        organization_id=uow.tenant,
        id=new_id(),
        event_id=event_id,
        name=data.name,
        category_key=data.category_key,
        capacity=data.capacity,
    )
    return await audit.add_row(uow, pool, "ticketing.pool.created")


async def change_capacity(
    uow: UnitOfWork, event_id: UUID, pool_id: UUID, capacity: int
) -> EventPool:
    """Give a pool another capacity. Raises `CapacityInUse` below what is held or sold."""
    await find_pool(uow, event_id, pool_id)
    pool = await uow.get(EventPool, pool_id, lock=True)
    if capacity < pool.sold + pool.held:
        raise CapacityInUse(sold=pool.sold, held=pool.held)
    pool.capacity = capacity
    await audit.record(uow, "ticketing.pool.resized", pool)
    await uow.flush()
    return pool


async def block_seats(
    uow: UnitOfWork, event_id: UUID, seat_numbers: Sequence[int], *, blocked: bool
) -> int:
    """Take seats off sale, or put them back; return how many changed.

    Who has a ticket or holds one keeps it. Raises `NotFound`.
    """
    sale = await get_sale(uow, event_id)
    changed = await uow.execute(
        update(EventSeat)
        .where(
            EventSeat.organization_id == uow.tenant,
            EventSeat.event_id == event_id,
            EventSeat.seat_number.in_(
                select(EventSeat.seat_number)
                .where(
                    EventSeat.organization_id == uow.tenant,
                    EventSeat.event_id == event_id,
                    EventSeat.seat_number.in_(list(seat_numbers)),
                    EventSeat.blocked.is_not(blocked),
                )
                .order_by(EventSeat.seat_number)
                .with_for_update()
            ),
        )
        .values(blocked=blocked, touched=text(THIS_TRANSACTION))
        .returning(EventSeat.seat_number)
        .execution_options(synchronize_session=False)
    )
    count = len(changed.all())
    act = "blocked" if blocked else "unblocked"
    await audit.record(uow, f"ticketing.seats.{act}", sale, sentence=f"{act} {count} seats")
    return count


async def set_price(
    uow: UnitOfWork,
    event_id: UUID,
    category_key: str,
    amount: int,
    *,
    name: str = "",
    color: str = "",
) -> CategoryPrice:
    """Say what a category costs at the event, for the first time or anew."""
    await get_sale(uow, event_id)
    price = await uow.first(
        select(CategoryPrice)
        .where(
            CategoryPrice.organization_id == uow.tenant,
            CategoryPrice.event_id == event_id,
            CategoryPrice.category_key == category_key,
        )
        .with_for_update()
    )
    if price is None:
        price = CategoryPrice(
            organization_id=uow.tenant,
            id=new_id(),
            event_id=event_id,
            category_key=category_key,
            name=name or category_key,
            color=color,
            amount=amount,
        )
        return await audit.add_row(uow, price, "ticketing.price.created")
    price.amount = amount
    price.name = name or price.name
    price.color = color or price.color
    await audit.record(uow, "ticketing.price.updated", price)
    await uow.flush()
    return price


async def list_pools(
    uow: UnitOfWork, event_id: UUID, *, window: Window
) -> tuple[list[EventPool], str | None]:
    """Return one page of the event's pools."""
    await get_sale(uow, event_id)
    statement = select(EventPool).where(
        EventPool.organization_id == uow.tenant, EventPool.event_id == event_id
    )
    return await fetch_page(uow, statement, EventPool, window)


async def find_pool(uow: UnitOfWork, event_id: UUID, pool_id: UUID) -> EventPool:
    """Return the event's pool. Raises `NotFound`."""
    pool = await uow.get(EventPool, pool_id)
    if pool.event_id != event_id:
        raise NotFound
    return pool


async def _change_sale(uow: UnitOfWork, sale: EventSale, data: SaleSettings) -> EventSale:
    _apply(sale, data)
    await audit.record(uow, "ticketing.sale.updated", sale)
    await uow.flush()
    return sale


def _apply(sale: EventSale, data: SaleSettings) -> None:
    for name in data.__struct_fields__:
        value = getattr(data, name)
        if value is not msgspec.UNSET:
            setattr(sale, name, value)
    ttl = sale.hold_ttl_seconds or HOLD_TTL_SECONDS
    if (sale.hold_cap_seconds or HOLD_CAP_SECONDS) < ttl:
        raise Invalid.at("/holdCapSeconds", "The cap is not shorter than a hold.")


async def _clear(uow: UnitOfWork, event_id: UUID) -> None:
    """Take the places of the layout before away. Raises `InventoryBound`."""
    used = await uow.execute(
        """
        SELECT EXISTS (SELECT 1 FROM tickets WHERE organization_id = :tenant AND event_id = :event)
            OR EXISTS (SELECT 1 FROM holds WHERE organization_id = :tenant AND event_id = :event)
            OR EXISTS (
                SELECT 1 FROM ticket_types t
                JOIN event_pools p ON p.organization_id = t.organization_id AND p.id = t.pool_id
                WHERE t.organization_id = :tenant AND t.event_id = :event
                    AND p.standing_area_id IS NOT NULL
            )
        """,
        {"tenant": uow.tenant, "event": event_id},
    )
    if used.scalar_one():
        raise InventoryBound
    for table, condition in (
        (EventSeat, EventSeat.event_id == event_id),
        (
            EventPool,
            (EventPool.event_id == event_id) & EventPool.standing_area_id.is_not(None),
        ),
    ):
        await uow.execute(delete(table).where(table.organization_id == uow.tenant, condition))


async def _add_seats(uow: UnitOfWork, event_id: UUID, layout_id: UUID) -> None:
    seats = seating.sellable_seats(uow.tenant, layout_id).subquery()
    columns = ["seat_number", "seat_id", "category_key", "section_label", "row_label", "seat_label"]
    await uow.execute(
        insert(EventSeat).from_select(
            ["organization_id", "event_id", *columns, "blocked", "hold_version"],
            select(
                literal(uow.tenant), literal(event_id), *seats.c, literal(value=False), literal(0)
            ),
        )
    )
    await uow.execute("ANALYZE event_seats")


async def _add_areas(uow: UnitOfWork, event_id: UUID, layout_id: UUID) -> None:
    for area in await seating.standing_areas_of(uow, layout_id):
        uow.add(
            EventPool(
                organization_id=uow.tenant,
                id=new_id(),
                event_id=event_id,
                standing_area_id=area.id,
                name=area.name,
                category_key=area.category_key or area.name,
                capacity=area.capacity,
            )
        )
    await uow.flush()


async def count_places(uow: UnitOfWork, event_id: UUID) -> int:
    """Return how many places the event has on sale, taken or not."""
    seats = await uow.first(
        select(func.count())
        .select_from(EventSeat)
        .where(
            EventSeat.organization_id == uow.tenant,
            EventSeat.event_id == event_id,
            EventSeat.blocked.is_(False),
        )
    )
    pooled = await uow.first(
        select(func.coalesce(func.sum(EventPool.capacity), 0)).where(
            EventPool.organization_id == uow.tenant, EventPool.event_id == event_id
        )
    )
    return int(seats) + int(pooled)
