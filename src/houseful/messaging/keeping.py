"""How long messages are kept: that they were sent, for ever; what they carried, for a while."""

from datetime import timedelta

from sqlalchemy import select, update

from houseful.kernel.database import UnitOfWork
from houseful.messaging.models import Attachment, Notification

FILES_ARE_KEPT = timedelta(days=30)
LINKS_ARE_KEPT = timedelta(days=14)
"""As long as the longest link lives: an invitation's."""
DONE = ("sent", "kept", "failed")


async def forget_what_is_old(uow: UnitOfWork) -> None:
    """Forget the files of messages that are long done, and links that nobody can use any more."""
    done = select(Notification.id).where(
        Notification.organization_id == uow.tenant,
        Notification.status.in_(DONE),
        Notification.due_at < uow.now - FILES_ARE_KEPT,
    )
    await uow.execute(
        update(Attachment)
        .where(
            Attachment.organization_id == uow.tenant,
            Attachment.notification_id.in_(done),
            Attachment.content.is_not(None),
        )
        .values(content=None)
    )
    await uow.execute(
        update(Notification)
        .where(
            Notification.organization_id == uow.tenant,
            Notification.is_confidential,
            Notification.forgotten_at.is_(None),
            Notification.due_at < uow.now - LINKS_ARE_KEPT,
        )
        .values(text="", html="", forgotten_at=uow.now)
    )
