"""Venue events: three ways in, one row for a promoter's event, and references that stay."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from houseful.hire.services import services_of
from houseful.hire.subscribers import PAPERS
from houseful.hire.venue_events.models import VenueEvent
from houseful.hire.venue_events.promoter import Promoter
from houseful.hire.venue_events.schemas import NewVenueEvent, ShownVenueEvent
from houseful.hire.venue_events.service import (
    create_venue_event,
    link_promoter,
    sync_booking_event,
)
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.jobs import Worker
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.calendar import at
from tests.builders.events import an_event
from tests.builders.hire import a_booking, do
from tests.builders.hire_papers import a_deposit
from tests.builders.venues import a_space

assert PAPERS, "what the papers hear is registered"
AT, BOOKINGS = "/api/v1/events", "/api/v1/bookings"
PLACEHOLDER = {"title": "Guests", "placeholder": True, "placeholderPromoterName": "Paula"}


def _tag(answer: Any) -> dict[str, str]:
    return {"if-match": answer.headers["etag"]}


async def _a_placeholder(uow: UnitOfWork) -> UUID:
    data = NewVenueEvent(title="Guests", placeholder=True, placeholder_promoter_name="Paula")
    return (await create_venue_event(uow, data)).event.id


async def test_a_reference_is_one_of_the_two_and_nothing_between(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    event = await database.run(other_house.organization_id, an_event)
    admin = await api.as_("admin")
    ours = {"title": "The tour", "promoterEventId": str(event.id)}

    made = await admin.post(AT, json=ours)
    twice = await admin.post(AT, json=ours)
    refused = [
        await admin.post(AT, json=body)
        for body in (
            {"title": "Neither"},
            ours | {"placeholder": True, "placeholderPromoterName": "Both"},
            {"title": "Nameless", "placeholder": True, "placeholderPromoterName": " "},
            ours | {"placeholderPromoterName": "Paula"},
            {"title": "Unknown", "promoterEventId": "00000000-0000-7000-8000-000000000000"},
        )
    ]

    assert made.status_code == 201, made.text
    assert made.json()["isPlaceholder"] is False
    assert problem_of(twice)["venueEventId"] == made.json()["id"]
    assert [answer.status_code for answer in refused] == [422] * 5


async def test_what_it_refers_to_never_changes_by_hand(api: Api) -> None:
    admin = await api.as_("admin")
    made = await admin.post(AT, json=PLACEHOLDER)
    path = made.headers["location"]

    changed = await admin.patch(
        path, json={"title": "Guests of honour", "placeholderNotes": "Calls"}, headers=_tag(made)
    )
    refused = [
        await admin.patch(path, json=body, headers=_tag(changed))
        for body in ({"promoterEventId": "x" * 12}, {"isPlaceholder": False})
    ]

    assert changed.json()["title"] == "Guests of honour"
    assert [answer.status_code for answer in refused] == [422, 422]


async def test_a_placeholder_is_linked_once(api: Api, database: Database, house: House) -> None:
    first = str((await database.run(house.organization_id, an_event)).id)
    second = str((await database.run(house.organization_id, an_event)).id)
    admin = await api.as_("admin")
    path = (await admin.post(AT, json=PLACEHOLDER)).headers["location"]

    answers = [
        await admin.post(f"{path}/link-promoter", json={"promoterEventId": wanted})
        for wanted in (first, first, second)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert answers[0].headers["etag"] == answers[1].headers["etag"]
    assert answers[0].json()["isPlaceholder"] is False
    assert problem_of(answers[2])["type"].endswith("venue-event-already-linked")


async def test_a_draft_is_known_to_its_own_house_only(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    own = await database.run(house.organization_id, an_event, in_state="draft")
    strange = await database.run(other_house.organization_id, an_event, in_state="draft")
    admin = await api.as_("admin")
    path = (await admin.post(AT, json=PLACEHOLDER)).headers["location"]

    answers = [
        await admin.post(f"{path}/link-promoter", json={"promoterEventId": str(one.id)})
        for one in (strange, own)
    ]

    assert [answer.status_code for answer in answers] == [422, 200]


async def test_an_id_that_another_row_holds_is_merged_only_when_asked(
    api: Api, database: Database, house: House
) -> None:
    event = str((await database.run(house.organization_id, an_event)).id)
    admin = await api.as_("admin")
    holder = (await admin.post(AT, json={"title": "The tour", "promoterEventId": event})).json()

    async def confirm(uow: UnitOfWork) -> UUID:
        return (await sync_booking_event(uow, (await a_booking(uow)).id)).id

    placeholder = await database.run(house.organization_id, confirm)
    path = f"{AT}/{placeholder}/link-promoter"
    refused = await admin.post(path, json={"promoterEventId": event})
    merged = await admin.post(path, json={"promoterEventId": event, "merge": True})
    again = await admin.post(path, json={"promoterEventId": event, "merge": True})
    old = await admin.get(f"{AT}/{placeholder}")

    assert problem_of(refused)["venueEventId"] == holder["id"]
    assert merged.json()["id"] == again.json()["id"] == holder["id"]
    assert len(merged.json()["bookingIds"]) == 1
    assert old.json()["mergedIntoId"] == holder["id"]
    assert old.json()["bookingIds"] == []


async def test_the_database_keeps_the_reference(database: Database, house: House) -> None:
    event_id = str((await database.run(house.organization_id, an_event)).id)

    async def link(uow: UnitOfWork) -> ShownVenueEvent:
        return await link_promoter(uow, await _a_placeholder(uow), event_id)

    await database.run(house.organization_id, link)
    for change in ("promoter_event_id = 'another-one'", "is_placeholder = true"):

        async def rewrite(uow: UnitOfWork, what: str = change) -> None:
            await uow.execute(text(f"UPDATE venue_events SET {what}"))

        with pytest.raises(DBAPIError):
            await database.run(house.organization_id, rewrite)


async def test_a_confirmed_booking_finds_its_event_in_the_order_agreed(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> list[VenueEvent]:
        event = await an_event(uow)
        ours = await a_booking(uow, event_id=event.id)
        theirs = await a_booking(uow, promoter_event_id="66f0aa12bb34cc56dd78ee90")
        again = await a_booking(uow, promoter_event_id="66f0aa12bb34cc56dd78ee90")
        nobodys = await a_booking(uow, contact_name="Nora")
        bookings = (ours, theirs, again, nobodys, nobodys)
        found = [await sync_booking_event(uow, booking.id) for booking in bookings]
        assert found[0].promoter_event_id == str(event.id)
        return found

    ours, theirs, again, nobodys, same = await database.run(house.organization_id, story)

    assert not ours.is_placeholder
    assert theirs.id == again.id
    assert (nobodys.is_placeholder, nobodys.placeholder_promoter_name) == (True, "Nora")
    assert nobodys.id == same.id


async def test_confirming_makes_the_event_and_finance_tells_of_it(
    api: Api, database: Database, house: House
) -> None:
    async def confirm(uow: UnitOfWork) -> None:
        booking = await a_booking(uow)
        await a_deposit(uow, booking.id, in_state="paid")
        await do(uow, booking.id, "confirm")

    await database.run(house.organization_id, confirm)
    await Worker(database).drain()
    admin = await api.as_("admin")
    (event,) = (await admin.get(AT)).json()["items"]
    finance = (await admin.get(f"{AT}/{event['id']}/finance-status")).json()

    assert event["status"] == "confirmed"
    assert finance["financeLinked"] is True
    assert (finance["expectedMinor"], finance["paidMinor"], finance["outstandingMinor"]) == (
        100_000,
        100_000,
        0,
    )


async def test_many_confirmations_of_one_promoters_event_share_one_row(
    database: Database, house: House
) -> None:
    async def book(uow: UnitOfWork) -> UUID:
        return (await a_booking(uow, promoter_event_id="66f0aa12bb34cc56dd78ee90")).id

    bookings = [await database.run(house.organization_id, book) for _ in range(6)]
    await asyncio.gather(
        *(database.run(house.organization_id, sync_booking_event, one) for one in bookings)
    )

    async def count(uow: UnitOfWork) -> int:
        return await uow.first(select(func.count()).select_from(VenueEvent))

    assert await database.run(house.organization_id, count) == 1


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (httpx.Response(200, json={"id": "66f0aa12bb34cc56dd78ee90", "name": "Tour"}), 201),
        (httpx.Response(404, json={}), 422),
        (httpx.Response(500, text="down"), 503),
        (httpx.Response(200, text="no json"), 503),
        (None, 503),
    ],
)
async def test_what_the_promoter_service_has_not_confirmed_is_not_believed(
    api: Api, database: Database, answer: httpx.Response | None, status: int
) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if answer is None:
            raise httpx.ConnectError("refused", request=request)
        assert request.headers["x-internal-api-key"] == "key"
        return answer

    service = Promoter("http://promoter", "key", transport=httpx.MockTransport(respond))
    services_of(database).use_promoter(service)
    admin = await api.as_("admin")

    made = await admin.post(
        AT, json={"title": "Tour", "promoterEventId": "66f0aa12bb34cc56dd78ee90"}
    )

    assert made.status_code == status


async def test_a_show_is_referred_to_once_by_whichever_of_its_ids(
    api: Api, database: Database, other_house: House
) -> None:
    theirs = await database.run(
        other_house.organization_id, an_event, source_object_id="66f0aa12bb34cc56dd78ee90"
    )
    admin = await api.as_("admin")

    made = await admin.post(
        AT, json={"title": "Tour", "promoterEventId": "66f0aa12bb34cc56dd78ee90"}
    )
    again = await admin.post(AT, json={"title": "Tour", "promoterEventId": str(theirs.id)})

    assert made.json()["promoterEventId"] == str(theirs.id)
    assert again.status_code == 409


async def test_the_night_is_over_with_the_last_of_its_bookings(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        named = "a" * 24
        bookings = [
            await a_booking(uow, in_state="confirmed", promoter_event_id=named) for _ in range(2)
        ]
    await Worker(database).drain()
    seen: list[str] = []
    for booking in bookings:
        await database.run(house.organization_id, do, booking.id, "complete")
        await Worker(database).drain()
        async with database.unit_of_work(house.organization_id) as uow:
            seen += await uow.all(select(VenueEvent.status))

    assert seen == ["confirmed", "completed"]


async def test_a_booking_names_only_a_show_that_its_promoter_confirms(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    show = await database.run(other_house.organization_id, an_event)
    draft = await database.run(other_house.organization_id, an_event, in_state="draft")
    space = await database.run(house.organization_id, a_space)
    wish = {"spaceId": str(space.id), "startsAt": at(18).isoformat(), "endsAt": at(22).isoformat()}
    body = {"title": "The tour", "spaces": [wish]}
    admin = await api.as_("admin")

    made = await admin.post(BOOKINGS, json=body | {"promoterEventId": str(show.id)})
    path, tag = made.headers["location"], {"if-match": made.headers["etag"]}
    unknown = [
        await admin.post(BOOKINGS, json=body | {"promoterEventId": str(wrong)})
        for wrong in (new_id(), draft.id)
    ]
    changed = await admin.patch(path, json={"promoterEventId": str(new_id())}, headers=tag)
    services_of(database).use_promoter(
        Promoter(
            "http://promoter",
            "key",
            transport=httpx.MockTransport(lambda _request: httpx.Response(500)),
        )
    )
    down = await admin.post(BOOKINGS, json=body | {"promoterEventId": str(show.id)})
    forgotten = await admin.patch(path, json={"promoterEventId": None}, headers=tag)

    assert made.json()["promoterEventId"] == str(show.id)
    assert [answer.status_code for answer in (*unknown, changed)] == [422] * 3
    assert down.status_code == 503
    assert forgotten.json()["promoterEventId"] is None
