"""Members, roles and who may do what."""

from tests.api import Api, problem_of
from tests.builders.accounts import House


async def test_the_last_owner_can_neither_leave_nor_become_less(api: Api, house: House) -> None:
    owner = await api.as_("owner")
    members = (await owner.get("/api/v1/memberships")).json()["items"]
    me = next(member for member in members if member["role"] == "owner")

    leave = await owner.delete(f"/api/v1/memberships/{me['id']}")
    demote = await owner.patch(
        f"/api/v1/memberships/{me['id']}", json={"role": "staff"}, headers={"if-match": '"1"'}
    )

    assert problem_of(leave)["type"] == "urn:houseful:problem:last-owner"
    assert problem_of(demote)["type"] == "urn:houseful:problem:last-owner"


async def test_an_update_needs_the_version_that_was_read(api: Api, house: House) -> None:
    owner = await api.as_("owner")
    path = f"/api/v1/organizations/{house.organization_id}"

    without = await owner.patch(path, json={"name": "Other"})
    read = await owner.get(path)
    right = await owner.patch(
        path, json={"name": "Other"}, headers={"if-match": read.headers["etag"]}
    )
    stale = await owner.patch(
        path, json={"name": "Third"}, headers={"if-match": read.headers["etag"]}
    )

    assert (without.status_code, right.status_code, stale.status_code) == (428, 200, 412)
    assert right.json()["name"] == "Other"


async def test_a_role_without_the_permission_is_refused(api: Api, house: House) -> None:
    viewer = await api.as_("viewer")

    answer = await viewer.post("/api/v1/roles", json={"name": "x", "permissions": []})

    assert answer.status_code == 403
    assert problem_of(answer)["permission"] == "accounts.roles.create"


async def test_an_admin_cannot_grant_what_they_do_not_have(api: Api, house: House) -> None:
    admin = await api.as_("admin")

    answer = await admin.post(
        "/api/v1/roles", json={"name": "treasurer", "permissions": ["ledger.payouts.create"]}
    )

    assert answer.status_code == 403


async def test_another_tenants_organisation_is_not_mine_to_act_for(
    api: Api, house: House, other_house: House
) -> None:
    owner = await api.as_("owner")

    answer = await owner.get(
        "/api/v1/memberships", headers={"x-org": str(other_house.organization_id)}
    )

    assert answer.status_code == 403


async def test_x_org_must_be_there_and_well_formed(api: Api, house: House) -> None:
    owner = await api.as_("owner")
    authorization = owner.headers["authorization"]

    missing = await api.guest(authorization=authorization).get("/api/v1/memberships")
    malformed = await owner.get("/api/v1/memberships", headers={"x-org": "playhouse"})

    assert missing.status_code == malformed.status_code == 400


async def test_the_same_request_with_one_key_has_one_effect(api: Api, house: House) -> None:
    owner = await api.as_("owner")
    body = {"name": "usher", "permissions": ["scanning.scans.create"]}
    key = {"idempotency-key": "once-please"}

    first = await owner.post("/api/v1/roles", json=body, headers=key)
    again = await owner.post("/api/v1/roles", json=body, headers=key)
    other = await owner.post("/api/v1/roles", json={**body, "name": "x"}, headers=key)

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert problem_of(other)["type"] == "urn:houseful:problem:idempotency-key-reused"


async def test_unknown_fields_and_broken_json_are_told(api: Api, house: House) -> None:
    owner = await api.as_("owner")

    unknown = await owner.post("/api/v1/roles", json={"nmae": "x", "permissions": []})
    broken = await owner.post(
        "/api/v1/roles", content=b"{", headers={"content-type": "application/json"}
    )

    assert unknown.status_code == 422, unknown.text
    assert problem_of(unknown)["errors"]
    assert broken.status_code == 400


async def test_what_is_changed_is_in_the_audit_log(api: Api, house: House) -> None:
    owner = await api.as_("owner")
    await owner.post("/api/v1/roles", json={"name": "usher", "permissions": []})

    acts = (await owner.get("/api/v1/audit?sort=-createdAt&limit=1")).json()["items"]

    assert acts[0]["action"] == "accounts.role.created"
    assert acts[0]["changes"]["name"] == [None, "usher"]
