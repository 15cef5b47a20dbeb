"""The demo's promoter: an organisation of its own, whose nights in the hired Studio are over.

They were announced and sold while they were still to come; the receipts are in its own books.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from houseful import events, ticketing, venues
from houseful.accounts import create_organization, create_user
from houseful.demo.crowd import buyer
from houseful.demo.house import PASSWORD, ZONE, email_of
from houseful.demo.programme import SALE
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id

ANNOUNCED_DAYS_BEFORE = 21
LARGEST = 40


NAME = "Blue Door Theatre"


class Night(NamedTuple):
    """A show that the promoter put on in a space that they had hired."""

    name: str
    description: str
    day: int
    begins: int
    hours: int
    price: int
    capacity: int
    sold: int


NIGHTS = (
    Night("Hedda Gabler", "Ibsen, in ninety minutes.", -30, 19, 3, 2400, 110, 97),
    Night("Night of Short Films", "Nineteen films.", -3, 19, 4, 1400, 95, 83),
)


class Promoter(NamedTuple):
    """The organisation, and its events by name."""

    organization_id: UUID
    events: dict[str, UUID]


async def put_on_nights(database: Database, vault: ticketing.Vault) -> Promoter:
    """Open the promoter's organisation, and sell its nights that are over."""
    promoter = Promoter(new_id(), {})
    studio = await database.run(promoter.organization_id, _open)
    for night in NIGHTS:
        with _days_earlier(database, ANNOUNCED_DAYS_BEFORE - night.day):
            event_id = await database.run(
                promoter.organization_id, _announce_and_sell, vault, night, studio
            )
        await database.run(promoter.organization_id, _play, event_id)
        promoter.events[night.name] = event_id
    return promoter


async def _open(uow: UnitOfWork) -> venues.Space:
    owner = await create_user(uow, email=email_of("promoter"), name="Tom Ashby", password=PASSWORD)
    await create_organization(
        uow, owner, name=NAME, slug="blue-door", plan="house", timezone=ZONE.key
    )
    venue = await venues.create_venue(
        uow, venues.NewVenue(name="The Lantern, Studio", timezone=ZONE.key, capacity=120)
    )
    return await venues.create_space(
        uow, venues.NewSpace(venue_id=venue.id, name="Studio", code="STUDIO")
    )


@contextmanager
def _days_earlier(database: Database, days: int) -> Generator[None]:
    """Let it be so many days ago for whatever is done meanwhile."""
    today = database.clock
    database.clock = TravelClock(shift=-timedelta(days=days))
    try:
        yield
    finally:
        database.clock = today


async def _announce_and_sell(
    uow: UnitOfWork, vault: ticketing.Vault, night: Night, studio: venues.Space
) -> UUID:
    day = (uow.now.astimezone(ZONE) + timedelta(days=ANNOUNCED_DAYS_BEFORE)).date()
    start_at = datetime.combine(day, time(night.begins), ZONE)
    event = await events.create_event(
        uow,
        events.NewEvent(
            name=night.name,
            description=night.description,
            start_at=start_at,
            end_at=start_at + timedelta(hours=night.hours),
            doors_at=start_at - timedelta(minutes=30),
            venue_id=studio.venue_id,
            space_ids=[studio.id],
        ),
    )
    await events.publish_event(uow, event.id)
    await ticketing.open_sale(uow, vault, event.id, SALE)
    pool = await ticketing.add_pool(
        uow,
        event.id,
        ticketing.NewPool(name="Seated", category_key="seated", capacity=night.capacity),
    )
    await ticketing.set_price(uow, event.id, "seated", night.price, name="Seated")
    kind = await ticketing.create_ticket_type(
        uow,
        ticketing.NewTicketType(
            event_id=event.id, name="Seated", pool_id=pool.id, max_per_order=LARGEST
        ),
    )
    chance = Random(night.name)  # noqa: S311 (it chooses who came, of invented people)
    left = night.sold
    sales: list[ticketing.CounterSale] = []
    while left:
        quantity = min(left, chance.randint(LARGEST // 2, LARGEST))
        left -= quantity
        places = ticketing.PoolWish(pool.id, kind.id, quantity)
        sales.append(ticketing.CounterSale(event_id=event.id, buyer=buyer(chance), pools=[places]))
    await ticketing.sell_over_counter(uow, vault, sales)
    return event.id


async def _play(uow: UnitOfWork, event_id: UUID) -> None:
    await events.start_event(uow, event_id)
    await events.end_event(uow, event_id)
