"""Ranks are derived, deadlines are counted in business hours, holds expire by lead time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from houseful.calendar import Span
from houseful.hire.holds.rules import (
    HoldPolicy,
    LeadTime,
    Queued,
    business_deadline,
    expiry_of,
    juniors_of,
    read_policy,
    seniors_of,
    worst_ranks,
)

CELL = UUID(int=1)
DAY = datetime(2035, 5, 1, tzinfo=UTC)
BERLIN = "Europe/Berlin"
OFFICE = HoldPolicy().business_hours


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


def a_hold(number: int, start: float, end: float, *, cell: UUID = CELL) -> Queued:
    return Queued(cell, Span(at(start), at(end)), UUID(int=number), number, number)


holds = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 20), st.integers(1, 8)), max_size=12
).map(
    lambda found: [
        a_hold(number, start, start + length, cell=UUID(int=100 + cell))
        for number, (cell, start, length) in enumerate(found, start=1)
    ]
)


def ranks_of(queue: list[Queued]) -> dict[object, int]:
    return worst_ranks(queue, {one.line for one in queue})


def test_who_comes_later_is_behind_and_who_is_elsewhere_is_not() -> None:
    queue = [a_hold(1, 18, 22), a_hold(2, 20, 23), a_hold(3, 22, 24), a_hold(4, 8, 12)]

    assert ranks_of(queue) == {1: 1, 2: 2, 3: 2, 4: 1}


def test_two_ahead_who_never_meet_count_once() -> None:
    queue = [a_hold(1, 8, 10), a_hold(2, 20, 22), a_hold(3, 8, 22)]

    assert ranks_of(queue)[3] == 2


def test_equal_priorities_are_joint() -> None:
    queue = [Queued(CELL, Span(at(1), at(2)), UUID(int=number), number, 7) for number in range(3)]

    assert set(ranks_of(queue).values()) == {1}


@given(holds)
def test_at_every_instant_of_every_cell_ranks_run_from_one_without_gaps(
    queue: list[Queued],
) -> None:
    ranks = ranks_of(queue)
    worst = dict.fromkeys(ranks, 0)

    for cell in {one.cell_id for one in queue}:
        for hour in range(30):
            there = sorted(
                (
                    one
                    for one in queue
                    if one.cell_id == cell and one.span.start <= at(hour) < one.span.end
                ),
                key=lambda one: one.priority,
            )
            for place, one in enumerate(there, start=1):
                worst[one.line] = max(worst[one.line], place)

    assert ranks == worst


@given(holds, st.data())
def test_when_one_goes_nobody_stands_worse(queue: list[Queued], data: st.DataObject) -> None:
    if not queue:
        return
    gone = data.draw(st.sampled_from(queue))
    before, after = ranks_of(queue), ranks_of([one for one in queue if one is not gone])

    assert all(after[line] <= before[line] for line in after)
    assert all(
        before[one.line] == after[one.line]
        for one in queue
        if one is not gone and one.holder not in juniors_of(queue, gone.holder)
    )


@given(holds)
def test_who_is_ahead_of_me_has_me_behind(queue: list[Queued]) -> None:
    for one in queue:
        for senior in seniors_of(queue, one.holder):
            assert one.holder in juniors_of(queue, senior)


def test_a_deadline_skips_the_night_and_the_weekend() -> None:
    friday = datetime(2035, 5, 4, 14, 0, tzinfo=UTC)

    deadline = business_deadline(friday, 12, OFFICE, BERLIN)

    assert deadline == datetime(2035, 5, 8, 8, 0, tzinfo=UTC)


def test_without_opening_hours_every_hour_counts() -> None:
    assert business_deadline(at(3), 24, {}, BERLIN) == at(27)


@given(st.integers(0, 24 * 400), st.integers(1, 100), st.sampled_from([BERLIN, "America/New_York"]))
def test_a_deadline_is_during_business_hours_and_later_with_more_of_them(
    start: int, hours: int, zone: str
) -> None:
    first = business_deadline(at(start), hours, OFFICE, zone)
    more = business_deadline(at(start), hours + 1, OFFICE, zone)

    assert at(start) + timedelta(hours=hours) <= first < more


def test_a_hold_lasts_as_its_lead_time_says_and_never_beyond_its_start() -> None:
    policy = HoldPolicy(lead_times=(LeadTime(7, 24), LeadTime(45, 48)), hold_hours=72)

    assert _expires(policy, 6) == at(24)
    assert _expires(policy, 30) == at(48)
    assert _expires(policy, 90) == at(72)
    assert _expires(policy, 5 / 24) == at(5)


def _expires(policy: HoldPolicy, days_ahead: float, *, rank: int = 1) -> datetime:
    return expiry_of(policy, at(0), at(days_ahead * 24), timezone=BERLIN, rank=rank)


def test_a_hold_may_last_for_business_days() -> None:
    near = LeadTime(45, business_days=2)
    policy = HoldPolicy(lead_times=(LeadTime(7, 24), near, LeadTime(400, business_days=3)))
    never_there = msgspec.structs.replace(policy, business_hours={})

    # the first of May 2035 is a Tuesday; the house closes at six in Berlin
    assert _expires(policy, 6) == at(24)
    assert _expires(policy, 30) == at(2 * 24 + 16)
    assert _expires(policy, 90) == at(3 * 24 + 16)
    assert expiry_of(policy, at(3 * 24), at(33 * 24), timezone=BERLIN) == at(7 * 24 + 16)
    assert _expires(never_there, 30) == at(48)


def test_who_is_behind_may_hold_for_a_shorter_time() -> None:
    policy = HoldPolicy(rank_hours=(14 * 24, 7 * 24))

    assert [_expires(policy, 90, rank=rank) for rank in (1, 2, 3)] == [
        at(14 * 24),
        at(7 * 24),
        at(7 * 24),
    ]
    assert _expires(policy, 3, rank=2) == at(24)


def test_a_venue_says_what_differs_and_nonsense_is_not_heard() -> None:
    policy = read_policy(
        {"hire": {"challengeHours": 8, "confirmHours": "soon", "onChallengeExpiry": "escalate"}}
    )

    assert (policy.challenge_hours, policy.confirm_hours) == (8, 24)
    assert policy.on_challenge_expiry == "escalate"
    assert read_policy({"hire": []}) == HoldPolicy()
