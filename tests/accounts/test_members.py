"""Who belongs, as what, and who may say so."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from houseful.accounts import add_member
from houseful.accounts.members import remove_member
from houseful.accounts.models import Membership, User
from houseful.accounts.problems import LastOwner
from houseful.accounts.roles import create_role
from houseful.kernel.database import Database
from houseful.kernel.identity import GUEST, Actor
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Forbidden
from tests.api import Api, problem_of
from tests.builders.accounts import House, a_member
from tests.builders.venues import a_space

MEMBERS = "/api/v1/memberships"


async def actor(database: Database, house: House, role: str) -> Actor:
    user = await database.run(
        None, lambda uow: uow.first(select(User).where(User.email == house.email(role)))
    )
    return Actor("user", user.id)


async def membership(client: httpx.AsyncClient, email: str) -> dict[str, Any]:
    members = (await client.get(MEMBERS)).json()["items"]
    return next(member for member in members if member["email"] == email)


async def owners(database: Database, house: House) -> list[UUID]:
    found = await database.run(
        house.organization_id,
        lambda uow: uow.execute(
            "SELECT m.id FROM memberships m JOIN roles r ON r.organization_id = m.organization_id"
            " AND r.id = m.role_id WHERE r.name = 'owner' AND m.organization_id = :tenant",
            {"tenant": house.organization_id},
        ),
    )
    return [row.id for row in found]


async def test_when_all_owners_leave_at_once_one_stays(database: Database, house: House) -> None:
    for number in range(4):
        await a_member(database, house, f"owner-{number}@playhouse.example", role="owner")

    outcomes = await asyncio.gather(
        *(
            database.run(house.organization_id, remove_member, owner)
            for owner in await owners(database, house)
        ),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes if outcome is not None] == [LastOwner]
    assert len(await owners(database, house)) == 1


async def test_an_admin_can_neither_make_nor_unmake_an_owner(
    api: Api, database: Database, house: House
) -> None:
    await a_member(database, house, "second@playhouse.example", role="owner")
    admin = await api.as_("admin")
    second = await membership(admin, "second@playhouse.example")
    path = f"{MEMBERS}/{second['id']}"

    made = await admin.post(
        MEMBERS, json={"email": "third@playhouse.example", "name": "T", "role": "owner"}
    )
    demoted = await admin.patch(path, json={"role": "staff"}, headers={"if-match": '"1"'})
    removed = await admin.delete(path)

    assert [made.status_code, demoted.status_code, removed.status_code] == [403, 403, 403]
    assert len(await owners(database, house)) == 2


async def test_an_admin_cannot_promote_themselves(api: Api, house: House) -> None:
    admin = await api.as_("admin")
    me = await membership(admin, house.email("admin"))

    answer = await admin.patch(
        f"{MEMBERS}/{me['id']}", json={"role": "owner"}, headers={"if-match": '"1"'}
    )

    assert answer.status_code == 403


async def test_the_use_case_itself_refuses_whoever_calls_it(
    database: Database, house: House
) -> None:
    admin = await actor(database, house, "admin")
    stranger = Actor("user", new_id())

    for who, role in ((admin, "owner"), (stranger, "viewer"), (GUEST, "viewer")):
        with pytest.raises(Forbidden):
            await database.run_as(
                who, house.organization_id, add_member, email="x@y.example", name="X", role=role
            )


async def test_nobody_raises_their_own_role(api: Api, database: Database, house: House) -> None:
    await database.run(
        house.organization_id,
        create_role,
        name="keyholder",
        permissions=["accounts.roles.read", "accounts.roles.update"],
    )
    await a_member(database, house, "kim@playhouse.example", role="keyholder")
    kim = await api.as_person("kim@playhouse.example")
    roles = (await kim.get("/api/v1/roles")).json()["items"]
    mine = next(role for role in roles if role["name"] == "keyholder")

    answer = await kim.patch(
        f"/api/v1/roles/{mine['id']}",
        json={"permissions": ["accounts.roles.update", "ledger.*"]},
        headers={"if-match": '"1"'},
    )

    assert answer.status_code == 403
    assert "ledger.*" in problem_of(answer)["detail"]


async def test_who_is_limited_to_spaces_reaches_no_further(
    api: Api, database: Database, house: House
) -> None:
    inside, outside = await _a_space(database, house), new_id()
    await a_member(database, house, "scoped@playhouse.example", role="admin", space_ids=[inside])
    scoped = await api.as_person("scoped@playhouse.example")

    async def add(email: str, space_ids: list[str] | None) -> int:
        body = {"email": email, "name": "N", "role": "staff", "spaceIds": space_ids}
        return (await scoped.post(MEMBERS, json=body)).status_code

    assert await add("a@playhouse.example", [str(inside)]) == 201
    assert await add("b@playhouse.example", [str(inside), str(outside)]) == 403
    assert await add("c@playhouse.example", None) == 403


async def test_a_member_is_added_changed_read_and_removed(
    api: Api, database: Database, house: House
) -> None:
    owner = await api.as_("owner")
    space = str(await _a_space(database, house))

    made = await owner.post(
        MEMBERS, json={"email": "new@playhouse.example", "name": "New", "role": "viewer"}
    )
    again = await owner.post(
        MEMBERS, json={"email": "NEW@playhouse.example", "name": "New", "role": "viewer"}
    )
    path = made.headers["location"]
    changed = await owner.patch(
        path,
        json={"role": "staff", "spaceIds": [space]},
        headers={"if-match": made.headers["etag"]},
    )
    read = await owner.get(path)
    removed = await owner.delete(path)
    gone = await owner.get(path)

    assert made.status_code == 201, made.text
    assert made.json()["status"] == "invited"
    assert problem_of(again)["type"] == "urn:houseful:problem:already-member"
    assert changed.json() == read.json()
    assert (read.json()["role"], read.json()["spaceIds"]) == ("staff", [space])
    assert (removed.status_code, gone.status_code) == (204, 404)


@pytest.mark.parametrize(
    "body",
    [
        {"email": "not an address", "name": "N", "role": "staff"},
        {"email": "a@b.example", "name": "", "role": "staff"},
        {"email": "a@b.example", "name": "N", "role": "emperor"},
        {"email": "a@b.example", "name": "N", "role": "staff", "spaceIds": ["here"]},
        {"email": "a@b.example", "name": "N\0", "role": "staff"},
    ],
)
async def test_a_member_who_makes_no_sense_is_refused(api: Api, body: dict[str, Any]) -> None:
    owner = await api.as_("owner")

    answer = await owner.post(MEMBERS, json=body)

    assert answer.status_code == 422
    assert problem_of(answer)["errors"]


async def test_another_houses_members_are_not_found(
    api: Api, house: House, other_house: House
) -> None:
    theirs = await membership(await api.as_("owner", other_house), other_house.email("staff"))
    owner = await api.as_("owner")
    path = f"{MEMBERS}/{theirs['id']}"

    read = await owner.get(path)
    changed = await owner.patch(path, json={"role": "viewer"}, headers={"if-match": '"1"'})
    removed = await owner.delete(path)

    assert [read.status_code, changed.status_code, removed.status_code] == [404, 404, 404]


async def test_a_role_that_somebody_has_stays(api: Api, database: Database, house: House) -> None:
    owner = await api.as_("owner")
    role = await owner.post("/api/v1/roles", json={"name": "usher", "permissions": []})
    await a_member(database, house, "usher@playhouse.example", role="usher")

    answer = await owner.delete(role.headers["location"])

    assert problem_of(answer)["type"] == "urn:houseful:problem:role-in-use"


async def test_built_in_roles_stay_as_they_are(api: Api) -> None:
    owner = await api.as_("owner")
    roles = (await owner.get("/api/v1/roles")).json()["items"]
    path = f"/api/v1/roles/{roles[0]['id']}"

    changed = await owner.patch(path, json={"permissions": []}, headers={"if-match": '"1"'})
    removed = await owner.delete(path)

    assert len(roles) == 5
    assert problem_of(changed)["type"] == "urn:houseful:problem:built-in-role"
    assert problem_of(removed)["type"] == "urn:houseful:problem:built-in-role"


async def test_a_scope_is_of_spaces_that_the_house_has(api: Api) -> None:
    owner = await api.as_("owner")
    body = {"email": "n@playhouse.example", "name": "N", "role": "staff"}

    answer = await owner.post(MEMBERS, json=body | {"spaceIds": [str(new_id())]})

    assert problem_of(answer)["errors"][0]["pointer"] == "/spaceIds"


async def test_a_scope_is_kept_once_per_space(database: Database, house: House) -> None:
    space = await _a_space(database, house)

    member = await a_member(database, house, "twice@playhouse.example", space_ids=[space, space])

    stored = await database.run(house.organization_id, lambda uow: uow.get(Membership, member.id))
    assert stored.space_ids == [str(space)]


async def _a_space(database: Database, house: House) -> UUID:
    return (await database.run(house.organization_id, a_space)).id
