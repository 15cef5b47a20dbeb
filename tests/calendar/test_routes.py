"""Availability and blocks over HTTP."""

from typing import Any

import httpx
import pytest

from houseful.kernel.database import Database
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.calendar import a_claim, at
from tests.builders.venues import a_space

BLOCKS = "/api/v1/availability-blocks"


async def _search(client: httpx.AsyncClient, start: float, end: float, **more: Any) -> list[Any]:
    answer = await client.get(
        "/api/v1/availability",
        params={"fromAt": at(start).isoformat(), "toAt": at(end).isoformat()} | more,
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_only_spaces_that_are_free_all_the_time_are_found(
    api: Api, database: Database, house: House
) -> None:
    taken = await database.run(house.organization_id, a_space, name="Taken")
    await database.run(house.organization_id, a_space, taken.venue_id, name="Free")
    await database.run(house.organization_id, a_claim, taken.id, 12, 13)
    staff = await api.as_("staff")

    during = await _search(staff, 10, 14)
    after = await _search(staff, 13, 14)

    assert [space["name"] for space in during] == ["Free"]
    assert [space["name"] for space in after] == ["Free", "Taken"]


async def test_a_soft_claim_leaves_a_space_free(api: Api, database: Database, house: House) -> None:
    space = await database.run(house.organization_id, a_space)
    await database.run(house.organization_id, a_claim, space.id, 12, 13, firm=False)

    assert len(await _search(await api.as_("staff"), 10, 14)) == 1


async def test_the_next_gaps_of_a_duration_leave_room_for_buffers(
    api: Api, database: Database, house: House
) -> None:
    space = await database.run(
        house.organization_id, a_space, setup_minutes=60, minimum_gap_minutes=30
    )
    await database.run(house.organization_id, a_claim, space.id, 12, 14)
    staff = await api.as_("staff")

    (found,) = await _search(staff, 8, 20, durationMinutes=90, gaps=5)
    first_only = await _search(staff, 8, 20, durationMinutes=90)

    # taken: 11:00 (set-up) until 14:30 (gap); a thing before it needs a gap after, one after it
    # needs its set-up
    assert [(gap["startsAt"], gap["endsAt"]) for gap in found["gaps"]] == [
        ("2035-05-01T08:00:00Z", "2035-05-01T10:30:00Z"),
        ("2035-05-01T15:30:00Z", "2035-05-01T20:00:00Z"),
    ]
    assert len(first_only[0]["gaps"]) == 1


async def test_spaces_are_found_by_capacity_and_set_up_style(
    api: Api, database: Database, house: House
) -> None:
    small = await database.run(
        house.organization_id, a_space, name="Small", capacities={"theatre": 80}
    )
    for name, capacities in (
        ("Large", {"theatre": 800, "banquet": 300}),
        ("Standing", {"standing": 900}),
    ):
        await database.run(
            house.organization_id, a_space, small.venue_id, name=name, capacities=capacities
        )
    staff = await api.as_("staff")

    by_capacity = await _search(staff, 1, 2, capacity=500)
    by_style = await _search(staff, 1, 2, capacity=100, setupStyle="theatre")

    assert [space["name"] for space in by_capacity] == ["Large", "Standing"]
    assert [space["name"] for space in by_style] == ["Large"]


@pytest.mark.parametrize(
    ("from_at", "to_at", "pointer"),
    [
        ("2035-05-01T10:00:00Z", "2035-05-01T09:00:00Z", "/toAt"),
        ("2035-05-01T10:00:00Z", "2039-05-01T09:00:00Z", "/toAt"),
        ("2035-05-01T10:00:00", "2035-05-01T11:00:00", "/fromAt"),
        ("9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59-14:00", "/fromAt"),
    ],
)
async def test_a_search_that_makes_no_sense_says_where(
    api: Api, from_at: str, to_at: str, pointer: str
) -> None:
    staff = await api.as_("staff")

    answer = await staff.get("/api/v1/availability", params={"fromAt": from_at, "toAt": to_at})

    assert answer.status_code == 422
    assert problem_of(answer)["errors"][0]["pointer"] == pointer


async def test_a_block_keeps_a_space_free_until_it_is_removed(
    api: Api, database: Database, house: House
) -> None:
    space = await database.run(house.organization_id, a_space, setup_minutes=60)
    admin = await api.as_("admin")
    body = {
        "spaceId": str(space.id),
        "startsAt": "2035-05-01T10:00:00+02:00",
        "endsAt": "2035-05-01T12:00:00+02:00",
        "reason": "New floor",
    }

    made = await admin.post(BLOCKS, json=body)
    again = await admin.post(BLOCKS, json=body)
    block = (await admin.get(made.headers["location"])).json()
    blocked = await _search(admin, 8, 10)
    removed = await admin.delete(made.headers["location"])

    assert made.status_code == 201
    assert block["startsAt"] == "2035-05-01T08:00:00Z"
    assert again.status_code == 409
    assert problem_of(again)["type"] == "urn:houseful:problem:space-taken"
    assert problem_of(again)["conflicts"][0]["label"] == "New floor"
    assert blocked == []
    assert removed.status_code == 204
    assert len(await _search(admin, 8, 10)) == 1


async def test_a_block_that_is_not_firm_excludes_nothing(
    api: Api, database: Database, house: House
) -> None:
    space = await database.run(house.organization_id, a_space)
    admin = await api.as_("admin")
    body = {
        "spaceId": str(space.id),
        "startsAt": at(10).isoformat(),
        "endsAt": at(12).isoformat(),
        "reason": "Perhaps a tour",
        "firm": False,
    }

    answers = [await admin.post(BLOCKS, json=body) for _ in range(2)]
    listed = await admin.get(
        BLOCKS, params={"fromAt": at(11).isoformat(), "toAt": at(13).isoformat()}
    )
    outside = await admin.get(BLOCKS, params={"fromAt": at(12).isoformat()})

    assert [answer.status_code for answer in answers] == [201, 201]
    assert len(listed.json()["items"]) == 2
    assert outside.json()["items"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"endsAt": "2035-05-01T08:00:00Z"},
        {"startsAt": "yesterday"},
        {"startsAt": "2035-05-01T10:00:00"},
        {"startsAt": "0001-01-01T00:00:00+14:00"},
        {"reason": ""},
        {"reason": "a\u0000b"},
        {"colour": "red"},
    ],
)
async def test_a_block_with_bad_input_is_refused_and_takes_nothing(
    api: Api, database: Database, house: House, change: dict[str, str]
) -> None:
    space = await database.run(house.organization_id, a_space)
    admin = await api.as_("admin")
    body = {
        "spaceId": str(space.id),
        "startsAt": at(10).isoformat(),
        "endsAt": at(12).isoformat(),
        "reason": "New floor",
    }

    answer = await admin.post(BLOCKS, json=body | change)

    assert answer.status_code == 422, answer.text
    assert len(await _search(admin, 10, 12)) == 1


async def test_another_tenants_blocks_and_spaces_are_not_there(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    space = await database.run(other_house.organization_id, a_space)
    body = {
        "spaceId": str(space.id),
        "startsAt": at(10).isoformat(),
        "endsAt": at(12).isoformat(),
        "reason": "New floor",
    }
    rival = await api.as_("owner", other_house)
    made = await rival.post(BLOCKS, json=body)
    owner = await api.as_("owner")

    assert (await owner.get(made.headers["location"])).status_code == 404
    assert (await owner.delete(made.headers["location"])).status_code == 404
    assert (await owner.post(BLOCKS, json=body)).status_code == 404
    assert (await owner.get(BLOCKS)).json()["items"] == []
    assert await _search(owner, 1, 2) == []
    assert (await rival.get(made.headers["location"])).status_code == 200
