"""Whatever is done in whatever order: one firm claim at a time, and ranks without gaps.

Hypothesis works with a hall that divides into two, and a foyer beside it: people hold, challenge,
confirm, sign, release, move, cancel; time passes. After each step the calendar is asked.
"""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar
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

from houseful import hire, venues
from houseful.calendar import claims_of
from houseful.hire.bookings.rules import FIRM_STATES, SOFT_STATES
from houseful.hire.bookings.schemas import BookingChanges
from houseful.hire.holds.ranks import queue_around
from houseful.hire.holds.rules import Queued
from houseful.hire.holds.schemas import NewChallenge
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
    spaces: list[UUID]

    @initialize()
    def open_house(self) -> None:
        """Begin with an empty calendar."""
        house = self._wait(a_house(self.database, f"house-{new_id().hex}"))
        self.tenant = house.organization_id

        async def build(uow: UnitOfWork) -> list[UUID]:
            hall = await a_divided_hall(uow)
            venue_id = (await venues.get_space(uow, hall[0])).venue_id
            return [*hall, (await a_space(uow, venue_id, name="Foyer")).id]

        self.spaces = self._wait(self._run(build))

    @rule(target=bookings, wanted=wishes, backup=st.booleans())
    def hold(self, wanted: list[tuple[int, int, int]], backup: bool) -> Any:
        """Somebody wants spaces, perhaps behind somebody who has them."""
        spans = [(self.spaces[n], start, start + length) for n, start, length in wanted]
        made = self._try(self._run(a_booking, spans, as_backup=backup))
        return multiple() if made is None else made.id

    @rule(booking=bookings, act=st.sampled_from(ACTS))
    def act(self, booking: UUID, act: str) -> None:
        """Somebody does something about it."""
        self._try(self._run(do, booking, act))

    @rule(booking=bookings)
    def challenge(self, booking: UUID) -> None:
        """Somebody behind is ready to confirm."""
        self._try(self._run(hire.challenge_holds, booking, NewChallenge()))

    @rule(booking=bookings, wanted=wishes)
    def move(self, booking: UUID, wanted: list[tuple[int, int, int]]) -> None:
        """Somebody wants something else."""
        spaces = [a_wish(self.spaces[n], start, start + length) for n, start, length in wanted]

        async def move(uow: UnitOfWork) -> None:
            found = await hire.get_booking(uow, booking)
            await hire.update_booking(uow, booking, found.version, BookingChanges(spaces=spaces))

        self._try(self._run(move))

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


async def _check_ranks(uow: UnitOfWork) -> None:
    for booking in await _all(uow):
        if booking.status not in SOFT_STATES:
            assert booking.rank is None
            continue
        queue = await queue_around(uow, booking.id)
        mine = [one for one in queue if one.holder == booking.id]
        assert booking.rank == max(_worst_place(one, queue) for one in mine)


def _worst_place(one: Queued, queue: list[Queued]) -> int:
    """Count at every instant: how many were there earlier, whoever asks."""
    there: dict[Any, list[int]] = defaultdict(list)
    for other in queue:
        if other.cell_id == one.cell_id and other.span.overlaps(one.span):
            instant = max(other.span.start, one.span.start)
            there[instant] = sorted(
                each.priority
                for each in queue
                if each.cell_id == one.cell_id and each.span.start <= instant < each.span.end
            )
    return max(places.index(one.priority) + 1 for places in there.values())


async def _all(uow: UnitOfWork) -> list[hire.BookingView]:
    found, _ = await hire.list_bookings(
        uow, window=Window(limit=LIMIT_MAX), matching=hire.BookingFilter()
    )
    return found
