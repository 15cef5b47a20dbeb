"""What is asked at each request, and how soon a change is felt."""

from typing import Any

import pytest
from sqlalchemy import event, update

from houseful.accounts.models import Membership, Organization, User
from houseful.kernel.database import Database
from houseful.kernel.ids import new_id
from tests.api import Api, problem_of
from tests.builders.accounts import House

ROLES = "/api/v1/roles"
NEW_ROLE = {"name": "usher", "permissions": []}


async def change(database: Database, house: House, **values: Any) -> None:
    statement = update(Organization).where(Organization.id == house.organization_id)
    await database.run(None, lambda uow: uow.execute(statement.values(**values)))


async def test_who_is_no_longer_a_member_is_out_at_once(
    api: Api, database: Database, house: House
) -> None:
    admin = await api.as_("admin")
    assert (await admin.get(ROLES)).status_code == 200

    await database.run(
        house.organization_id,
        lambda uow: uow.execute(
            "DELETE FROM memberships WHERE organization_id = :id", {"id": uow.tenant}
        ),
    )

    assert (await admin.get(ROLES)).status_code == 403


async def test_a_disabled_account_is_out_at_once(api: Api, database: Database) -> None:
    admin = await api.as_("admin")

    await database.run(None, lambda uow: uow.execute(update(User).values(status="disabled")))

    assert (await admin.get(ROLES)).status_code == 401
    assert (await admin.get("/api/v1/me")).status_code == 401


async def test_a_suspended_organisation_reads_and_does_nothing(
    api: Api, database: Database, house: House
) -> None:
    owner = await api.as_("owner")

    await change(database, house, status="suspended")

    refused = await owner.post(ROLES, json=NEW_ROLE)
    assert (await owner.get(ROLES)).status_code == 200
    assert problem_of(refused)["type"] == "urn:houseful:problem:organization-suspended"


async def test_a_closed_organisation_does_not_even_read(
    api: Api, database: Database, house: House
) -> None:
    owner = await api.as_("owner")

    await change(database, house, status="closed")

    refused = await owner.get(ROLES)
    assert problem_of(refused)["type"] == "urn:houseful:problem:organization-suspended"


async def test_a_module_that_is_off_is_named(api: Api, database: Database, house: House) -> None:
    owner = await api.as_("owner")

    await change(database, house, module_overrides={"promoter": False})

    refused = await owner.get("/api/v1/promoter/events")
    assert refused.status_code == 403
    assert problem_of(refused)["type"] == "urn:houseful:problem:module-required"
    assert problem_of(refused)["module"] == "promoter"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Basic abc", "bearer  "])
async def test_without_a_good_token_nothing_opens(
    api: Api, house: House, authorization: str
) -> None:
    guest = api.guest(authorization=authorization, **{"x-org": str(house.organization_id)})

    for path in (ROLES, "/api/v1/me"):
        answer = await guest.get(path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_request_is_admitted_by_one_query(
    api: Api, database: Database, house: House
) -> None:
    admin = await api.as_("admin")
    gatekeeper = api.app.state.gatekeeper
    header = admin.headers["authorization"]
    await gatekeeper.admit(header, house.organization_id)
    queries: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        queries.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    identity, access = await gatekeeper.admit(header, house.organization_id)
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)

    begins, *asked = queries
    assert "set_config" in begins
    assert len(asked) == 1
    assert identity.email == house.email("admin")
    assert access.role == "admin"


async def test_the_public_side_is_found_by_slug_or_id(api: Api, house: House) -> None:
    gatekeeper = api.app.state.gatekeeper

    by_slug = await gatekeeper.public_access(house.slug)
    by_id = await gatekeeper.public_access(str(house.organization_id))

    assert by_slug == by_id
    assert by_slug.permissions == frozenset()
    assert await gatekeeper.public_access("nowhere") is None


async def test_built_in_roles_grant_what_this_release_says(
    api: Api, database: Database, house: House
) -> None:
    await database.run(
        house.organization_id,
        lambda uow: uow.execute(
            "UPDATE roles SET permissions = '[]' WHERE organization_id = :id", {"id": uow.tenant}
        ),
    )

    admin = await api.as_("admin")

    roles = (await admin.get(ROLES)).json()["items"]
    assert "venue.*" in next(role for role in roles if role["name"] == "admin")["permissions"]


async def test_a_limited_membership_carries_its_spaces(
    api: Api, database: Database, house: House
) -> None:
    staff = await api.as_("staff")
    space = new_id()
    await database.run(
        house.organization_id,
        lambda uow: uow.execute(
            update(Membership)
            .where(Membership.organization_id == uow.tenant)
            .values(space_ids=[str(space)])
        ),
    )
    gatekeeper = api.app.state.gatekeeper

    _, access = await gatekeeper.admit(staff.headers["authorization"], house.organization_id)

    assert access.sees_space(space)
    assert not access.sees_space(new_id())
