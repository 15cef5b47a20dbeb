"""What is on sale over HTTP, for the house; the public's side is in `client.py`."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.audit import AlreadyExists
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, ExpectedVersion, Page, get, patch, post, put
from houseful.kernel.http.listing import Window
from houseful.ticketing import client, holds, inventory, key_routes, ticket_types
from houseful.ticketing.models import CategoryPrice, EventSale, TicketType
from houseful.ticketing.offers import get_sale
from houseful.ticketing.orders import client as order_client
from houseful.ticketing.orders import routes as order_routes
from houseful.ticketing.orders.client import vault
from houseful.ticketing.problems import CapacityInUse, InventoryBound, LayoutNotPublished
from houseful.ticketing.refund_runs import routes as run_routes
from houseful.ticketing.schemas import (
    CategoryPriceView,
    LayoutBinding,
    NewCapacity,
    NewCategoryPrice,
    NewPool,
    NewTicketType,
    PoolView,
    SaleView,
    SeatBlocking,
    TicketTypeChanges,
    TicketTypeView,
)

EventId = Annotated[UUID | None, QueryParameter(name="eventId")]


@get(
    "/api/v1/ticket-types",
    permission="ticketing.types.read",
    module="ticketing",
    summary="List the ticket types",
)
async def list_ticket_types(
    caller: Caller, window: Window, event_id: EventId = None
) -> Page[TicketTypeView]:
    """List ticket types."""
    return await caller.read_page(
        ticket_types.list_ticket_types, window=window, view=TicketTypeView, event_id=event_id
    )


@post(
    "/api/v1/ticket-types",
    permission="ticketing.types.create",
    module="ticketing",
    summary="Add a ticket type",
    raises=[AlreadyExists],
)
async def create_ticket_type(caller: Caller, data: NewTicketType) -> Response[TicketTypeView]:
    """Add something to be bought: seats of some categories, or places of one pool."""
    answer = await caller.create(
        ticket_types.create_ticket_type, data, view=TicketTypeView, at="/api/v1/ticket-types"
    )
    holds.forget_offer(caller.database, caller.organization_id, data.event_id)
    return answer


@get(
    "/api/v1/ticket-types/{type_id:uuid}",
    permission="ticketing.types.read",
    module="ticketing",
    summary="Read a ticket type",
)
async def read_ticket_type(caller: Caller, type_id: UUID) -> Response[TicketTypeView]:
    """Read one ticket type."""
    return await caller.read(UnitOfWork.get, TicketType, type_id, view=TicketTypeView)


@patch(
    "/api/v1/ticket-types/{type_id:uuid}",
    permission="ticketing.types.update",
    module="ticketing",
    summary="Change a ticket type",
    raises=[AlreadyExists],
)
async def update_ticket_type(
    caller: Caller, type_id: UUID, data: TicketTypeChanges, expected_version: ExpectedVersion
) -> Response[TicketTypeView]:
    """Change what is given; what is ordered keeps its price."""
    answer = await caller.change(
        ticket_types.update_ticket_type, type_id, expected_version, data, view=TicketTypeView
    )
    holds.forget_offer(caller.database, caller.organization_id, answer.content.event_id)
    return answer


@get(
    "/api/v1/category-prices",
    permission="ticketing.prices.read",
    module="ticketing",
    summary="List the category prices",
)
async def list_category_prices(
    caller: Caller, window: Window, event_id: EventId = None
) -> Page[CategoryPriceView]:
    """List what categories cost."""
    return await caller.read_page(
        ticket_types.list_category_prices,
        window=window,
        view=CategoryPriceView,
        event_id=event_id,
    )


@put(
    "/api/v1/category-prices",
    permission="ticketing.prices.update",
    module="ticketing",
    summary="Set a category's price",
)
async def set_category_price(caller: Caller, data: NewCategoryPrice) -> Response[CategoryPriceView]:
    """Say what a category costs at an event, for the first time or anew."""

    async def set_price(uow: UnitOfWork) -> CategoryPrice:
        return await inventory.set_price(
            uow, data.event_id, data.category_key, data.amount, name=data.name, color=data.color
        )

    answer = await caller.change(set_price, view=CategoryPriceView)
    holds.forget_offer(caller.database, caller.organization_id, data.event_id)
    return answer


@get(
    "/api/v1/promoter/events/{event_id:uuid}/inventory",
    permission="ticketing.types.read",
    module="ticketing",
    summary="Read how an event is sold",
)
async def read_inventory(caller: Caller, event_id: UUID) -> Response[SaleView]:
    """Read the event's layout and the rules of its sale."""
    return await caller.read(get_sale, event_id, view=SaleView)


@put(
    "/api/v1/promoter/events/{event_id:uuid}/inventory",
    permission="ticketing.inventory.update",
    module="ticketing",
    summary="Put an event on sale",
    raises=[InventoryBound, LayoutNotPublished],
)
async def put_inventory(caller: Caller, event_id: UUID, data: LayoutBinding) -> Response[SaleView]:
    """Say how an event is sold, and bind a published layout: its seats are the event's places."""

    async def put_on_sale(uow: UnitOfWork) -> EventSale:
        sale = await inventory.open_sale(uow, vault(caller), event_id, data.settings)
        if data.layout_id is not None:
            sale = await inventory.put_on_sale_layout(uow, vault(caller), event_id, data.layout_id)
        return sale

    answer = await caller.change(put_on_sale, view=SaleView)
    holds.forget_offer(caller.database, caller.organization_id, event_id)
    return answer


@get(
    "/api/v1/promoter/events/{event_id:uuid}/pools",
    permission="ticketing.types.read",
    module="ticketing",
    summary="List an event's pools",
)
async def list_pools(caller: Caller, event_id: UUID, window: Window) -> Page[PoolView]:
    """List places without numbers, and how many are taken."""
    return await caller.read_page(inventory.list_pools, event_id, window=window, view=PoolView)


@post(
    "/api/v1/promoter/events/{event_id:uuid}/pools",
    permission="ticketing.inventory.update",
    module="ticketing",
    summary="Add a pool",
)
async def create_pool(caller: Caller, event_id: UUID, data: NewPool) -> Response[PoolView]:
    """Add places without numbers."""
    answer = await caller.create(
        inventory.add_pool,
        event_id,
        data,
        view=PoolView,
        at=f"/api/v1/promoter/events/{event_id}/pools",
    )
    holds.forget_offer(caller.database, caller.organization_id, event_id)
    return answer


@put(
    "/api/v1/promoter/events/{event_id:uuid}/pools/{pool_id:uuid}/capacity",
    permission="ticketing.inventory.update",
    module="ticketing",
    summary="Resize a pool",
    raises=[CapacityInUse],
)
async def resize_pool(
    caller: Caller, event_id: UUID, pool_id: UUID, data: NewCapacity
) -> Response[PoolView]:
    """Give a pool another capacity, not below what is held or sold."""
    return await caller.change(
        inventory.change_capacity, event_id, pool_id, data.capacity, view=PoolView
    )


@post(
    "/api/v1/promoter/events/{event_id:uuid}/blocked-seats",
    status=200,
    permission="ticketing.inventory.update",
    module="ticketing",
    summary="Take seats off sale, or put them back",
)
async def block_event_seats(caller: Caller, event_id: UUID, data: SeatBlocking) -> dict[str, int]:
    """Take seats off sale, or put them back; `changed` says how many were not so already."""
    changed = await caller.run(inventory.block_seats, event_id, data.seats, blocked=data.blocked)
    return {"changed": changed}


handlers = [
    list_ticket_types,
    create_ticket_type,
    read_ticket_type,
    update_ticket_type,
    list_category_prices,
    set_category_price,
    read_inventory,
    put_inventory,
    list_pools,
    create_pool,
    resize_pool,
    block_event_seats,
    *client.handlers,
    *order_client.handlers,
    *order_routes.handlers,
    *run_routes.handlers,
    *key_routes.handlers,
]
