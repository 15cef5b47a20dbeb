"""Letters to everybody who holds tickets for an event: it moves, or does not take place; or other
tickets let in.
"""

from datetime import datetime

from houseful.kernel.database import UnitOfWork
from houseful.messaging.letters.desk import Written, sit_down
from houseful.messaging.letters.orders import calendar_entry, places, when_and_where
from houseful.messaging.mailroom import Mailroom
from houseful.messaging.models import Notification
from houseful.messaging.problems import NoValidTickets
from houseful.messaging.tickets import shown_order_document
from houseful.ticketing import order_with_codes

WITH_TICKETS = frozenset({"event_rescheduled", "tickets_renewed"})


async def write_event_news(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Say what became of the event; nothing to whoever has no tickets any more."""
    shown = await order_with_codes(uow, mailroom.vault, message.subject_id)
    try:
        document = await shown_order_document(uow, shown)
    except NoValidTickets:
        return None
    event, order = shown.event, shown.order
    desk = await sit_down(uow, mailroom, message)
    writer = desk.writer(event.timezone)
    is_moved = message.kind == "event_rescheduled"
    if is_moved and event.start_at is None:
        return None
    valid = [ticket for ticket in shown.tickets if ticket.id in shown.codes]
    before = message.details.get("previous_start_at")
    previously = [writer.day(datetime.fromisoformat(before))] if before else []
    values = {"event": event.name, "order": order.number}
    if event.start_at is not None:
        values |= {"day": writer.day(event.start_at), "time": writer.clock(event.start_at)}
    return Written(
        letter=desk.letter(
            message.kind,
            values,
            why=desk.labels.why_order,
            url=mailroom.order_url(desk.slug, order.id),
            name=order.buyer_name,
            facts=[
                *when_and_where(desk, event, writer),
                (desk.labels.previous_date, previously),
                (desk.labels.reason, [event.status_reason]),
                (desk.labels.tickets, await places(uow, desk, event, valid)),
                (desk.labels.order, [order.number]),
            ],
        ),
        tickets=document if message.kind in WITH_TICKETS else None,
        calendar=calendar_entry(desk, event, writer, message),
    )
