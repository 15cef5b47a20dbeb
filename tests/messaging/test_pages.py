"""The outbox and the pages of a password, as a browser without scripts would ask for them."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from houseful.kernel.settings import Settings
from houseful.kernel.tenancy import PLATFORM
from houseful.messaging import Mailroom, composing
from houseful.web.office import outbox as office_outbox
from tests.api import Api
from tests.builders.accounts import PASSWORD, House, a_platform_admin
from tests.builders.messaging import a_mailroom, a_message, deliver_all, outbox

NEW_PASSWORD = "an altogether different one"
OUTBOX = "/office/playhouse/outbox"


async def _form(client: httpx.AsyncClient, page: str, to: str, **fields: str) -> httpx.Response:
    """Open a page, and send the form on it."""
    shown = await client.get(page)
    csrf = re.search(r'name="csrf" value="([^"]+)"', shown.text)
    assert csrf, shown.text
    return await client.post(to, data={"csrf": csrf[1], **fields})


async def _visitor(api: Api, email: str) -> httpx.AsyncClient:
    client = api.guest(accept="text/html")
    answer = await _form(client, "/sign-in", "/sign-in", email=email, password=PASSWORD)
    assert answer.status_code == 303, answer.text
    return client


@pytest.fixture
async def clerk(api: Api, house: House) -> httpx.AsyncClient:
    """Somebody of the box office, signed in."""
    return await _visitor(api, house.email("staff"))


async def test_the_outbox_is_filtered_and_searched(
    clerk: httpx.AsyncClient, database: Database, house: House
) -> None:
    tenant = house.organization_id
    await deliver_all(database)
    await a_message(database, tenant, subject="One", recipient="ann@example.org", status="failed")
    await a_message(database, tenant, subject="Two", recipient="bob@example.org", status="sent")

    everything = (await clerk.get(OUTBOX)).text
    failed = (await clerk.get(f"{OUTBOX}?status=failed")).text
    to_bob = (await clerk.get(f"{OUTBOX}?q=BOB@")).text
    welcome = (await clerk.get(f"{OUTBOX}?kind=organization_opened")).text
    nothing = (await clerk.get(f"{OUTBOX}?q=%25")).text

    assert ">One<" in everything
    assert ">Two<" in everything
    assert ">One<" in failed
    assert ">Two<" not in failed
    assert ">Two<" in to_bob
    assert ">One<" not in to_bob
    assert "Welcome: Playhouse is open" in welcome
    assert ">Two<" not in welcome
    assert "Nothing here is like that" in nothing


async def test_older_messages_are_on_the_next_page(
    clerk: httpx.AsyncClient, database: Database, house: House
) -> None:
    for number in range(51):
        await a_message(database, house.organization_id, subject=f"No. {number:02}", status="sent")

    first = (await clerk.get(f"{OUTBOX}?status=sent")).text
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following
    second = (await clerk.get(OUTBOX + following[1].replace("&amp;", "&"))).text

    assert "No. 50" in first
    assert "No. 00" not in first
    assert "No. 00" in second
    assert "No. 50" not in second


async def test_a_message_is_shown_in_a_frame_that_can_do_nothing(
    clerk: httpx.AsyncClient, database: Database, house: House
) -> None:
    html = "<html><head></head><body><script>alert(1)</script>Hello</body></html>"
    message_id = await a_message(database, house.organization_id, html=html)

    shown = await clerk.get(f"{OUTBOX}/{message_id}")
    preview = await clerk.get(f"{OUTBOX}/{message_id}/preview")

    assert f'src="{OUTBOX}/{message_id}/preview"' in shown.text
    assert "alert(1)" not in shown.text
    policies = preview.headers.get_list("content-security-policy")
    assert len(policies) == 1
    assert policies[0].startswith("sandbox allow-popups")
    assert "default-src 'none'" in policies[0]
    assert "allow-scripts" not in policies[0]
    assert preview.headers["x-frame-options"] == "SAMEORIGIN"


async def test_files_are_downloaded_not_shown(
    clerk: httpx.AsyncClient, database: Database, house: House
) -> None:
    files = (("event.ics", "text/calendar; method=PUBLISH", b"BEGIN:VCALENDAR"),)
    message_id = await a_message(database, house.organization_id, files)

    shown = await clerk.get(f"{OUTBOX}/{message_id}")
    link = re.search(rf'href="({OUTBOX}/{message_id}/files/[^"]+)"', shown.text)
    assert link
    file = await clerk.get(link[1])

    assert file.content == b"BEGIN:VCALENDAR"
    assert file.headers["content-disposition"] == 'attachment; filename="event.ics"'
    assert file.headers["content-type"].startswith("text/calendar")


async def test_what_was_given_up_is_tried_again(
    clerk: httpx.AsyncClient, database: Database, house: House
) -> None:
    _let_mail_out(database)
    message_id = await a_message(database, house.organization_id, status="failed", attempts=8)
    path = f"{OUTBOX}/{message_id}"

    answer = await _form(clerk, path, f"{path}/retry")

    assert (answer.status_code, answer.headers["location"]) == (303, path)
    (message,) = await outbox(database, house.organization_id, "test_message")
    assert (message.status, message.attempts) == ("queued", 0)


async def test_what_was_sent_is_not_tried_again(
    clerk: httpx.AsyncClient, database: Database, house: House
) -> None:
    message_id = await a_message(database, house.organization_id, status="sent")
    path = f"{OUTBOX}/{message_id}"

    answer = await _form(clerk, path, f"{path}/retry")

    assert answer.status_code == 409


async def test_another_houses_message_is_not_found(
    clerk: httpx.AsyncClient, database: Database, other_house: House
) -> None:
    message_id = await a_message(database, other_house.organization_id)

    shown = await clerk.get(f"{OUTBOX}/{message_id}")
    preview = await clerk.get(f"{OUTBOX}/{message_id}/preview")

    assert (shown.status_code, preview.status_code) == (404, 404)


async def test_who_may_not_read_messages_does_not(api: Api, house: House) -> None:
    scanner = await _visitor(api, house.email("scanner_only"))

    assert (await scanner.get(OUTBOX)).status_code == 403


async def test_where_mail_goes_out_nobody_reads_somebody_elses_link(
    clerk: httpx.AsyncClient, database: Database, house: House
) -> None:
    _let_mail_out(database)
    message_id = await a_message(
        database, house.organization_id, is_confidential=True, text="the link", html="the link"
    )

    shown = await clerk.get(f"{OUTBOX}/{message_id}")
    preview = await clerk.get(f"{OUTBOX}/{message_id}/preview")

    assert "only its recipient" in shown.text
    assert "the link" not in shown.text
    assert preview.status_code == 403


async def test_nobody_reads_a_link_that_signs_for_somebody_else(
    clerk: httpx.AsyncClient, database: Database, house: House
) -> None:
    database.provide(a_mailroom())
    shown: dict[str, str] = {}
    previews: dict[str, int] = {}
    for recipient in ("promoter@example.org", house.email("staff").upper()):
        message_id = await a_message(
            database,
            house.organization_id,
            kind="signature_requested",
            recipient=recipient,
            is_confidential=True,
            text="the link",
            html="the link",
        )
        shown[recipient] = (await clerk.get(f"{OUTBOX}/{message_id}")).text
        previews[recipient] = (await clerk.get(f"{OUTBOX}/{message_id}/preview")).status_code

    assert list(previews.values()) == [403, 200]
    theirs, mine = shown.values()
    assert "only its recipient" in theirs
    assert "the link" not in theirs.replace("holds a link", "")
    assert "the link" in mine


async def test_the_platforms_outbox_is_for_its_administrators(
    clerk: httpx.AsyncClient, api: Api, database: Database
) -> None:
    admin = await a_platform_admin(database)
    message_id = await a_message(database, PLATFORM, is_confidential=True, text="the link")
    visitor, stranger = await _visitor(api, admin.email), api.guest(accept="text/html")

    shown = await visitor.get(f"/platform/outbox/{message_id}")

    assert (await visitor.get("/platform/outbox")).status_code == 200
    assert "the link" in shown.text
    for path in ("/platform/outbox", f"/platform/outbox/{message_id}"):
        assert (await clerk.get(path)).status_code == 403
        assert (await stranger.get(path)).headers["location"].startswith("/sign-in")


async def test_a_forgotten_password_is_chosen_again(
    api: Api, database: Database, house: House
) -> None:
    client = api.guest(accept="text/html")
    asked = await _form(client, "/forgot", "/forgot", email=house.email("owner"))
    await deliver_all(database)
    link = await _link(database)

    opened = await client.get(link)
    done = await _form(client, link, "/reset", token=_token(link), password=NEW_PASSWORD)
    again = await client.get(link)

    assert "Look into your mail" in asked.text
    assert opened.headers["referrer-policy"] == "no-referrer"
    assert "Your password is set" in done.text
    assert (again.status_code, "This link is over" in again.text) == (422, True)


async def test_a_link_that_ends_while_the_form_is_open_is_told(
    api: Api, database: Database, house: House, clock: TravelClock
) -> None:
    client = api.guest(accept="text/html")
    await _form(client, "/forgot", "/forgot", email=house.email("owner"))
    await deliver_all(database)
    link = await _link(database)
    csrf = re.search(r'name="csrf" value="([^"]+)"', (await client.get(link)).text)
    assert csrf
    fields: dict[str, Any] = {"csrf": csrf[1], "token": _token(link), "password": NEW_PASSWORD}

    clock.travel(timedelta(hours=3))
    answer = await client.post("/reset", data=fields)

    assert "This link is over" in answer.text


async def test_forgot_answers_the_same_for_everybody(api: Api, house: House) -> None:
    client = api.guest(accept="text/html")
    somebody, nobody = house.email("owner"), "nobody@nowhere.example"

    known = await _form(client, "/forgot", "/forgot", email=somebody)
    unknown = await _form(client, "/forgot", "/forgot", email=nobody)

    assert known.status_code == unknown.status_code
    assert known.text.replace(somebody, "…") == unknown.text.replace(nobody, "…")


def _let_mail_out(database: Database) -> None:
    settings = Settings(environment="test", smtp_url="smtp://127.0.0.1:1")
    database.provide(Mailroom(settings, "tests-" * 8))


async def _link(database: Database) -> str:
    (mail,) = await outbox(database, PLATFORM, "password_reset")
    found = re.search(r"https?://[^/]+(/reset\?token=\S+)", mail.text)
    assert found
    return found[1]


def _token(link: str) -> str:
    return link.partition("token=")[2]


async def test_an_owner_says_how_mail_looks_and_what_it_says(
    api: Api, database: Database, house: House
) -> None:
    owner = await _visitor(api, house.email("owner"))
    mail = "/office/playhouse/mail"

    saved = await _form(owner, mail, mail, color="#0b7285", reply_to="", signature="See you")
    refused = await _form(owner, mail, mail, color="red", reply_to="x", signature="See you")
    sample = await owner.get(f"{mail}/preview")
    words, which = f"{mail}/words", "?kind=order_paid&language=en"
    said = await _form(
        owner, words + which, words + which, subject="Here, {name}", opening="For {event}."
    )
    listed = (await owner.get(mail)).text
    restored = await _form(owner, words + which, f"{words}/restore{which}")

    assert (saved.status_code, said.status_code, restored.status_code) == (303, 303, 303)
    assert "This is not an e-mail address." in refused.text
    assert 'value="red"' in refused.text
    assert "#0b7285" in sample.text
    assert "See you" in sample.text
    assert sample.headers["content-security-policy"].startswith("sandbox")
    assert "Here, {name}" in listed
    assert "your words" in listed
    assert "your words" not in (await owner.get(mail)).text


def test_every_kind_of_message_has_a_name() -> None:
    assert set(composing.KINDS) <= set(office_outbox.KINDS)


async def test_only_who_may_change_the_organisation_changes_its_mail(
    clerk: httpx.AsyncClient,
) -> None:
    assert (await clerk.get("/office/playhouse/mail")).status_code == 403
