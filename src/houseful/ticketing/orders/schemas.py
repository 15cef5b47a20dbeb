"""Orders and tickets on the wire."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Literal, Self, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

from houseful.kernel.http import Body, View
from houseful.kernel.money import Money
from houseful.kernel.short_codes import short_code
from houseful.ticketing.orders.models import Order, OrderLine, Ticket
from houseful.ticketing.orders.queries import ShownOrder, ShownTicket
from houseful.ticketing.schemas import PoolWishBody, SeatNumber

V = TypeVar("V", bound=View)

Email = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
PersonName = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
Phone = Annotated[str, Meta(max_length=40)]
LocaleCode = Annotated[str, Meta(pattern="^[a-z]{2}(-[A-Z]{2})?$")]
Reason = Annotated[str, Meta(max_length=500)]


class BuyerBody(Body):
    """Who pays."""

    name: PersonName
    email: Email
    phone: Phone = ""
    locale: LocaleCode = "en"


class WalkInBuyer(Body):
    """Who pays over the counter; nobody need leave a name."""

    name: Annotated[str, Meta(max_length=200)] = ""
    email: Annotated[str, Meta(max_length=254)] = ""
    phone: Phone = ""
    locale: LocaleCode = "en"


class NewOrder(Body):
    """An order of what a hold keeps; the hold's token goes in `x-hold-token`."""

    hold_id: UUID
    buyer: BuyerBody


class CheckoutBody(Body):
    """How an order is to be paid, by card unless a provider is named, and where one goes then."""

    order_id: UUID
    token: Annotated[str, Meta(min_length=20, max_length=100)]
    provider: Annotated[str, Meta(max_length=40)] | None = None
    return_path: Annotated[str, Meta(max_length=500, pattern="^(/.*)?$")] = ""


class CheckoutView(View):
    """Where the payer goes now."""

    order_id: UUID
    redirect_url: str


class BoxOfficeSeat(Body):
    """A seat to be sold over the counter, as a ticket type or the first that fits."""

    seat_number: SeatNumber
    ticket_type_id: UUID | None = None


class BoxOfficeSale(Body):
    """A sale over the counter."""

    event_id: UUID
    buyer: WalkInBuyer = msgspec.field(default_factory=WalkInBuyer)
    seats: Annotated[list[BoxOfficeSeat], Meta(max_length=100)] = msgspec.field(
        default_factory=list[BoxOfficeSeat]
    )
    pools: Annotated[list[PoolWishBody], Meta(max_length=20)] = msgspec.field(
        default_factory=list[PoolWishBody]
    )
    payment: Literal["cash", "card_terminal"] = "cash"
    payment_reference: Annotated[str, Meta(max_length=100)] = ""


class Cancellation(Body):
    """Why an order is called off."""

    reason: Reason = ""


class RefundBody(Body):
    """Tickets to be given back; without ids, all that are left."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    ticket_ids: Annotated[list[UUID], Meta(min_length=1, max_length=100)] | None = None
    keep_seats_off_sale: bool = False


class VoidBody(Body):
    """Why a ticket is made worthless, and whether its seat can be sold again."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    keep_seat_off_sale: bool = False


class OrderSummary(View):
    """An order without its lines."""

    id: UUID
    number: str
    event_id: UUID
    status: str
    channel: str
    buyer_name: str
    buyer_email: str
    total: Money
    refunded: Money
    placed_at: datetime
    payable_until: datetime
    paid_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: Order) -> Self:
        """Make the view of an order."""
        return _view(cls, row, {"total", "refunded"})


class OrderLineView(View):
    """One place of an order, with its price as it was."""

    id: UUID
    ticket_type_id: UUID
    ticket_type_name: str
    category_key: str
    seat_number: int | None
    pool_id: UUID | None
    section_label: str
    row_label: str
    seat_label: str
    unit_price: Money
    charged_fee: Money
    tax: Money
    total: Money
    trace: list[Any]

    @classmethod
    def of(cls, row: OrderLine) -> Self:
        """Make the view of a line."""
        return _view(cls, row, {"unit_price", "charged_fee", "tax", "total"})


class TicketView(View):
    """A ticket; `code` is what its QR shows, while it is valid and whoever reads it may see it."""

    id: UUID
    public_id: str
    event_id: UUID
    order_id: UUID
    status: str
    ticket_type: str
    seat_number: int | None
    pool_id: UUID | None
    section_label: str
    row_label: str
    seat_label: str
    holder_name: str
    price: Money
    short_code: str
    sold_at: datetime
    version: int
    code: str | None = None

    @classmethod
    def of(cls, row: Ticket | ShownTicket) -> Self:
        """Make the view of a ticket, with its code when it was signed."""
        ticket, code = (row.ticket, row.code) if isinstance(row, ShownTicket) else (row, None)
        short = short_code(ticket.credential_id)
        return _view(cls, ticket, {"price"}, short_code=short, code=code)


class OrderView(View):
    """An order with its lines and tickets.

    `offered_hold_id` is what was kept for who paid when these places were gone.
    """

    id: UUID
    number: str
    event_id: UUID
    event_name: str
    event_slug: str
    status: str
    status_reason: str
    channel: str
    buyer_name: str
    buyer_email: str
    buyer_phone: str
    net: Money
    charged_fee: Money
    tax: Money
    total: Money
    refunded: Money
    placed_at: datetime
    payable_until: datetime
    paid_at: datetime | None
    offered_hold_id: UUID | None
    lines: list[OrderLineView]
    tickets: list[TicketView]
    version: int
    token: str | None = None

    @classmethod
    def of(cls, row: ShownOrder) -> Self:
        """Make the view of an order with all that belongs to it."""
        tickets = [
            ShownTicket(ticket=ticket, event=row.event, code=row.codes.get(ticket.id))
            for ticket in row.tickets
        ]
        return _view(
            cls,
            row.order,
            {"net", "charged_fee", "tax", "total", "refunded"},
            event_name=row.event.name,
            event_slug=row.event.slug,
            lines=[OrderLineView.of(line) for line in row.lines],
            tickets=[TicketView.of(ticket) for ticket in tickets],
            token=row.token,
        )


def _view(kind: type[V], row: Any, money: Collection[str], **given: Any) -> V:
    """Make a view of a row's attributes, some of them money, and of what is given."""
    values = {
        name: Money(getattr(row, name), row.currency) if name in money else getattr(row, name)
        for name in kind.__struct_fields__
        if name not in given
    }
    return kind(**values, **given)
