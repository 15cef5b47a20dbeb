"""Messages: queued once, kept without a server, delivered to one, noted either way."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.settings import Settings
from houseful.messaging.models import DeliveryAttempt, Notification
from houseful.messaging.service import Draft, File, deliver_notification, queue_notification
from houseful.messaging.transport import MailTransport
from tests.server import free_port

DRAFT = Draft(
    kind="order_confirmation",
    source_key="order:1",
    recipient="bea@example.org",
    subject="Your tickets – see you at eight",
    text="Here they are.",
    files=[File("tickets.pdf", "application/pdf", b"%PDF-1.7")],
)


class Mailbox:
    """A real SMTP server's memory."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep what comes in."""
        self.messages.append(envelope.content)
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    """A server on this machine, and its URL."""
    box = Mailbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


async def _status(uow: UnitOfWork, notification_id: UUID) -> tuple[str, list[bool]]:
    notification = await uow.get(Notification, notification_id)
    attempts = await uow.all(select(DeliveryAttempt.is_delivered).order_by(DeliveryAttempt.id))
    return notification.status, list(attempts)


async def _queued(database: Database, tenant: UUID) -> UUID:
    notification_id = await database.run(tenant, queue_notification, DRAFT)
    assert notification_id is not None
    return notification_id


async def test_a_message_about_one_thing_is_queued_once(database: Database) -> None:
    tenant = new_id()

    await _queued(database, tenant)

    assert await database.run(tenant, queue_notification, DRAFT) is None


async def test_without_a_server_mail_is_kept(database: Database) -> None:
    tenant = new_id()
    notification_id = await _queued(database, tenant)

    await deliver_notification(database, tenant, notification_id, MailTransport(Settings()))

    assert await database.run(tenant, _status, notification_id) == ("kept", [True])


async def test_mail_arrives_with_its_files_and_is_not_sent_twice(
    database: Database, mailbox: tuple[Mailbox, str]
) -> None:
    box, url = mailbox
    tenant = new_id()
    notification_id = await _queued(database, tenant)
    transport = MailTransport(Settings(smtp_url=url))

    await deliver_notification(database, tenant, notification_id, transport)
    await deliver_notification(database, tenant, notification_id, transport)

    assert len(box.messages) == 1
    assert b"bea@example.org" in box.messages[0]
    assert b'filename="tickets.pdf"' in box.messages[0]
    assert await database.run(tenant, _status, notification_id) == ("sent", [True])


async def test_a_server_that_is_away_is_noted_and_tried_again(
    database: Database, mailbox: tuple[Mailbox, str]
) -> None:
    box, url = mailbox
    tenant = new_id()
    notification_id = await _queued(database, tenant)

    with pytest.raises(OSError):  # noqa: PT011 (whatever the connection failed with)
        await deliver_notification(
            database,
            tenant,
            notification_id,
            MailTransport(Settings(smtp_url="smtp://127.0.0.1:1")),
        )
    first = await database.run(tenant, _status, notification_id)
    await deliver_notification(
        database, tenant, notification_id, MailTransport(Settings(smtp_url=url))
    )

    assert first == ("queued", [False])
    assert len(box.messages) == 1
    assert await database.run(tenant, _status, notification_id) == ("sent", [False, True])
