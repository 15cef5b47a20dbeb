"""Whatever is done to shows and hires, in whatever order: one occasion at a time has a space."""

import random
from uuid import UUID

import pytest

from houseful import events, hire, venues
from houseful.calendar import SpaceTaken, claims_of
from houseful.hire.bookings.rules import FIRM_STATES
from houseful.hire.bookings.schemas import BookingChanges
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.states import IllegalAct
from tests.builders.accounts import House
from tests.builders.calendar import a_divided_hall, at
from tests.builders.events import an_event
from tests.builders.hire import a_booking, a_wish, do

ACTS = (
    "confirm",
    "unconfirm",
    "cancel",
    "release",
    "publish",
    "postpone",
    "link",
    "unlink",
    "move",
)
STEPS = 70

CLASHES = """
    SELECT count(*) FROM claims a JOIN claims b
        ON b.cell_id = a.cell_id AND b.during && a.during AND (a.id, a.cell_id) <> (b.id, b.cell_id)
    WHERE a.firm AND b.firm AND (a.source = b.source OR a.occasion_id <> b.occasion_id)
"""


class Season:
    """A hall of two halves, some bookings and some shows in it, on two evenings."""

    def __init__(self, order: random.Random) -> None:
        self.order = order
        self.spaces: tuple[UUID, ...] = ()
        self.bookings: list[UUID] = []
        self.shows: list[UUID] = []

    async def begin(self, uow: UnitOfWork) -> None:
        """Make the hall, the holds and the drafts."""
        self.spaces = await a_divided_hall(uow)
        hall = await venues.get_space(uow, self.spaces[0])
        for _ in range(4):
            start = self.order.choice((18, 20, 42))
            wish = (self.order.choice(self.spaces), start, start + 4)
            self.bookings.append((await a_booking(uow, [wish])).id)
        for _ in range(3):
            start = self.order.choice((18, 20, 42))
            show = await an_event(
                uow,
                in_state="draft",
                venue_id=hall.venue_id,
                space_ids=[self.order.choice(self.spaces)],
                doors_at=at(start),
                start_at=at(start + 1),
                end_at=at(start + 3),
            )
            self.shows.append(show.id)

    async def act(self, uow: UnitOfWork) -> None:
        """Do something, to something."""
        act = self.order.choice(ACTS)
        booking_id, show_id = self.order.choice(self.bookings), self.order.choice(self.shows)
        if act == "publish":
            await events.publish_event(uow, show_id)
        elif act == "postpone":
            start = self.order.choice((18, 21, 42))
            await events.postpone_event(
                uow, show_id, events.Postponement(start_at=at(start), end_at=at(start + 2))
            )
        elif act in {"link", "unlink", "move"}:
            await self._change(uow, act, booking_id, show_id)
        else:
            await do(uow, booking_id, act)

    async def _change(self, uow: UnitOfWork, act: str, booking_id: UUID, show_id: UUID) -> None:
        start = self.order.choice((17, 19, 42))
        wish = a_wish(self.order.choice(self.spaces), start, start + 4)
        changes = {
            "link": BookingChanges(event_id=show_id),
            "unlink": BookingChanges(event_id=None),
            "move": BookingChanges(spaces=[wish]),
        }[act]
        version = (await hire.get_booking(uow, booking_id)).version
        await hire.update_booking(uow, booking_id, version, changes)

    async def is_sound(self, uow: UnitOfWork) -> None:
        """Nobody is in anybody's way, and whoever is promised a space has it."""
        assert (await uow.execute(CLASHES)).scalar_one() == 0
        for booking_id in self.bookings:
            booking = await hire.get_booking(uow, booking_id)
            claims = await claims_of(uow, "hire", booking_id)
            assert any(claim.firm for claim in claims) == (booking.status in FIRM_STATES)
            assert all(claim.show_id == booking.event_id for claim in claims)
        for show_id in self.shows:
            is_on = (await events.get_event(uow, show_id)).status == "published"
            assert bool(await claims_of(uow, "event", show_id)) == is_on


@pytest.mark.parametrize("seed", range(4))
async def test_shows_and_hires_never_promise_a_space_to_two(
    database: Database, house: House, seed: int
) -> None:
    season = Season(random.Random(seed))
    await database.run(house.organization_id, season.begin)

    done = 0
    for _ in range(STEPS):
        try:
            await database.run(house.organization_id, season.act)
            done += 1
        except (SpaceTaken, IllegalAct):
            continue
        await database.run(house.organization_id, season.is_sound)

    assert done > STEPS // 7
