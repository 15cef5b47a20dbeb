"""Documents that are sent: tickets with their receipt, as one PDF.

All texts arrive formatted, in the buyer's language and the venue's zone; nothing here formats
money or time, or asks a clock.
"""

from pathlib import Path

import msgspec

from houseful.kernel.pdf import render_pdf
from houseful.kernel.qr import qr_svg

_TEMPLATE = Path(__file__).with_name("ticket.typ")
# The paper around the code is white: with the SVG's own two modules that makes four and more.
_QR_BORDER = 2


class DocumentTexts(msgspec.Struct, frozen=True, kw_only=True):
    """The fixed words of the documents; English unless translated."""

    ticket: str = "Ticket"
    of: str = "of"
    date: str = "Date"
    starts: str = "Begins"
    doors: str = "Doors"
    venue: str = "Venue"
    entrance: str = "Entrance"
    section: str = "Section"
    row: str = "Row"
    seat: str = "Seat"
    area: str = "Standing area"
    ticket_type: str = "Ticket type"
    price: str = "Price"
    attendee: str = "Attendee"
    buyer: str = "Bought by"
    order: str = "Order"
    qr_alt: str = "The ticket's code, to be scanned at the door"
    show_code: str = "Show this code at the door, on paper or on a screen."
    once: str = "It opens the door once: do not share or post it."
    receipt: str = "Receipt"
    issued: str = "Issued"
    description: str = "Description"
    quantity: str = "Quantity"
    unit_price: str = "Price"
    amount: str = "Amount"
    fee: str = "Booking fee"
    tax: str = "Tax"
    tax_included: str = "Tax included"
    rounding: str = "Rounding"
    total: str = "Total paid"
    undated: str = "To be announced"


class TicketPage(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket: a seat (section, row, seat) or a standing `area`; `code` is what is scanned."""

    code: str
    short_code: str
    ticket_type: str
    price_text: str
    section: str | None = None
    row: str | None = None
    seat: str | None = None
    area: str | None = None
    attendee_name: str | None = None
    entrance: str | None = None
    note: str | None = None


class ReceiptLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the receipt."""

    description: str
    quantity: int
    unit_text: str
    amount_text: str


class ReceiptTotal(msgspec.Struct, frozen=True, kw_only=True):
    """A sum below the lines: fees, tax; the grand total is the one that is paid."""

    label: str
    amount_text: str
    is_grand: bool = False


class TicketDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An order's tickets, and its receipt when there are `lines`.

    `zone_text` names the venue's time zone in words; `currency` heads the receipt's amounts;
    `seller_text` is who sold (address, tax number), a line each. `terms` of some 700 characters
    stay on the ticket's page; longer ones go on to the next.
    """

    order_reference: str
    organization_name: str
    event_name: str
    venue_name: str
    venue_address: str
    date_text: str
    starts_at_text: str
    zone_text: str
    buyer_name: str
    tickets: list[TicketPage]
    event_subtitle: str | None = None
    doors_at_text: str | None = None
    currency: str | None = None
    lines: list[ReceiptLine] = []
    totals: list[ReceiptTotal] = []
    issued_at_text: str | None = None
    seller_text: str | None = None
    terms: str = ""
    locale: str = "en"
    texts: DocumentTexts = DocumentTexts()


def ticket_pdf(document: TicketDocument) -> bytes:
    """Return the PDF: a page for each ticket, then the receipt. Blocks for milliseconds."""
    codes = {
        f"code-{number}.svg": qr_svg(ticket.code, border=_QR_BORDER).encode()
        for number, ticket in enumerate(document.tickets)
    }
    return render_pdf(_TEMPLATE, document, files=codes)
