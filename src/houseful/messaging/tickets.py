"""Tickets as documents: read in a unit of work, rendered after it, off the event loop.

document = await visit.run(order_document, vault, order_id)
pdf = await render_tickets(document)
"""

import asyncio
import os
from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from houseful.accounts import organization_of
from houseful.events import ShownEvent
from houseful.kernel.database import UnitOfWork
from houseful.kernel.short_codes import short_code
from houseful.messaging.documents import (
    DocumentTexts,
    ReceiptLine,
    ReceiptTotal,
    TicketDocument,
    TicketPage,
    ticket_pdf,
)
from houseful.messaging.documents.words import document_texts
from houseful.messaging.problems import NoValidTickets
from houseful.messaging.writing import Writer
from houseful.ticketing import (
    Order,
    ShownOrder,
    Ticket,
    Vault,
    load_offer,
    order_with_codes,
    show_ticket,
)

NOT_KNOWN = "–"
_rendering = asyncio.Semaphore(os.cpu_count() or 1)


async def order_document(uow: UnitOfWork, vault: Vault, order_id: UUID) -> TicketDocument:
    """Return an order's valid tickets and its receipt. Raises `NotFound` and `NoValidTickets`."""
    return await shown_order_document(uow, await order_with_codes(uow, vault, order_id))


async def shown_order_document(uow: UnitOfWork, shown: ShownOrder) -> TicketDocument:
    """Return the document of an order that was read with its codes. Raises `NoValidTickets`."""
    tickets = [ticket for ticket in shown.tickets if ticket.id in shown.codes]
    return await _write(uow, shown, tickets, with_receipt=True)


async def ticket_document(uow: UnitOfWork, vault: Vault, ticket_id: UUID) -> TicketDocument:
    """Return one ticket, without a receipt. Raises `NotFound` and `NoValidTickets`."""
    ticket = (await show_ticket(uow, vault, ticket_id)).ticket
    shown = await order_with_codes(uow, vault, ticket.order_id)
    tickets = [ticket] if ticket.id in shown.codes else []
    return await _write(uow, shown, tickets, with_receipt=False)


async def render_tickets(document: TicketDocument) -> bytes:
    """Return the PDF, made in a thread, and never more at once than there are cores."""
    async with _rendering:
        return await asyncio.to_thread(ticket_pdf, document)


async def _write(
    uow: UnitOfWork, shown: ShownOrder, tickets: list[Ticket], *, with_receipt: bool
) -> TicketDocument:
    if not tickets:
        raise NoValidTickets
    organization = await organization_of(uow)
    order, event = shown.order, shown.event
    writer = Writer(order.locale, event.timezone or organization.timezone)
    texts = document_texts(writer.language)
    areas = await _areas(uow, order.event_id, tickets)
    return TicketDocument(
        order_reference=order.number,
        organization_name=organization.name,
        event_name=event.name,
        venue_name=event.venue_name or NOT_KNOWN,
        venue_address=writer.address(event.venue) if event.venue else "",
        buyer_name=order.buyer_name or NOT_KNOWN,
        tickets=[_page(ticket, shown.codes[ticket.id], areas, writer) for ticket in tickets],
        currency=order.currency,
        lines=_lines(shown, writer) if with_receipt else [],
        totals=_totals(shown, texts, writer) if with_receipt else [],
        issued_at_text=writer.day(order.paid_at or order.placed_at),
        seller_text=organization.name,
        locale=writer.language,
        texts=texts,
        **_times(event, texts, writer),
    )


async def _areas(uow: UnitOfWork, event_id: UUID, tickets: list[Ticket]) -> dict[UUID, str]:
    """Return the names of the pools that tickets without a seat are for."""
    if all(ticket.pool_id is None for ticket in tickets):
        return {}
    offer = await load_offer(uow, event_id)
    return {pool.id: pool.name for pool in offer.pools.values()}


def _times(event: ShownEvent, texts: DocumentTexts, writer: Writer) -> dict[str, Any]:
    if event.start_at is None:
        return {
            "date_text": texts.undated,
            "starts_at_text": NOT_KNOWN,
            "doors_at_text": None,
            "zone_text": "",
        }
    return {
        "date_text": writer.day(event.start_at),
        "starts_at_text": writer.clock(event.start_at),
        "doors_at_text": _clock(event.doors_at, writer),
        "zone_text": writer.zone_at(event.start_at),
    }


def _clock(at: datetime | None, writer: Writer) -> str | None:
    return writer.clock(at) if at is not None else None


def _page(ticket: Ticket, code: str, areas: dict[UUID, str], writer: Writer) -> TicketPage:
    return TicketPage(
        code=code,
        short_code=short_code(ticket.credential_id),
        ticket_type=ticket.ticket_type,
        price_text=writer.money(ticket.price, ticket.currency),
        section=ticket.section_label or None,
        row=ticket.row_label or None,
        seat=ticket.seat_label or None,
        area=areas.get(ticket.pool_id) if ticket.pool_id is not None else None,
        attendee_name=ticket.holder_name or None,
    )


def _lines(shown: ShownOrder, writer: Writer) -> list[ReceiptLine]:
    """Return a line for each kind of ticket at each price, in the order they were bought."""
    currency = shown.order.currency
    counted = Counter((line.ticket_type_name, line.unit_price) for line in shown.lines)
    return [
        ReceiptLine(
            description=name,
            quantity=quantity,
            unit_text=writer.money(unit_price, currency),
            amount_text=writer.money(unit_price * quantity, currency),
        )
        for (name, unit_price), quantity in counted.items()
    ]


def _totals(shown: ShownOrder, texts: DocumentTexts, writer: Writer) -> list[ReceiptTotal]:
    """Return what stands below the lines; tax within the prices is named after the total."""
    order = shown.order
    tickets = sum(line.unit_price for line in shown.lines)
    is_tax_on_top = order.total != tickets + order.charged_fee + order.rounding
    above = [
        (texts.fee, order.charged_fee),
        (texts.tax, order.tax if is_tax_on_top else 0),
        (texts.rounding, order.rounding),
    ]
    below = [(texts.tax_included, 0 if is_tax_on_top else order.tax)]
    return [
        *(_total(label, amount, order, writer) for label, amount in above if amount),
        ReceiptTotal(
            label=texts.total, amount_text=writer.money(order.total, order.currency), is_grand=True
        ),
        *(_total(label, amount, order, writer) for label, amount in below if amount),
    ]


def _total(label: str, amount: int, order: Order, writer: Writer) -> ReceiptTotal:
    return ReceiptTotal(label=label, amount_text=writer.money(amount, order.currency))
