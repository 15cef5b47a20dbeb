"""What people do with messages: send them again, and say how theirs look."""

import re
from uuid import UUID

import msgspec

from houseful import audit
from houseful.accounts import organization_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.messaging.drafting import Draft, draft
from houseful.messaging.facts import NotificationQueued
from houseful.messaging.models import MailIdentity, Notification
from houseful.messaging.problems import ContentForgotten, NobodyToTell
from houseful.messaging.states import MESSAGE
from houseful.ticketing import show_order

SIGNATURE_MAX_CHARACTERS = 500
_EMAIL = re.compile(r"^[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,190}$")
_COLOR = re.compile(r"^(#[0-9a-f]{6})?$")


class IdentityData(msgspec.Struct, frozen=True, kw_only=True):
    """How mail looks and where answers go; an empty field means as it comes."""

    reply_to: str = ""
    color: str = ""
    signature: str = ""


async def retry_message(uow: UnitOfWork, message_id: UUID) -> Notification:
    """Send what was given up, or only kept. Raises `IllegalAct` and `ContentForgotten`."""
    message = await uow.get(Notification, message_id, lock=True)
    status = MESSAGE.next(message.status, "retry")
    if message.forgotten_at is not None:
        raise ContentForgotten
    message.status = status
    message.attempts = 0
    message.due_at = uow.now
    await audit.record(uow, "messaging.notification.retried", message)
    await uow.announce(NotificationQueued(subject_id=message_id))
    await uow.flush()
    return message


async def mail_tickets(uow: UnitOfWork, order_id: UUID) -> UUID:
    """Send an order's tickets once more; return the new message's id.

    Raises `NotFound`, and `NobodyToTell` when the buyer left no address.
    """
    order = (await show_order(uow, order_id)).order
    drafted = await draft(
        uow,
        Draft(
            kind="order_paid",
            source_key=f"order_paid:{order_id}:{new_id()}",
            subject_id=order_id,
            recipient=order.buyer_email,
            locale=order.locale,
        ),
    )
    if not drafted:
        raise NobodyToTell
    message = await uow.get(Notification, drafted[0])
    await audit.record(uow, "messaging.notification.created", message)
    return message.id


async def mail_account_link(uow: UnitOfWork, email: str) -> None:
    """Send a link to an address that proves that who has it reads that mail.

    Raises `Invalid` for what is no address.
    """
    if not _EMAIL.match(email.strip()):
        raise Invalid.at("/email", "This is not an e-mail address.")
    await draft(
        uow,
        Draft(
            kind="customer_account",
            source_key=f"customer_account:{new_id()}",
            subject_id=uow.tenant,
            recipient=email,
            locale=(await organization_of(uow)).locale,
            is_confidential=True,
        ),
    )


async def read_identity(uow: UnitOfWork) -> IdentityData:
    """Return how the organisation's mail looks, and where answers go."""
    identity = await uow.session.get(MailIdentity, uow.tenant)
    if identity is None:
        return IdentityData()
    return IdentityData(
        reply_to=identity.reply_to, color=identity.color, signature=identity.signature
    )


async def change_identity(uow: UnitOfWork, data: IdentityData) -> None:
    """Say how the organisation's mail looks, and where answers go. Raises `Invalid`."""
    reply_to, color = data.reply_to.strip(), data.color.strip().lower()
    if reply_to and not _EMAIL.match(reply_to):
        raise Invalid.at("/replyTo", "This is not an e-mail address.")
    if not _COLOR.match(color):
        raise Invalid.at("/color", "A colour is written as #6b2154.")
    if len(data.signature) > SIGNATURE_MAX_CHARACTERS or "\0" in data.signature:
        raise Invalid.at(
            "/signature", f"At most {SIGNATURE_MAX_CHARACTERS} characters stand below a message."
        )
    identity = await uow.session.get(MailIdentity, uow.tenant, with_for_update=True)
    if identity is None:
        identity = MailIdentity(organization_id=uow.tenant, reply_to="", color="", signature="")
        uow.add(identity)
        await uow.flush()
    identity.reply_to = reply_to
    identity.color = color
    identity.signature = data.signature.replace("\r\n", "\n").strip()
    await audit.record(uow, "messaging.identity.updated", identity)
    await uow.flush()
