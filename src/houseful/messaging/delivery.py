"""Delivery: a written message goes out, again and again with growing pauses, or is given up.

Whoever sends it takes a lease first, so that nobody else does at the same time. A process that dies
between the server's yes and our note of it sends once more when the lease is over; the Message-ID
is the same, by which mailboxes know a message they have.
"""

from collections.abc import Sequence
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID

import aiosmtplib
import msgspec
import structlog
from sqlalchemy import or_, select

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.messaging.facts import MessageGivenUp
from houseful.messaging.models import Attachment, DeliveryAttempt, Notification
from houseful.messaging.states import MESSAGE
from houseful.messaging.transport import MailTransport

LEASE = timedelta(minutes=5)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""After each failed attempt but the last: some two days in all."""
ERROR_MAX_CHARACTERS = 500
PERMANENT_FROM = 500

log = structlog.get_logger(__name__)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How an attempt ended."""

    channel: str
    error: str = ""
    is_permanent: bool = False


async def deliver(
    database: Database, organization_id: UUID, notification_id: UUID, transport: MailTransport
) -> None:
    """Send a message that is queued and due; without a server it is kept. Harmless twice."""
    try:
        message = await database.run(organization_id, _take, notification_id, transport.sender)
    except (ValueError, IndexError, MessageError) as error:
        outcome = Outcome(channel="smtp", error=f"not an address: {error}", is_permanent=True)
        await database.run(organization_id, _note, notification_id, outcome)
        return
    if message is not None:
        outcome = await _send(transport, message)
        await database.run(organization_id, _note, notification_id, outcome)


async def _send(transport: MailTransport, message: EmailMessage) -> Outcome:
    if not transport.is_configured:
        return Outcome(channel="outbox")
    try:
        await transport.send(message)
    except (aiosmtplib.SMTPException, OSError) as error:
        log.warning("mail_not_sent", message_id=message["Message-ID"], exc_info=error)
        return Outcome(
            channel="smtp",
            error=str(error) or type(error).__name__,
            is_permanent=is_permanent(error),
        )
    return Outcome(channel="smtp")


def is_permanent(error: Exception) -> bool:
    """Whether another attempt would fail like this one: the mailbox or the message is refused.

    A server that refuses *us* (sign-in, sender) is mended by its operator, and tried again.
    """
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            return all(is_permanent(refused) for refused in error.recipients)
        case aiosmtplib.SMTPRecipientRefused() | aiosmtplib.SMTPDataError():
            return error.code >= PERMANENT_FROM
        case aiosmtplib.SMTPNotSupported():
            return True
        case _:
            return False


async def _take(uow: UnitOfWork, notification_id: UUID, sender: str) -> EmailMessage | None:
    """Lease the message and return it as it goes out, or None when it is not for us to send."""
    notification: Notification | None = await uow.first(
        select(Notification)
        .where(
            Notification.organization_id == uow.tenant,
            Notification.id == notification_id,
            Notification.status == "queued",
            Notification.due_at <= uow.now,
            or_(Notification.leased_until.is_(None), Notification.leased_until <= uow.now),
        )
        .with_for_update(skip_locked=True)
    )
    if notification is None:
        return None
    files = await uow.all(
        select(Attachment)
        .where(
            Attachment.organization_id == uow.tenant,
            Attachment.notification_id == notification_id,
        )
        .order_by(Attachment.id)
    )
    message = compose_message(notification, files, sender)
    notification.leased_until = uow.now + LEASE
    return message


def compose_message(
    notification: Notification, files: Sequence[Attachment], sender: str
) -> EmailMessage:
    """Return the message as mail. Raises what `email` raises for an address that is none."""
    message = EmailMessage()
    message["From"] = Address(notification.sender_name, addr_spec=sender)
    message["To"] = Address(addr_spec=notification.recipient)
    if notification.reply_to:
        message["Reply-To"] = Address(notification.sender_name, addr_spec=notification.reply_to)
    message["Subject"] = " ".join(notification.subject.split())
    message["Date"] = format_datetime(notification.created_at)
    message["Message-ID"] = message_id(notification.id, sender)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notification.text)
    message.add_alternative(notification.html, subtype="html")
    for file in files:
        if file.content is not None:
            kind, _, parameters = file.media_type.partition(";")
            main_type, _, subtype = kind.partition("/")
            message.add_attachment(
                file.content,
                maintype=main_type,
                subtype=subtype,
                filename=file.name,
                params=dict(_parameters(parameters)),
            )
    message["Content-Language"] = notification.locale
    return message


def message_id(notification_id: UUID, sender: str) -> str:
    """Return the message's own id: the same at every attempt."""
    return f"<{notification_id}@{sender.rpartition('@')[2]}>"


def _parameters(text: str) -> list[tuple[str, str]]:
    pairs = (part.strip().partition("=") for part in text.split(";") if part.strip())
    return [(name, value) for name, _, value in pairs]


async def _note(uow: UnitOfWork, notification_id: UUID, outcome: Outcome) -> None:
    """Write down how an attempt ended, and what follows from it."""
    notification = await uow.get(Notification, notification_id, lock=True)
    if notification.status != "queued":
        return
    notification.attempts += 1
    notification.leased_until = None
    uow.add(
        DeliveryAttempt(
            organization_id=uow.tenant,
            id=new_id(),
            notification_id=notification_id,
            channel=outcome.channel,
            at=uow.now,
            is_delivered=not outcome.error,
            error=outcome.error[:ERROR_MAX_CHARACTERS],
        )
    )
    notification.status = MESSAGE.next(notification.status, _act(notification, outcome))
    if not outcome.error:
        notification.sent_at = uow.now
        if outcome.channel == "smtp" and notification.is_confidential:
            forget_content(notification, uow)
    elif notification.status == "queued":
        notification.due_at = uow.now + PAUSES[notification.attempts - 1]
    else:
        await uow.announce(MessageGivenUp(subject_id=notification.id))


def _act(notification: Notification, outcome: Outcome) -> str:
    if not outcome.error:
        return "send" if outcome.channel == "smtp" else "keep"
    is_last = notification.attempts > len(PAUSES)
    return "give_up" if outcome.is_permanent or is_last else "put_off"


def forget_content(notification: Notification, uow: UnitOfWork) -> None:
    """Remove what the message said; that it was sent, to whom and about what stays known."""
    notification.text = notification.html = ""
    notification.forgotten_at = uow.now
