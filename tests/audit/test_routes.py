"""The audit log over HTTP."""

from tests.api import Api, problem_of
from tests.builders.accounts import House


async def test_the_log_is_filtered(api: Api, house: House) -> None:
    owner = await api.as_("owner")
    me = (await owner.get("/api/v1/me")).json()["id"]
    unit = (await owner.post("/api/v1/business-units", json={"name": "Bar"})).json()
    await owner.post("/api/v1/roles", json={"name": "usher", "permissions": []})

    async def actions(**filters: str) -> list[str]:
        answer = await owner.get("/api/v1/audit", params=filters)
        return [act["action"] for act in answer.json()["items"]]

    unit_created, role_created = "accounts.business_unit.created", "accounts.role.created"
    assert await actions(actorId=me) == [unit_created, role_created]
    assert await actions(resourceType="business_units") == [unit_created]
    assert await actions(resourceId=unit["id"]) == [unit_created]
    assert await actions(action=role_created) == [role_created]
    assert await actions(action=role_created, resourceType="business_units") == []


async def test_an_act_over_http_carries_its_request(api: Api, house: House) -> None:
    owner = await api.as_("owner")
    made = await owner.post("/api/v1/business-units", json={"name": "Bar"})

    acts = (await owner.get("/api/v1/audit?resourceType=business_units")).json()["items"]

    assert acts[0]["requestId"] == made.headers["x-request-id"]
    assert acts[0]["network"] == "127.0.0.0/24"


async def test_only_who_may_reads_it(api: Api, house: House) -> None:
    staff = await api.as_("staff")

    answer = await staff.get("/api/v1/audit")

    assert answer.status_code == 403
    assert problem_of(answer)["permission"] == "audit.log.read"


async def test_another_tenants_acts_are_not_seen(
    api: Api, house: House, other_house: House
) -> None:
    theirs = await api.as_("owner", other_house)
    await theirs.post("/api/v1/business-units", json={"name": "Canary"})
    owner = await api.as_("owner")

    answer = await owner.get("/api/v1/audit?limit=200")

    assert "Canary" not in answer.text
