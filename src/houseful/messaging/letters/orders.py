"""Letters about an order: paid, given back, called off, or paid too late."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from houseful.events import ShownEvent
from houseful.kernel.database import UnitOfWork
from houseful.messaging.calendar_file import CalendarEntry
from houseful.messaging.letters.desk import Desk, Fact, Written, sit_down
from houseful.messaging.mailroom import Mailroom
from houseful.messaging.models import Notification
from houseful.messaging.problems import NoValidTickets
from houseful.messaging.tickets import shown_order_document
from houseful.messaging.writing import Writer
from houseful.payments import refunds_of
from houseful.ticketing import (
    PAYABLE_KIND,
    Order,
    ShownOrder,
    Ticket,
    load_offer,
    order_with_codes,
    read_offered,
    show_order,
)

OFF_STATES = frozenset({"cancelled", "postponed"})
SUPPOSED_LENGTH = timedelta(hours=2)
NOT_GIVEN_BACK = frozenset({"failed", "rejected"})


async def write_order_paid(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Confirm a paid order: tickets, date and link; nothing when all of it was given back since."""
    shown = await order_with_codes(uow, mailroom.vault, message.subject_id)
    try:
        document = await shown_order_document(uow, shown)
    except NoValidTickets:
        return None
    desk = await sit_down(uow, mailroom, message)
    writer = desk.writer(shown.event.timezone)
    valid = [ticket for ticket in shown.tickets if ticket.id in shown.codes]
    facts = [
        *when_and_where(desk, shown.event, writer),
        (desk.labels.tickets, await places(uow, desk, shown.event, valid)),
        (desk.labels.order, [shown.order.number]),
        (desk.labels.paid, [writer.money(shown.order.total, shown.order.currency)]),
    ]
    return Written(
        letter=desk.letter(
            message.kind,
            {"event": shown.event.name, "order": shown.order.number},
            why=desk.labels.why_order,
            url=mailroom.order_url(desk.slug, shown.order.id),
            name=shown.order.buyer_name,
            facts=facts,
        ),
        tickets=document,
        calendar=calendar_entry(desk, shown.event, writer, message),
    )


async def write_tickets_refunded(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Say which tickets were taken back, and how much money is on its way."""
    ticket_ids = {UUID(text) for text in message.details["ticket_ids"]}
    shown = await show_order(uow, message.subject_id)
    desk = await sit_down(uow, mailroom, message)
    writer = desk.writer(shown.event.timezone)
    returned = [ticket for ticket in shown.tickets if ticket.id in ticket_ids]
    amount = await _given_back(uow, shown.order, ticket_ids)
    money = writer.money(amount, shown.order.currency)
    return Written(
        letter=desk.letter(
            message.kind if amount else "tickets_returned",
            {"event": shown.event.name, "order": shown.order.number, "amount": money},
            why=desk.labels.why_order,
            url=mailroom.order_url(desk.slug, shown.order.id),
            name=shown.order.buyer_name,
            facts=[
                (desk.labels.returned, await places(uow, desk, shown.event, returned)),
                (desk.labels.order, [shown.order.number]),
                (desk.labels.refund, [money] if amount else []),
            ],
        )
    )


async def write_payment_returned(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Say that a payment of another amount than was due goes back; nothing when it did not."""
    shown = await show_order(uow, message.subject_id)
    returned = [
        refund
        for refund in await refunds_of(uow, PAYABLE_KIND, shown.order.id)
        if str(refund.id) in message.details["refund_ids"] and refund.status not in NOT_GIVEN_BACK
    ]
    if not returned:
        return None
    desk = await sit_down(uow, mailroom, message)
    writer = desk.writer(shown.event.timezone)
    money = writer.money(returned[0].amount_minor, returned[0].currency)
    url = mailroom.order_url(desk.slug, shown.order.id)
    return _about_order(
        desk, message, shown, (desk.labels.refund, [money]), url=url, words={"amount": money}
    )


async def write_order_ended(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Say that an order was called off before it was paid, or that its money came too late."""
    shown = await show_order(uow, message.subject_id)
    desk = await sit_down(uow, mailroom, message)
    writer = desk.writer(shown.event.timezone)
    money = writer.money(shown.order.total, shown.order.currency)
    refund = (desk.labels.refund, [money] if message.kind == "order_unavailable" else [])
    return _about_order(
        desk, message, shown, refund, url=desk.head.home_url, words={"amount": money}
    )


async def write_seats_offered(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Say which places are kept for who paid in vain, as long as they are."""
    shown = await show_order(uow, message.subject_id)
    kept = await read_offered(uow, shown.order)
    if kept is None:
        return None
    desk = await sit_down(uow, mailroom, message)
    writer = desk.writer(shown.event.timezone)
    until = f"{writer.clock(kept.expires_at)} ({writer.zone_at(kept.expires_at)})"
    url = mailroom.order_url(desk.slug, shown.order.id)
    return _about_order(
        desk, message, shown, (desk.labels.until, [until]), url=url, words={"until": until}
    )


def _about_order(
    desk: Desk,
    message: Notification,
    shown: ShownOrder,
    fact: Fact,
    *,
    url: str,
    words: dict[str, str],
) -> Written:
    """Write a letter about an order, with one fact of its own beside event and number."""
    return Written(
        letter=desk.letter(
            message.kind,
            {"event": shown.event.name, "order": shown.order.number} | words,
            why=desk.labels.why_order,
            url=url,
            name=shown.order.buyer_name,
            facts=[
                (desk.labels.event, [shown.event.name]),
                (desk.labels.order, [shown.order.number]),
                fact,
            ],
        )
    )


def when_and_where(desk: Desk, event: ShownEvent, writer: Writer) -> list[Fact]:
    """Return date, doors, beginning and venue as facts."""
    labels = desk.labels
    where = [event.venue_name or "", writer.address(event.venue) if event.venue else ""]
    venue = (labels.venue, [line for line in where if line])
    if event.start_at is None:
        return [(labels.event, [event.name]), (labels.date, [labels.undated]), venue]
    begins = f"{writer.clock(event.start_at)} ({writer.zone_at(event.start_at)})"
    return [
        (labels.event, [event.name]),
        (labels.date, [writer.day(event.start_at)]),
        (labels.doors, [writer.clock(event.doors_at)] if event.doors_at else []),
        (labels.starts, [begins]),
        venue,
    ]


async def places(
    uow: UnitOfWork, desk: Desk, event: ShownEvent, tickets: Sequence[Ticket]
) -> list[str]:
    """Return a line for each ticket: where it is for, and of which type."""
    has_areas = any(ticket.pool_id is not None for ticket in tickets)
    pools = (await load_offer(uow, event.id)).pools if has_areas else {}
    areas = {pool.id: pool.name for pool in pools.values()}
    return [_line(_place(desk, ticket, areas), ticket.ticket_type) for ticket in tickets]


def _line(place: str, ticket_type: str) -> str:
    """Name the place and the type; once when they are called the same."""
    return " · ".join(dict.fromkeys(part for part in (place, ticket_type) if part))


def _place(desk: Desk, ticket: Ticket, areas: Mapping[UUID, str]) -> str:
    if ticket.pool_id is not None:
        return areas.get(ticket.pool_id, "")
    parts = (
        ticket.section_label,
        f"{desk.labels.row} {ticket.row_label}" if ticket.row_label else "",
        f"{desk.labels.seat} {ticket.seat_label}" if ticket.seat_label else "",
    )
    return ", ".join(part for part in parts if part)


async def _given_back(uow: UnitOfWork, order: Order, ticket_ids: Collection[UUID]) -> int:
    """Return the money that goes back for these tickets, in minor units."""
    wanted = {str(ticket_id) for ticket_id in ticket_ids}
    refunds = await refunds_of(uow, PAYABLE_KIND, order.id)
    return sum(
        int(share["amountMinor"])
        for refund in refunds
        if refund.status not in NOT_GIVEN_BACK
        for share in refund.allocation
        if share.get("ticketId") in wanted
    )


def calendar_entry(
    desk: Desk, event: ShownEvent, writer: Writer, message: Notification
) -> CalendarEntry | None:
    """Return the event as a calendar has it: crossed out when it is called off or put off.

    None when it never had a date.
    """
    start_at = event.start_at or event.previous_start_at
    if start_at is None:
        return None
    where = [event.venue_name or "", writer.address(event.venue) if event.venue else ""]
    return CalendarEntry(
        event_id=event.id,
        sequence=event.version,
        title=event.name,
        start_at=start_at,
        end_at=event.end_at or start_at + SUPPOSED_LENGTH,
        timezone=str(writer.zone),
        place=", ".join(line for line in where if line),
        url=desk.mailroom.url(f"/{desk.slug}/{event.slug}"),
        host=desk.host,
        written_at=message.created_at,
        is_cancelled=event.status in OFF_STATES,
    )
