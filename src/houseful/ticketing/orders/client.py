"""The customer API of orders: place, read, pay; and tickets by their links."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import Parameter, QueryParameter

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, get, post
from houseful.payments import NothingToPay
from houseful.ticketing.baskets import basket_of
from houseful.ticketing.client import HoldToken
from houseful.ticketing.holds import TakenHold
from houseful.ticketing.limits import count_order, limits_of
from houseful.ticketing.orders.checkout import check_out
from houseful.ticketing.orders.offering import take_offered
from houseful.ticketing.orders.placing import Buyer, place_own_order
from houseful.ticketing.orders.queries import (
    ShownOrder,
    order_by_token,
    order_with_codes,
    require_order,
    ticket_by_public_id,
)
from houseful.ticketing.orders.schemas import (
    BuyerBody,
    CheckoutBody,
    CheckoutView,
    NewOrder,
    OrderView,
    TicketView,
    WalkInBuyer,
)
from houseful.ticketing.problems import (
    EmptyHold,
    HoldOver,
    NotOnSale,
    TooFewTickets,
    TooManyTickets,
    TooMuchUnpaid,
    WrongHoldToken,
)
from houseful.ticketing.schemas import BasketView
from houseful.ticketing.vault import Vault, vault_of

Token = Annotated[
    str, QueryParameter(min_length=20, max_length=100, description="As in the link that was sent.")
]
PublicId = Annotated[str, Parameter(max_length=40)]
NO_STORE = {"cache-control": "no-store"}


@post(
    "/api/client/orders",
    public=True,
    module="ticketing",
    with_key=True,
    summary="Order what is held",
    raises=[
        EmptyHold,
        HoldOver,
        NotOnSale,
        TooFewTickets,
        TooManyTickets,
        TooMuchUnpaid,
        WrongHoldToken,
    ],
)
async def create_order(
    caller: Caller, data: NewOrder, hold_token: HoldToken
) -> Response[OrderView]:
    """Order what a hold keeps. The answer's `token` opens the order from now on."""
    await count_order(caller.database)
    limits = limits_of(caller.database)

    async def order(uow: UnitOfWork, vault: Vault) -> ShownOrder:
        buyer = buyer_of(data.buyer)
        placed = await place_own_order(uow, vault, limits, data.hold_id, hold_token, buyer)
        return await order_with_codes(uow, vault, placed.id)

    return await caller.create(order, vault(caller), view=OrderView, at="/api/client/orders")


@get(
    "/api/client/orders/{order_id:uuid}",
    public=True,
    module="ticketing",
    summary="Read an order by its link",
)
async def read_order_by_link(caller: Caller, order_id: UUID, token: Token) -> Response[OrderView]:
    """Read an order, and its tickets with their codes once it is paid."""
    answer = await caller.read(order_by_token, vault(caller), order_id, token, view=OrderView)
    answer.headers.update(NO_STORE)
    return answer


@post(
    "/api/client/orders/{order_id:uuid}/instead",
    status=200,
    public=True,
    module="ticketing",
    summary="Take the places that are kept instead",
    raises=[HoldOver],
)
async def take_places_instead(caller: Caller, order_id: UUID, token: Token) -> Response[BasketView]:
    """Take the places that are kept for who paid when theirs were gone; then order them.

    The answer's `token` is the hold's, for the header `x-hold-token`. Taking them again gives
    another, and the one before opens nothing any more.
    """

    async def take(uow: UnitOfWork) -> tuple[TakenHold, datetime]:
        await require_order(uow, order_id, token)
        return await take_offered(uow, order_id), uow.now

    taken, now = await caller.run(take)
    database, tenant = caller.database, caller.organization_id
    basket = await basket_of(database, tenant, taken.state, now, taken.token)
    return Response(basket, headers=NO_STORE)


@post(
    "/api/client/checkout",
    status=200,
    public=True,
    module="ticketing",
    with_key=True,
    summary="Begin to pay",
    raises=[NothingToPay],
)
async def begin_payment(caller: Caller, data: CheckoutBody) -> CheckoutView:
    """Begin to pay for an order; send the payer to `redirectUrl`."""
    address = await check_out(
        caller.database,
        caller.organization_id,
        data.order_id,
        data.token,
        provider=data.provider,
        return_path=data.return_path,
    )
    return CheckoutView(order_id=data.order_id, redirect_url=address)


@get(
    "/api/client/tickets/{public_id:str}",
    public=True,
    module="ticketing",
    summary="Read a ticket by its link",
)
async def read_ticket_by_link(
    caller: Caller, public_id: PublicId, token: Token
) -> Response[TicketView]:
    """Read a ticket with its code; the token is the ticket's own, or its order's."""
    answer = await caller.read(
        ticket_by_public_id, vault(caller), public_id, token, view=TicketView
    )
    answer.headers.update(NO_STORE)
    return answer


def vault(caller: Caller) -> Vault:
    """Return the vault of the application that serves the caller."""
    return vault_of(caller.request.app.state.secret)


def buyer_of(body: BuyerBody | WalkInBuyer) -> Buyer:
    """Return who pays, as the use cases want it."""
    return Buyer(
        name=body.name.strip(), email=body.email, phone=body.phone.strip(), locale=body.locale
    )


handlers = [
    create_order,
    read_order_by_link,
    take_places_instead,
    begin_payment,
    read_ticket_by_link,
]
