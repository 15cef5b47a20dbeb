"""A show stands in what was hired for it: together they are one promise, and no third fits in."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from houseful import events, hire, venues
from houseful.calendar import SpaceTaken, Span, claim_time, claims_of
from houseful.hire.bookings.pending import pending_hire
from houseful.hire.bookings.schemas import BookingChanges
from houseful.hire.feeds.schemas import NewFeed
from houseful.hire.feeds.service import create_feed, read_feed
from houseful.hire.settlements.schemas import NewSettlement
from houseful.hire.settlements.service import create_settlement
from houseful.hire.subscribers import PAPERS
from houseful.hire.venue_events.models import VenueEvent
from houseful.hire.venue_events.queries import list_venue_events
from houseful.hire.venue_events.schemas import NewVenueEvent, ShownVenueEvent
from houseful.hire.venue_events.service import (
    create_venue_event,
    link_promoter,
    sync_booking_event,
)
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.ids import new_id
from houseful.kernel.jobs import Worker
from houseful.kernel.schema import migrate
from houseful.web.office.calendar_items import calendar_items
from tests.builders.accounts import House
from tests.builders.calendar import a_request, at
from tests.builders.events import an_event
from tests.builders.hire import a_booking, a_wish, do
from tests.builders.hire_papers import a_deal
from tests.builders.venues import a_space
from tests.conftest import TestCluster

assert PAPERS, "what the papers hear is registered"
Act = Callable[[UnitOfWork], Awaitable[Any]]


class Night:
    """A hall with a buffer of half an hour, and a show from 19 to 22 that is not announced yet."""

    def __init__(self, space: Any, show: events.ShownEvent) -> None:
        self.space = space
        self.show = show

    async def hired(self, uow: UnitOfWork, **fields: Any) -> hire.BookingView:
        """The hall hired from 18 to 23."""
        fields = {"in_state": "confirmed"} | fields
        return await a_booking(uow, [(self.space.id, 18, 23)], **fields)


async def _a_show(uow: UnitOfWork, space: Any, start: float, end: float) -> events.ShownEvent:
    return await an_event(
        uow,
        in_state="draft",
        venue_id=space.venue_id,
        space_ids=[space.id],
        doors_at=at(start),
        start_at=at(start + 0.5),
        end_at=at(end),
    )


@pytest.fixture
async def night(database: Database, house: House) -> Night:
    """A hall, and a draft of a show in it."""
    async with database.unit_of_work(house.organization_id) as uow:
        space = await a_space(uow, setup_minutes=30, teardown_minutes=30)
        return Night(space, await _a_show(uow, space, 19, 22))


async def test_a_show_is_announced_in_what_was_hired_for_it(
    database: Database, house: House, night: Night
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        strange = await _a_show(uow, night.space, 19, 22)
        booking = await night.hired(uow, event_id=night.show.id)
        await events.publish_event(uow, night.show.id)

        (show,) = await claims_of(uow, "event", night.show.id)
        (hired,) = await claims_of(uow, "hire", booking.id)
        with pytest.raises(SpaceTaken) as raised:
            await events.publish_event(uow, strange.id)

    assert show.firm
    assert hired.firm
    assert show.occasion_id == hired.occasion_id == night.show.id
    assert {one["source"] for one in raised.value.fields["conflicts"]} == {"event", "hire"}


async def test_a_show_that_is_announced_may_be_hired_for_afterwards(
    database: Database, house: House, night: Night
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        await events.publish_event(uow, night.show.id)
        hold = await night.hired(uow, event_id=night.show.id, in_state="hold")
        with pytest.raises(SpaceTaken):
            await night.hired(uow, in_state="hold")
        await do(uow, hold.id, "confirm")

    assert not hold.is_backup
    assert hold.rank == 1


async def _placeholder(uow: UnitOfWork, night: Night) -> UUID:
    booking = await night.hired(uow)
    placeholder = await sync_booking_event(uow, booking.id)
    await link_promoter(uow, placeholder.id, str(night.show.id))
    return booking.id


async def _merged(uow: UnitOfWork, night: Night) -> UUID:
    data = NewVenueEvent(title="The tour", promoter_event_id=str(night.show.id))
    await create_venue_event(uow, data)
    booking = await night.hired(uow)
    placeholder = await sync_booking_event(uow, booking.id)
    await link_promoter(uow, placeholder.id, str(night.show.id), merge=True)
    return booking.id


async def _named(uow: UnitOfWork, night: Night) -> UUID:
    booking = await night.hired(uow, promoter_event_id=str(night.show.id))
    await sync_booking_event(uow, booking.id)
    return booking.id


async def _named_later(uow: UnitOfWork, night: Night) -> UUID:
    booking = await night.hired(uow)
    changes = BookingChanges(event_id=night.show.id)
    await hire.update_booking(uow, booking.id, booking.version, changes)
    return booking.id


@pytest.mark.parametrize("link", [_placeholder, _merged, _named, _named_later])
async def test_however_the_two_were_linked(
    database: Database, house: House, night: Night, link: Callable[..., Awaitable[UUID]]
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking_id = await link(uow, night)
        await events.publish_event(uow, night.show.id)
        assert await claims_of(uow, "event", night.show.id)
        await do(uow, booking_id, "unconfirm")
        await do(uow, booking_id, "confirm")


@pytest.mark.parametrize("link", [_placeholder, _merged, _named, _named_later])
async def test_the_night_is_settled_from_what_the_show_has_taken(
    database: Database, house: House, night: Night, link: Callable[..., Awaitable[UUID]]
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking_id = await link(uow, night)
        await a_deal(uow, in_state="accepted", booking_id=booking_id)
        settlement = await create_settlement(uow, NewSettlement(booking_id=booking_id))

    assert settlement.event_id == night.show.id


async def test_what_is_not_linked_is_in_the_way(
    database: Database, house: House, night: Night
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        await night.hired(uow)
        with pytest.raises(SpaceTaken):
            await events.publish_event(uow, night.show.id)


async def test_neither_is_left_without_a_claim_when_the_other_goes(
    database: Database, house: House, night: Night
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await night.hired(uow, event_id=night.show.id)
        rival = await night.hired(uow, as_backup=True, in_state="hold")
        await events.publish_event(uow, night.show.id)
        await events.cancel_event(uow, night.show.id, events.Cancellation())
        with pytest.raises(SpaceTaken):
            await do(uow, rival.id, "confirm")

        second = await _a_show(uow, night.space, 19, 22)
        changes = BookingChanges(event_id=second.id)
        version = (await hire.get_booking(uow, booking.id)).version
        await hire.update_booking(uow, booking.id, version, changes)
        await events.publish_event(uow, second.id)
        await do(uow, booking.id, "cancel")
        with pytest.raises(SpaceTaken):
            await do(uow, rival.id, "confirm")
        assert await claims_of(uow, "event", second.id)


async def test_a_hire_cannot_turn_away_from_the_show_that_stands_in_it(
    database: Database, house: House, night: Night
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await night.hired(uow, event_id=night.show.id)
        await events.publish_event(uow, night.show.id)
        version = (await hire.get_booking(uow, booking.id)).version
        async with uow.session.begin_nested():
            with pytest.raises(SpaceTaken) as raised:
                await hire.update_booking(uow, booking.id, version, BookingChanges(event_id=None))

    assert [one["source"] for one in raised.value.fields["conflicts"]] == ["event"]


async def test_who_moves_or_cancels_the_hire_is_told_of_its_show(
    database: Database, house: House, night: Night
) -> None:
    async def change(act: Act) -> list[str]:
        await database.run(house.organization_id, act)
        await Worker(database).drain()
        async with database.unit_of_work(house.organization_id) as uow:
            return [title for _, title in (await pending_hire(uow)).adrift]

    async def announce(uow: UnitOfWork) -> UUID:
        booking = await night.hired(uow, event_id=night.show.id)
        await events.publish_event(uow, night.show.id)
        return booking.id

    booking_id = await database.run(house.organization_id, announce)
    waits = [await change(lambda uow: hire.get_booking(uow, booking_id))]

    async def move(uow: UnitOfWork, start: float) -> None:
        wish = a_wish(night.space.id, start, start + 5)
        version = (await hire.get_booking(uow, booking_id)).version
        await hire.update_booking(uow, booking_id, version, BookingChanges(spaces=[wish]))

    waits.append(await change(lambda uow: move(uow, 42)))
    moved = await _venue_event(database, house)
    waits.append(await change(lambda uow: move(uow, 18)))
    waits.append(await change(lambda uow: do(uow, booking_id, "cancel")))
    cancelled = await _venue_event(database, house)

    assert waits == [[], ["Harvest Ball"], [], ["Harvest Ball"]]
    assert (moved.start_at, moved.end_at, moved.status) == (at(42), at(47), "confirmed")
    assert cancelled.status == "cancelled"


async def _venue_event(database: Database, house: House) -> VenueEvent:
    async with database.unit_of_work(house.organization_id) as uow:
        (shown,), _ = await list_venue_events(uow, window=Window(limit=10))
        assert isinstance(shown, ShownVenueEvent)
        return shown.event


async def test_of_two_hires_for_one_show_one_has_the_space(
    database: Database, house: House, night: Night
) -> None:
    async def hold(uow: UnitOfWork) -> UUID:
        return (await night.hired(uow, event_id=night.show.id, in_state="hold")).id

    holds = [await database.run(house.organization_id, hold) for _ in range(8)]
    acts = [
        *(database.run(house.organization_id, do, one, "confirm") for one in holds),
        database.run(house.organization_id, events.publish_event, night.show.id),
    ]
    answers = await asyncio.gather(*acts, return_exceptions=True)

    assert [type(one) for one in answers].count(SpaceTaken) == 7
    assert not isinstance(answers[-1], Exception)


async def test_of_a_show_and_a_strange_hire_at_once_one_has_the_space(
    database: Database, house: House, night: Night
) -> None:
    async def hold(uow: UnitOfWork) -> UUID:
        return (await night.hired(uow, in_state="hold")).id

    booking_id = await database.run(house.organization_id, hold)
    answers = await asyncio.gather(
        database.run(house.organization_id, do, booking_id, "confirm"),
        database.run(house.organization_id, events.publish_event, night.show.id),
        return_exceptions=True,
    )

    assert [isinstance(one, SpaceTaken) for one in answers].count(True) == 1


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("show_id = :other WHERE source = 'hire'", "claims_one_firm_at_a_time"),
        ("show_id = :show WHERE source = 'event'", "claims_show_check"),
    ],
)
async def test_the_database_itself_keeps_strangers_apart(
    database: Database, house: House, night: Night, change: str, constraint: str
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        await night.hired(uow, event_id=night.show.id)
        await events.publish_event(uow, night.show.id)

    async def go_round(uow: UnitOfWork) -> None:
        values = {"other": new_id(), "show": night.show.id}
        await uow.execute(text(f"UPDATE claims SET {change}"), values)

    with pytest.raises(IntegrityError, match=constraint):
        await database.run(house.organization_id, go_round)


async def test_the_database_itself_keeps_two_hires_for_one_show_apart(
    database: Database, house: House, night: Night
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        await night.hired(uow, event_id=night.show.id)
        await night.hired(uow, event_id=night.show.id, in_state="hold", as_backup=True)

    async def go_round(uow: UnitOfWork) -> None:
        await uow.execute("UPDATE claims SET firm = true")

    with pytest.raises(IntegrityError, match="claims_one_hire_at_a_time"):
        await database.run(house.organization_id, go_round)


async def test_a_new_part_of_the_hall_is_hired_for_the_show_too(
    database: Database, house: House, night: Night
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        await night.hired(uow, event_id=night.show.id)
        await events.publish_event(uow, night.show.id)
        part = await a_space(uow, night.space.venue_id, parent_space_id=night.space.id)
        with pytest.raises(SpaceTaken):
            await claim_time(uow, [a_request(part.id, 20, 21)])


async def test_the_calendar_shows_them_as_one(
    database: Database, house: House, night: Night, clock: TravelClock
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        await night.hired(uow, event_id=night.show.id)
        await events.publish_event(uow, night.show.id)
        (item,) = await calendar_items(
            uow,
            await venues.spaces_by_id(uow, [night.space.id]),
            at(0),
            at(24),
            scope=None,
            may_move=True,
            may_move_firm=True,
            office="/office",
            pages={},
        )
        feed_of = NewFeed(name="All", venue_id=night.space.venue_id)
        feed = await create_feed(uow, feed_of, base_url="https://houseful.test")
        ahead = at(0) - uow.now
    clock.travel(ahead)
    assert feed.url is not None
    written = await read_feed(database, feed.url.rpartition("/")[2])

    assert (item.mark, item.words) == ("✓★", "confirmed, its show is announced")
    assert written.count("BEGIN:VEVENT") == 1


async def test_a_show_that_outlasts_its_hire_is_shown_for_itself(
    database: Database, house: House, night: Night
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        late = await _a_show(uow, night.space, 20, 26)
        await night.hired(uow, event_id=late.id)
        await events.publish_event(uow, late.id)
        items = await calendar_items(
            uow,
            await venues.spaces_by_id(uow, [night.space.id]),
            at(0),
            at(24),
            scope=None,
            may_move=True,
            may_move_firm=True,
            office="/office",
            pages={},
        )
        (show,) = await claims_of(uow, "event", late.id)

    assert len(items) == 2
    assert Span(show.taken_from, show.taken_until) == Span(at(20) - timedelta(minutes=30), at(26.5))


def _go_back(url: str, revision: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    config = Config()
    config.set_main_option("script_location", "houseful:migrations")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()
    engine.dispose()


async def test_what_was_linked_before_the_migration_is_linked_after_it(
    database: Database,
    house: House,
    night: Night,
    test_cluster: TestCluster,
    database_name: str,
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        named = await night.hired(uow, event_id=night.show.id)
        other = await a_space(uow, night.space.venue_id)
        linked = await a_booking(uow, [(other.id, 18, 23)], in_state="confirmed")
        placeholder = await sync_booking_event(uow, linked.id)
        await link_promoter(uow, placeholder.id, str(night.show.id))
        plain = await a_booking(uow, [(other.id, 42, 47)])

    url = test_cluster.owner_url(database_name)
    await asyncio.to_thread(_go_back, url, "0020")
    await asyncio.to_thread(migrate, url)

    async with database.unit_of_work(house.organization_id) as uow:
        claims = [await claims_of(uow, "hire", one.id) for one in (named, linked, plain)]
    shows = [claim.show_id for (claim,) in claims]
    assert shows == [night.show.id, night.show.id, None]
