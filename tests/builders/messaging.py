"""Mail for tests: a mailroom, a real SMTP server, and messages in any state."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from aiosmtpd.controller import Controller
from sqlalchemy import select

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.jobs import Worker
from houseful.kernel.settings import Settings
from houseful.messaging import Draft, Mailroom, Notification, draft, subscribers
from houseful.messaging.models import Attachment, DeliveryAttempt
from tests.builders.ticketing import SECRET
from tests.server import free_port

BASE_URL = "https://tickets.example"


class Mailbox:
    """A real SMTP server's memory; `answer` is what it says to a message, `refuse` to whom."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.answer = "250 OK"
        self.refused = ""
        self.url = ""

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's names)
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take every recipient but the refused one."""
        if address == self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep what is taken."""
        if self.answer.startswith("250"):
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
        return self.answer


@contextmanager
def a_mailbox() -> Iterator[Mailbox]:
    """Run a mail server on this machine."""
    box = Mailbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.url = f"smtp://127.0.0.1:{port}"
    try:
        yield box
    finally:
        controller.stop()


def a_mailroom(smtp_url: str = "", **settings: Any) -> Mailroom:
    """Make a mailroom with the tests' secret; without a URL its mail is kept."""
    given = {"environment": "test", "public_url": BASE_URL, "smtp_url": smtp_url} | settings
    return Mailroom(Settings(**given), SECRET)


async def deliver_all(database: Database, mailroom: Mailroom | None = None) -> None:
    """Let every pending fact be heard, and every message written and sent."""
    assert subscribers, "they hear from here on"
    database.provide(mailroom or a_mailroom())
    await Worker(database).drain()


async def a_draft(database: Database, tenant: UUID, **fields: Any) -> UUID:
    """Draft a message that needs nothing but itself, and return its id."""
    given = {
        "kind": "test_message",
        "source_key": str(new_id()),
        "subject_id": new_id(),
        "recipient": "bea@example.org",
    } | fields
    (drafted,) = await database.run(tenant, draft, Draft(**given))
    return drafted


async def a_message(
    database: Database, tenant: UUID, files: tuple[tuple[str, str, bytes], ...] = (), **fields: Any
) -> UUID:
    """Queue a written message, and return its id."""
    known = {"subject": "News", "text": "There is news.\n", "html": "<p>There is news.</p>"}
    written = {"status": "queued", "sender_name": "Playhouse", **known} | fields
    recipient = written.pop("recipient", "bea@example.org")
    is_confidential = written.pop("is_confidential", False)
    message_id = await a_draft(
        database, tenant, recipient=recipient, is_confidential=is_confidential
    )

    async def write(uow: UnitOfWork) -> None:
        message = await uow.get(Notification, message_id)
        for name, value in written.items():
            setattr(message, name, value)
        for name, media_type, content in files:
            uow.add(
                Attachment(
                    organization_id=tenant,
                    notification_id=message_id,
                    name=name,
                    media_type=media_type,
                    size_bytes=len(content),
                    content=content,
                )
            )

    await database.run(tenant, write)
    return message_id


async def outbox(database: Database, tenant: UUID, kind: str | None = None) -> list[Notification]:
    """Return the messages of a tenant, oldest first, perhaps of one kind."""
    statement = select(Notification).where(Notification.organization_id == tenant)
    if kind is not None:
        statement = statement.where(Notification.kind == kind)
    return await database.run(tenant, _all, statement.order_by(Notification.id))


async def attempts(database: Database, tenant: UUID, message_id: UUID) -> list[DeliveryAttempt]:
    """Return how each attempt to deliver a message went."""
    statement = (
        select(DeliveryAttempt)
        .where(
            DeliveryAttempt.organization_id == tenant,
            DeliveryAttempt.notification_id == message_id,
        )
        .order_by(DeliveryAttempt.id)
    )
    return await database.run(tenant, _all, statement)


async def files_of(database: Database, tenant: UUID, message_id: UUID) -> dict[str, bytes]:
    """Return a message's files by name."""
    statement = select(Attachment).where(
        Attachment.organization_id == tenant, Attachment.notification_id == message_id
    )
    found: list[Attachment] = await database.run(tenant, _all, statement)
    return {file.name: file.content or b"" for file in found}


async def _all(uow: UnitOfWork, statement: Any) -> list[Any]:
    return list(await uow.all(statement))
