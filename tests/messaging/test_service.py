"""What people do with messages: again, in their own look, in their own words; and forgetting."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound
from houseful.kernel.states import IllegalAct
from houseful.messaging import (
    ContentForgotten,
    IdentityData,
    NobodyToTell,
    change_identity,
    get_file,
    list_wordings,
    mail_tickets,
    read_identity,
    read_wording,
    restore_wording,
    retry_message,
    set_wording,
    show_message,
)
from houseful.messaging.keeping import FILES_ARE_KEPT, LINKS_ARE_KEPT, forget_what_is_old
from houseful.ticketing.orders.placing import Buyer
from tests.builders.accounts import House
from tests.builders.messaging import (
    Mailbox,
    a_mailbox,
    a_mailroom,
    a_message,
    deliver_all,
    outbox,
)
from tests.builders.ticketing import a_paid_order, a_show


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server."""
    with a_mailbox() as box:
        yield box


async def test_what_was_kept_is_sent_once_there_is_a_server(
    database: Database, mailbox: Mailbox
) -> None:
    tenant = new_id()
    message_id = await a_message(database, tenant, status="kept")

    await database.run(tenant, retry_message, message_id)
    await deliver_all(database, a_mailroom(mailbox.url))

    (message,) = await outbox(database, tenant)
    assert (message.status, len(mailbox.messages)) == ("sent", 1)
    with pytest.raises(IllegalAct):
        await database.run(tenant, retry_message, message_id)


async def test_a_forgotten_link_cannot_be_sent_again(
    database: Database, clock: TravelClock
) -> None:
    tenant = new_id()
    message_id = await a_message(database, tenant, status="kept", is_confidential=True)
    clock.travel(LINKS_ARE_KEPT + timedelta(days=1))
    await database.run(tenant, forget_what_is_old)

    with pytest.raises(ContentForgotten):
        await database.run(tenant, retry_message, message_id)

    (message,) = await outbox(database, tenant)
    assert (message.text, message.html, message.subject) == ("", "", "News")


async def test_files_are_forgotten_after_a_while_and_their_names_are_not(
    database: Database, clock: TravelClock
) -> None:
    tenant = new_id()
    files = (("tickets.pdf", "application/pdf", b"%PDF"),)
    done = await a_message(database, tenant, files, status="sent")
    waiting = await a_message(database, tenant, files)
    clock.travel(FILES_ARE_KEPT + timedelta(days=1))

    await database.run(tenant, forget_what_is_old)

    shown = await database.run(tenant, show_message, done)
    assert [(file.name, file.size_bytes, file.content) for file in shown.files] == [
        ("tickets.pdf", 4, None)
    ]
    assert shown.message.text != ""
    with pytest.raises(NotFound):
        await database.run(tenant, get_file, done, shown.files[0].id)
    kept = await database.run(tenant, show_message, waiting)
    assert kept.files[0].content == b"%PDF"


async def test_tickets_are_mailed_again_when_somebody_asks(
    database: Database, house: House
) -> None:
    tenant = house.organization_id
    show = await database.run(tenant, a_show)
    order = await a_paid_order(database, show, 3)
    await deliver_all(database)

    again = await database.run(tenant, mail_tickets, order.id)
    await deliver_all(database)

    messages = await outbox(database, tenant, "order_paid")
    assert [message.status for message in messages] == ["kept", "kept"]
    assert messages[1].id == again
    assert messages[1].subject == messages[0].subject


async def test_without_an_address_nothing_can_be_mailed(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.builders.ticketing.BUYER", Buyer(name="", email=""))
    show = await database.run(house.organization_id, a_show)
    order = await a_paid_order(database, show, 3)

    with pytest.raises(NobodyToTell):
        await database.run(house.organization_id, mail_tickets, order.id)


async def test_mail_has_the_organisations_look(database: Database, house: House) -> None:
    tenant = house.organization_id
    look = IdentityData(
        reply_to=" office@playhouse.example ", color="#0B7285", signature="Playhouse Ltd\r\nHamburg"
    )
    assert await database.run(tenant, read_identity) == IdentityData()

    await database.run(tenant, change_identity, look)
    await deliver_all(database)

    (message,) = await outbox(database, tenant, "organization_opened")
    assert message.reply_to == "office@playhouse.example"
    assert "#0b7285" in message.html
    assert "Playhouse Ltd\nHamburg" in message.text
    assert (await database.run(tenant, read_identity)).color == "#0b7285"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reply_to", "not an address"),
        ("reply_to", "a@example.org, b@example.org"),
        ("reply_to", "a@example.org\r\nBcc: b@example.org"),
        ("color", "red"),
        ("color", "#12345"),
        ("color", "#000000;background:url(x)"),
        ("signature", "x" * 501),
        ("signature", "nul\0"),
    ],
)
async def test_a_look_that_cannot_be_is_refused(
    database: Database, house: House, field: str, value: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await database.run(house.organization_id, change_identity, IdentityData(**{field: value}))

    assert refused.value.fields["errors"][0]["pointer"].lower() == "/" + field.replace("_", "")


async def test_an_organisation_says_it_in_its_own_words(database: Database, house: House) -> None:
    tenant = house.organization_id
    await database.run(
        tenant,
        set_wording,
        "organization_opened",
        "en",
        subject="Curtain up,\n {organization}!",
        opening="First paragraph, {organization}.\r\n\r\nSecond <b>paragraph</b>.",
    )

    await deliver_all(database)

    (message,) = await outbox(database, tenant, "organization_opened")
    assert message.subject == "Curtain up, Playhouse!"
    assert "First paragraph, Playhouse.\n\nSecond <b>paragraph</b>.\n" in message.text
    assert "Second &lt;b&gt;paragraph&lt;/b&gt;." in message.html


async def test_own_words_can_be_given_up(database: Database, house: House) -> None:
    tenant = house.organization_id
    built_in = await database.run(tenant, read_wording, "order_paid", "de")
    await database.run(tenant, set_wording, "order_paid", "de", subject="Da!", opening="Hier.")
    own = await database.run(tenant, read_wording, "order_paid", "de")

    await database.run(tenant, restore_wording, "order_paid", "de")
    await database.run(tenant, restore_wording, "order_paid", "de")

    assert (own.subject, own.is_own) == ("Da!", True)
    assert await database.run(tenant, read_wording, "order_paid", "de") == built_in


async def test_words_of_one_house_are_not_another_ones(
    database: Database, house: House, other_house: House
) -> None:
    await database.run(
        house.organization_id, set_wording, "order_paid", "en", subject="Mine", opening="Mine."
    )

    theirs = await database.run(other_house.organization_id, list_wordings)

    assert not any(wording.is_own for wording in theirs)


@pytest.mark.parametrize(
    ("subject", "opening"),
    [("", "Text"), ("Subject", " "), ("S" * 151, "Text"), ("Hello {amount}", "Text")],
)
async def test_words_that_cannot_be_sent_are_refused(
    database: Database, house: House, subject: str, opening: str
) -> None:
    with pytest.raises(Invalid):
        await database.run(
            house.organization_id,
            set_wording,
            "order_paid",
            "en",
            subject=subject,
            opening=opening,
        )


@pytest.mark.parametrize(
    ("kind", "language"), [("unknown", "en"), ("order_paid", "xx"), ("password_reset", "en")]
)
async def test_there_are_no_words_for_what_is_not_written(
    database: Database, house: House, kind: str, language: str
) -> None:
    with pytest.raises(NotFound):
        await database.run(house.organization_id, read_wording, kind, language)
