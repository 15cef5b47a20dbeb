"""Whatever is done in whatever order: one firm claim at a time, and ranks without gaps.

Hypothesis works with a hall that divides into two, and a foyer beside it: people hold, challenge,
answer, reorder, confirm, sign, release, move, cancel; ranks are frozen and move again; time passes.
After each step the tables are asked.
"""

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from houseful import hire, venues
from houseful.calendar import claims_of
from houseful.hire.bookings.rules import FIRM_STATES, SOFT_STATES
from houseful.hire.bookings.schemas import BookingChanges
from houseful.hire.holds.freezing import close_gaps, freeze_ranks, lift_freeze
from houseful.hire.holds.models import KeptPlace
from houseful.hire.holds.queries import freeze_in_force, list_challenges
from houseful.hire.holds.reordering import reorder_hold
from houseful.hire.holds.schemas import (
    ChallengeAnswer,
    HoldPlace,
    NewChallenge,
    NewRankFreeze,
    RankChange,
)
from houseful.hire.subscribers import do_what_is_due
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Conflict, Invalid
from houseful.kernel.states import IllegalAct
from tests.builders.accounts import a_house
from tests.builders.calendar import a_divided_hall, overlapping_claims
from tests.builders.hire import a_booking, a_wish, do
from tests.builders.venues import a_space
from tests.conftest import TestCluster

T = TypeVar("T")
ACTS = ("offer", "contract", "confirm", "unconfirm", "release", "decline", "lose", "cancel")

_HELD = """
    SELECT c.cell_id, lower(c.during), upper(c.during), c.source_id, s.priority, false
    FROM claims c JOIN booking_spaces s ON s.organization_id = c.organization_id
        AND s.booking_id = c.source_id AND s.space_id = c.space_id AND s.starts_at = c.starts_at
    WHERE c.source = 'hire' AND NOT c.firm
    UNION ALL
    SELECT cell_id, taken_from, taken_until, booking_id, priority, true FROM kept_places
"""


class HeldCell(NamedTuple):
    """One cell that a hold wants for a time, or has kept, straight from the tables."""

    cell: UUID
    starts: datetime
    ends: datetime
    holder: UUID
    priority: Decimal
    is_kept: bool


wishes = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 8), st.integers(1, 5)), min_size=1, max_size=2
)


class Season(RuleBasedStateMachine):
    """One house: a hall, its halves A and B, and a foyer."""

    runner: asyncio.Runner
    database: Database
    clock: TravelClock

    bookings = Bundle("bookings")
    tenant: UUID
    venue_id: UUID
    spaces: list[UUID]
    frozen_ranks: dict[UUID, int]
    """The ranks when they were last looked at, if they were frozen then."""

    @initialize()
    def open_house(self) -> None:
        """Begin with an empty calendar."""
        house = self._wait(a_house(self.database, f"house-{new_id().hex}"))
        self.tenant = house.organization_id

        async def build(uow: UnitOfWork) -> list[UUID]:
            hall = await a_divided_hall(uow)
            self.venue_id = (await venues.get_space(uow, hall[0])).venue_id
            return [*hall, (await a_space(uow, self.venue_id, name="Foyer")).id]

        self.spaces = self._wait(self._run(build))
        self.frozen_ranks = {}

    @rule(target=bookings, wanted=wishes, backup=st.booleans())
    def hold(self, wanted: list[tuple[int, int, int]], backup: bool) -> Any:
        """Somebody wants spaces, perhaps behind somebody who has them."""
        spans = [(self.spaces[n], start, start + length) for n, start, length in wanted]
        made = self._try(self._run(a_booking, spans, as_backup=backup))
        return multiple() if made is None else made.id

    @rule(booking=bookings, act=st.sampled_from(ACTS))
    def act(self, booking: UUID, act: str) -> None:
        """Somebody does something about it."""
        self.frozen_ranks.pop(booking, None)
        self._try(self._run(do, booking, act))

    @rule(booking=bookings)
    def challenge(self, booking: UUID) -> None:
        """Somebody behind is ready to confirm."""
        self._try(self._run(hire.challenge_holds, booking, NewChallenge()))

    @rule(booking=bookings, said=st.sampled_from(["will_confirm", "release"]))
    def answer(self, booking: UUID, said: Any) -> None:
        """Somebody who is challenged answers."""
        self._try(self._run(hire.answer_challenge, booking, ChallengeAnswer(answer=said)))

    @rule(booking=bookings)
    def withdraw(self, booking: UUID) -> None:
        """Somebody takes their challenge back."""

        async def withdraw(uow: UnitOfWork) -> None:
            mine = [
                each
                for each in (await list_challenges(uow, window=Window(), booking_id=booking))[0]
                if each.booking_id == booking
            ]
            for each in mine:
                if each.status == "open":
                    await hire.withdraw_challenge(uow, each.id, hire.Because())

        self._try(self._run(withdraw))

    @rule(booking=bookings, other=bookings, place=st.sampled_from(["ahead", "joint", "behind"]))
    def reorder(self, booking: UUID, other: UUID, place: Any) -> None:
        """Somebody is given another place in the queue."""
        wanted = HoldPlace(other_booking_id=other, place=place, reason="Agreed")
        self._try(self._run(reorder_hold, booking, wanted))

    @rule(booking=bookings, wanted=wishes)
    def move(self, booking: UUID, wanted: list[tuple[int, int, int]]) -> None:
        """Somebody wants something else."""
        self.frozen_ranks.pop(booking, None)
        spaces = [a_wish(self.spaces[n], start, start + length) for n, start, length in wanted]

        async def move(uow: UnitOfWork) -> None:
            found = await hire.get_booking(uow, booking)
            await hire.update_booking(uow, booking, found.version, BookingChanges(spaces=spaces))

        self._try(self._run(move))

    @rule()
    def freeze(self) -> None:
        """The venue freezes the ranks."""
        wanted = NewRankFreeze(venue_id=self.venue_id, reason="On-sale week")
        self._try(self._run(freeze_ranks, wanted))

    @rule()
    def thaw(self) -> None:
        """The venue lets the ranks move again."""

        async def thaw(uow: UnitOfWork) -> None:
            freeze = await freeze_in_force(uow, self.venue_id)
            if freeze is not None:
                await lift_freeze(uow, freeze.id, RankChange(reason="It is over"))
                assert await uow.first(select(func.count()).select_from(KeptPlace)) == 0

        self.frozen_ranks.clear()
        self._wait(self._run(thaw))

    @rule(booking=bookings)
    def close_gaps_ahead(self, booking: UUID) -> None:
        """The venue lets one hold move up, and those with it."""
        self.frozen_ranks.clear()
        self._try(self._run(close_gaps, booking, RankChange(reason="Agreed")))

    @rule(booking=bookings, other=bookings)
    def confirm_two_at_once(self, booking: UUID, other: UUID) -> None:
        """Two people press the button at the same moment."""

        async def both() -> list[Any]:
            acts = (self._run(do, each, "confirm") for each in (booking, other))
            return await asyncio.gather(*acts, return_exceptions=True)

        for answer in self._wait(both()):
            assert answer is None or isinstance(answer, Conflict | IllegalAct), answer

    @rule(hours=st.integers(1, 400))
    def let_time_pass(self, hours: int) -> None:
        """Time passes, and does what it does to holds and challenges."""
        self.clock.travel(timedelta(hours=hours))
        self._wait(do_what_is_due(self.database))

    @invariant()
    def nothing_is_promised_twice(self) -> None:
        """No two firm claims meet, and each booking has the claims that its state says."""
        if hasattr(self, "spaces"):
            self._wait(self._run(_check_claims))

    @invariant()
    def ranks_have_no_gaps(self) -> None:
        """At every instant of every cell the holds there are 1st, 2nd, 3rd …, none left out."""
        if hasattr(self, "spaces"):
            self._wait(self._run(_check_ranks))

    @invariant()
    def nobody_moves_up_while_ranks_are_frozen(self) -> None:
        """Whoever goes away, the others stand where they stood, or behind who came back."""
        if hasattr(self, "spaces"):
            ranks = self._wait(self._run(_frozen_ranks, self.venue_id))
            for booking_id, rank in self.frozen_ranks.items():
                assert ranks.get(booking_id, rank) >= rank
            self.frozen_ranks = ranks

    def _run(self, use_case: Any, *args: Any, **kwargs: Any) -> Coroutine[Any, Any, Any]:
        return self.database.run(self.tenant, use_case, *args, **kwargs)

    def _wait(self, act: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(act)

    def _try(self, act: Coroutine[Any, Any, T]) -> T | None:
        try:
            return self._wait(act)
        except (Conflict, IllegalAct, Invalid):
            return None


def test_no_course_of_events_promises_a_space_twice(test_cluster: TestCluster) -> None:
    name = test_cluster.clone()
    with asyncio.Runner() as runner:
        clock = TravelClock()
        database = Database(test_cluster.app_url(name), clock=clock)
        Season.runner, Season.database, Season.clock = runner, database, clock
        try:
            run_state_machine_as_test(
                Season,
                settings=settings(
                    max_examples=12,
                    stateful_step_count=20,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                    phases=[Phase.generate],
                ),
            )
        finally:
            runner.run(database.close())
    test_cluster.drop(name)


async def _check_claims(uow: UnitOfWork) -> None:
    assert await overlapping_claims(uow) == 0
    for booking in await _all(uow):
        claims = await claims_of(uow, "hire", booking.id)
        firm = {claim.firm for claim in claims}
        if booking.status in FIRM_STATES:
            assert firm == {True}, booking
        elif booking.status in SOFT_STATES:
            assert firm == {False}, booking
        else:
            assert not claims, booking


async def _frozen_ranks(uow: UnitOfWork, venue_id: UUID) -> dict[UUID, int]:
    if await freeze_in_force(uow, venue_id) is None:
        return {}
    return {booking.id: booking.rank for booking in await _all(uow) if booking.rank}


async def _check_ranks(uow: UnitOfWork) -> None:
    """Reckon every rank anew from the rows, and compare."""
    held = [HeldCell(*row) for row in await uow.execute(_HELD)]
    places = [
        _place(one, at, held) for one in held if not one.is_kept for at in _instants(one, held)
    ]
    for booking in await _all(uow):
        mine = [rank for holder, rank, _ in places if holder == booking.id]
        assert booking.rank == (max(mine) if booking.status in SOFT_STATES else None)
        joint = any(is_joint for holder, _, is_joint in places if holder == booking.id)
        assert joint == any(line.is_joint for line in booking.spaces)
    _check_no_gaps(held)


def _check_no_gaps(held: list[HeldCell]) -> None:
    """At each instant of each cell, the n places there have ranks 1 to n, but for joint ones."""
    for one in held:
        for at in _instants(one, held):
            places = {(each.priority, each.holder) for each in _there(one, at, held)}
            ranks = sorted(1 + sum(o < priority for o, _ in places) for priority, _ in places)
            for number, rank in enumerate(ranks, 1):
                assert rank <= number
                assert rank == number or ranks[number - 2] == rank


def _place(one: HeldCell, at: datetime, held: list[HeldCell]) -> tuple[UUID, int, bool]:
    others = [each for each in _there(one, at, held) if each.is_kept or each.holder != one.holder]
    ahead = {(each.priority, each.holder) for each in others if each.priority < one.priority}
    joint = [each for each in others if each.priority == one.priority and not each.is_kept]
    return one.holder, 1 + len(ahead), bool(joint)


def _instants(one: HeldCell, held: list[HeldCell]) -> set[datetime]:
    """When somebody comes while this one is there; nothing changes in between for the worse."""
    return {
        max(each.starts, one.starts)
        for each in held
        if each.cell == one.cell and each.starts < one.ends and one.starts < each.ends
    }


def _there(one: HeldCell, at: datetime, held: list[HeldCell]) -> list[HeldCell]:
    return [each for each in held if each.cell == one.cell and each.starts <= at < each.ends]


async def _all(uow: UnitOfWork) -> list[hire.BookingView]:
    found, _ = await hire.list_bookings(
        uow, window=Window(limit=LIMIT_MAX), matching=hire.BookingFilter()
    )
    return found
