"""Nobody holds the whole house: limits of one address and of one person, as operators set them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle

import pytest
from msgspec import structs

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from houseful.kernel.origin import Origin, current_origin
from houseful.kernel.problems import TooManyRequests
from houseful.kernel.settings import Settings, load_settings
from houseful.ticketing import (
    Limits,
    TakenHold,
    Wish,
    change_hold,
    count_order,
    limits_of,
    place_own_order,
    release_hold,
)
from houseful.ticketing.orders.models import Order
from houseful.ticketing.problems import TooManyHeld, TooMuchUnpaid
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.ticketing import BUYER, VAULT, Show, a_hold, a_payment, a_show, pay

_AN_HOUR = timedelta(hours=1)
BEA = "bea@example.org"
HERE, THERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    return await database.run(house.organization_id, a_show, standing=50)


async def _add_one(database: Database, show: Show, hold: TakenHold) -> None:
    await change_hold(database, show.tenant, hold.state.id, hold.token, Wish(seats=[9]))


def _limit(database: Database, **limits: int) -> None:
    database.provide(structs.replace(Limits.of(Settings()), **limits))


async def _order(database: Database, show: Show, hold: TakenHold, email: str = BEA) -> Order:
    buyer = structs.replace(BUYER, email=email)
    return await database.run(
        show.tenant,
        place_own_order,
        VAULT,
        limits_of(database),
        hold.state.id,
        hold.token,
        buyer,
    )


@contextmanager
def _from(address: str) -> Iterator[None]:
    token = current_origin.set(Origin("a-request", address))
    try:
        yield
    finally:
        current_origin.reset(token)


async def test_one_address_holds_so_many_places_and_no_more(
    database: Database, show: Show, clock: TravelClock
) -> None:
    _limit(database, held_places_per_address=5)
    with _from(HERE):
        first = await a_hold(database, show, 1, 2, floor=1)
        with pytest.raises(TooManyHeld) as refused:
            await a_hold(database, show, floor=3)
        await a_hold(database, show, 3, 4)
        with pytest.raises(TooManyHeld):
            await _add_one(database, show, first)
        await release_hold(database, show.tenant, first.state.id, first.token)
        await a_hold(database, show, 1, 2)
    with _from(THERE):
        await a_hold(database, show, 5, floor=4)

    assert refused.value.fields == {"maximum": 5}
    clock.travel(_AN_HOUR)
    with _from(HERE):
        await a_hold(database, show, 1, 2, 3, 4, 5)


async def test_of_many_at_once_no_more_are_let_in(database: Database, show: Show) -> None:
    _limit(database, held_places_per_address=6)
    with _from(HERE):
        answers = await asyncio.gather(
            *(a_hold(database, show, 2 * pair, 2 * pair + 1) for pair in range(8)),
            return_exceptions=True,
        )

    assert sum(not isinstance(one, BaseException) for one in answers) == 3
    assert all(isinstance(one, TooManyHeld) for one in answers if isinstance(one, BaseException))


async def test_the_addresses_of_one_household_count_as_one(database: Database, show: Show) -> None:
    _limit(database, held_places_per_address=2)
    with _from("2001:db8:1:2::1"):
        await a_hold(database, show, 1, 2)
    with _from("2001:db8:1:2:ffff::9"), pytest.raises(TooManyHeld):
        await a_hold(database, show, 3)
    with _from("2001:db8:1:3::1"):
        await a_hold(database, show, 3)


async def test_who_asks_too_often_waits(database: Database, show: Show, clock: TravelClock) -> None:
    _limit(database, holds_per_address=3)
    with _from(HERE):
        for seat in range(3):
            await a_hold(database, show, seat)
        with pytest.raises(TooManyRequests) as refused:
            await a_hold(database, show, 5)
        clock.travel(_AN_HOUR)
        await a_hold(database, show, 5)

    assert int(refused.value.headers["retry-after"]) > 0
    assert refused.value.headers["ratelimit-policy"] == '"attempts";q=3;w=300'


async def test_what_no_request_asks_for_has_no_limit(database: Database, show: Show) -> None:
    _limit(database, held_places_per_address=1, holds_per_address=1)

    await a_hold(database, show, 1, 2)
    await a_hold(database, show, 3, 4)


async def test_one_person_pays_before_they_order_more(database: Database, show: Show) -> None:
    _limit(database, unpaid_places_per_person=3)

    async def order(*seats: int, email: str = BEA) -> Order:
        return await _order(database, show, await a_hold(database, show, *seats), email)

    first = await order(1, 2)
    await order(3)
    with pytest.raises(TooMuchUnpaid) as refused:
        await order(4, email=" BEA@example.org")
    await order(5, email="ben@example.org")
    await pay(database, show, await a_payment(database, show, first))
    await order(6)

    assert refused.value.fields == {"maximum": 3}


async def test_one_person_who_orders_many_times_at_once_gets_no_more(
    database: Database, show: Show
) -> None:
    _limit(database, unpaid_places_per_person=4)
    holds = [await a_hold(database, show, 2 * pair, 2 * pair + 1) for pair in range(8)]
    answers = await asyncio.gather(
        *(
            _order(database, show, hold, email)
            for hold, email in zip(holds, cycle((BEA, BEA.upper())), strict=False)
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(one, Order) for one in answers) == 2
    assert sum(isinstance(one, TooMuchUnpaid) for one in answers) == 6


async def test_ordering_the_same_again_is_no_more(database: Database, show: Show) -> None:
    _limit(database, unpaid_places_per_person=2)
    hold = await a_hold(database, show, 1, 2)
    first, again = [await _order(database, show, hold) for _ in range(2)]

    assert first.id == again.id


async def test_orders_of_one_address_are_counted(database: Database) -> None:
    _limit(database, orders_per_address=1)
    with _from(HERE):
        await count_order(database)
        with pytest.raises(TooManyRequests):
            await count_order(database)
    with _from(THERE):
        await count_order(database)


async def test_it_is_told_over_http_and_on_the_page(
    api: Api, database: Database, house: House, show: Show
) -> None:
    _limit(database, held_places_per_address=2, holds_per_address=4)
    guest = api.guest()
    at = f"/api/client/holds?organization={house.slug}"

    held = await guest.post(at, json={"eventSlug": show.slug, "seats": [1, 2]})
    many = await guest.post(at, json={"eventSlug": show.slug, "seats": [3]})
    for _ in range(2):
        await guest.post(at, json={"eventSlug": show.slug, "seats": [3]})
    often = await guest.post(at, json={"eventSlug": show.slug, "seats": [3]})

    assert held.status_code == 201
    assert problem_of(many)["type"] == "urn:houseful:problem:too-many-held"
    assert often.status_code == 429
    assert "retry-after" in often.headers


def test_operators_set_the_limits() -> None:
    settings = load_settings({"HOUSEFUL_HELD_PLACES_PER_ADDRESS": "60"})

    assert Limits.of(settings).held_places_per_address == 60
