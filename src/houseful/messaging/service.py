"""Writing messages and delivering them.

A message is written in the transaction of what it tells about; it is sent afterwards, outside of
any transaction, and as often as it takes. Without an SMTP server it is kept: `/office/outbox`.
"""

from collections.abc import Sequence
from email.message import EmailMessage
from uuid import UUID

import aiosmtplib
import msgspec
import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.messaging.facts import NotificationQueued
from houseful.messaging.models import Attachment, DeliveryAttempt, Notification
from houseful.messaging.transport import MailTransport

log = structlog.get_logger(__name__)


class File(msgspec.Struct, frozen=True):
    """A file to attach."""

    name: str
    media_type: str
    content: bytes


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A message before it is queued; `source_key` says what it is about, once and for all."""

    kind: str
    source_key: str
    recipient: str
    subject: str
    text: str
    files: Sequence[File] = ()


async def queue_notification(uow: UnitOfWork, draft: Draft) -> UUID | None:
    """Queue a message; return its id, or None when it was queued before."""
    notification_id = new_id()
    queued = await uow.execute(
        insert(Notification)
        .values(
            organization_id=uow.tenant,
            id=notification_id,
            version=1,
            kind=draft.kind,
            source_key=draft.source_key,
            recipient=draft.recipient,
            subject=draft.subject,
            text=draft.text,
            status="queued",
        )
        .on_conflict_do_nothing(index_elements=["organization_id", "source_key"])
        .returning(Notification.id)
    )
    if queued.first() is None:
        return None
    uow.add(
        *(
            Attachment(
                organization_id=uow.tenant,
                id=new_id(),
                notification_id=notification_id,
                name=file.name,
                media_type=file.media_type,
                content=file.content,
            )
            for file in draft.files
        )
    )
    await uow.announce(NotificationQueued(subject_id=notification_id))
    return notification_id


async def deliver_notification(
    database: Database, organization_id: UUID, notification_id: UUID, transport: MailTransport
) -> None:
    """Send a queued message; a failure is noted, and raised, so that the job is tried again."""
    message = await database.run(organization_id, _compose, notification_id, transport.sender)
    if message is None:
        return
    if not transport.is_configured:
        await database.run(organization_id, _note, notification_id, "outbox", "kept", "")
        return
    try:
        await transport.send(message)
    except (aiosmtplib.SMTPException, OSError) as error:
        await database.run(organization_id, _note, notification_id, "smtp", "queued", str(error))
        raise
    await database.run(organization_id, _note, notification_id, "smtp", "sent", "")


async def _compose(uow: UnitOfWork, notification_id: UUID, sender: str) -> EmailMessage | None:
    notification = await uow.get(Notification, notification_id)
    if notification.status != "queued":
        return None
    message = EmailMessage()
    message["From"] = sender
    message["To"] = notification.recipient
    message["Subject"] = notification.subject
    message["Message-ID"] = f"<{notification.id}@{sender.rpartition('@')[2]}>"
    message.set_content(notification.text)
    for file in await uow.all(
        select(Attachment).where(
            Attachment.organization_id == uow.tenant,
            Attachment.notification_id == notification_id,
        )
    ):
        main_type, _, subtype = file.media_type.partition("/")
        message.add_attachment(
            file.content, maintype=main_type, subtype=subtype, filename=file.name
        )
    return message


async def _note(
    uow: UnitOfWork, notification_id: UUID, channel: str, status: str, error: str
) -> None:
    notification = await uow.get(Notification, notification_id, lock=True)
    notification.status = status
    if status != "queued":
        notification.sent_at = uow.now
    uow.add(
        DeliveryAttempt(
            organization_id=uow.tenant,
            id=new_id(),
            notification_id=notification_id,
            channel=channel,
            at=uow.now,
            is_delivered=not error,
            error=error[:500],
        )
    )
