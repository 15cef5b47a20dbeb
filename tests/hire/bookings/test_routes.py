"""Bookings over HTTP: who may do what, what is told, what a retry does."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from houseful.hire.bookings.rules import FIRM_STATES, LIFE, SOFT_STATES
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from tests.api import Api, problem_of
from tests.builders.accounts import House, a_member
from tests.builders.calendar import at
from tests.builders.hire import a_booking
from tests.builders.venues import a_space

BOOKINGS = "/api/v1/bookings"
STARTS, ENDS = "2035-05-05T18:00:00+02:00", "2035-05-05T23:00:00+02:00"


async def _body(database: Database, house: House, **fields: Any) -> dict[str, Any]:
    space = await database.run(house.organization_id, a_space)
    wish = {"spaceId": str(space.id), "startsAt": STARTS, "endsAt": ENDS, "attendance": 300}
    return {"title": "Harvest Ball", "spaces": [wish]} | fields


async def test_a_booking_goes_from_inquiry_to_closed(
    api: Api, database: Database, house: House, clock: TravelClock
) -> None:
    clock.freeze(datetime.fromisoformat(ENDS) - timedelta(hours=1))
    admin = await api.as_("admin")

    made = await admin.post(BOOKINGS, json=await _body(database, house, status="inquiry"))
    path = made.headers["location"]
    acts = [
        await admin.post(f"{path}/{act}", json=json)
        for act, json in (
            ("hold", {}),
            ("offer", {"reason": "Proposal sent"}),
            ("contract", None),
            ("confirm", {}),
            ("complete", None),
            ("close", None),
        )
    ]
    story = await admin.get(f"{path}/acts")
    audit = await admin.get("/api/v1/audit", params={"resourceType": "bookings"})

    assert made.status_code == 201, made.text
    assert made.json()["startsAt"] == "2035-05-05T16:00:00Z"
    assert made.json()["timezone"] == "Europe/Berlin"
    assert [act.json()["status"] for act in acts] == [
        "hold",
        "offered",
        "contracted",
        "confirmed",
        "completed",
        "closed",
    ]
    assert [act["act"] for act in story.json()["items"]][:2] == ["inquire", "hold"]
    assert audit.json()["items"][0]["action"] == "hire.booking.created"


@pytest.mark.parametrize(
    ("act", "json"),
    [("confirm", {"reason": "Now"}), ("contract", None), ("cancel", {"reason": "Rain"})],
)
async def test_what_binds_the_house_is_for_its_admins(
    api: Api, database: Database, house: House, act: str, json: Any
) -> None:
    booking = await database.run(house.organization_id, a_booking)
    staff = await api.as_("staff")

    answer = await staff.post(f"{BOOKINGS}/{booking.id}/{act}", json=json)
    released = await staff.post(f"{BOOKINGS}/{booking.id}/release", json={})

    assert answer.status_code == 403
    assert released.json()["status"] == "released"


async def test_a_retry_with_the_same_key_holds_once(
    api: Api, database: Database, house: House
) -> None:
    admin, body = await api.as_("admin"), await _body(database, house)
    key = {"idempotency-key": "one"}

    first = await admin.post(BOOKINGS, json=body, headers=key)
    again = await admin.post(BOOKINGS, json=body, headers=key)
    listed = await admin.get(BOOKINGS)

    assert first.json()["id"] == again.json()["id"]
    assert len(listed.json()["items"]) == 1
    assert listed.json()["items"][0]["rank"] == 1


async def test_a_conflict_says_with_what_and_what_is_free(
    api: Api, database: Database, house: House
) -> None:
    admin, body = await api.as_("admin"), await _body(database, house)
    made = await admin.post(BOOKINGS, json=body)
    await admin.post(f"{made.headers['location']}/confirm", json={"reason": "Signed on paper"})

    refused = await admin.post(BOOKINGS, json=body)
    backup = await admin.post(BOOKINGS, json=body | {"asBackup": True})

    problem = problem_of(refused)
    assert (refused.status_code, problem["type"]) == (409, "urn:houseful:problem:space-taken")
    assert problem["conflicts"][0]["label"] == "Harvest Ball"
    assert problem["conflicts"][0]["status"] == "confirmed"
    assert problem["alternatives"][0]["days"] == 1
    assert (backup.status_code, backup.json()["isBackup"]) == (201, True)


async def test_who_does_not_see_a_space_is_not_told_what_state_its_booking_is_in(
    api: Api, database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall = await a_space(uow)
        part = await a_space(uow, hall.venue_id, parent_space_id=hall.id)
        await a_booking(uow, [(hall.id, 18, 22)], in_state="confirmed", title="Secret wedding")
    await a_member(database, house, "max@playhouse.example", role="admin", space_ids=[part.id])
    caller = await api.as_person("max@playhouse.example")
    wish = {"spaceId": str(part.id), "startsAt": at(19).isoformat(), "endsAt": at(20).isoformat()}

    refused = await caller.post(BOOKINGS, json={"title": "Tea", "spaces": [wish]})

    (conflict,) = problem_of(refused)["conflicts"]
    assert conflict.keys() == {"startsAt", "endsAt", "source"}


async def test_filters_find_what_they_say(api: Api, database: Database, house: House) -> None:
    booking = await database.run(house.organization_id, a_booking, title="Spring Gala")
    await database.run(house.organization_id, a_booking, in_state="inquiry")
    viewer = await api.as_("admin")

    async def titles(**query: str) -> list[str]:
        listed = await viewer.get(BOOKINGS, params=query)
        assert listed.status_code == 200, listed.text
        return [item["title"] for item in listed.json()["items"]]

    assert await titles(status="hold") == ["Spring Gala"]
    assert await titles(title="gala") == ["Spring Gala"]
    assert await titles(spaceId=str(booking.spaces[0].space_id)) == ["Spring Gala"]
    assert await titles(fromAt="2035-05-01T22:00:00Z") == []
    assert len(await titles(fromAt="2035-05-01T21:00:00Z", toAt="2035-05-02T00:00:00Z")) == 2


async def test_who_is_limited_to_some_spaces_sees_only_their_bookings(
    api: Api, database: Database, house: House
) -> None:
    mine = await database.run(house.organization_id, a_booking, title="Mine")
    other = await database.run(house.organization_id, a_booking, title="Other")
    await a_member(database, house, "max@playhouse.example", space_ids=[mine.spaces[0].space_id])
    max_ = await api.as_person("max@playhouse.example")

    listed = await max_.get(BOOKINGS)
    hidden = await max_.get(f"{BOOKINGS}/{other.id}")
    refused = await max_.post(f"{BOOKINGS}/{other.id}/release", json={})

    assert [item["title"] for item in listed.json()["items"]] == ["Mine"]
    assert (hidden.status_code, refused.status_code) == (404, 404)


async def test_a_challenge_runs_over_http(api: Api, database: Database, house: House) -> None:
    admin, body = await api.as_("admin"), await _body(database, house)
    first = await admin.post(BOOKINGS, json=body)
    second = await admin.post(BOOKINGS, json=body)

    opened = await admin.post(f"{second.headers['location']}/challenge", json={"hours": 8})
    answered = await admin.post(
        f"{first.headers['location']}/answer-challenge", json={"answer": "release"}
    )
    listed = await admin.get("/api/v1/challenges", params={"bookingId": first.json()["id"]})
    read = await admin.get(opened.headers["location"])
    late = await admin.post(f"{opened.headers['location']}/withdraw", json={})

    assert opened.status_code == 201, opened.text
    assert answered.json()["status"] == "released"
    assert answered.json()["seniors"][0]["answer"] == "released"
    assert [item["id"] for item in listed.json()["items"]] == [opened.json()["id"]]
    assert read.json()["confirmBy"] is not None
    assert late.status_code == 409


async def test_a_change_names_the_version_it_read(
    api: Api, database: Database, house: House
) -> None:
    booking = await database.run(house.organization_id, a_booking)
    staff = await api.as_("staff")
    path = f"{BOOKINGS}/{booking.id}"
    tag = {"if-match": (await staff.get(path)).headers["etag"]}

    changed = await staff.patch(path, json={"purpose": "Ball", "title": "Ball"}, headers=tag)
    stale = await staff.patch(path, json={"purpose": "Late"}, headers=tag)
    bare = await staff.patch(path, json={"purpose": "Late"})

    assert (changed.status_code, changed.json()["purpose"]) == (200, "Ball")
    assert (stale.status_code, bare.status_code) == (412, 428)


async def test_an_act_that_names_a_version_is_done_to_that_one_only(
    api: Api, database: Database, house: House
) -> None:
    admin = await api.as_("admin")
    made = await admin.post(BOOKINGS, json=await _body(database, house))
    path, seen = made.headers["location"], {"if-match": made.headers["etag"]}
    moved = await admin.patch(path, json={"title": "Another ball"}, headers=seen)
    confirm = {"reason": "Paid"}

    late = await admin.post(f"{path}/confirm", json=confirm, headers=seen)
    odd = await admin.post(f"{path}/confirm", json=confirm, headers={"if-match": "yesterday"})
    now = {"if-match": moved.headers["etag"], "idempotency-key": "confirm-once-only"}
    done = await admin.post(f"{path}/confirm", json=confirm, headers=now)
    again = await admin.post(f"{path}/confirm", json=confirm, headers=now)
    unnamed = await admin.post(f"{path}/unconfirm", json={"reason": "Mistake"})

    assert [late.status_code, odd.status_code] == [412, 412]
    assert problem_of(late)["type"].endswith("version-mismatch")
    assert done.json()["status"] == again.json()["status"] == "confirmed"
    assert done.headers["etag"] not in {made.headers["etag"], moved.headers["etag"]}
    assert unnamed.json()["status"] == "hold"


def test_a_bookings_life_begins_once_and_has_five_ends() -> None:
    assert LIFE.ends == {"declined", "released", "lost", "cancelled", "closed"}
    assert LIFE.starts == {"inquiry"}
    assert LIFE.states > FIRM_STATES | SOFT_STATES


async def test_a_hold_is_not_let_expire_in_the_past(
    api: Api, database: Database, house: House
) -> None:
    booking = await database.run(house.organization_id, a_booking)
    admin = await api.as_("admin")
    path = f"{BOOKINGS}/{booking.id}"
    tag = {"if-match": (await admin.get(path)).headers["etag"]}

    past = await admin.patch(path, json={"holdExpiresAt": "2020-01-01T00:00:00Z"}, headers=tag)
    later = await admin.patch(path, json={"holdExpiresAt": "2035-01-01T00:00:00Z"}, headers=tag)

    assert past.status_code == 422
    assert problem_of(past)["errors"][0]["pointer"] == "/holdExpiresAt"
    assert later.json()["holdExpiresAt"] == "2035-01-01T00:00:00Z"
