"""Devices: enrolled once by a code that grows old, out of service at once."""

import asyncio
from datetime import timedelta

import pytest

from houseful import scanning
from houseful.audit import AlreadyExists
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import NotFound, Problem, TooManyRequests
from houseful.kernel.secrets import token_hash
from houseful.scanning.devices import TRIES_PER_ADDRESS
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.scanning import a_device, an_enrolled_device


async def _code(database: Database, house: House, device: scanning.Device) -> str:
    made: scanning.EnrolmentCode = await database.run(
        house.organization_id, scanning.make_enrolment_code, device.id
    )
    return made.code


async def _read(database: Database, house: House, device: scanning.Device) -> scanning.Device:
    return await database.run(house.organization_id, scanning.get_device, device.id)


async def test_a_code_enrols_once_however_many_try_at_once(
    database: Database, house: House
) -> None:
    device = await a_device(database, house.organization_id)
    code = await _code(database, house, device)

    async def attempt() -> str:
        try:
            return (await scanning.enrol_device(database, code)).key
        except Problem as problem:
            return problem.kind

    answers = await asyncio.gather(*(attempt() for _ in range(8)))

    keys = [answer for answer in answers if answer.startswith(scanning.KEY_PREFIX)]
    assert len(keys) == 1
    assert answers.count("enrol-code-invalid") == 7
    enrolled = await _read(database, house, device)
    assert enrolled.status == "enrolled"
    assert enrolled.key_hash == token_hash(keys[0])
    assert enrolled.enrol_hash is None


async def test_a_code_is_read_as_people_type_it(database: Database, house: House) -> None:
    device = await a_device(database, house.organization_id)
    code = await _code(database, house, device)
    typed = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "

    assert (await scanning.enrol_device(database, typed)).device.id == device.id


async def test_a_code_grows_old_and_is_replaced(
    database: Database, house: House, clock: TravelClock
) -> None:
    device = await a_device(database, house.organization_id)
    first = await _code(database, house, device)
    second = await _code(database, house, device)

    with pytest.raises(scanning.EnrolCodeInvalid):
        await scanning.enrol_device(database, first)
    clock.freeze(clock.now() + timedelta(minutes=15))
    with pytest.raises(scanning.EnrolCodeInvalid):
        await scanning.enrol_device(database, second)
    assert (await _read(database, house, device)).status == "invited"


async def test_guessing_codes_is_slowed_down(database: Database) -> None:
    for _ in range(TRIES_PER_ADDRESS):
        with pytest.raises(scanning.EnrolCodeInvalid):
            await scanning.enrol_device(database, "0000-0000-0000")

    with pytest.raises(TooManyRequests):
        await scanning.enrol_device(database, "0000-0000-0000")


async def test_another_phone_takes_the_place_of_the_first(
    database: Database, house: House, api: Api
) -> None:
    first = await an_enrolled_device(database, house.organization_id)
    code = await _code(database, house, first.device)
    client = _client(api, first.key)
    assert (await client.get("/api/v1/gates")).status_code == 200

    second = await scanning.enrol_device(database, code)

    assert second.device.id == first.device.id
    assert (await client.get("/api/v1/gates")).status_code == 401
    assert (await _client(api, second.key).get("/api/v1/gates")).status_code == 200


async def test_a_revoked_device_is_out_at_once_and_for_good(
    database: Database, house: House, api: Api
) -> None:
    enrolled = await an_enrolled_device(database, house.organization_id)
    client = _client(api, enrolled.key)
    assert (await client.get("/api/v1/scans")).status_code == 200

    for _ in range(2):
        await database.run(house.organization_id, scanning.revoke_device, enrolled.device.id)

    assert (await client.get("/api/v1/scans")).status_code == 401
    with pytest.raises(scanning.DeviceRevoked):
        await _code(database, house, enrolled.device)


async def test_a_device_scans_and_does_nothing_else(
    database: Database, house: House, api: Api
) -> None:
    client = _client(api, (await an_enrolled_device(database, house.organization_id)).key)

    assert (await client.get("/api/v1/promoter/events")).status_code == 200
    for method, path in (
        ("GET", "/api/v1/devices"),
        ("GET", "/api/v1/orders"),
        ("GET", "/api/v1/memberships"),
        ("POST", "/api/v1/gate-assignments"),
    ):
        assert (await client.request(method, path, json={})).status_code == 403, path


async def test_a_key_opens_no_other_house(
    database: Database, house: House, other_house: House, api: Api
) -> None:
    enrolled = await an_enrolled_device(database, house.organization_id)
    client = _client(api, enrolled.key)
    client.headers["x-org"] = str(other_house.organization_id)

    assert (await client.get("/api/v1/scans")).status_code == 401


async def test_it_is_noted_when_a_device_is_seen_and_its_version_stays(
    database: Database, house: House, api: Api, clock: TravelClock
) -> None:
    enrolled = await an_enrolled_device(database, house.organization_id)
    clock.freeze(clock.now() + timedelta(hours=1))

    await _client(api, enrolled.key).get("/api/v1/scans")

    seen = await _read(database, house, enrolled.device)
    assert seen.last_seen_at == clock.now()
    assert seen.version == enrolled.device.version


async def test_two_devices_do_not_share_a_name(database: Database, house: House) -> None:
    await a_device(database, house.organization_id, "Main 1")

    with pytest.raises(AlreadyExists):
        await a_device(database, house.organization_id, "Main 1")


async def test_the_office_adds_renames_and_enrols_over_http(api: Api, database: Database) -> None:
    client = await api.as_("admin")
    made = await client.post("/api/v1/devices", json={"name": "Main 1"})
    path = made.headers["location"]
    renamed = await client.patch(
        path, json={"name": "Main 2"}, headers={"if-match": made.headers["etag"]}
    )
    stale = await client.patch(
        path, json={"name": "Main 3"}, headers={"if-match": made.headers["etag"]}
    )
    code = (await client.post(f"{path}/enrolment-code")).json()["code"]
    enrolled = await api.guest().post("/api/v1/devices/enrol", json={"code": code})
    again = await api.guest().post("/api/v1/devices/enrol", json={"code": code})

    assert made.status_code == 201
    assert renamed.json()["name"] == "Main 2"
    assert stale.status_code == 412
    assert enrolled.json()["key"].startswith(scanning.KEY_PREFIX)
    assert enrolled.json()["organizationId"] == str(api.house.organization_id)
    assert problem_of(again)["type"].endswith("enrol-code-invalid")
    assert "key" not in (await client.get(path)).text.lower().replace("keys", "")


async def test_staff_see_devices_and_cannot_change_them(api: Api) -> None:
    admin, staff = await api.as_("admin"), await api.as_("staff")
    path = (await admin.post("/api/v1/devices", json={"name": "Main 1"})).headers["location"]

    assert (await staff.get("/api/v1/devices")).json()["items"][0]["name"] == "Main 1"
    assert (await staff.post("/api/v1/devices", json={"name": "Mine"})).status_code == 403
    assert (await staff.post(f"{path}/revoke")).status_code == 403
    assert (await staff.post(f"{path}/enrolment-code")).status_code == 403


async def test_a_device_of_another_house_is_not_there(
    database: Database, house: House, other_house: House
) -> None:
    theirs = await a_device(database, other_house.organization_id)

    async def revoke(uow: UnitOfWork) -> None:
        await scanning.revoke_device(uow, theirs.id)

    with pytest.raises(NotFound):
        await database.run(house.organization_id, revoke)


def _client(api: Api, key: str):
    return api.guest(**{"authorization": f"Bearer {key}", "x-org": str(api.house.organization_id)})
