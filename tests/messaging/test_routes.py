"""Messages over HTTP: their way, not their words."""

from houseful.kernel.database import Database
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.messaging import a_message, outbox
from tests.builders.ticketing import a_paid_order, a_show

PATH = "/api/v1/notifications"
FILES = (("tickets.pdf", "application/pdf", b"%PDF-1.7"),)


async def test_messages_are_listed_without_what_they_say(
    api: Api, database: Database, house: House
) -> None:
    tenant = house.organization_id
    await a_message(database, tenant, text="secret words", html="secret words", status="sent")
    await a_message(database, tenant, status="failed")
    staff = await api.as_("staff")

    everything = await staff.get(PATH)
    failed = await staff.get(PATH, params={"status": "failed"})
    wrong = await staff.get(PATH, params={"status": "lost"})

    assert [each["status"] for each in everything.json()["items"]] == ["sent", "failed"]
    assert [each["status"] for each in failed.json()["items"]] == ["failed"]
    assert "secret words" not in everything.text
    assert wrong.status_code == 422


async def test_a_messages_way_is_read(api: Api, database: Database, house: House) -> None:
    message_id = await a_message(database, house.organization_id, FILES)
    staff = await api.as_("staff")

    shown = (await staff.get(f"{PATH}/{message_id}")).json()

    assert shown["recipient"] == "bea@example.org"
    assert [(file["name"], file["sizeBytes"]) for file in shown["files"]] == [("tickets.pdf", 8)]
    assert shown["deliveries"] == []


async def test_a_failed_message_is_sent_after_all(
    api: Api, database: Database, house: House
) -> None:
    message_id = await a_message(database, house.organization_id, status="failed", attempts=8)
    staff = await api.as_("staff")

    tried = await staff.post(f"{PATH}/{message_id}/retry")
    again = await staff.post(f"{PATH}/{message_id}/retry")

    assert (tried.status_code, tried.json()["status"]) == (200, "queued")
    assert problem_of(again)["type"] == "urn:houseful:problem:illegal-transition"


async def test_tickets_are_mailed_again(api: Api, database: Database, house: House) -> None:
    show = await database.run(house.organization_id, a_show)
    order = await a_paid_order(database, show, 3)
    staff = await api.as_("staff")

    made = await staff.post(f"/api/v1/orders/{order.id}/mail-tickets")

    assert made.status_code == 201
    assert made.headers["location"] == f"{PATH}/{made.json()['id']}"
    about = await staff.get(PATH, params={"subjectId": str(order.id)})
    assert [each["id"] for each in about.json()["items"]] == [made.json()["id"]]
    assert [str(each.id) for each in await outbox(database, house.organization_id, "order_paid")]


async def test_who_scans_reads_no_messages(api: Api, house: House) -> None:
    scanner = await api.as_("scanner_only")

    assert (await scanner.get(PATH)).status_code == 403
