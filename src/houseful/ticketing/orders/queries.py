"""Reading orders and tickets."""

from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace
from sqlalchemy import or_, select

from houseful import events
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.problems import NotFound
from houseful.kernel.secrets import is_same, token_hash
from houseful.ticketing.keys import sign_tickets
from houseful.ticketing.orders.fulfilment import lines_of, tickets_of
from houseful.ticketing.orders.models import Order, OrderLine, Ticket
from houseful.ticketing.orders.search import found_by
from houseful.ticketing.places import find_hold
from houseful.ticketing.vault import Vault


class ShownOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order with its event, lines and tickets.

    `codes` are the signed codes, by ticket id; `token` is that of its link. Both are there only for
    who may have them.
    """

    order: Order
    event: events.ShownEvent
    lines: list[OrderLine]
    tickets: list[Ticket]
    codes: dict[UUID, str] = {}
    token: str | None = None

    @property
    def version(self) -> int:
        """The order's version."""
        return self.order.version


class ShownTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket with its event, and its signed code while it is valid."""

    ticket: Ticket
    event: events.ShownEvent
    code: str | None


async def require_order(uow: UnitOfWork, order_id: UUID, token: str) -> Order:
    """Return the order of who has its link. Raises `NotFound`, also for a wrong token."""
    order = await uow.get(Order, order_id)
    if not is_same(order.token_hash, token_hash(token)):
        raise NotFound
    return order


async def order_of_hold(uow: UnitOfWork, hold_id: UUID, token: str) -> UUID | None:
    """Return the id of the order that a hold became. Raises `WrongHoldToken`."""
    return (await find_hold(uow, hold_id, token)).order_id


async def show_order(uow: UnitOfWork, order_id: UUID) -> ShownOrder:
    """Return an order with all that belongs to it, for the organisation. Raises `NotFound`."""
    return await _show(uow, await uow.get(Order, order_id))


async def order_by_token(uow: UnitOfWork, vault: Vault, order_id: UUID, token: str) -> ShownOrder:
    """Return an order with its tickets and their codes, for who has its link."""
    order = await require_order(uow, order_id, token)
    return await with_codes(uow, vault, await _show(uow, order))


async def order_with_codes(uow: UnitOfWork, vault: Vault, order_id: UUID) -> ShownOrder:
    """Return an order with its tickets and their codes, for who sends or prints them."""
    return await with_codes(uow, vault, await show_order(uow, order_id))


async def with_codes(uow: UnitOfWork, vault: Vault, shown: ShownOrder) -> ShownOrder:
    """Add the signed codes of the tickets that are valid, and the token of the order's link."""
    codes = await sign_tickets(uow, vault, shown.tickets)
    return replace(shown, codes=codes, token=vault.order_token(shown.order.id))


async def find_orders(
    uow: UnitOfWork,
    *,
    window: Window,
    event_id: UUID | None = None,
    status: str | None = None,
    channel: str | None = None,
    number: str | None = None,
    buyer: str | None = None,
    text: str | None = None,
) -> tuple[list[Order], str | None]:
    """Return one page of orders; `buyer` is a part of a name or an address, `text` whatever the
    order can be found by.
    """
    statement = select(Order).where(Order.organization_id == uow.tenant)
    conditions = (
        (event_id, Order.event_id == event_id),
        (status, Order.status == status),
        (channel, Order.channel == channel),
        (number, Order.number == (number or "").upper()),
        (
            buyer,
            or_(
                Order.buyer_name.icontains(buyer or "", autoescape=True),
                Order.buyer_email.icontains(buyer or "", autoescape=True),
            ),
        ),
        (text, found_by(uow.tenant, text or "")),
    )
    for given, condition in conditions:
        if given is not None:
            statement = statement.where(condition)
    return await fetch_page(uow, statement, Order, window)


async def find_tickets(
    uow: UnitOfWork,
    *,
    window: Window,
    event_id: UUID | None = None,
    order_id: UUID | None = None,
    status: str | None = None,
) -> tuple[list[Ticket], str | None]:
    """Return one page of tickets."""
    statement = select(Ticket).where(Ticket.organization_id == uow.tenant)
    conditions = (
        (event_id, Ticket.event_id == event_id),
        (order_id, Ticket.order_id == order_id),
        (status, Ticket.status == status),
    )
    for given, condition in conditions:
        if given is not None:
            statement = statement.where(condition)
    return await fetch_page(uow, statement, Ticket, window)


async def get_ticket(uow: UnitOfWork, ticket_id: UUID) -> Ticket:
    """Return a ticket. Raises `NotFound`."""
    return await uow.get(Ticket, ticket_id)


async def show_ticket(uow: UnitOfWork, vault: Vault, ticket_id: UUID) -> ShownTicket:
    """Return a ticket with its code, for the organisation. Raises `NotFound`."""
    return await _show_ticket(uow, vault, await uow.get(Ticket, ticket_id))


async def ticket_by_public_id(
    uow: UnitOfWork, vault: Vault, public_id: str, token: str
) -> ShownTicket:
    """Return a ticket with its code, for who has its link; an order's link opens its tickets too.

    Raises `NotFound`, also for a wrong token.
    """
    ticket = await uow.first(
        select(Ticket).where(
            Ticket.organization_id == uow.tenant, Ticket.public_id == public_id.upper()
        )
    )
    if ticket is None:
        raise NotFound
    given = token_hash(token)
    if not is_same(ticket.secure_token_hash, given):
        order = await uow.get(Order, ticket.order_id)
        if not is_same(order.token_hash, given):
            raise NotFound
    return await _show_ticket(uow, vault, ticket)


async def ticket_home(uow: UnitOfWork, public_id: str) -> UUID | None:
    """Return whose ticket a public id is; the unit of work needs no organisation."""
    found: Any = await uow.execute(
        "SELECT organization_id FROM ticket_home(:public)", {"public": public_id.upper()}
    )
    return found.scalar_one_or_none()


async def _show(uow: UnitOfWork, order: Order) -> ShownOrder:
    return ShownOrder(
        order=order,
        event=await events.get_event(uow, order.event_id),
        lines=await lines_of(uow, order.id),
        tickets=await tickets_of(uow, order.id),
    )


async def _show_ticket(uow: UnitOfWork, vault: Vault, ticket: Ticket) -> ShownTicket:
    codes = await sign_tickets(uow, vault, [ticket])
    return ShownTicket(
        ticket=ticket,
        event=await events.get_event(uow, ticket.event_id),
        code=codes.get(ticket.id),
    )
