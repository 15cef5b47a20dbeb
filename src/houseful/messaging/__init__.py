"""What is sent to people: messages with their files, tried until they arrive or are given up.

Also the documents themselves: `await render_tickets(await visit.run(order_document, vault, id))`.
"""

from houseful.messaging.documents import TicketDocument
from houseful.messaging.problems import NoValidTickets
from houseful.messaging.tickets import (
    order_document,
    render_tickets,
    shown_order_document,
    ticket_document,
)

__all__ = [
    "NoValidTickets",
    "TicketDocument",
    "order_document",
    "render_tickets",
    "shown_order_document",
    "ticket_document",
]
