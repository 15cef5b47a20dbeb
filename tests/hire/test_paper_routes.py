"""The papers of hire over HTTP: who may do what, and the story from a deal to a paid deposit."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from houseful.kernel.database import Database
from tests.api import Api, problem_of
from tests.builders.accounts import House, a_member
from tests.builders.hire import a_booking
from tests.builders.hire_papers import VERSUS, WORDING
from tests.builders.venues import a_space

SIGNERS = [{"name": "Paula Promoter", "email": "paula@example.org"}]


def _tag(answer: Any) -> dict[str, str]:
    return {"if-match": answer.headers["etag"]}


async def test_a_deal_is_drafted_offered_accepted_and_reckoned(
    api: Api, database: Database, house: House
) -> None:
    booking = await database.run(house.organization_id, a_booking)
    admin = await api.as_("admin")

    made = await admin.post(
        "/api/v1/deals", json={"title": "Tour", "bookingId": str(booking.id), "terms": VERSUS}
    )
    path = made.headers["location"]
    twice = await admin.post(
        "/api/v1/deals", json={"title": "Tour", "bookingId": str(booking.id), "terms": VERSUS}
    )
    changed = await admin.patch(path, json={"terms": VERSUS | {"share": 9000}}, headers=_tag(made))
    await admin.post(f"{path}/offer")
    accepted = await admin.post(f"{path}/accept", json={"note": "By mail"})
    night = {"boxOffice": {"grossMinor": 2_000_000, "sold": 400}}
    reckoned = await admin.post(f"{path}/reckoning", json={"night": night})
    points = await admin.post(f"{path}/what-if", json={"priceMinor": 5000, "sold": [0, 400]})

    assert made.status_code == 201, made.text
    assert problem_of(twice)["type"].endswith("deal-exists")
    assert changed.json()["terms"]["share"] == 9000
    assert (accepted.json()["status"], accepted.json()["note"]) == ("accepted", "By mail")
    assert reckoned.json()["outcome"]["promoterMinor"] == 1_800_000
    assert reckoned.json()["outcome"]["trace"][0]["key"] == "gross"
    assert [point["promoterMinor"] for point in points.json()["points"]] == [800_000, 1_800_000]


async def test_terms_that_cannot_be_are_told_by_pointer(api: Api) -> None:
    admin = await api.as_("admin")

    answer = await admin.post(
        "/api/v1/deals/what-if",
        json={"terms": VERSUS | {"share": 0}, "priceMinor": 1, "sold": [1]},
    )

    assert answer.status_code == 422
    assert problem_of(answer)["errors"][0]["pointer"] == "/terms/share"


async def test_a_contract_is_drawn_up_previewed_approved_and_sent(
    api: Api, database: Database, house: House
) -> None:
    booking = await database.run(house.organization_id, a_booking)
    admin = await api.as_("admin")
    template = await admin.post(
        "/api/v1/contract-templates", json={"name": "Hire", "title": "Hire", "body": WORDING}
    )
    await admin.post(f"{template.headers['location']}/publish")
    made = await admin.post(
        "/api/v1/contracts",
        json={
            "templateId": template.json()["id"],
            "bookingId": str(booking.id),
            "signers": SIGNERS,
            "values": {"rent": "€5,000"},
        },
    )
    path = made.headers["location"]
    early = await admin.post(f"{path}/submit")
    await admin.patch(
        path, json={"values": {"rent": "€5,000", "purpose": "a ball"}}, headers=_tag(made)
    )
    preview = await admin.get(f"{path}/preview")
    await admin.post(f"{path}/submit")
    await admin.post(f"{path}/approve")
    sent = await admin.post(f"{path}/send")
    story = await admin.get(f"{path}/story")
    file = await admin.get(f"{path}/files/{story.json()['files'][0]['id']}")

    assert problem_of(early)["missing"] == ["purpose"]
    assert "a ball" in PdfReader(io.BytesIO(preview.content)).pages[0].extract_text()
    assert (sent.status_code, sent.json()["status"]) == (200, "sent"), sent.text
    assert story.json()["files"][0]["hash"] == sent.json()["documentHash"]
    assert file.headers["etag"] == f'"{sent.json()["documentHash"]}"'


async def test_a_deposit_is_invoiced_and_paid_once(
    api: Api, database: Database, house: House
) -> None:
    booking = await database.run(house.organization_id, a_booking)
    admin = await api.as_("admin")
    made = await admin.post(
        "/api/v1/deposits",
        json={
            "bookingId": str(booking.id),
            "title": "Half of the rent",
            "share": 5000,
            "baseMinor": 500_001,
            "dueOn": "2035-01-01",
        },
    )
    path = made.headers["location"]
    invoiced = await admin.post(f"{path}/invoice")
    pdf = await admin.get(f"/api/v1/invoices/{invoiced.json()['invoiceId']}/pdf")
    payment = {"amountMinor": 250_001, "reference": "bank 7"}
    without_key = await admin.post(f"{path}/payments", json=payment)
    paid = [
        await admin.post(f"{path}/payments", json=payment, headers={"idempotency-key": key})
        for key in ("one", "one", "another")
    ]

    assert made.json()["amountMinor"] == 250_001
    assert pdf.headers["content-type"] == "application/pdf"
    assert without_key.status_code == 400
    assert [(answer.json()["status"], answer.json()["paidMinor"]) for answer in paid] == [
        ("paid", 250_001)
    ] * 3


@pytest.mark.parametrize("role", ["staff", "viewer", "scanner_only"])
async def test_what_needs_approval_is_for_admins(api: Api, role: str) -> None:
    member = await api.as_(role)
    nobody = "00000000-0000-7000-8000-000000000000"
    acts = [
        f"/api/v1/deals/{nobody}/offer",
        f"/api/v1/contracts/{nobody}/send",
        f"/api/v1/contracts/{nobody}/approve",
        f"/api/v1/deposits/{nobody}/invoice",
    ]

    assert {(await member.post(act)).status_code for act in acts} == {403}


async def test_who_is_limited_to_spaces_sees_no_papers(
    api: Api, database: Database, house: House
) -> None:
    space = await database.run(house.organization_id, a_space)
    await a_member(database, house, "hall@playhouse.example", role="admin", space_ids=[space.id])
    member = await api.as_person("hall@playhouse.example")

    for path in ("deals", "contracts", "contract-templates", "deposits"):
        assert (await member.get(f"/api/v1/{path}")).status_code == 403


async def test_the_callback_answers_only_who_it_knows(api: Api) -> None:
    stranger = api.guest(**{"x-adobesign-clientid": "stranger"})

    assert (await stranger.get("/callbacks/adobe-sign")).status_code == 403
