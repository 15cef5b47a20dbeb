"""From draft to archive, and what the event's spaces know of it."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from houseful import calendar, events
from houseful.calendar import Claim, SpaceTaken
from houseful.events import Cancellation, Postponement, ShownEvent
from houseful.events.problems import NotReadyToPublish, ScheduleFixed
from houseful.events.schemas import EventChanges
from houseful.events.service import remove_event, update_event
from houseful.events.subscribers import advance_events
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Invalid
from houseful.kernel.states import IllegalAct
from tests.builders.accounts import House
from tests.builders.events import an_event
from tests.builders.venues import a_space


async def _claims(database: Database, house: House, event_id: UUID) -> list[Claim]:
    return await database.run(house.organization_id, calendar.claims_of, "event", event_id)


async def _facts(uow: UnitOfWork, event_id: UUID) -> list[str]:
    found = await uow.execute(
        "SELECT kind FROM outbox WHERE subject_id = :id ORDER BY id", {"id": event_id}
    )
    return [kind.removeprefix("events.") for kind in found.scalars()]


async def _reach(
    database: Database, house: House, state: str = "published", **fields: Any
) -> ShownEvent:
    return await database.run(house.organization_id, an_event, in_state=state, **fields)


async def test_publishing_claims_the_spaces_from_doors_to_end_with_buffers(
    database: Database, house: House
) -> None:
    space = await database.run(
        house.organization_id, a_space, setup_minutes=120, teardown_minutes=30
    )

    event = await _reach(database, house, venue_id=space.venue_id, space_ids=[space.id])

    (claim,) = await _claims(database, house, event.id)
    assert event.doors_at is not None
    assert event.end_at is not None
    assert (claim.starts_at, claim.ends_at) == (event.doors_at, event.end_at)
    assert claim.taken_from == event.doors_at - timedelta(hours=2)
    assert claim.taken_until == event.end_at + timedelta(minutes=30)
    assert (claim.firm, claim.label) == (True, event.name)
    assert event.published_at is not None
    assert await database.run(house.organization_id, _facts, event.id) == ["EventPublished"]


async def test_a_draft_claims_nothing(database: Database, house: House) -> None:
    event = await _reach(database, house, "draft")

    assert await _claims(database, house, event.id) == []


async def test_two_events_cannot_be_published_into_one_space(
    database: Database, house: House
) -> None:
    first = await _reach(database, house)
    second = await _reach(
        database, house, "draft", venue_id=first.venue_id, space_ids=first.space_ids
    )

    with pytest.raises(SpaceTaken) as raised:
        await database.run(house.organization_id, events.publish_event, second.id)

    assert raised.value.fields["conflicts"][0]["label"] == first.name
    unchanged = await database.run(house.organization_id, events.get_event, second.id)
    assert (unchanged.status, unchanged.version) == ("draft", second.version)


async def test_of_many_that_publish_at_once_one_gets_the_space(
    database: Database, house: House
) -> None:
    first = await _reach(database, house, "draft")
    drafts = [first] + [
        await _reach(database, house, "draft", venue_id=first.venue_id, space_ids=first.space_ids)
        for _ in range(7)
    ]

    answers = await asyncio.gather(
        *(database.run(house.organization_id, events.publish_event, draft.id) for draft in drafts),
        return_exceptions=True,
    )

    assert sum(not isinstance(answer, BaseException) for answer in answers) == 1
    assert sum(isinstance(answer, SpaceTaken) for answer in answers) == 7


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"start_at": None, "end_at": None, "doors_at": None}, ["startAt", "endAt"]),
        ({"venue_id": None, "space_ids": []}, ["venueId", "spaceIds"]),
    ],
)
async def test_what_an_event_lacks_to_be_published_is_named(
    database: Database, house: House, fields: dict[str, Any], missing: list[str]
) -> None:
    event = await _reach(database, house, "draft", **fields)

    with pytest.raises(NotReadyToPublish) as raised:
        await database.run(house.organization_id, events.publish_event, event.id)

    assert raised.value.fields["missing"] == missing


async def test_an_event_that_should_have_begun_is_not_published(
    database: Database, house: House, clock: TravelClock
) -> None:
    event = await _reach(database, house, "draft")
    clock.travel(timedelta(days=40))

    with pytest.raises(Invalid):
        await database.run(house.organization_id, events.publish_event, event.id)


async def test_postponing_until_further_notice_gives_the_spaces_back(
    database: Database, house: House
) -> None:
    event = await _reach(database, house)

    await database.run(
        house.organization_id, events.postpone_event, event.id, Postponement(reason="Illness")
    )

    put_off = await database.run(house.organization_id, events.get_event, event.id)
    assert (put_off.status, put_off.start_at) == ("postponed", None)
    assert put_off.previous_start_at == event.start_at
    assert await _claims(database, house, event.id) == []
    assert await database.run(house.organization_id, _facts, event.id) == [
        "EventPublished",
        "EventPostponed",
    ]


@pytest.mark.parametrize("state", ["published", "postponed"])
async def test_new_times_move_the_claims(database: Database, house: House, state: str) -> None:
    event = await _reach(database, house, state)
    was = event.start_at or event.previous_start_at
    assert was is not None
    new = Postponement(start_at=was + timedelta(hours=1), end_at=was + timedelta(hours=4))

    await database.run(house.organization_id, events.postpone_event, event.id, new)

    moved = await database.run(house.organization_id, events.get_event, event.id)
    (claim,) = await _claims(database, house, event.id)
    assert (moved.status, moved.previous_start_at) == ("published", was)
    assert (claim.starts_at, claim.ends_at) == (new.start_at, new.end_at)
    facts = await database.run(house.organization_id, _facts, event.id)
    assert facts[-1] == "EventRescheduled"


async def test_an_event_stays_where_it_is_when_its_new_time_is_taken(
    database: Database, house: House
) -> None:
    event = await _reach(database, house)
    assert event.start_at is not None
    later = event.start_at + timedelta(days=1)
    await _reach(
        database,
        house,
        venue_id=event.venue_id,
        space_ids=event.space_ids,
        start_at=later,
        end_at=later + timedelta(hours=2),
        doors_at=None,
    )
    new = Postponement(start_at=later, end_at=later + timedelta(hours=3))

    with pytest.raises(SpaceTaken):
        await database.run(house.organization_id, events.postpone_event, event.id, new)

    (claim,) = await _claims(database, house, event.id)
    assert claim.starts_at == event.doors_at


async def test_cancelling_gives_the_spaces_back(database: Database, house: House) -> None:
    event = await _reach(database, house)

    await database.run(
        house.organization_id, events.cancel_event, event.id, Cancellation(reason="Flood")
    )

    cancelled = await database.run(house.organization_id, events.get_event, event.id)
    assert (cancelled.status, cancelled.status_reason) == ("cancelled", "Flood")
    assert await _claims(database, house, event.id) == []
    facts = await database.run(house.organization_id, _facts, event.id)
    assert facts[-1] == "EventCancelled"


async def test_a_published_event_keeps_its_start_but_its_end_may_move(
    database: Database, house: House
) -> None:
    event = await _reach(database, house)
    assert event.start_at is not None
    later = EventChanges(
        start_at=event.start_at + timedelta(days=1), end_at=event.start_at + timedelta(days=2)
    )
    longer = EventChanges(end_at=event.start_at + timedelta(hours=5), name="A Long Evening")

    with pytest.raises(ScheduleFixed):
        await database.run(house.organization_id, update_event, event.id, event.version, later)
    await database.run(house.organization_id, update_event, event.id, event.version, longer)

    (claim,) = await _claims(database, house, event.id)
    assert claim.ends_at == event.start_at + timedelta(hours=5)
    assert claim.label == "A Long Evening"
    facts = await database.run(house.organization_id, _facts, event.id)
    assert facts[-1] == "EventUpdated"


async def test_other_spaces_are_claimed_instead_and_the_version_tells(
    database: Database, house: House
) -> None:
    event = await _reach(database, house)
    other = await database.run(house.organization_id, a_space, event.venue_id)
    changes = EventChanges(space_ids=[other.id, *event.space_ids])

    await database.run(house.organization_id, update_event, event.id, event.version, changes)
    both = await database.run(house.organization_id, events.get_event, event.id)
    await database.run(
        house.organization_id,
        update_event,
        event.id,
        both.version,
        EventChanges(space_ids=[other.id]),
    )
    one = await database.run(house.organization_id, events.get_event, event.id)

    assert both.space_ids == [other.id, *event.space_ids]
    assert event.version < both.version < one.version
    assert one.space_ids == [other.id]
    (claim,) = await _claims(database, house, event.id)
    assert claim.space_id == other.id


async def test_only_a_draft_is_removed(database: Database, house: House) -> None:
    draft = await _reach(database, house, "draft")
    published = await _reach(database, house)

    await database.run(house.organization_id, remove_event, draft.id)
    with pytest.raises(IllegalAct):
        await database.run(house.organization_id, remove_event, published.id)

    found = await database.run(house.organization_id, events.events_by_id, {draft.id, published.id})
    assert set(found) == {published.id}


async def test_what_is_over_is_not_changed(database: Database, house: House) -> None:
    event = await _reach(database, house, "ended")

    with pytest.raises(IllegalAct):
        await database.run(
            house.organization_id,
            update_event,
            event.id,
            event.version,
            EventChanges(name="New"),
        )


async def test_events_begin_and_end_when_their_time_has_come(
    database: Database, house: House, other_house: House, clock: TravelClock
) -> None:
    ours = await _reach(database, house)
    theirs = await _reach(database, other_house)
    assert ours.start_at is not None
    assert ours.end_at is not None

    async def status() -> list[str]:
        await advance_events(database)
        return [
            (await database.run(where.organization_id, events.get_event, event.id)).status
            for where, event in ((house, ours), (other_house, theirs))
        ]

    clock.freeze(ours.start_at - timedelta(seconds=1))
    before = await status()
    clock.freeze(ours.start_at)
    during = await status()
    clock.freeze(ours.end_at)
    after = await status()

    assert (before, during, after) == (["published"] * 2, ["live"] * 2, ["ended"] * 2)
    facts = await database.run(house.organization_id, _facts, ours.id)
    assert facts == ["EventPublished", "EventWentLive", "EventEnded"]


async def test_the_database_refuses_a_published_event_without_times(
    database: Database, house: House
) -> None:
    event = await _reach(database, house)

    async def forget(uow: UnitOfWork) -> None:
        await uow.execute("UPDATE events SET start_at = NULL WHERE id = :id", {"id": event.id})

    with pytest.raises(Exception, match="events_published_check"):
        await database.run(house.organization_id, forget)
