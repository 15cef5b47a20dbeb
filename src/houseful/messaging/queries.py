"""Reading the outbox."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import func, or_, select

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.problems import NotFound
from houseful.messaging.models import Attachment, DeliveryAttempt, Notification

DUE_MAX = 100


class ShownMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message with its files, and how each attempt to deliver it went."""

    message: Notification
    files: Sequence[Attachment]
    attempts: Sequence[DeliveryAttempt]

    @property
    def version(self) -> int:
        """The message's version."""
        return self.message.version


async def find_messages(
    uow: UnitOfWork,
    *,
    window: Window,
    status: str | None = None,
    kind: str | None = None,
    search: str | None = None,
    subject_id: UUID | None = None,
) -> tuple[list[Notification], str | None]:
    """Return one page of messages; `search` is a part of the address or of the subject line."""
    statement = select(Notification).where(Notification.organization_id == uow.tenant)
    text = search or ""
    conditions = (
        (status, Notification.status == status),
        (kind, Notification.kind == kind),
        (subject_id, Notification.subject_id == subject_id),
        (
            search,
            or_(
                Notification.recipient.icontains(text, autoescape=True),
                Notification.subject.icontains(text, autoescape=True),
            ),
        ),
    )
    for given, condition in conditions:
        if given:
            statement = statement.where(condition)
    return await fetch_page(uow, statement, Notification, window)


async def count_messages(uow: UnitOfWork) -> dict[str, int]:
    """Return how many messages there are in each state."""
    counted = await uow.execute(
        select(Notification.status, func.count().label("messages"))
        .where(Notification.organization_id == uow.tenant)
        .group_by(Notification.status)
    )
    return {row.status: row.messages for row in counted}


async def show_message(uow: UnitOfWork, message_id: UUID) -> ShownMessage:
    """Return a message with its files and attempts. Raises `NotFound`."""
    message = await uow.get(Notification, message_id)
    files = await uow.all(
        select(Attachment)
        .where(Attachment.organization_id == uow.tenant, Attachment.notification_id == message_id)
        .order_by(Attachment.id)
    )
    attempts = await uow.all(
        select(DeliveryAttempt)
        .where(
            DeliveryAttempt.organization_id == uow.tenant,
            DeliveryAttempt.notification_id == message_id,
        )
        .order_by(DeliveryAttempt.id)
    )
    return ShownMessage(message=message, files=files, attempts=attempts)


async def get_file(uow: UnitOfWork, message_id: UUID, file_id: UUID) -> Attachment:
    """Return a message's file. Raises `NotFound`, also when its content was forgotten."""
    file = await uow.get(Attachment, file_id)
    if file.notification_id != message_id or file.content is None:
        raise NotFound
    return file


async def due_messages(uow: UnitOfWork) -> list[UUID]:
    """Return messages whose next attempt is due, the longest waiting first."""
    return list(
        await uow.all(
            select(Notification.id)
            .where(
                Notification.organization_id == uow.tenant,
                Notification.status == "queued",
                Notification.due_at <= uow.now,
                or_(Notification.leased_until.is_(None), Notification.leased_until <= uow.now),
            )
            .order_by(Notification.due_at)
            .limit(DUE_MAX)
        )
    )
