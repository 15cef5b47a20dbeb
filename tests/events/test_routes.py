"""Events and series over HTTP, for who puts them on and for the public."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from houseful.kernel.database import Database
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.events import an_event
from tests.builders.venues import a_space, a_venue

EVENTS = "/api/v1/promoter/events"
SERIES = "/api/v1/promoter/series"
SHOP = {"organization": "playhouse"}


def _in_days(days: float, *, offset: str = "+02:00") -> str:
    at = datetime.now(UTC).replace(microsecond=0, tzinfo=None) + timedelta(days=days)
    return at.isoformat() + offset


def _tag(answer: Any) -> dict[str, str]:
    return {"if-match": answer.headers["etag"]}


async def test_an_event_goes_from_draft_to_archive(
    api: Api, database: Database, house: House
) -> None:
    space = await database.run(house.organization_id, a_space)
    admin = await api.as_("admin")
    body = {
        "name": "Brühl live",
        "venueId": str(space.venue_id),
        "spaceIds": [str(space.id)],
        "startAt": _in_days(30),
        "endAt": _in_days(30.1),
        "settings": {"currency": "EUR"},
    }

    made = await admin.post(EVENTS, json=body)
    path = made.headers["location"]
    acts = [
        await admin.post(f"{path}/{act}", json=json)
        for act, json in (
            ("publish", None),
            ("go-live", None),
            ("end", None),
            ("archive", None),
        )
    ]
    once_more = await admin.post(f"{path}/publish")

    assert made.status_code == 201, made.text
    assert (made.json()["slug"], made.json()["status"]) == ("bruhl-live", "draft")
    assert made.json()["timezone"] == "Europe/Berlin"
    assert made.json()["startAt"].endswith("Z")
    assert [act.json()["status"] for act in acts] == ["published", "live", "ended", "archived"]
    assert once_more.status_code == 409
    assert problem_of(once_more)["type"] == "urn:houseful:problem:illegal-transition"
    assert (problem_of(once_more)["state"], problem_of(once_more)["act"]) == (
        "archived",
        "publish",
    )


async def test_every_change_is_audited(api: Api, database: Database, house: House) -> None:
    event = await database.run(house.organization_id, an_event, in_state="draft")
    admin = await api.as_("admin")

    await admin.post(f"{EVENTS}/{event.id}/publish")
    acts = await admin.get("/api/v1/audit")

    mine = [act for act in acts.json()["items"] if act["resourceId"] == str(event.id)]
    assert [act["action"] for act in mine] == [
        "events.event.created",
        "events.event.published",
    ]
    assert mine[1]["changes"]["status"] == ["draft", "published"]


async def test_postponing_and_cancelling_tell_the_public_why(
    api: Api, database: Database, house: House
) -> None:
    event = await database.run(house.organization_id, an_event)
    admin = await api.as_("admin")
    page = f"/api/client/events/{event.slug}"

    put_off = await admin.post(f"{EVENTS}/{event.id}/postpone", json={"reason": "Illness"})
    seen = await api.guest().get(page, params=SHOP)
    cancelled = await admin.post(f"{EVENTS}/{event.id}/cancel", json={"reason": "Flood"})
    seen_after = await api.guest().get(page, params=SHOP)

    assert put_off.json()["status"] == "postponed"
    assert (seen.json()["status"], seen.json()["statusReason"]) == ("postponed", "Illness")
    assert cancelled.json()["status"] == "cancelled"
    assert (seen_after.json()["status"], seen_after.json()["statusReason"]) == (
        "cancelled",
        "Flood",
    )


async def test_the_public_sees_what_is_to_come_and_no_drafts(
    api: Api, database: Database, house: House
) -> None:
    for state in ("draft", "published", "live", "ended", "postponed", "cancelled", "archived"):
        await database.run(house.organization_id, an_event, in_state=state, name=state)
    guest = api.guest()

    listed = await guest.get("/api/client/events", params=SHOP)
    pages = {
        state: (await guest.get(f"/api/client/events/{state}", params=SHOP)).status_code
        for state in ("draft", "published", "ended", "cancelled", "archived")
    }

    assert [event["name"] for event in listed.json()["items"]] == [
        "published",
        "live",
        "postponed",
    ]
    assert listed.json()["items"][0]["venue"]["name"] == "The Playhouse"
    assert "settings" not in listed.json()["items"][0]
    assert pages == {
        "draft": 404,
        "published": 200,
        "ended": 200,
        "cancelled": 200,
        "archived": 404,
    }


async def test_no_event_takes_a_word_of_the_public_address(api: Api) -> None:
    admin = await api.as_("admin")

    asked = await admin.post(EVENTS, json={"name": "Orders", "slug": "orders"})
    named = await admin.post(EVENTS, json={"name": "Orders"})

    assert problem_of(asked)["errors"][0]["pointer"] == "/slug"
    assert named.json()["slug"] == "orders-2"


async def test_a_slug_is_used_once_and_made_unique_when_it_is_not_given(api: Api) -> None:
    admin = await api.as_("admin")

    made = [await admin.post(EVENTS, json={"name": "Songs"}) for _ in range(3)]
    taken = await admin.post(EVENTS, json={"name": "Other", "slug": "songs"})
    renamed = await admin.patch(
        made[2].headers["location"], json={"slug": "songs"}, headers=_tag(made[2])
    )

    assert [each.json()["slug"] for each in made] == ["songs", "songs-2", "songs-3"]
    assert (taken.status_code, renamed.status_code) == (409, 409)
    assert problem_of(taken)["type"] == "urn:houseful:problem:event-slug-taken"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"startAt": _in_days(-2), "endAt": _in_days(-1)}, "/startAt"),
        ({"startAt": _in_days(2), "endAt": _in_days(1)}, "/endAt"),
        ({"startAt": _in_days(2), "endAt": _in_days(3), "doorsAt": _in_days(2.5)}, "/doorsAt"),
        ({"startAt": _in_days(2)}, "/endAt"),
        ({"slug": "No Spaces"}, "/slug"),
        ({"maxCapacity": 0}, "/maxCapacity"),
        ({"name": ""}, "/name"),
    ],
)
async def test_bad_input_says_where_and_makes_nothing(
    api: Api, change: dict[str, Any], pointer: str
) -> None:
    admin = await api.as_("admin")

    answer = await admin.post(EVENTS, json={"name": "Songs"} | change)

    assert answer.status_code == 422, answer.text
    assert problem_of(answer)["errors"][0]["pointer"] == pointer
    assert (await admin.get(EVENTS)).json()["items"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"startAt": _in_days(2, offset=""), "endAt": _in_days(3, offset="")},
        {"startAt": "0001-01-01T00:00:00+14:00", "endAt": _in_days(3)},
        {"description": "a\u0000b"},
        {"settings": {"note": "a\u0000b"}},
        {"colour": "red"},
        {"spaceIds": "all"},
    ],
)
async def test_what_cannot_be_read_or_stored_is_refused(api: Api, change: dict[str, Any]) -> None:
    admin = await api.as_("admin")

    answer = await admin.post(EVENTS, json={"name": "Songs"} | change)

    assert answer.status_code == 422, answer.text
    assert problem_of(answer)["type"] == "urn:houseful:problem:invalid"
    assert (await admin.get(EVENTS)).json()["items"] == []


async def test_spaces_must_be_of_the_venue_and_named_once(
    api: Api, database: Database, house: House
) -> None:
    space = await database.run(house.organization_id, a_space)
    elsewhere = await database.run(house.organization_id, a_venue)
    admin = await api.as_("admin")

    wrong_venue = await admin.post(
        EVENTS,
        json={"name": "X", "venueId": str(elsewhere.id), "spaceIds": [str(space.id)]},
    )
    no_venue = await admin.post(EVENTS, json={"name": "X", "spaceIds": [str(space.id)]})
    twice = await admin.post(
        EVENTS,
        json={"name": "X", "venueId": str(space.venue_id), "spaceIds": [str(space.id)] * 2},
    )

    pointers = [
        problem_of(answer)["errors"][0]["pointer"] for answer in (wrong_venue, no_venue, twice)
    ]
    assert pointers == ["/spaceIds/0", "/venueId", "/spaceIds"]


async def test_publishing_into_a_taken_space_is_a_conflict_that_says_with_what(
    api: Api, database: Database, house: House
) -> None:
    first = await database.run(house.organization_id, an_event, name="Opera")
    second = await database.run(
        house.organization_id,
        an_event,
        in_state="draft",
        venue_id=first.venue_id,
        space_ids=first.space_ids,
    )
    admin = await api.as_("admin")

    answer = await admin.post(f"{EVENTS}/{second.id}/publish")

    assert answer.status_code == 409
    assert problem_of(answer)["type"] == "urn:houseful:problem:space-taken"
    assert problem_of(answer)["conflicts"][0]["label"] == "Opera"


async def test_a_viewer_reads_and_changes_nothing(
    api: Api, database: Database, house: House
) -> None:
    event = await database.run(house.organization_id, an_event, in_state="draft")
    viewer = await api.as_("viewer")

    assert (await viewer.get(f"{EVENTS}/{event.id}")).status_code == 200
    assert (await viewer.post(f"{EVENTS}/{event.id}/publish")).status_code == 403
    assert (await viewer.post(EVENTS, json={"name": "Songs"})).status_code == 403


async def test_events_are_found_by_state_venue_series_time_and_name(
    api: Api, database: Database, house: House
) -> None:
    admin = await api.as_("admin")
    series = (await admin.post(SERIES, json={"name": "Spring"})).json()
    draft = await database.run(
        house.organization_id,
        an_event,
        in_state="draft",
        name="Draft of songs",
        series_id=series["id"],
    )
    published = await database.run(house.organization_id, an_event, name="Opera")

    async def found(**params: Any) -> list[str]:
        answer = await admin.get(EVENTS, params=params)
        assert answer.status_code == 200, answer.text
        return [event["name"] for event in answer.json()["items"]]

    assert await found(status="published") == ["Opera"]
    assert await found(venueId=str(draft.venue_id)) == ["Draft of songs"]
    assert await found(seriesId=series["id"]) == ["Draft of songs"]
    assert await found(name="SONG") == ["Draft of songs"]
    assert await found(fromAt=_in_days(60)) == []
    assert await found(fromAt=_in_days(1), toAt=_in_days(60)) == ["Draft of songs", "Opera"]
    assert published.series_id is None


async def test_a_series_is_changed_and_removed_while_it_has_no_events(
    api: Api, database: Database, house: House
) -> None:
    admin = await api.as_("admin")
    made = await admin.post(SERIES, json={"name": "Spring Nights"})
    path = made.headers["location"]
    event = await database.run(
        house.organization_id, an_event, in_state="draft", series_id=made.json()["id"]
    )

    changed = await admin.patch(path, json={"name": "May Nights"}, headers=_tag(made))
    refused = await admin.delete(path)
    await admin.delete(f"{EVENTS}/{event.id}")
    removed = await admin.delete(path)

    assert (made.json()["slug"], changed.json()["name"]) == ("spring-nights", "May Nights")
    assert (refused.status_code, removed.status_code) == (409, 204)


async def test_another_tenants_events_and_series_are_not_there(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    rival = await api.as_("owner", other_house)
    series = (await rival.post(SERIES, json={"name": "Theirs"})).json()
    event = await database.run(other_house.organization_id, an_event, in_state="draft")
    owner = await api.as_("owner")
    path = f"{EVENTS}/{event.id}"
    tag = {"if-match": f'"{event.version}"'}

    answers = [
        await owner.get(path),
        await owner.patch(path, json={"name": "Mine"}, headers=tag),
        await owner.delete(path),
        *[
            await owner.post(f"{path}/{act}", json=json)
            for act, json in (
                ("publish", None),
                ("go-live", None),
                ("end", None),
                ("archive", None),
                ("postpone", {}),
                ("cancel", {}),
            )
        ],
        await owner.get(f"{SERIES}/{series['id']}"),
        await owner.patch(f"{SERIES}/{series['id']}", json={"name": "M"}, headers=tag),
        await owner.delete(f"{SERIES}/{series['id']}"),
        await owner.post(EVENTS, json={"name": "X", "venueId": str(event.venue_id)}),
        await owner.post(EVENTS, json={"name": "X", "seriesId": series["id"]}),
        await api.guest().get(f"/api/client/events/{event.slug}", params=SHOP),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert (await rival.get(path)).json()["version"] == event.version
    assert (await owner.get(EVENTS)).json()["items"] == []


async def test_the_same_key_drafts_one_event(api: Api) -> None:
    admin = await api.as_("admin")
    key = {"idempotency-key": "draft-1"}

    first = await admin.post(EVENTS, json={"name": "Songs"}, headers=key)
    again = await admin.post(EVENTS, json={"name": "Songs"}, headers=key)

    assert again.json() == first.json()
    assert len((await admin.get(EVENTS)).json()["items"]) == 1
