"""A message goes out once, is tried again when it may help, and given up when it cannot."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import aiosmtplib
import pytest

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from houseful.kernel.ids import new_id
from houseful.messaging.delivery import LEASE, PAUSES, deliver, is_permanent
from houseful.messaging.subscribers import deliver_what_is_due
from tests.builders.accounts import House
from tests.builders.messaging import (
    Mailbox,
    a_draft,
    a_mailbox,
    a_mailroom,
    a_message,
    attempts,
    outbox,
)
from tests.server import free_port


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server."""
    with a_mailbox() as box:
        yield box


async def _send(database: Database, tenant: object, message_id: object, url: str) -> None:
    await deliver(database, tenant, message_id, a_mailroom(url).transport)  # type: ignore[arg-type]


async def test_without_a_server_mail_is_kept(database: Database) -> None:
    tenant = new_id()
    message_id = await a_message(database, tenant)

    await _send(database, tenant, message_id, "")

    (message,) = await outbox(database, tenant)
    assert (message.status, message.attempts) == ("kept", 1)
    assert [one.channel for one in await attempts(database, tenant, message_id)] == ["outbox"]


async def test_a_server_gets_text_html_and_files(database: Database, mailbox: Mailbox) -> None:
    tenant = new_id()
    pdf = ("tickets.pdf", "application/pdf", b"%PDF-1.7 tickets")
    ics = ("event.ics", "text/calendar; method=PUBLISH", b"BEGIN:VCALENDAR")
    message_id = await a_message(
        database, tenant, (pdf, ics), subject="Your tickets – see you at eight", locale="de"
    )

    await _send(database, tenant, message_id, mailbox.url)

    (mail,) = mailbox.messages
    assert mail["Subject"] == "Your tickets – see you at eight"
    assert mail["From"] == "Playhouse <box-office@houseful.example>"
    assert mail["To"] == "bea@example.org"
    assert mail["Message-ID"] == f"<{message_id}@houseful.example>"
    assert mail["Content-Language"] == "de"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().strip() == "There is news."
    assert html.get_content().strip() == "<p>There is news.</p>"
    files = {part.get_filename(): part for part in mail.iter_attachments()}
    assert files["tickets.pdf"].get_content() == pdf[2]
    assert files["event.ics"].get_param("method") == "PUBLISH"


async def test_answers_go_to_the_organisation(database: Database, mailbox: Mailbox) -> None:
    tenant = new_id()
    message_id = await a_message(database, tenant, reply_to="office@playhouse.example")

    await _send(database, tenant, message_id, mailbox.url)

    assert mailbox.messages[0]["Reply-To"] == "Playhouse <office@playhouse.example>"


async def test_a_draft_is_not_sent(database: Database, mailbox: Mailbox) -> None:
    tenant = new_id()
    message_id = await a_draft(database, tenant)

    await _send(database, tenant, message_id, mailbox.url)

    assert mailbox.messages == []


async def test_delivering_twice_sends_once(database: Database, mailbox: Mailbox) -> None:
    tenant = new_id()
    message_id = await a_message(database, tenant)

    await asyncio.gather(*(_send(database, tenant, message_id, mailbox.url) for _ in range(5)))
    await _send(database, tenant, message_id, mailbox.url)

    assert len(mailbox.messages) == 1
    assert len(await attempts(database, tenant, message_id)) == 1


async def test_after_a_crash_while_sending_it_goes_out_when_the_lease_is_over(
    database: Database, clock: TravelClock, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = new_id()
    message_id = await a_message(database, tenant)
    with monkeypatch.context() as patch:
        patch.setattr("houseful.messaging.transport.aiosmtplib.send", _die)
        with pytest.raises(_PowerCutError):
            await _send(database, tenant, message_id, mailbox.url)

    await _send(database, tenant, message_id, mailbox.url)
    assert mailbox.messages == []
    clock.travel(LEASE + timedelta(seconds=1))
    await _send(database, tenant, message_id, mailbox.url)

    assert len(mailbox.messages) == 1


async def test_a_busy_server_is_asked_again_with_growing_pauses(
    database: Database, clock: TravelClock, mailbox: Mailbox
) -> None:
    tenant = new_id()
    mailbox.answer = "451 please come again"
    message_id = await a_message(database, tenant)

    for pause in PAUSES:
        await _send(database, tenant, message_id, mailbox.url)
        await _send(database, tenant, message_id, mailbox.url)
        assert (await outbox(database, tenant))[0].status == "queued"
        clock.travel(pause + timedelta(seconds=1))
    mailbox.answer = "250 OK"
    await _send(database, tenant, message_id, mailbox.url)

    tries = await attempts(database, tenant, message_id)
    assert [one.is_delivered for one in tries] == [False] * len(PAUSES) + [True]
    assert "come again" in tries[0].error
    assert len(mailbox.messages) == 1


async def test_in_the_end_it_is_given_up(
    database: Database, clock: TravelClock, mailbox: Mailbox
) -> None:
    tenant = new_id()
    mailbox.answer = "451 please come again"
    message_id = await a_message(database, tenant)

    for pause in (*PAUSES, timedelta()):
        await _send(database, tenant, message_id, mailbox.url)
        clock.travel(pause + timedelta(seconds=1))

    (message,) = await outbox(database, tenant)
    assert (message.status, message.attempts) == ("failed", len(PAUSES) + 1)


@pytest.mark.parametrize("fault", ["mailbox", "message", "address"])
async def test_what_can_never_arrive_is_given_up_at_once(
    database: Database, mailbox: Mailbox, fault: str
) -> None:
    tenant = new_id()
    mailbox.refused = "gone@example.org" if fault == "mailbox" else ""
    mailbox.answer = "554 no thanks" if fault == "message" else "250 OK"
    recipient = {"mailbox": "gone@example.org", "address": "two@at@example.org"}.get(fault)
    message_id = await a_message(database, tenant, recipient=recipient or "bea@example.org")

    await _send(database, tenant, message_id, mailbox.url)

    (message,) = await outbox(database, tenant)
    (attempt,) = await attempts(database, tenant, message_id)
    assert (message.status, attempt.is_delivered) == ("failed", False)
    assert attempt.error
    assert mailbox.messages == []


async def test_an_unreachable_server_is_no_reason_to_give_up(database: Database) -> None:
    tenant = new_id()
    message_id = await a_message(database, tenant)

    await _send(database, tenant, message_id, f"smtp://127.0.0.1:{free_port()}")

    assert (await outbox(database, tenant))[0].status == "queued"


def test_a_server_that_refuses_us_is_mended_by_its_operator() -> None:
    assert not is_permanent(aiosmtplib.SMTPAuthenticationError(535, "who are you"))
    assert not is_permanent(aiosmtplib.SMTPSenderRefused(550, "not you", "us@example.org"))
    assert not is_permanent(ConnectionRefusedError())


async def test_the_chore_sends_what_is_due_and_nothing_else(
    database: Database, house: House, clock: TravelClock, mailbox: Mailbox
) -> None:
    tenant = house.organization_id
    database.provide(a_mailroom(mailbox.url))
    await a_message(database, tenant, subject="now")
    later = database.clock.now() + timedelta(hours=1)
    await a_message(database, tenant, subject="later", due_at=later)

    await deliver_what_is_due(database)
    assert [mail["Subject"] for mail in mailbox.messages] == ["now"]
    clock.travel(timedelta(hours=2))
    await deliver_what_is_due(database)

    assert [mail["Subject"] for mail in mailbox.messages] == ["now", "later"]


async def test_a_link_is_forgotten_once_it_was_sent(database: Database, mailbox: Mailbox) -> None:
    tenant = new_id()
    message_id = await a_message(database, tenant, is_confidential=True)

    await _send(database, tenant, message_id, mailbox.url)

    (message,) = await outbox(database, tenant)
    assert (message.status, message.text, message.html) == ("sent", "", "")
    assert message.forgotten_at is not None
    assert "There is news." in str(mailbox.messages[0])


class _PowerCutError(BaseException):
    """The process ends."""


async def _die(*_args: object, **_kwargs: object) -> None:
    raise _PowerCutError
