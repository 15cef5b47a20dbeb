"""Layouts over HTTP."""

import msgspec
import pytest

from houseful.kernel.database import Database
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.seating import a_layout

PRETIX_PLAN = {
    "name": "Tiny hall",
    "size": {"width": 200, "height": 100},
    "categories": [{"name": "Stalls", "color": "#aa0000"}],
    "zones": [
        {
            "name": "Main",
            "position": {"x": 10, "y": 10},
            "areas": [],
            "rows": [
                {
                    "row_number": "A",
                    "position": {"x": 0, "y": 0},
                    "seats": [
                        {
                            "seat_guid": f"A-{n}",
                            "seat_number": str(n),
                            "position": {"x": 20 * n, "y": 0},
                            "category": "Stalls",
                        }
                        for n in (1, 2, 2, 3)
                    ],
                }
            ],
        }
    ],
}


async def test_a_plan_is_imported_published_and_read(api: Api) -> None:
    admin = await api.as_("admin")

    made = await admin.post(
        "/api/v1/layouts/import", content=msgspec.json.encode(PRETIX_PLAN), params={"name": "Hall"}
    )

    assert made.status_code == 201, made.text
    layout = made.json()
    assert (layout["name"], layout["version"], layout["seatCount"]) == ("Hall", 1, 4)
    assert layout["repairReport"]["repairs"][0]["count"] == 1
    address = made.headers["location"]
    published = await admin.post(f"{address}/publish")
    assert published.json()["status"] == "published"
    assert (await admin.get(address)).headers["etag"] == published.headers["etag"]
    again = await admin.post(f"{address}/publish")
    assert problem_of(again)["type"] == "urn:houseful:problem:layout-published"


@pytest.mark.parametrize("body", [b"", b"no json", b"[1, 2]", b'{"zones": 3}'])
async def test_what_is_no_plan_is_refused(api: Api, body: bytes) -> None:
    admin = await api.as_("admin")

    answer = await admin.post("/api/v1/layouts/import", content=body)

    assert answer.status_code == 422
    assert problem_of(answer)["type"] == "urn:houseful:problem:not-a-seating-plan"
    assert (await admin.get("/api/v1/layouts")).json()["items"] == []


async def test_a_file_that_is_too_large_is_refused(api: Api) -> None:
    admin = await api.as_("admin")

    answer = await admin.post("/api/v1/layouts/import", content=b" " * (25 * 1024 * 1024 + 1))

    assert answer.status_code == 413


async def test_seats_of_a_draft_are_changed_with_its_etag(
    api: Api, database: Database, house: House
) -> None:
    layout = await database.run(house.organization_id, a_layout, in_state="draft")
    admin = await api.as_("admin")
    address = f"/api/v1/layouts/{layout.id}"
    change = {"seats": [0, 1], "accessible": True}

    assert (await admin.patch(f"{address}/seats", json=change)).status_code == 428
    etag = (await admin.get(address)).headers["etag"]
    changed = await admin.patch(f"{address}/seats", json=change, headers={"if-match": etag})
    stale = await admin.patch(f"{address}/seats", json=change, headers={"if-match": etag})

    assert changed.status_code == 200, changed.text
    assert stale.status_code == 412
    seats = (await admin.get(f"{address}/seats", params={"limit": 3})).json()
    assert [seat["accessible"] for seat in seats["items"]] == [True, True, False]
    assert seats["nextCursor"]


async def test_a_new_version_is_begun_and_the_old_one_retired(
    api: Api, database: Database, house: House
) -> None:
    layout = await database.run(house.organization_id, a_layout)
    admin = await api.as_("admin")

    version = await admin.post(f"/api/v1/layouts/{layout.id}/new-version")
    retired = await admin.post(f"/api/v1/layouts/{layout.id}/retire")

    assert version.status_code == 201
    assert (version.json()["version"], version.json()["status"]) == (2, "draft")
    assert retired.json()["status"] == "retired"
    family = await admin.get("/api/v1/layouts", params={"familyId": str(layout.family_id)})
    assert len(family.json()["items"]) == 2
    removed = await admin.delete(f"/api/v1/layouts/{version.json()['id']}")
    assert removed.status_code == 204


async def test_who_may_only_look_changes_nothing(
    api: Api, database: Database, house: House
) -> None:
    layout = await database.run(house.organization_id, a_layout, in_state="draft")
    viewer = await api.as_("viewer")

    assert (await viewer.get(f"/api/v1/layouts/{layout.id}/sections")).status_code == 200
    assert (await viewer.post(f"/api/v1/layouts/{layout.id}/publish")).status_code == 403
    assert (await viewer.post("/api/v1/layouts/import", content=b"{}")).status_code == 403


async def test_another_tenants_layout_is_not_there(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    layout = await database.run(house.organization_id, a_layout, in_state="draft")
    rival = await api.as_("owner", other_house)
    address = f"/api/v1/layouts/{layout.id}"

    for answer in (
        await rival.get(address),
        await rival.get(f"{address}/seats"),
        await rival.get(f"{address}/sections"),
        await rival.post(f"{address}/publish"),
        await rival.post(f"{address}/new-version"),
        await rival.delete(address),
    ):
        assert answer.status_code == 404
