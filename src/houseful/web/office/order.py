"""One order: its places, tickets, payments, what happened; void, cancel, print, resend."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid, NotFound, Problem
from houseful.kernel.short_codes import short_code
from houseful.messaging import (
    mail_tickets,
    order_document,
    render_tickets,
    ticket_document,
)
from houseful.payments import find_transactions, refunds_of
from houseful.scanning import moves_of
from houseful.ticketing import (
    PAYABLE_KIND,
    Order,
    ShownOrder,
    Ticket,
    cancel_order,
    show_order,
    show_ticket,
    stop_payments,
    void_ticket,
)
from houseful.web.guards import Office
from houseful.web.office.order_story import story_of, way_to_pay
from houseful.web.office.orders import ORDERS, PATH
from houseful.web.office.shell import Crumb, back_to, confirm_page, office_page
from houseful.web.pages import act, pdf, show, told
from houseful.web.visits import Visit

ORDER = PATH + "/{order_id:uuid}"
TICKET = ORDER + "/tickets/{ticket_id:uuid}"
REASON_MAX = 500
PRINT = Office("ticketing.tickets.print", module="ticketing")
VOID = Office("ticketing.tickets.void", module="ticketing")


@show(ORDER, Office("ticketing.orders.read", module="ticketing"))
async def show_an_order(visit: Visit, order_id: UUID) -> Response[Any]:
    """Show an order with all that belongs to it."""
    return await order_page(visit, order_id)


@show(ORDER + "/tickets.pdf", PRINT)
async def print_order(visit: Visit, order_id: UUID) -> Response[bytes]:
    """Send the order's valid tickets and its receipt as a document."""
    vault = visit.vault
    document = await visit.run(order_document, vault, order_id)
    return pdf(await render_tickets(document), f"tickets-{document.order_reference}.pdf")


@show(TICKET + "/ticket.pdf", PRINT)
async def print_ticket(visit: Visit, order_id: UUID, ticket_id: UUID) -> Response[bytes]:
    """Send one ticket as a document."""
    vault = visit.vault
    ticket = await _ticket(visit, order_id, ticket_id)
    document = await visit.run(ticket_document, vault, ticket_id)
    return pdf(await render_tickets(document), f"ticket-{ticket.public_id}.pdf")


@act(ORDER + "/mail", Office("messaging.deliveries.create"))
async def mail_again(visit: Visit, order_id: UUID) -> Response[Any]:
    """Send the confirmation with its tickets once more."""
    await visit.form()
    try:
        await visit.run(mail_tickets, order_id)
    except Problem as problem:
        return await order_page(visit, order_id, told(problem))
    return back_to(visit, f"/orders/{order_id}", "The tickets are on their way by mail.")


@show(ORDER + "/cancel", Office("ticketing.orders.cancel", module="ticketing"))
async def ask_to_cancel(visit: Visit, order_id: UUID) -> Response[Any]:
    """Ask before an unpaid order is called off."""
    return await _ask_to_cancel(visit, order_id)


@act(ORDER + "/cancel", Office("ticketing.orders.cancel", module="ticketing"))
async def cancel(visit: Visit, order_id: UUID) -> Response[Any]:
    """Call off an order that is not paid."""
    reason = (await visit.form()).get("reason", "").strip()[:REASON_MAX]
    try:
        await stop_payments(visit.database, visit.organization_id, order_id)
        await visit.run(cancel_order, order_id, reason=reason)
    except Problem as problem:
        return await _ask_to_cancel(visit, order_id, told(problem), reason)
    return back_to(visit, f"/orders/{order_id}", "Cancelled: its places are free again.")


@show(TICKET + "/void", VOID)
async def ask_to_void(visit: Visit, order_id: UUID, ticket_id: UUID) -> Response[Any]:
    """Ask before a ticket becomes worthless."""
    return await _ask_to_void(visit, order_id, ticket_id)


@act(TICKET + "/void", VOID)
async def void(visit: Visit, order_id: UUID, ticket_id: UUID) -> Response[Any]:
    """Make a ticket worthless, without giving money back."""
    reason = (await visit.form()).get("reason", "").strip()[:REASON_MAX]
    await _ticket(visit, order_id, ticket_id)
    try:
        if not reason:
            raise Invalid.at("/reason", "Please say why.")
        await visit.run(void_ticket, ticket_id, reason=reason)
    except Problem as problem:
        return await _ask_to_void(visit, order_id, ticket_id, told(problem), reason)
    return back_to(visit, f"/orders/{order_id}", "The ticket is void.")


async def order_page(visit: Visit, order_id: UUID, message: str = "") -> Response[Any]:
    """Render an order's page."""

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        shown = await show_order(uow, order_id)
        payments = await find_transactions(uow, PAYABLE_KIND, order_id)
        refunds = await refunds_of(uow, PAYABLE_KIND, order_id)
        moves = await moves_of(uow, [ticket.id for ticket in shown.tickets])
        return {
            "shown": shown,
            "payments": payments,
            "refunds": refunds,
            "last_moves": {move.ticket_id: move for move in moves},
            "story": await story_of(uow, shown.order, shown.tickets, payments, refunds, moves),
        }

    found = await visit.run(read)
    shown: ShownOrder = found["shown"]
    return office_page(
        visit,
        "order.html",
        here="/orders",
        heading=f"Order {shown.order.number}",
        crumbs=(ORDERS,),
        way_to_pay=way_to_pay,
        message=message,
        order=shown.order,
        event=shown.event,
        zone=shown.event.timezone or visit.organization.timezone,
        short_code=short_code,
        valid=[ticket for ticket in shown.tickets if ticket.status == "sold"],
        ticket_of={ticket.order_line_id: ticket for ticket in shown.tickets},
        **found,
    )


async def _ask_to_cancel(
    visit: Visit, order_id: UUID, message: str = "", reason: str = ""
) -> Response[Any]:
    shown: ShownOrder = await visit.run(show_order, order_id)
    return confirm_page(
        visit,
        here="/orders",
        heading=f"Cancel order {shown.order.number}?",
        crumbs=crumbs_of(shown.order),
        consequences=(
            "Its places are free for others at once.",
            "If the buyer pays all the same, the money goes back to them.",
        ),
        label="Cancel the order",
        reason=reason,
        reason_hint="Optional; the buyer may read it",
        message=message,
    )


async def _ask_to_void(
    visit: Visit, order_id: UUID, ticket_id: UUID, message: str = "", reason: str = ""
) -> Response[Any]:
    ticket = await _ticket(visit, order_id, ticket_id)
    shown: ShownOrder = await visit.run(show_order, order_id)
    return confirm_page(
        visit,
        here="/orders",
        heading=f"Void ticket {short_code(ticket.credential_id)}?",
        crumbs=crumbs_of(shown.order),
        consequences=(
            "It opens no door any more, and its place can be sold again.",
            "No money is given back. To give money back, refund it instead.",
            "This cannot be undone.",
        ),
        label="Void the ticket",
        reason=reason,
        reason_hint="Such as: printed twice",
        message=message,
    )


async def _ticket(visit: Visit, order_id: UUID, ticket_id: UUID) -> Ticket:
    vault = visit.vault
    ticket: Ticket = (await visit.run(show_ticket, vault, ticket_id)).ticket
    if ticket.order_id != order_id:
        raise NotFound
    return ticket


def crumbs_of(order: Order) -> tuple[Crumb, ...]:
    """Return the pages above a page about the order."""
    return (ORDERS, Crumb(f"/orders/{order.id}", f"Order {order.number}"))


handlers = [
    show_an_order,
    print_order,
    print_ticket,
    mail_again,
    ask_to_cancel,
    cancel,
    ask_to_void,
    void,
]
