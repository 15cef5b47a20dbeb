"""The page of one ticket, for whoever has its link: the code that opens the door."""

from typing import Annotated, Any

from litestar import Response
from litestar.params import Parameter, QueryParameter

from houseful.kernel.qr import qr_svg
from houseful.kernel.short_codes import short_code
from houseful.messaging import render_tickets, ticket_document
from houseful.ticketing import ticket_by_public_id
from houseful.web.guards import Shop
from houseful.web.pages import pdf, show
from houseful.web.templating import page
from houseful.web.visits import Visit

PublicId = Annotated[str, Parameter(max_length=40)]
Token = Annotated[str, QueryParameter(max_length=100)]


@show("/{organization:str}/tickets/{public_id:str}", Shop())
async def show_ticket(visit: Visit, public_id: PublicId, token: Token = "") -> Response[Any]:
    """Show a ticket, with its code while it is valid."""
    vault = visit.vault
    shown = await visit.run(ticket_by_public_id, vault, public_id, token)
    return page(
        visit,
        "shop/ticket.html",
        ticket=shown.ticket,
        event=shown.event,
        zone=shown.event.timezone or visit.organization.timezone,
        code=qr_svg(shown.code, border=4) if shown.code else "",
        short_code=short_code(shown.ticket.credential_id),
        token=token,
    )


@show("/{organization:str}/tickets/{public_id:str}/ticket.pdf", Shop())
async def print_ticket(visit: Visit, public_id: PublicId, token: Token = "") -> Response[bytes]:
    """Send a ticket as a document."""
    vault = visit.vault
    shown = await visit.run(ticket_by_public_id, vault, public_id, token)
    document = await visit.run(ticket_document, vault, shown.ticket.id)
    return pdf(await render_tickets(document), f"ticket-{public_id}.pdf")


handlers = [show_ticket, print_ticket]
