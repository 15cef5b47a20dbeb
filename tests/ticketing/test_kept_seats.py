"""Places for wheelchair users and who comes with them, and what is sold when no seats are left."""

from typing import Any

import pytest

from houseful.kernel.database import Database
from houseful.ticketing import Wish, block_seats, change_hold, take_hold
from houseful.ticketing.problems import NoSeatsTogether, SeatsKept
from houseful.ticketing.wishes import Best
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.ticketing import Show, a_hold, a_paid_order, a_show

KEPT = {4: "companion", 5: "accessible", 6: "companion", 9: "accessible", 14: "restricted_view"}
"""In front of the stage, where everybody would like to sit."""


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    return await database.run(house.organization_id, a_show, kept=KEPT)


async def _best(database: Database, show: Show, quantity: int, **best: Any) -> list[int]:
    wish = Wish(best=Best(quantity=quantity, **best))
    taken = await take_hold(database, show.tenant, show.event_id, wish)
    return [seat.seat_number for seat in taken.state.seats]


async def test_the_best_seats_are_never_those_that_are_kept(database: Database, show: Show) -> None:
    chosen = [number for _ in range(8) for number in await _best(database, show, 2)]

    assert not {4, 5, 6, 9} & set(chosen)


async def test_a_restricted_view_is_chosen_last(database: Database, show: Show) -> None:
    front = dict.fromkeys(range(10), "restricted_view")
    show = await database.run(show.tenant, a_show, kept=front)

    assert all(number >= 10 for number in await _best(database, show, 10))
    assert all(number < 10 for number in await _best(database, show, 10))


async def test_who_asks_gets_a_space_and_sits_together(database: Database, show: Show) -> None:
    assert await _best(database, show, 3, wheelchairs=1) == [4, 5, 6]
    assert 9 in await _best(database, show, 2, wheelchairs=1)
    with pytest.raises(NoSeatsTogether):
        await _best(database, show, 1, wheelchairs=1)


async def test_a_large_party_with_a_wheelchair_sits_around_it(
    database: Database, show: Show
) -> None:
    assert await _best(database, show, 5, wheelchairs=1) == [3, 4, 5, 6, 7]


async def test_what_is_kept_is_held_by_who_says_so(database: Database, show: Show) -> None:
    with pytest.raises(SeatsKept) as refused:
        await a_hold(database, show, 3, 4, 5)
    wish = Wish(seats=[3, 4, 5], has_wheelchair=True)
    taken = await take_hold(database, show.tenant, show.event_id, wish)
    same = Wish(seats=[4, 5], types={4: show.seat_type_id or taken.state.id})
    changed = await change_hold(database, show.tenant, taken.state.id, taken.token, same)

    assert refused.value.fields["seats"] == [4, 5]
    assert [seat.seat_number for seat in changed.seats] == [3, 4, 5]


async def test_what_is_kept_is_anybodys_when_all_else_is_sold(
    database: Database, show: Show
) -> None:
    ordinary = [number for number in range(20) if KEPT.get(number, "r")[0] == "r"]
    await a_paid_order(database, show, *ordinary[:10])
    held = await a_hold(database, show, *ordinary[10:])

    with pytest.raises(SeatsKept):
        await a_hold(database, show, 5)
    with pytest.raises(NoSeatsTogether):
        await _best(database, show, 1)
    await change_hold(
        database, show.tenant, held.state.id, held.token, Wish(), give_back=ordinary[10:]
    )
    await database.run(show.tenant, block_seats, show.event_id, ordinary[10:], blocked=True)

    assert await _best(database, show, 1) in ([4], [5], [6])


async def test_without_seats_a_party_stands_together(database: Database, house: House) -> None:
    show = await database.run(house.organization_id, a_show, rows=1, seats_per_row=4, standing=12)
    await a_hold(database, show, 0, 1, 2)
    wish = Wish(best=Best(quantity=4))

    taken = await take_hold(database, show.tenant, show.event_id, wish)
    more = await change_hold(database, show.tenant, taken.state.id, taken.token, wish)
    alone = await _best(database, show, 1)

    assert [(pool.pool_id, pool.quantity) for pool in taken.state.pools] == [(show.pool_id, 4)]
    assert [(pool.pool_id, pool.quantity) for pool in more.pools] == [(show.pool_id, 8)]
    assert alone == [3]
    with pytest.raises(NoSeatsTogether):
        await _best(database, show, 5)
    with pytest.raises(NoSeatsTogether):
        await _best(database, show, 2, category_key="stalls")
    with pytest.raises(NoSeatsTogether):
        await _best(database, show, 1, wheelchairs=1)


async def test_it_is_asked_for_over_http(api: Api, house: House, show: Show) -> None:
    guest = api.guest()
    at = f"/api/client/holds?organization={house.slug}"
    event = {"eventSlug": show.slug}

    refused = await guest.post(at, json=event | {"seats": [5]})
    said = await guest.post(at, json=event | {"seats": [5], "hasWheelchair": True})
    best = {"quantity": 1, "wheelchairSpaces": 1}
    found = await guest.post(at, json=event | {"bestAvailable": best})
    senseless = await guest.post(
        at, json=event | {"bestAvailable": {"quantity": 1, "wheelchairSpaces": 2}}
    )

    assert problem_of(refused)["type"] == "urn:houseful:problem:seats-kept"
    assert said.status_code == 201
    assert [line["seatNumber"] for line in found.json()["lines"]] == [9]
    assert senseless.status_code == 422


async def test_the_page_marks_what_is_kept_and_asks(api: Api, house: House, show: Show) -> None:
    page = (await api.guest().get(f"/{house.slug}/{show.slug}?section=Stalls")).text

    assert page.count(", wheelchair space<") == 2
    assert page.count(", companion seat<") == 2
    assert page.count(", restricted view<") == 1
    assert 'name="wheelchair"' in page
    assert 'name="wheelchairs"' in page
