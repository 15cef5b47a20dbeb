"""What the platform's own people do."""

from typing import Any

import httpx
import pytest

from houseful.kernel.database import Database
from tests.api import Api, problem_of
from tests.builders.accounts import House, a_platform_admin

ORGANIZATIONS = "/api/v1/platform/organizations"
REASON = "Asked for by the owner on the phone"


async def govern(
    client: httpx.AsyncClient, house: House, version: int = 1, **body: Any
) -> httpx.Response:
    return await client.patch(
        f"{ORGANIZATIONS}/{house.organization_id}",
        json={"reason": REASON, **body},
        headers={"if-match": f'"{version}"'},
    )


@pytest.fixture
async def admin(api: Api, database: Database) -> httpx.AsyncClient:
    """A client of somebody who administers the platform."""
    return await api.as_person((await a_platform_admin(database)).email)


async def test_an_organisation_is_suspended_and_reopened(
    api: Api, house: House, admin: httpx.AsyncClient
) -> None:
    owner = await api.as_("owner")

    suspended = await govern(admin, house, status="suspended")
    refused = await owner.post("/api/v1/roles", json={"name": "x", "permissions": []})
    reopened = await govern(admin, house, suspended.json()["version"], status="active")
    allowed = await owner.post("/api/v1/roles", json={"name": "x", "permissions": []})

    assert suspended.json()["status"] == "suspended"
    assert (refused.status_code, reopened.status_code, allowed.status_code) == (403, 200, 201)


async def test_the_organisation_reads_why(api: Api, house: House, admin: httpx.AsyncClient) -> None:
    await govern(admin, house, plan="free", modules={"sessions": True})

    owner = await api.as_("owner")
    acts = (await owner.get("/api/v1/audit?action=platform.organization.governed")).json()["items"]
    entitlements = (await owner.get("/api/v1/entitlements")).json()

    assert [act["sentence"] for act in acts] == [REASON]
    assert acts[0]["changes"]["plan"] == ["house", "free"]
    assert (entitlements["plan"], entitlements["venueLimit"]) == ("free", 1)
    assert "sessions" in entitlements["modules"]


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "because", "status": "closed"},
        {"status": "asleep"},
        {"plan": "imperial"},
        {"modules": {"telepathy": True}},
    ],
)
async def test_an_act_without_sense_or_reason_is_refused(
    house: House, admin: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    answer = await govern(admin, house, **body)

    assert answer.status_code == 422


async def test_a_stale_version_is_refused(house: House, admin: httpx.AsyncClient) -> None:
    answer = await govern(admin, house, 7, status="closed")

    assert problem_of(answer)["type"] == "urn:houseful:problem:version-mismatch"


async def test_an_owner_does_not_govern(api: Api, house: House) -> None:
    owner = await api.as_("owner")

    answers = [
        await govern(owner, house, plan="house"),
        await owner.get(ORGANIZATIONS),
        await owner.get("/api/v1/platform/audit"),
        await owner.post("/api/v1/platform/signing-keys"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4


async def test_being_an_admin_of_the_platform_opens_no_organisation(
    house: House, admin: httpx.AsyncClient
) -> None:
    answer = await admin.get("/api/v1/memberships")

    assert answer.status_code == 403


async def test_organisations_are_listed_by_status(
    house: House, other_house: House, admin: httpx.AsyncClient
) -> None:
    await govern(admin, other_house, status="closed")

    everyone = (await admin.get(ORGANIZATIONS)).json()["items"]
    closed = (await admin.get(ORGANIZATIONS, params={"status": "closed"})).json()["items"]

    assert {each["slug"] for each in everyone} == {house.slug, other_house.slug}
    assert [each["slug"] for each in closed] == [other_house.slug]


async def test_keys_are_rotated_and_that_is_in_the_log(admin: httpx.AsyncClient) -> None:
    before = (await admin.get("/.well-known/jwks.json")).json()["keys"]

    after = (await admin.post("/api/v1/platform/signing-keys")).json()["keys"]
    me = await admin.get("/api/v1/me")
    acts = (await admin.get("/api/v1/platform/audit?action=accounts.signing_key.created")).json()[
        "items"
    ]

    assert [key["kid"] for key in after[1:]] == [key["kid"] for key in before]
    assert me.status_code == 200
    assert acts[-1]["actorId"] == me.json()["id"]
