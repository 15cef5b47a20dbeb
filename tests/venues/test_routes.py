"""Venues, spaces, sections and gates over HTTP."""

import asyncio
from typing import Any

import pytest

from houseful.accounts import add_member
from houseful.directory import load_cities
from houseful.kernel.database import Database, UnitOfWork
from houseful.venues import Space
from tests.api import Api, problem_of
from tests.builders.accounts import PASSWORD, House
from tests.builders.venues import a_gate, a_section, a_space, a_venue

VENUE = {"name": "Playhouse", "timezone": "Europe/Berlin"}


def _tag(answer: Any) -> dict[str, str]:
    return {"if-match": answer.headers["etag"]}


async def test_a_venue_is_created_read_changed_and_removed(api: Api) -> None:
    admin = await api.as_("admin")

    made = await admin.post("/api/v1/venues", json=VENUE | {"capacity": 900})
    path = made.headers["location"]
    changed = await admin.patch(path, json={"name": "Odeon"}, headers=_tag(made))
    listed = await admin.get("/api/v1/venues", params={"name": "deo"})
    removed = await admin.delete(path)

    assert made.status_code == 201
    assert made.json()["venueId"] >= 1_000_000
    assert made.json()["ownershipStatus"] == "owned"
    assert (changed.json()["name"], changed.json()["capacity"]) == ("Odeon", 900)
    assert [venue["name"] for venue in listed.json()["items"]] == ["Odeon"]
    assert removed.status_code == 204
    assert (await admin.get(path)).status_code == 404


async def test_a_change_names_the_version_that_was_read(api: Api) -> None:
    admin = await api.as_("admin")
    made = await admin.post("/api/v1/venues", json=VENUE)
    path = made.headers["location"]

    without = await admin.patch(path, json={"name": "A"})
    first = await admin.patch(path, json={"name": "B"}, headers=_tag(made))
    stale = await admin.patch(path, json={"name": "C"}, headers=_tag(made))

    assert (without.status_code, first.status_code, stale.status_code) == (428, 200, 412)
    assert (await admin.get(path)).json()["name"] == "B"


async def test_country_and_city_are_resolved_where_that_is_certain(
    api: Api, database: Database
) -> None:
    await database.run(None, load_cities)
    admin = await api.as_("admin")

    sure = await admin.post("/api/v1/venues", json=VENUE | {"country": "germany", "city": "köln"})
    ambiguous = await admin.post(
        "/api/v1/venues", json=VENUE | {"countryIso2": "US", "city": "Springfield"}
    )
    unknown = await admin.post(
        "/api/v1/venues", json=VENUE | {"country": "Ruritania", "city": "Zenda"}
    )
    moved = await admin.patch(
        unknown.headers["location"],
        json={"country": "DE", "city": "Köln"},
        headers=_tag(unknown),
    )

    assert sure.json()["countryId"] == 276
    assert sure.json()["cityId"] == 2886242
    assert sure.json()["city"] == "köln"
    assert (ambiguous.json()["countryId"], ambiguous.json()["cityId"]) == (840, None)
    assert (unknown.json()["countryId"], unknown.json()["cityId"]) == (None, None)
    assert (moved.json()["countryId"], moved.json()["cityId"]) == (276, 2886242)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"timezone": "Europe/Atlantis"}, "/timezone"),
        ({"timezone": "../../etc/passwd"}, "/timezone"),
        ({"venueTypeId": 77}, "/venueTypeId"),
        ({"venueTypeId": 2**70}, "/venueTypeId"),
        ({"name": "   "}, "/name"),
        ({"capacity": -1}, "/capacity"),
        ({"countryIso2": "Germany"}, "/countryIso2"),
    ],
)
async def test_bad_input_says_where_and_makes_nothing(
    api: Api, change: dict[str, Any], pointer: str
) -> None:
    admin = await api.as_("admin")

    answer = await admin.post("/api/v1/venues", json=VENUE | change)

    assert answer.status_code == 422, answer.text
    assert problem_of(answer)["errors"][0]["pointer"] == pointer
    assert (await admin.get("/api/v1/venues")).json()["items"] == []


async def test_the_plan_limits_how_many_venues_there_are(
    api: Api, database: Database, house: House
) -> None:
    await _give_plan(database, house, "free")
    admin = await api.as_("admin")

    first = await admin.post("/api/v1/venues", json=VENUE)
    second = await admin.post("/api/v1/venues", json=VENUE)

    assert (first.status_code, second.status_code) == (201, 409)
    assert problem_of(second)["type"] == "urn:houseful:problem:venue-limit-reached"
    assert problem_of(second)["venueLimit"] == 1


async def test_the_last_place_of_the_plan_is_given_once(
    api: Api, database: Database, house: House
) -> None:
    await _give_plan(database, house, "free")
    admin = await api.as_("admin")

    answers = await asyncio.gather(*(admin.post("/api/v1/venues", json=VENUE) for _ in range(6)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5


async def test_a_space_keeps_what_it_is_told(api: Api, database: Database, house: House) -> None:
    venue = await database.run(house.organization_id, a_venue)
    admin = await api.as_("admin")
    body = {
        "venueId": str(venue.id),
        "name": "Great Hall",
        "code": "GH",
        "capacities": {"theatre": 800, "standing": 1200},
        "setupMinutes": 120,
        "teardownMinutes": 60,
        "minimumGapMinutes": 30,
        "rateCard": {"day": {"amount": 250000, "currency": "EUR"}},
        "amenities": ["stage", "grand piano"],
    }

    made = await admin.post("/api/v1/spaces", json=body)
    read = await admin.get(made.headers["location"])

    assert made.status_code == 201, made.text
    assert body.items() <= read.json().items()
    assert read.json()["isActive"] is True


async def test_a_code_is_used_once_in_a_venue(api: Api, database: Database, house: House) -> None:
    one = await database.run(house.organization_id, a_venue)
    other = await database.run(house.organization_id, a_venue)
    admin = await api.as_("admin")

    for path in ("spaces", "sections", "gates"):
        body = {"venueId": str(one.id), "name": "North", "code": "N"}
        first = await admin.post(f"/api/v1/{path}", json=body)
        second = await admin.post(f"/api/v1/{path}", json=body)
        elsewhere = await admin.post(f"/api/v1/{path}", json=body | {"venueId": str(other.id)})
        free = await admin.post(f"/api/v1/{path}", json=body | {"code": "S"})
        renamed = await admin.patch(
            free.headers["location"], json={"code": "N"}, headers=_tag(free)
        )

        assert (first.status_code, elsewhere.status_code) == (201, 201)
        assert problem_of(second)["type"] == "urn:houseful:problem:already-exists"
        assert problem_of(renamed)["type"] == "urn:houseful:problem:already-exists"


async def test_what_others_refer_to_is_not_removed(
    api: Api, database: Database, house: House
) -> None:
    hall = await database.run(house.organization_id, a_space)
    await database.run(house.organization_id, a_space, hall.venue_id, parent_space_id=hall.id)
    admin = await api.as_("admin")

    for path in (f"/api/v1/venues/{hall.venue_id}", f"/api/v1/spaces/{hall.id}"):
        refused = await admin.delete(path)

        assert refused.status_code == 409
        assert problem_of(refused)["type"] == "urn:houseful:problem:still-in-use"
        assert (await admin.get(path)).status_code == 200


async def test_a_space_is_neither_part_of_itself_nor_of_its_parts_nor_of_another_venue(
    api: Api, database: Database, house: House
) -> None:
    hall = await database.run(house.organization_id, a_space)
    part = await database.run(
        house.organization_id, a_space, hall.venue_id, parent_space_id=hall.id
    )
    elsewhere = await database.run(house.organization_id, a_space)
    admin = await api.as_("admin")

    for parent in (hall, part, elsewhere):
        answer = await admin.patch(
            f"/api/v1/spaces/{hall.id}",
            json={"parentSpaceId": str(parent.id)},
            headers={"if-match": '"1"'},
        )
        assert answer.status_code == 422
        assert problem_of(answer)["errors"][0]["pointer"] == "/parentSpaceId"
    assert (await admin.get(f"/api/v1/spaces/{hall.id}")).json()["parentSpaceId"] is None


async def test_sections_and_gates_are_changed_and_removed(
    api: Api, database: Database, house: House
) -> None:
    venue = await database.run(house.organization_id, a_venue)
    section = await database.run(house.organization_id, a_section, venue.id)
    gate = await database.run(house.organization_id, a_gate, venue.id)
    admin = await api.as_("admin")

    for path in (f"/api/v1/sections/{section.id}", f"/api/v1/gates/{gate.id}"):
        read = await admin.get(path)
        changed = await admin.patch(path, json={"name": "West"}, headers=_tag(read))
        removed = await admin.delete(path)

        assert changed.json()["name"] == "West"
        assert removed.status_code == 204
        assert (await admin.get(path)).status_code == 404


async def test_lists_are_filtered_and_come_in_pages(
    api: Api, database: Database, house: House
) -> None:
    space = await database.run(house.organization_id, a_space, name="1")
    for name in "23":
        await database.run(house.organization_id, a_space, space.venue_id, name=name)
    await database.run(house.organization_id, a_space, name="elsewhere")
    staff = await api.as_("staff")
    params = {"venueId": str(space.venue_id), "limit": 2}

    first = (await staff.get("/api/v1/spaces", params=params)).json()
    second = (
        await staff.get("/api/v1/spaces", params=params | {"cursor": first["nextCursor"]})
    ).json()

    assert [each["name"] for each in first["items"]] == ["1", "2"]
    assert [each["name"] for each in second["items"]] == ["3"]
    assert second["nextCursor"] is None


async def test_a_member_limited_to_a_space_sees_and_touches_only_that(
    api: Api, database: Database, house: House
) -> None:
    mine = await database.run(house.organization_id, a_space, name="Mine")
    theirs = await database.run(house.organization_id, a_space, mine.venue_id, name="Theirs")
    limited = await _limited_to(api, database, house, mine)

    listed = await limited.get("/api/v1/spaces")
    changed = await limited.patch(
        f"/api/v1/spaces/{mine.id}", json={"setupMinutes": 5}, headers={"if-match": '"1"'}
    )
    answers = [
        await limited.get(f"/api/v1/spaces/{theirs.id}"),
        await limited.patch(
            f"/api/v1/spaces/{theirs.id}", json={"name": "X"}, headers={"if-match": '"1"'}
        ),
        await limited.delete(f"/api/v1/spaces/{theirs.id}"),
    ]
    whole = [
        await limited.delete(f"/api/v1/spaces/{mine.id}"),
        await limited.post("/api/v1/venues", json=VENUE),
        await limited.post(
            "/api/v1/gates", json={"venueId": str(mine.venue_id), "name": "N", "code": "N"}
        ),
    ]

    assert [space["name"] for space in listed.json()["items"]] == ["Mine"]
    assert changed.json()["setupMinutes"] == 5
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert [answer.status_code for answer in whole] == [403, 403, 403]


async def test_another_tenants_things_are_not_there(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    organization = other_house.organization_id
    space = await database.run(organization, a_space)
    section = await database.run(organization, a_section, space.venue_id)
    gate = await database.run(organization, a_gate, space.venue_id)
    owner = await api.as_("owner")

    for path in (
        f"venues/{space.venue_id}",
        f"spaces/{space.id}",
        f"sections/{section.id}",
        f"gates/{gate.id}",
    ):
        name = {"name": "Mine now"}
        assert (await owner.get(f"/api/v1/{path}")).status_code == 404
        patched = await owner.patch(f"/api/v1/{path}", json=name, headers={"if-match": '"1"'})
        assert patched.status_code == 404
        assert (await owner.delete(f"/api/v1/{path}")).status_code == 404
    for path in ("spaces", "sections", "gates"):
        body = {"venueId": str(space.venue_id), "name": "N", "code": "N"}
        assert (await owner.post(f"/api/v1/{path}", json=body)).status_code == 404
        assert (await owner.get(f"/api/v1/{path}")).json()["items"] == []
    rival = await api.as_("owner", other_house)
    assert (await rival.get(f"/api/v1/gates/{gate.id}")).json()["name"] == "Main entrance"


async def _give_plan(database: Database, house: House, plan: str) -> None:
    async def give(uow: UnitOfWork) -> None:
        await uow.execute(
            "UPDATE organizations SET plan = :plan WHERE id = :id",
            {"plan": plan, "id": house.organization_id},
        )

    await database.run(house.organization_id, give)


async def _limited_to(api: Api, database: Database, house: House, space: Space) -> Any:
    async def add(uow: UnitOfWork) -> None:
        await add_member(
            uow,
            email=house.email("limited"),
            name="Lim Ited",
            role="admin",
            password=PASSWORD,
            space_ids=[space.id],
        )

    await database.run(house.organization_id, add)
    return await api.as_("limited")
