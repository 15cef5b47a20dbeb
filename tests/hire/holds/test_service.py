"""Holds queue; a challenge makes those ahead decide; time does the rest."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from houseful import hire
from houseful.calendar import SpaceTaken
from houseful.hire.bookings.problems import HoldContested, OthersAhead
from houseful.hire.bookings.schemas import BookingChanges, Confirmation, Hold
from houseful.hire.holds.models import Challenge
from houseful.hire.holds.problems import AlreadyContested, NobodyAhead
from houseful.hire.holds.schemas import ChallengeAnswer, NewChallenge
from houseful.hire.subscribers import do_what_is_due
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.jobs import Worker
from houseful.kernel.states import IllegalAct
from tests.builders.accounts import House
from tests.builders.calendar import a_divided_hall
from tests.builders.hire import a_booking, a_wish, do
from tests.builders.venues import a_space, a_venue

LATER = timedelta(days=10)


async def _queue(uow: UnitOfWork, how_many: int = 3, **settings: Any) -> list[hire.BookingView]:
    venue = await a_venue(uow, settings={"hire": settings})
    space = await a_space(uow, venue.id)
    return [
        await a_booking(uow, [(space.id, 18, 22)], title=f"Number {number}")
        for number in range(1, how_many + 1)
    ]


async def _ranks(uow: UnitOfWork, bookings: list[hire.BookingView]) -> list[Any]:
    found = [await hire.get_booking(uow, each.id) for each in bookings]
    return [each.rank if each.status == "hold" else each.status for each in found]


async def _acts(uow: UnitOfWork, booking: hire.BookingView) -> list[str]:
    acts, _ = await hire.list_acts(uow, booking.id, window=Window())
    return [act.act for act in acts]


async def test_on_release_all_behind_move_up_and_are_told(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second, third = queue = await _queue(uow)
        await do(uow, first.id, "release")

        assert await _ranks(uow, queue) == ["released", 1, 2]
        assert await _acts(uow, second) == ["hold", "moved_up"]
        assert await _acts(uow, third) == ["hold", "moved_up"]
    async with database.unit_of_work(house.organization_id) as uow:
        facts = await uow.execute(
            "SELECT subject_id, payload->>'rank' FROM outbox WHERE kind = 'hire.HoldMovedUp'"
        )
        assert {tuple(row) for row in facts} == {(second.id, "1"), (third.id, "2")}


async def test_a_rank_is_per_space_and_the_booking_says_its_worst(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, part_a, part_b = await a_divided_hall(uow)
        await a_booking(uow, [(part_a, 18, 20)])
        both = await a_booking(uow, [(part_a, 18, 20), (part_b, 18, 20)])
        whole = await a_booking(uow, [(hall, 10, 22)])

    assert [line.rank for line in both.spaces] == [2, 1]
    assert both.rank == 2
    assert whole.rank == 3


async def test_a_challenge_tells_all_seniors_one_deadline(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second, third = await _queue(uow)
        challenge = await hire.challenge_holds(uow, third.id, NewChallenge(note="Ready to sign"))

        assert [senior.booking_id for senior in challenge.seniors] == [first.id, second.id]
        assert challenge.deadline_at > uow.now + timedelta(hours=24)
        assert (await _acts(uow, first))[-1] == "challenged"
        with pytest.raises(AlreadyContested):
            await hire.challenge_holds(uow, second.id, NewChallenge())
        with pytest.raises(NobodyAhead):
            await hire.challenge_holds(uow, first.id, NewChallenge())


async def test_a_senior_that_becomes_firm_in_time_ends_the_challenge(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second, third = await _queue(uow)
        challenge = await hire.challenge_holds(uow, third.id, NewChallenge())
        said = await hire.answer_challenge(uow, first.id, ChallengeAnswer(answer="will_confirm"))
        assert said.status == "open"

        await do(uow, first.id, "contract")
        ended = await uow.get(Challenge, challenge.id)

        assert (ended.status, ended.confirm_by) == ("confirmed_by_holder", None)
        assert not any(senior.is_open for senior in ended.seniors)
        assert (await hire.get_booking(uow, second.id)).is_backup


async def test_when_all_make_room_the_challenger_has_time_to_confirm(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second, third = queue = await _queue(uow)
        challenge = await hire.challenge_holds(uow, third.id, NewChallenge())
        await hire.answer_challenge(uow, first.id, ChallengeAnswer(answer="release"))
        half = await uow.get(Challenge, challenge.id)
        assert half.status == "open"

        await do(uow, second.id, "lose")
        won = await uow.get(Challenge, challenge.id)

        assert won.status == "released"
        assert won.confirm_by is not None
        assert await _ranks(uow, queue) == ["released", "lost", 1]
        await do(uow, third.id, "confirm")
        assert won.outcome == "confirmed"


async def test_at_the_deadline_who_did_not_confirm_falls_away(
    database: Database, house: House, clock: TravelClock
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        queue = await _queue(uow, holdHours=24 * 60)
        challenge = await hire.challenge_holds(uow, queue[2].id, NewChallenge())
        await hire.answer_challenge(uow, queue[0].id, ChallengeAnswer(answer="will_confirm"))

    await do_what_is_due(database)
    async with database.unit_of_work(house.organization_id) as uow:
        assert await _ranks(uow, queue) == [1, 2, 3]

    clock.travel(LATER)
    await do_what_is_due(database)
    async with database.unit_of_work(house.organization_id) as uow:
        decided = await uow.get(Challenge, challenge.id)
        assert await _ranks(uow, queue) == ["released", "released", 1]
        assert decided.status == "expired"

    clock.travel(LATER)
    await do_what_is_due(database)
    await do_what_is_due(database)
    async with database.unit_of_work(house.organization_id) as uow:
        lapsed = await uow.get(Challenge, challenge.id)
        assert lapsed.outcome == "lapsed"
        assert await _ranks(uow, queue) == ["released"] * 3


async def test_a_venue_may_want_people_to_decide(
    database: Database, house: House, clock: TravelClock
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        queue = await _queue(uow, onChallengeExpiry="escalate", holdHours=24 * 60)
        await hire.challenge_holds(uow, queue[1].id, NewChallenge())

    clock.travel(LATER)
    await do_what_is_due(database)
    await do_what_is_due(database)

    async with database.unit_of_work(house.organization_id) as uow:
        assert await _ranks(uow, queue) == [1, 2, 3]
        assert (await _acts(uow, queue[1])).count("challenge_escalated") == 1


async def test_the_challenged_cannot_move_away_and_who_challenges_gives_up_by_moving(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second, _ = await _queue(uow)
        challenge = await hire.challenge_holds(uow, second.id, NewChallenge())
        other_day = BookingChanges(spaces=[a_wish(first.spaces[0].space_id, 40, 44)])

        with pytest.raises(HoldContested):
            await hire.update_booking(uow, first.id, first.version, other_day)
        await hire.update_booking(uow, second.id, second.version, other_day)

        assert (await uow.get(Challenge, challenge.id)).status == "void"


async def test_a_challenge_can_be_withdrawn_once(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        _, second, _ = queue = await _queue(uow)
        challenge = await hire.challenge_holds(uow, second.id, NewChallenge())
        await hire.withdraw_challenge(uow, challenge.id, hire.Because())

        with pytest.raises(IllegalAct):
            await hire.withdraw_challenge(uow, challenge.id, hire.Because())
        assert await _ranks(uow, queue) == [1, 2, 3]
        assert await hire.challenge_holds(uow, second.id, NewChallenge())


async def test_a_firm_booking_cannot_be_challenged(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second, third = await _queue(uow)
        await do(uow, first.id, "contract")

        with pytest.raises(NobodyAhead):
            await hire.challenge_holds(uow, third.id, NewChallenge())
        with pytest.raises(IllegalAct):
            await hire.challenge_holds(uow, first.id, NewChallenge())
        assert (await hire.get_booking(uow, second.id)).rank == 1


async def test_a_hold_warns_then_expires_and_those_behind_move_up(
    database: Database, house: House, clock: TravelClock
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        venue = await a_venue(uow)
        space = await a_space(uow, venue.id)
        first = await a_booking(
            uow, [(space.id, 18, 22)], hold_expires_at=uow.now + timedelta(hours=30)
        )
        second = await a_booking(
            uow, [(space.id, 18, 22)], hold_expires_at=uow.now + timedelta(days=30)
        )

    clock.travel(timedelta(hours=10))
    await do_what_is_due(database)
    await do_what_is_due(database)
    async with database.unit_of_work(house.organization_id) as uow:
        assert await _ranks(uow, [first, second]) == [1, 2]
        assert (await _acts(uow, first)).count("expires_soon") == 1

    clock.travel(timedelta(hours=25))
    await do_what_is_due(database)
    async with database.unit_of_work(house.organization_id) as uow:
        assert await _ranks(uow, [first, second]) == ["released", 1]


async def test_what_is_over_is_completed_by_itself(
    database: Database, house: House, clock: TravelClock
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, in_state="confirmed")
        ends = booking.ends_at - uow.now

    clock.travel(ends - timedelta(hours=1))
    await do_what_is_due(database)
    async with database.unit_of_work(house.organization_id) as uow:
        assert (await hire.get_booking(uow, booking.id)).status == "confirmed"

    clock.travel(timedelta(hours=2))
    await do_what_is_due(database)
    async with database.unit_of_work(house.organization_id) as uow:
        assert (await hire.get_booking(uow, booking.id)).status == "completed"


async def test_cancelling_tells_the_backups(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second, _ = await _queue(uow)
        await do(uow, first.id, "confirm")
        await do(uow, first.id, "cancel")
        place = await hire.get_booking(uow, second.id)

        assert (place.rank, place.is_backup) == (1, False)
        assert (await _acts(uow, second))[-1] == "moved_up"


async def test_many_acts_at_once_never_wait_in_a_circle(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, part_a, part_b = await a_divided_hall(uow)
        wishes = [[(hall, 18, 22)], [(part_b, 18, 22), (part_a, 18, 22)], [(part_a, 18, 22)]]
        holds = [await a_booking(uow, wishes[number % 3]) for number in range(12)]

    async def act(number: int, booking_id: UUID) -> str:
        try:
            if number % 4 == 3:
                await database.run(
                    house.organization_id, hire.challenge_holds, booking_id, NewChallenge()
                )
            else:
                await database.run(
                    house.organization_id,
                    do,
                    booking_id,
                    ("confirm", "release", "offer")[number % 4],
                )
        except (SpaceTaken, NobodyAhead, AlreadyContested, IllegalAct) as refused:
            return type(refused).__name__
        return "done"

    answers = await asyncio.gather(*(act(n, hold.id) for n, hold in enumerate(holds)))

    assert answers.count("done") >= 4
    async with database.unit_of_work(house.organization_id) as uow:
        found = [await hire.get_booking(uow, hold.id) for hold in holds]
    assert [each.status for each in found].count("confirmed") in (1, 2)


async def test_who_is_behind_holds_for_a_shorter_time_until_moving_up(
    database: Database, house: House, clock: TravelClock
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        policy = {"hire": {"rankHours": [14 * 24, 7 * 24]}}
        space = await a_space(uow, (await a_venue(uow, settings=policy)).id)
        placed_at = uow.now
        first, second = [await a_booking(uow, [(space.id, 18, 22)]) for _ in range(2)]
        asked = await a_booking(uow, [(space.id, 18, 22)], in_state="inquiry")
        third = await hire.hold_booking(uow, asked.id, Hold())
        chosen = await a_booking(
            uow, [(space.id, 18, 22)], hold_expires_at=placed_at + timedelta(days=99)
        )

    assert first.hold_expires_at == placed_at + timedelta(days=14)
    assert second.hold_expires_at == third.hold_expires_at == placed_at + timedelta(days=7)
    assert chosen.hold_expires_at == placed_at + timedelta(days=99)

    clock.travel(timedelta(days=3))
    async with database.unit_of_work(house.organization_id) as uow:
        await do(uow, first.id, "release")
        moved_at = uow.now
    await Worker(database).drain()
    async with database.unit_of_work(house.organization_id) as uow:
        ends = [
            (await hire.get_booking(uow, one.id)).hold_expires_at for one in (second, asked, chosen)
        ]
    assert ends == [
        moved_at + timedelta(days=14),
        moved_at + timedelta(days=7),
        placed_at + timedelta(days=99),
    ]


async def test_whoever_goes_ahead_of_others_says_so_and_ends_their_challenges(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second, third, fourth = await _queue(uow, 4)
        challenge = await hire.challenge_holds(uow, third.id, NewChallenge())

        with pytest.raises(OthersAhead) as raised:
            await hire.confirm_booking(uow, fourth.id, Confirmation(reason="Paid"))
        go = Confirmation(reason="Paid", pass_over=True)
        await hire.confirm_booking(uow, fourth.id, go)
        await uow.session.refresh(challenge)

        assert [one["title"] for one in raised.value.fields["ahead"]] == [
            "Number 1",
            "Number 2",
            "Number 3",
        ]
        assert challenge.status == "void"
        assert not any(senior.is_open for senior in challenge.seniors)
        assert (await _acts(uow, third))[-1] == "challenge_void"
        for senior in (first, second):
            assert (await _acts(uow, senior))[-1] == "challenge_over"


async def test_who_has_won_and_is_overtaken_has_no_time_to_confirm_any_more(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second, third = await _queue(uow)
        challenge = await hire.challenge_holds(uow, second.id, NewChallenge())
        await do(uow, first.id, "release")
        won = challenge.confirm_by
        await do(uow, third.id, "confirm")
        await uow.session.refresh(challenge)

        assert won is not None
        assert (challenge.confirm_by, challenge.outcome) == (None, "given_up")
        assert (await hire.get_booking(uow, second.id)).is_backup


async def test_an_inquiry_does_not_slip_past_those_who_hold(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        space = await a_space(uow)
        await a_booking(uow, [(space.id, 18, 22)], title="Held")
        inquiry = await a_booking(uow, [(space.id, 18, 22)], in_state="inquiry")

        with pytest.raises(OthersAhead) as raised:
            await hire.confirm_booking(
                uow, inquiry.id, Confirmation(reason="Paid"), scope=frozenset({space.id})
            )

    assert [one["title"] for one in raised.value.fields["ahead"]] == ["Held"]


async def test_who_may_not_challenge_yet_is_told_whose_challenge_is_open(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        _, second, third = await _queue(uow)
        await hire.challenge_holds(uow, second.id, NewChallenge())

        with pytest.raises(AlreadyContested, match="Number 2"):
            await hire.challenge_holds(uow, third.id, NewChallenge())
