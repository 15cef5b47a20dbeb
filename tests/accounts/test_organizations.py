"""Opening an organisation, and what it says about itself."""

from typing import Any

import pytest
from litestar.routes import HTTPRoute

from houseful.accounts.organizations import RESERVED_SLUGS, check_slug
from houseful.kernel.database import Database
from houseful.kernel.problems import Invalid
from tests.api import Api, problem_of
from tests.builders.accounts import PASSWORD, House

SIGN_UP = "/api/v1/auth/sign-up"
NEW_HOUSE = {
    "email": "new@theatre.example",
    "password": PASSWORD,
    "name": "New Person",
    "organizationName": "New Theatre",
    "slug": "new-theatre",
}


async def test_who_signs_up_owns_the_organisation(api: Api) -> None:
    made = await api.guest().post(SIGN_UP, json=NEW_HOUSE)
    owner = await api.as_person("new@theatre.example")
    me = (await owner.get("/api/v1/me")).json()
    owner.headers["x-org"] = made.json()["id"]

    members = (await owner.get("/api/v1/memberships")).json()["items"]

    assert [place["role"] for place in me["organizations"]] == ["owner"]
    assert [member["email"] for member in members] == ["new@theatre.example"]
    assert made.json()["plan"] == "house"


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("slug", "playhouse", "slug-taken"),
        ("email", "OWNER@playhouse.example", "email-taken"),
        ("slug", "office", "invalid"),
        ("slug", "-theatre", "invalid"),
        ("currency", "XQQ", "invalid"),
        ("timezone", "Mars/Olympus", "invalid"),
        ("timezone", "../../etc/passwd", "invalid"),
        ("locale", "klingon", "invalid"),
        ("password", "short", "poor-password"),
        ("name", " ", "invalid"),
    ],
)
async def test_a_sign_up_that_cannot_be_leaves_nothing_behind(
    api: Api, database: Database, house: House, field: str, value: str, kind: str
) -> None:
    async def counts() -> list[Any]:
        found = await database.run(
            None,
            lambda uow: uow.execute(
                "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM organizations)"
            ),
        )
        return list(found.one())

    before = await counts()

    answer = await api.guest().post(SIGN_UP, json={**NEW_HOUSE, field: value})

    assert problem_of(answer)["type"] == f"urn:houseful:problem:{kind}"
    assert await counts() == before


async def test_every_first_word_of_our_addresses_is_reserved(api: Api) -> None:
    words = {route.path.split("/")[1] for route in api.app.routes if isinstance(route, HTTPRoute)}
    slugs = {word for word in words if word.replace("-", "").isalnum()}

    assert "api" in slugs
    assert slugs - RESERVED_SLUGS == set()


@pytest.mark.parametrize("slug", ["a", "the-old-vic", "7th-street", "x" * 63])
def test_slugs_that_can_stand_in_an_address(slug: str) -> None:
    check_slug(slug)


@pytest.mark.parametrize("slug", ["", "The", "a b", "a_b", "-a", "a-", "é", "x" * 64, "sign-in"])
def test_slugs_that_cannot(slug: str) -> None:
    with pytest.raises(Invalid):
        check_slug(slug)


async def test_everybody_reads_the_organisation_and_few_change_it(api: Api, house: House) -> None:
    path = f"/api/v1/organizations/{house.organization_id}"
    scanner, admin = await api.as_("scanner_only"), await api.as_("admin")

    read = await scanner.get(path)
    refused = await scanner.patch(path, json={"name": "X"}, headers={"if-match": '"1"'})
    changed = await admin.patch(
        path,
        json={"locale": "de", "timezone": "Europe/Vienna", "dayBeginsHour": 4},
        headers={"if-match": '"1"'},
    )
    too_late = await admin.patch(path, json={"dayBeginsHour": 13}, headers={"if-match": '"2"'})

    assert (read.status_code, refused.status_code) == (200, 403)
    assert (changed.json()["locale"], changed.json()["timezone"]) == ("de", "Europe/Vienna")
    assert changed.json()["currency"] == "EUR"
    assert (read.json()["dayBeginsHour"], changed.json()["dayBeginsHour"]) == (6, 4)
    assert too_late.status_code == 422


async def test_another_houses_organisation_is_not_found(
    api: Api, house: House, other_house: House
) -> None:
    owner = await api.as_("owner")
    path = f"/api/v1/organizations/{other_house.organization_id}"

    read = await owner.get(path)
    changed = await owner.patch(path, json={"name": "Mine"}, headers={"if-match": '"1"'})

    assert (read.status_code, changed.status_code) == (404, 404)


async def test_entitlements_say_what_the_plan_includes(api: Api) -> None:
    viewer = await api.as_("viewer")

    entitlements = (await viewer.get("/api/v1/entitlements")).json()

    assert entitlements["plan"] == "house"
    assert {"venue", "finance", "ticketing"} <= set(entitlements["modules"])
    assert entitlements["venueLimit"] > 1


async def test_business_units_are_added_renamed_and_removed(api: Api) -> None:
    owner = await api.as_("owner")
    units = "/api/v1/business-units"

    bar = await owner.post(units, json={"name": "Bar"})
    again = await owner.post(units, json={"name": "Bar"})
    stage = await owner.post(units, json={"name": "Stage"})
    path, version = bar.headers["location"], {"if-match": bar.headers["etag"]}
    clash = await owner.patch(path, json={"name": "Stage"}, headers=version)
    renamed = await owner.patch(path, json={"name": "Café"}, headers=version)
    stale = await owner.patch(path, json={"name": "Bistro"}, headers=version)
    removed = await owner.delete(stage.headers["location"])
    listed = (await owner.get(units)).json()["items"]

    assert problem_of(again)["type"] == "urn:houseful:problem:name-taken"
    assert problem_of(clash)["type"] == "urn:houseful:problem:name-taken"
    assert (renamed.status_code, stale.status_code, removed.status_code) == (200, 412, 204)
    assert (await owner.get(path)).json() == renamed.json()
    assert [unit["name"] for unit in listed] == ["Café"]


async def test_another_houses_business_unit_is_not_found(
    api: Api, house: House, other_house: House
) -> None:
    theirs = await (await api.as_("owner", other_house)).post(
        "/api/v1/business-units", json={"name": "Bar"}
    )
    path = theirs.headers["location"]
    owner = await api.as_("owner")

    answers = [
        await owner.get(path),
        await owner.patch(path, json={"name": "Mine"}, headers={"if-match": '"1"'}),
        await owner.delete(path),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
