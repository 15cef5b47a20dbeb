"""Composing: a draft becomes a message, with its files, as things are when it is written.

What is read and what is stored are two transactions; the documents between them are made in
threads. Composing twice is harmless: only a draft is written.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

import msgspec

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.messaging import calendar_file
from houseful.messaging.letters import letter_html, letter_text
from houseful.messaging.letters.contracts import write_signature_link
from houseful.messaging.letters.desk import Written
from houseful.messaging.letters.events import write_event_news
from houseful.messaging.letters.hire import (
    write_challenge_ended,
    write_challenged,
    write_hire_outcome,
    write_hold_news,
)
from houseful.messaging.letters.hire_money import write_deposit_returned
from houseful.messaging.letters.hire_office import (
    CONTRACTS,
    write_contract_ended,
    write_offer_expired,
)
from houseful.messaging.letters.orders import (
    write_order_ended,
    write_order_paid,
    write_payment_returned,
    write_seats_offered,
    write_tickets_refunded,
)
from houseful.messaging.letters.people import (
    write_member_added,
    write_organization_opened,
    write_password_link,
)
from houseful.messaging.letters.sessions import (
    IS_STILL_TRUE,
    write_account_link,
    write_booking_news,
    write_late_payment,
    write_offer,
    write_pass_sold,
    write_passed_over,
    write_refund_decision,
    write_standing_news,
    write_top_up,
)
from houseful.messaging.mailroom import Mailroom
from houseful.messaging.models import Attachment, Notification, TicketDelivery
from houseful.messaging.states import MESSAGE
from houseful.messaging.tickets import render_tickets

SESSION_FILE = "session.ics"

Write = Callable[[UnitOfWork, Mailroom, Notification], Awaitable[Written | None]]

KINDS: Mapping[str, Write] = {
    "order_paid": write_order_paid,
    "tickets_refunded": write_tickets_refunded,
    "payment_returned": write_payment_returned,
    "order_canceled": write_order_ended,
    "order_unavailable": write_order_ended,
    "seats_offered": write_seats_offered,
    "event_postponed": write_event_news,
    "event_rescheduled": write_event_news,
    "event_cancelled": write_event_news,
    "tickets_renewed": write_event_news,
    "password_reset": write_password_link,
    "invitation": write_password_link,
    "member_added": write_member_added,
    "organization_opened": write_organization_opened,
    "signature_requested": write_signature_link,
    "signature_reminded": write_signature_link,
    **dict.fromkeys(IS_STILL_TRUE, write_booking_news),
    "session_offered": write_offer,
    "session_passed_over": write_passed_over,
    "session_passed_over_owing": write_passed_over,
    "session_wait_ended": write_passed_over,
    "session_late_payment": write_late_payment,
    "session_refund_approved": write_refund_decision,
    "session_refund_rejected": write_refund_decision,
    "session_refund_refused": write_refund_decision,
    "pass_sold": write_pass_sold,
    "pass_refund_refused": write_pass_sold,
    "standing_begun": write_standing_news,
    "standing_paused": write_standing_news,
    "standing_resumed": write_standing_news,
    "standing_ended": write_standing_news,
    "wallet_topped_up": write_top_up,
    "customer_account": write_account_link,
    "inquiry_received": write_hire_outcome,
    "hold_placed": write_hold_news,
    "hold_moved_up": write_hold_news,
    "hold_moved_back": write_hold_news,
    "hold_expiring": write_hold_news,
    "hold_challenged": write_challenged,
    "hold_released": write_hire_outcome,
    "booking_declined": write_hire_outcome,
    "challenge_won": write_challenge_ended,
    "challenge_lost": write_challenge_ended,
    "booking_confirmed": write_hire_outcome,
    "booking_cancelled": write_hire_outcome,
    "deposit_returned": write_deposit_returned,
    "office_offer_expired": write_offer_expired,
    **dict.fromkeys(CONTRACTS.values(), write_contract_ended),
}
"""Who writes which kind of message; a draft of another kind is a mistake."""


class File(msgspec.Struct, frozen=True):
    """A file to attach."""

    name: str
    media_type: str
    content: bytes


async def compose(
    database: Database, organization_id: UUID, notification_id: UUID, mailroom: Mailroom
) -> None:
    """Write the message of a draft; when there is nothing to tell any more, withdraw it."""

    async def write(uow: UnitOfWork) -> tuple[bool, Written | None]:
        message = await uow.get(Notification, notification_id)
        if message.status != "drafted":
            return False, None
        return True, await KINDS[message.kind](uow, mailroom, message)

    is_draft, written = await database.run(organization_id, write)
    if is_draft:
        files = await _files(written) if written is not None else []
        await database.run(organization_id, _store, notification_id, written, files)


async def _files(written: Written) -> list[File]:
    files: list[File] = []
    if written.tickets is not None:
        name = f"tickets-{written.tickets.order_reference}.pdf"
        files.append(File(name, "application/pdf", await render_tickets(written.tickets)))
    if written.calendar is not None:
        content = calendar_file.calendar_file(written.calendar)
        files.append(File(calendar_file.FILE_NAME, calendar_file.MEDIA_TYPE, content))
    if written.ics:
        files.append(File(SESSION_FILE, calendar_file.MEDIA_TYPE, written.ics.encode()))
    return files


async def _store(
    uow: UnitOfWork, notification_id: UUID, written: Written | None, files: Sequence[File]
) -> None:
    message = await uow.get(Notification, notification_id, lock=True)
    if message.status != "drafted":
        return
    if written is None:
        message.status = MESSAGE.next(message.status, "withdraw")
        return
    letter = written.letter
    message.status = MESSAGE.next(message.status, "write")
    message.subject = letter.subject
    message.text = letter_text(letter)
    message.html = letter_html(letter)
    message.sender_name = letter.head.name
    message.reply_to = letter.head.reply_to
    message.due_at = uow.now
    uow.add(*(_attachment(uow, notification_id, file) for file in files))
    if written.tickets is not None:
        uow.add(
            TicketDelivery(
                organization_id=uow.tenant,
                id=new_id(),
                order_id=message.subject_id,
                notification_id=notification_id,
            )
        )


def _attachment(uow: UnitOfWork, notification_id: UUID, file: File) -> Attachment:
    return Attachment(
        organization_id=uow.tenant,
        id=new_id(),
        notification_id=notification_id,
        name=file.name,
        media_type=file.media_type,
        size_bytes=len(file.content),
        content=file.content,
    )
