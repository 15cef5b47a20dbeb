"""Orders and tickets over HTTP, for the house."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, Page, get, post
from houseful.kernel.http.listing import Window
from houseful.kernel.http.versions import tagged
from houseful.kernel.origin import current_origin
from houseful.kernel.problems import IllegalTransition
from houseful.payments import MoreThanCaptured, PaymentUnderWay, ProviderUnavailable
from houseful.ticketing.hold_commands import PoolWish
from houseful.ticketing.orders import queries
from houseful.ticketing.orders.client import buyer_of, vault
from houseful.ticketing.orders.counter import Clerk, CounterSale
from houseful.ticketing.orders.fulfilment import cancel_order
from houseful.ticketing.orders.lanes import Asked, sell_quickly
from houseful.ticketing.orders.queries import ShownOrder, show_order
from houseful.ticketing.orders.refunds import refund_tickets, void_ticket
from houseful.ticketing.orders.schemas import (
    BoxOfficeSale,
    Cancellation,
    OrderSummary,
    OrderView,
    RefundBody,
    TicketView,
    VoidBody,
)
from houseful.ticketing.orders.sweeping import stop_payments
from houseful.ticketing.problems import (
    EmptyHold,
    NotEnoughLeft,
    NothingToRefund,
    NotOnSale,
    RefundWaits,
    SeatTaken,
    TooFewTickets,
    TooManyTickets,
)

EventId = Annotated[UUID | None, QueryParameter(name="eventId")]
OrderId = Annotated[UUID | None, QueryParameter(name="orderId")]
OrderStatus = Annotated[
    str | None,
    QueryParameter(
        pattern="^(awaiting_payment|paid|partially_refunded|refunded|expired|canceled)$"
    ),
]
TicketStatus = Annotated[
    str | None,
    QueryParameter(pattern="^(reserved|sold|refunded|canceled|voided|transferred|expired)$"),
]
ChannelName = Annotated[str | None, QueryParameter(pattern="^(online|box_office)$")]
Number = Annotated[str | None, QueryParameter(max_length=20)]
BuyerPart = Annotated[
    str | None, QueryParameter(max_length=200, description="Part of a name or an address.")
]


@get(
    "/api/v1/orders",
    permission="ticketing.orders.read",
    module="ticketing",
    summary="List the orders",
)
async def list_orders(
    caller: Caller,
    window: Window,
    event_id: EventId = None,
    status: OrderStatus = None,
    channel: ChannelName = None,
    number: Number = None,
    buyer: BuyerPart = None,
) -> Page[OrderSummary]:
    """List orders."""
    return await caller.read_page(
        queries.find_orders,
        window=window,
        view=OrderSummary,
        event_id=event_id,
        status=status,
        channel=channel,
        number=number,
        buyer=buyer,
    )


@get(
    "/api/v1/orders/{order_id:uuid}",
    permission="ticketing.orders.read",
    module="ticketing",
    summary="Read an order",
)
async def read_order(caller: Caller, order_id: UUID) -> Response[OrderView]:
    """Read an order with its lines and tickets."""
    return await caller.read(show_order, order_id, view=OrderView)


@post(
    "/api/v1/orders",
    permission="ticketing.orders.create",
    module="ticketing",
    with_key=True,
    summary="Sell at the box office",
    raises=[
        EmptyHold,
        SeatTaken,
        NotEnoughLeft,
        NotOnSale,
        TooFewTickets,
        TooManyTickets,
    ],
)
async def create_box_office_sale(caller: Caller, data: BoxOfficeSale) -> Response[OrderView]:
    """Sell over the counter: the places are held, ordered, paid and issued in one act."""

    sale = CounterSale(
        event_id=data.event_id,
        buyer=buyer_of(data.buyer),
        seats=[(seat.seat_number, seat.ticket_type_id) for seat in data.seats],
        pools=[PoolWish(pool.pool_id, pool.ticket_type_id, pool.quantity) for pool in data.pools],
        payment=data.payment,
        reference=data.payment_reference.strip(),
        clerk=Clerk(caller.identity.actor, current_origin.get()),
    )
    asked = Asked(vault(caller), sale, await caller.asking())
    sold = await sell_quickly(caller.database, caller.organization_id, asked)
    return tagged(sold, status=201, location="/api/v1/orders")


@post(
    "/api/v1/orders/{order_id:uuid}/cancel",
    status=200,
    permission="ticketing.orders.cancel",
    module="ticketing",
    summary="Call off an unpaid order",
    raises=[IllegalTransition, PaymentUnderWay, ProviderUnavailable],
)
async def cancel_unpaid_order(
    caller: Caller, order_id: UUID, data: Cancellation
) -> Response[OrderView]:
    """Call off an order that is not paid; its places are free at once.

    Whoever is paying is stopped at the provider first. Who has paid already has bought it.
    """
    await stop_payments(caller.database, caller.organization_id, order_id)

    async def cancel(uow: UnitOfWork) -> ShownOrder:
        await cancel_order(uow, order_id, reason=data.reason)
        return await show_order(uow, order_id)

    return await caller.change(cancel, view=OrderView)


@post(
    "/api/v1/orders/{order_id:uuid}/refunds",
    status=200,
    permission="ticketing.refunds.create",
    module="ticketing",
    with_key=True,
    summary="Give tickets back",
    raises=[NothingToRefund, RefundWaits, MoreThanCaptured, IllegalTransition],
)
async def create_order_refund(
    caller: Caller, order_id: UUID, data: RefundBody
) -> Response[OrderView]:
    """Give back some or all tickets of an order: the money as it was taken, the places on sale.

    Asked for by somebody who may not approve refunds, it waits for one who may
    (`POST /api/v1/refunds/{id}/approve`); until then the tickets stay valid.
    """
    waits = not caller.access.allows("ticketing.refunds.approve")

    async def refund(uow: UnitOfWork) -> ShownOrder:
        await refund_tickets(
            uow,
            order_id,
            data.ticket_ids,
            reason=data.reason,
            keep_seats_off_sale=data.keep_seats_off_sale,
            waits=waits,
        )
        return await show_order(uow, order_id)

    return await caller.change(refund, view=OrderView)


@get(
    "/api/v1/tickets",
    permission="ticketing.tickets.read",
    module="ticketing",
    summary="List the tickets",
)
async def list_tickets(
    caller: Caller,
    window: Window,
    event_id: EventId = None,
    order_id: OrderId = None,
    status: TicketStatus = None,
) -> Page[TicketView]:
    """List tickets, without their codes."""
    return await caller.read_page(
        queries.find_tickets,
        window=window,
        view=TicketView,
        event_id=event_id,
        order_id=order_id,
        status=status,
    )


@get(
    "/api/v1/tickets/{ticket_id:uuid}",
    permission="ticketing.tickets.read",
    module="ticketing",
    summary="Read a ticket",
)
async def read_ticket(caller: Caller, ticket_id: UUID) -> Response[TicketView]:
    """Read a ticket, without its code."""
    return await caller.read(queries.get_ticket, ticket_id, view=TicketView)


@get(
    "/api/v1/tickets/{ticket_id:uuid}/code",
    permission="ticketing.tickets.print",
    module="ticketing",
    summary="Read a ticket's code",
)
async def read_ticket_code(caller: Caller, ticket_id: UUID) -> Response[TicketView]:
    """Read a ticket with the code that lets in: for who prints it again."""
    answer = await caller.read(queries.show_ticket, vault(caller), ticket_id, view=TicketView)
    answer.headers["cache-control"] = "no-store"
    return answer


@post(
    "/api/v1/tickets/{ticket_id:uuid}/void",
    status=200,
    permission="ticketing.tickets.void",
    module="ticketing",
    summary="Void a ticket",
    raises=[IllegalTransition],
)
async def void_one_ticket(caller: Caller, ticket_id: UUID, data: VoidBody) -> Response[TicketView]:
    """Make a ticket worthless, without giving money back."""
    return await caller.change(
        void_ticket,
        ticket_id,
        reason=data.reason,
        keep_seat_off_sale=data.keep_seat_off_sale,
        view=TicketView,
    )


handlers = [
    list_orders,
    read_order,
    create_box_office_sale,
    cancel_unpaid_order,
    create_order_refund,
    list_tickets,
    read_ticket,
    read_ticket_code,
    void_one_ticket,
]
