"""What is sent to people: messages with their files, tried until they arrive or are given up.

Also the documents themselves: `await render_tickets(await visit.run(order_document, vault, id))`.
"""

from houseful.messaging.documents import TicketDocument
from houseful.messaging.drafting import Draft, draft
from houseful.messaging.letters import letter_html
from houseful.messaging.letters.desk import letterhead
from houseful.messaging.letters.sample import sample_letter
from houseful.messaging.mailroom import Mailroom
from houseful.messaging.models import (
    SIGNATURES,
    Attachment,
    DeliveryAttempt,
    MailIdentity,
    Notification,
)
from houseful.messaging.problems import ContentForgotten, NobodyToTell, NoValidTickets
from houseful.messaging.queries import (
    ShownMessage,
    count_messages,
    find_messages,
    get_file,
    show_message,
)
from houseful.messaging.service import (
    IdentityData,
    change_identity,
    mail_account_link,
    mail_tickets,
    read_identity,
    retry_message,
)
from houseful.messaging.states import MESSAGE
from houseful.messaging.tickets import (
    order_document,
    render_tickets,
    shown_order_document,
    ticket_document,
)
from houseful.messaging.wording import (
    OwnWording,
    list_wordings,
    read_wording,
    restore_wording,
    set_wording,
)

__all__ = [
    "MESSAGE",
    "SIGNATURES",
    "Attachment",
    "ContentForgotten",
    "DeliveryAttempt",
    "Draft",
    "IdentityData",
    "MailIdentity",
    "Mailroom",
    "NoValidTickets",
    "NobodyToTell",
    "Notification",
    "OwnWording",
    "ShownMessage",
    "TicketDocument",
    "change_identity",
    "count_messages",
    "draft",
    "find_messages",
    "get_file",
    "letter_html",
    "letterhead",
    "list_wordings",
    "mail_account_link",
    "mail_tickets",
    "order_document",
    "read_identity",
    "read_wording",
    "render_tickets",
    "restore_wording",
    "retry_message",
    "sample_letter",
    "set_wording",
    "show_message",
    "shown_order_document",
    "ticket_document",
]
