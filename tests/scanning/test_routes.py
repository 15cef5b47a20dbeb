"""The door over HTTP: scans one by one and in batches, taking back, the manifest, incidents."""

from typing import Any

import httpx
import pytest

from houseful import scanning
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from houseful.kernel.ids import new_id
from houseful.kernel.settings import Settings
from tests.api import Api, open_api, problem_of
from tests.builders.scanning import Doorstep, a_doorstep, an_enrolled_device, to_the_doors


@pytest.fixture
async def door(database: Database, clock: TravelClock) -> Doorstep:
    """A show whose doors are open."""
    door = await a_doorstep(database, "lyceum")
    to_the_doors(clock)
    return door


@pytest.fixture
async def phone(settings: Settings, door: Doorstep) -> Any:
    """A client that is an enrolled device of the house."""
    enrolled = await an_enrolled_device(door.database, door.show.tenant)
    async with open_api(settings, door.database, door.house) as api:
        client = api.guest(
            **{"authorization": f"Bearer {enrolled.key}", "x-org": str(door.show.tenant)}
        )
        yield api, client


Phone = tuple[Api, httpx.AsyncClient]


def _scan(door: Doorstep, **fields: Any) -> dict[str, Any]:
    return {
        "scanId": str(new_id()),
        "eventId": str(door.show.event_id),
        "code": door.code,
        **fields,
    }


async def test_a_device_scans_and_a_repeat_is_told(door: Doorstep, phone: Phone) -> None:
    _, client = phone
    body = _scan(door)

    first = await client.post("/api/v1/scans", json=body)
    repeat = await client.post("/api/v1/scans", json=body)

    assert first.status_code == 200
    assert first.json()["result"] == "ok"
    assert first.json()["tone"] == "ok"
    assert first.json()["ticket"]["ticketType"] == "Seat"
    assert repeat.json() == first.json() | {"isRepeat": True}


async def test_a_batch_answers_each_and_loses_none(door: Doorstep, phone: Phone) -> None:
    _, client = phone
    batch = {"scans": [_scan(door), _scan(door, eventId=str(new_id())), _scan(door, code="?")]}

    answer = await client.post("/api/v1/scans/batch", json=batch)

    items = answer.json()["items"]
    assert [item["scanId"] for item in items] == [scan["scanId"] for scan in batch["scans"]]
    assert items[0]["verdict"]["result"] == "ok"
    assert items[1]["problem"]["status"] == 422
    assert items[2]["verdict"]["result"] == "unknown"


@pytest.mark.parametrize(
    "broken",
    [
        {"scanId": "x"},
        {"code": ""},
        {"code": "x" * 401},
        {"direction": "sideways"},
        {"offlineResult": "fine"},
        {"scannedAt": "2030-01-01T20:00:00"},
        {"sequence": -1},
        {"surprise": True},
    ],
)
async def test_a_scan_that_makes_no_sense_is_refused_and_not_recorded(
    door: Doorstep, phone: Phone, broken: dict[str, Any]
) -> None:
    _, client = phone

    answer = await client.post("/api/v1/scans", json=_scan(door, **broken))

    assert answer.status_code == 422
    assert problem_of(answer)["errors"]
    assert (await client.get("/api/v1/scans")).json()["items"] == []


async def test_a_device_takes_back_its_own_scan(door: Doorstep, phone: Phone) -> None:
    _, client = phone
    body = _scan(door)
    await client.post("/api/v1/scans", json=body)

    undone = [await client.post(f"/api/v1/scans/{body['scanId']}/revert") for _ in range(2)]

    assert [answer.json()["people"] for answer in undone] == [-1, -1]
    occupancy = await client.get(f"/api/v1/promoter/events/{door.show.event_id}/occupancy")
    assert occupancy.json()["inside"] == 0
    assert (await client.post("/api/v1/scans", json=_scan(door))).json()["result"] == "ok"


async def test_scanners_take_back_their_own_and_supervisors_all(
    door: Doorstep, phone: Phone
) -> None:
    api, client = phone
    body = _scan(door)
    await client.post("/api/v1/scans", json=body)
    path = f"/api/v1/scans/{body['scanId']}/revert"

    assert (await (await api.as_("scanner_only")).post(path)).status_code == 403
    assert (await (await api.as_("viewer")).post(path)).status_code == 403
    assert (await (await api.as_("staff")).post(path)).status_code == 200


async def test_the_manifest_is_for_who_scans(door: Doorstep, phone: Phone) -> None:
    api, client = phone
    path = f"/api/v1/manifest?eventId={door.show.event_id}"

    manifest = await client.get(path)

    assert manifest.json()["key"] == scanning.manifest_key("tests-" * 8)
    assert (await (await api.as_("viewer")).get(path)).status_code == 403
    unknown = await client.get(f"/api/v1/manifest?eventId={new_id()}")
    assert unknown.status_code == 404


async def test_an_incident_is_shown_and_settled(door: Doorstep, phone: Phone) -> None:
    api, client = phone
    await client.post("/api/v1/scans", json=_scan(door))
    late = _scan(door, isOffline=True, offlineResult="ok")
    assert (await client.post("/api/v1/scans", json=late)).json()["isConflict"] is True
    staff, viewer = await api.as_("staff"), await api.as_("viewer")

    (incident,) = (await viewer.get("/api/v1/scan-incidents?isResolved=false")).json()["items"]
    path = f"/api/v1/scan-incidents/{incident['id']}/resolve"

    assert incident["kind"] == "double_entry"
    assert (await viewer.post(path, json={"resolution": "fine"})).status_code == 403
    assert (await staff.post(path, json={"resolution": "fine"})).json()["resolution"] == "fine"
    assert (await staff.get("/api/v1/scan-incidents?isResolved=false")).json()["items"] == []


async def test_a_session_is_begun_ended_and_listed(door: Doorstep, phone: Phone) -> None:
    api, client = phone
    begun = await client.post("/api/v1/scan-sessions", json={"eventId": str(door.show.event_id)})
    path = f"{begun.headers['location']}/end"

    assert begun.status_code == 201
    assert (await (await api.as_("scanner_only")).post(path)).status_code == 403
    assert (await client.post(path)).json()["endedAt"] is not None
    listed = await client.get(f"/api/v1/scan-sessions?eventId={door.show.event_id}")
    assert [session["id"] for session in listed.json()["items"]] == [begun.json()["id"]]


async def test_another_houses_scan_cannot_be_taken_back(
    door: Doorstep, phone: Phone, database: Database
) -> None:
    _, client = phone
    rival = await a_doorstep(database, "rival")
    theirs = await rival.scan()

    answer = await client.post(f"/api/v1/scans/{theirs.scan_id}/revert")

    assert answer.status_code == 404
