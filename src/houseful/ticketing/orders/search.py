"""Finding orders by whatever people bring: a number, a name, an address, a ticket or its code."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from houseful.kernel.short_codes import may_be_meant, short_code_bits
from houseful.ticketing.codes import NotATicketCode, read_code
from houseful.ticketing.orders.models import Order, Ticket


def found_by(organization_id: UUID, text: str) -> ColumnElement[bool]:
    """Return the condition that an order is what `text` speaks of.

    That is its number, a part of the buyer's name or address, a ticket's public id, the short code
    that stands below its QR, or the QR itself as a hardware scanner types it.
    """
    wanted = text.strip()
    return or_(
        Order.number == wanted.upper(),
        Order.buyer_name.icontains(wanted, autoescape=True),
        Order.buyer_email.icontains(wanted, autoescape=True),
        Order.id.in_(_orders_of_tickets(organization_id, wanted)),
    )


def _orders_of_tickets(organization_id: UUID, text: str) -> Select[UUID]:
    ticket = Ticket.public_id == text.upper()
    if (credential_id := _scanned(text)) is not None:
        ticket = Ticket.credential_id == credential_id
    elif (bits := short_code_bits(text)) is not None:
        ticket = or_(ticket, may_be_meant(Ticket.credential_id, bits))
    return select(Ticket.order_id).where(Ticket.organization_id == organization_id, ticket)


def _scanned(text: str) -> UUID | None:
    try:
        return read_code(text).fields.credential_id
    except NotATicketCode:
        return None
