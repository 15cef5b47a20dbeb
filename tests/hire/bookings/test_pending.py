"""What of hire waits for somebody is found, of the spaces that one sees."""

from datetime import timedelta

from houseful import hire
from houseful.hire.bookings.pending import pending_hire
from houseful.hire.holds.schemas import NewChallenge
from houseful.hire.subscribers import do_what_is_due
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from tests.builders.accounts import House
from tests.builders.hire import a_booking
from tests.builders.venues import a_space, a_venue


async def test_conflicts_and_undecided_challenges_wait_for_somebody(
    database: Database, house: House, clock: TravelClock
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        policy = {"hire": {"onChallengeExpiry": "escalate", "holdHours": 24 * 60}}
        space = await a_space(uow, (await a_venue(uow, settings=policy)).id)
        signed = await a_booking(uow, [(space.id, 18, 22)], in_state="offered", title="Signed")
        await a_booking(uow, [(space.id, 18, 22)], in_state="confirmed")
        await hire.contract_booking(uow, signed.id)
        await a_booking(uow, [(space.id, 42, 46)])
        rival = await a_booking(uow, [(space.id, 42, 46)], title="Rival")
        await hire.challenge_holds(uow, rival.id, NewChallenge())

    clock.travel(timedelta(days=10))
    await do_what_is_due(database)

    async with database.unit_of_work(house.organization_id) as uow:
        waits = await pending_hire(uow)
        nothing = await pending_hire(uow, scope=frozenset())
    assert waits.in_conflict == [(signed.id, "Signed")]
    assert waits.undecided == [(rival.id, "Rival")]
    assert (nothing.in_conflict, nothing.undecided) == ([], [])
