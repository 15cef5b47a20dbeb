"""Who loses their places to somebody else is offered others that are as good."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from houseful.ticketing import (
    Order,
    TakenHold,
    Wish,
    read_offered,
    release_hold,
    sweep,
    take_hold,
    take_offered,
    violations,
)
from houseful.ticketing.instead import hold_instead, lost_seats
from houseful.ticketing.inventory import set_price
from houseful.ticketing.models import Hold
from houseful.ticketing.orders.offering import offer_instead
from houseful.ticketing.problems import HoldOver, NoSeatsTogether
from houseful.ticketing.subscribers import offer_other_places
from houseful.ticketing.wishes import Best
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.messaging import deliver_all, outbox
from tests.builders.ticketing import (
    VAULT,
    Show,
    a_hold,
    a_payment,
    a_show,
    an_order,
    pay,
    read,
)
from tests.hire.test_paper_pages import Visitor

TOO_LATE = timedelta(minutes=26)


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    return await database.run(house.organization_id, a_show, standing=20)


async def _paid_in_vain(
    database: Database, show: Show, clock: TravelClock, *seats: int, floor: int = 0
) -> Order:
    """Let somebody pay late for places that somebody else has got meanwhile."""
    assert offer_other_places, "it hears from here on"
    order = await an_order(database, show, *seats, floor=floor)
    payment = await a_payment(database, show, order)
    clock.travel(TOO_LATE)
    await database.run(show.tenant, sweep)
    await a_hold(database, show, seats[0])
    assert (await pay(database, show, payment)).outcome == "unavailable"
    return order


async def _offered(database: Database, show: Show, order: Order) -> Any:
    return await database.run(show.tenant, read_offered, await read(database, show, order))


async def test_who_paid_in_vain_is_kept_others_side_by_side_and_told(
    database: Database, show: Show, clock: TravelClock
) -> None:
    order = await _paid_in_vain(database, show, clock, 4, 5, 6, floor=2)

    await deliver_all(database)
    offered = await _offered(database, show, order)
    for _ in range(2):  # a fact may be heard again
        await offer_instead(database, show.tenant, order.id)

    seats = [seat.seat_number for seat in offered.seats]
    assert seats == list(range(seats[0], seats[0] + 3))
    assert seats[0] // 10 == seats[2] // 10
    assert 4 not in seats
    assert [pool.quantity for pool in offered.pools] == [2]
    assert offered.expires_at - offered.acquired_at == timedelta(minutes=30)
    (message,) = await outbox(database, show.tenant, "seats_offered")
    assert "on its way back in any case" in message.text
    assert await database.run(show.tenant, _holds) == 2
    assert await database.run(show.tenant, violations) == []


async def test_what_is_offered_is_taken_once_by_who_has_the_order(
    api: Api, database: Database, show: Show, clock: TravelClock
) -> None:
    order = await _paid_in_vain(database, show, clock, 4, 5)
    await Worker(database).drain()
    at = f"/playhouse/orders/{order.id}"
    token = f"?token={VAULT.order_token(order.id)}"
    buyer = Visitor(api.guest())

    seen = await buyer.read(at + token)
    taken = await buyer.send(at + token, f"{at}/instead{token}")
    basket = await buyer.read(taken.headers["location"])
    still = await buyer.read(at + token)
    stranger = await Visitor(api.guest()).send(at + token, f"{at}/instead?token={'x' * 43}")

    assert "Other places are kept for you" in seen
    assert "Nothing was charged" not in seen
    assert "Held for you" in basket
    assert "Other places are kept for you" in still
    assert "Held for you" in await buyer.read(taken.headers["location"])
    assert stranger.status_code == 404


async def test_what_is_offered_is_taken_and_ordered_over_the_api(
    api: Api, house: House, database: Database, show: Show, clock: TravelClock
) -> None:
    order = await _paid_in_vain(database, show, clock, 4, 5)
    await Worker(database).drain()
    guest = api.guest()
    at, shop = f"/api/client/orders/{order.id}", {"organization": house.slug}
    mine = shop | {"token": VAULT.order_token(order.id)}

    shown = (await guest.get(at, params=mine)).json()
    stranger = await guest.post(f"{at}/instead", params=shop | {"token": "x" * 43})
    first = (await guest.post(f"{at}/instead", params=mine)).json()
    taken = await guest.post(f"{at}/instead", params=mine)
    basket = taken.json()

    def place(token: str) -> Any:
        return guest.post(
            "/api/client/orders",
            params=shop,
            json={"holdId": basket["id"], "buyer": {"name": "Bea", "email": "bea@example.org"}},
            headers={"x-hold-token": token, "idempotency-key": token},
        )

    refused, placed = await place(first["token"]), await place(basket["token"])
    again = await guest.post(f"{at}/instead", params=mine)

    assert stranger.status_code == 404
    assert taken.headers["cache-control"] == "no-store"
    assert basket["id"] == first["id"] == shown["offeredHoldId"]
    assert len(basket["lines"]) == 2
    assert refused.status_code == 404
    assert placed.status_code == 201
    assert len(placed.json()["lines"]) == 2
    assert (again.status_code, again.json()["type"]) == (409, "urn:houseful:problem:hold-over")


async def test_an_offer_ends(database: Database, show: Show, clock: TravelClock) -> None:
    order = await _paid_in_vain(database, show, clock, 4, 5)
    await Worker(database).drain()
    clock.travel(timedelta(minutes=31))

    assert await _offered(database, show, order) is None
    with pytest.raises(HoldOver):
        await database.run(show.tenant, take_offered, order.id)


async def test_who_was_late_for_the_price_or_the_event_is_offered_nothing(
    database: Database, show: Show, clock: TravelClock
) -> None:
    order = await an_order(database, show, 4)
    payment = await a_payment(database, show, order)
    clock.travel(timedelta(hours=3))
    await database.run(show.tenant, sweep)
    await pay(database, show, payment)

    await Worker(database).drain()

    assert await _offered(database, show, order) is None


async def test_a_party_is_scattered_by_nobody(database: Database, house: House) -> None:
    show = await database.run(house.organization_id, a_show, rows=1, seats_per_row=6)
    await a_hold(database, show, 2)
    lost = await lost_seats(database, show.tenant, show.event_id, [2, 3, 4, 5], {})

    with pytest.raises(NoSeatsTogether):
        await hold_instead(database, show.tenant, show.event_id, lost)

    assert await database.run(show.tenant, _holds) == 1


async def test_a_dearer_category_is_as_good_and_a_cheaper_one_is_not(
    database: Database, house: House
) -> None:
    def better(uow: UnitOfWork) -> Any:
        return a_show(uow, rows=2, seats_per_row=4)

    show: Show = await database.run(house.organization_id, better)

    async def price(uow: UnitOfWork, key: str, amount: int) -> None:
        await uow.execute(
            "UPDATE event_seats SET category_key = 'balcony'"
            " WHERE organization_id = :tenant AND seat_number >= 4",
            {"tenant": uow.tenant},
        )
        await uow.execute(
            "UPDATE ticket_types SET categories = '{stalls,balcony}'"
            " WHERE organization_id = :tenant AND cardinality(categories) > 0",
            {"tenant": uow.tenant},
        )
        await set_price(uow, show.event_id, key, amount)

    await database.run(show.tenant, price, "balcony", 9000)
    taken = await a_hold(database, show, 0, 1, 2, 3)
    lost = await lost_seats(database, show.tenant, show.event_id, [0, 1], {})
    balcony = await lost_seats(database, show.tenant, show.event_id, [4, 5], {})
    held = await hold_instead(database, show.tenant, show.event_id, lost)
    await take_hold(database, show.tenant, show.event_id, Wish(seats=[6, 7]))
    await _release(database, show, taken)

    assert {seat.seat_number for seat in held.state.seats} <= {4, 5, 6, 7}
    with pytest.raises(NoSeatsTogether):
        await hold_instead(database, show.tenant, show.event_id, balcony)


async def test_what_is_held_already_stays_when_nothing_is_as_good(
    database: Database, house: House
) -> None:
    show = await database.run(house.organization_id, a_show, rows=1, seats_per_row=4)
    mine = await take_hold(database, show.tenant, show.event_id, Wish(best=Best(quantity=1)))
    lost = await lost_seats(database, show.tenant, show.event_id, [0, 1, 2, 3], {})

    with pytest.raises(NoSeatsTogether):
        await hold_instead(database, show.tenant, show.event_id, lost, beside=mine)
    two = await hold_instead(database, show.tenant, show.event_id, lost[:2], beside=mine)

    assert {seat.seat_number for seat in mine.state.seats} < {
        seat.seat_number for seat in two.state.seats
    }
    assert len(two.state.seats) == 3


async def test_the_page_holds_others_when_somebody_was_quicker(
    api: Api, database: Database, show: Show
) -> None:
    await a_hold(database, show, 4)
    visitor = Visitor(api.guest())
    page = f"/playhouse/{show.slug}"
    await visitor.read(page)

    lost = await visitor.send(page, f"{page}/basket", seat=["4", "5"])
    held = await visitor.send(page, f"{page}/basket", instead=["4", "5"], as_good="yes")
    basket = await visitor.read(held.headers["location"])

    assert lost.status_code == 409
    assert 'name="as_good"' in lost.text
    assert 'name="instead" value="4"' in lost.text
    assert held.status_code == 303
    assert basket.count('name="remove"') == 2


async def _holds(uow: UnitOfWork) -> int:
    return len(
        list(
            await uow.all(
                select(Hold.id).where(Hold.organization_id == uow.tenant, Hold.status == "active")
            )
        )
    )


async def _release(database: Database, show: Show, taken: TakenHold) -> None:
    await release_hold(database, show.tenant, taken.state.id, taken.token)
