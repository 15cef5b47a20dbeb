"""The customer API: from the offer to the tickets."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from houseful import payments
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.ticketing import Show, a_show

BUYER = {"name": "Bea Buyer", "email": "bea@example.org"}


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    return await database.run(house.organization_id, a_show, standing=50)


@pytest.fixture
def guest(api: Api, house: House) -> httpx.AsyncClient:
    client = api.guest()
    client.params = httpx.QueryParams({"organization": house.slug})
    return client


def key() -> dict[str, str]:
    return {"idempotency-key": str(uuid4())}


async def hold(guest: httpx.AsyncClient, show: Show, **wish: Any) -> dict[str, Any]:
    answer = await guest.post("/api/client/holds", json={"eventSlug": show.slug} | wish)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def place(guest: httpx.AsyncClient, basket: dict[str, Any]) -> dict[str, Any]:
    answer = await guest.post(
        "/api/client/orders",
        json={"holdId": basket["id"], "buyer": BUYER},
        headers={"x-hold-token": basket["token"]} | key(),
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def states(guest: httpx.AsyncClient, show: Show) -> list[int]:
    answer = await guest.get(f"/api/client/events/{show.slug}/availability")
    assert answer.status_code == 200, answer.text
    packed = base64.b64decode(answer.json()["seats"])
    count = answer.json()["seatCount"]
    return [packed[n // 4] >> 2 * (n % 4) & 3 for n in range(count)]


async def test_the_offer_says_what_can_be_bought_and_for_how_much(
    guest: httpx.AsyncClient, show: Show
) -> None:
    offer = (await guest.get(f"/api/client/events/{show.slug}/offer")).json()

    assert offer["isOnSale"]
    prices = {kind["name"]: kind["prices"] for kind in offer["ticketTypes"]}
    assert prices["Seat"] == {"stalls": {"amount": 4150, "currency": "EUR"}}
    assert {kind["name"]: kind["available"] for kind in offer["ticketTypes"]}["Floor"] == 50


async def test_seats_are_held_ordered_paid_and_become_tickets(
    guest: httpx.AsyncClient, show: Show, database: Database
) -> None:
    basket = await hold(
        guest,
        show,
        seats=[3, 4],
        pools=[
            {"poolId": str(show.pool_id), "ticketTypeId": str(show.pool_type_id), "quantity": 1}
        ],
    )
    assert basket["total"] == {"amount": 2 * 4150 + 2613, "currency": "EUR"}
    assert (await states(guest, show))[2:6] == [0, 1, 1, 0]

    order = await place(guest, basket)
    assert order["status"] == "awaiting_payment"
    checkout = await guest.post(
        "/api/client/checkout",
        json={"orderId": order["id"], "token": order["token"], "returnPath": "/thanks"},
        headers=key(),
    )
    assert checkout.status_code == 200, checkout.text
    assert checkout.json()["redirectUrl"]

    attempts = await database.run(
        show.tenant, payments.find_transactions, "order", UUID(order["id"])
    )
    reference = attempts[0].provider_payment_id
    assert reference is not None
    await database.run(show.tenant, payments.tell_sandbox, reference, "succeed")
    await payments.settle(database, show.tenant, "sandbox", reference)

    paid = await guest.get(f"/api/client/orders/{order['id']}", params={"token": order["token"]})
    assert paid.json()["status"] == "paid"
    tickets = paid.json()["tickets"]
    assert all(ticket["code"].startswith("HF1") for ticket in tickets)
    ticket = await guest.get(
        f"/api/client/tickets/{tickets[0]['publicId']}", params={"token": order["token"]}
    )
    assert ticket.json()["code"] == tickets[0]["code"]
    assert (await states(guest, show))[2:6] == [0, 2, 2, 0]


async def test_an_order_is_not_shown_without_its_token(
    guest: httpx.AsyncClient, show: Show
) -> None:
    order = await place(guest, await hold(guest, show, seats=[1]))

    answer = await guest.get(f"/api/client/orders/{order['id']}", params={"token": "x" * 43})

    assert answer.status_code == 404


async def test_money_moves_only_with_an_idempotency_key_and_once(
    guest: httpx.AsyncClient, show: Show
) -> None:
    basket = await hold(guest, show, seats=[1])
    body = {"holdId": basket["id"], "buyer": BUYER}
    token = {"x-hold-token": basket["token"]}

    without = await guest.post("/api/client/orders", json=body, headers=token)
    once = key()
    first, second = [
        await guest.post("/api/client/orders", json=body, headers=token | once) for _ in range(2)
    ]

    assert problem_of(without)["type"] == "urn:houseful:problem:idempotency-key-required"
    assert first.json() == second.json()


async def test_a_taken_seat_is_named(guest: httpx.AsyncClient, show: Show) -> None:
    await hold(guest, show, seats=[4])

    answer = await guest.post("/api/client/holds", json={"eventSlug": show.slug, "seats": [3, 4]})

    assert answer.status_code == 409
    problem = problem_of(answer)
    assert problem["type"] == "urn:houseful:problem:seat-taken"
    assert problem["seats"] == [4]


async def test_the_best_seats_are_together_and_near_the_stage(
    guest: httpx.AsyncClient, show: Show
) -> None:
    await hold(guest, show, seats=[4, 5])

    basket = await hold(guest, show, bestAvailable={"quantity": 4, "categoryKey": "stalls"})

    rows = {line["rowLabel"] for line in basket["lines"]}
    numbers = [line["seatNumber"] for line in basket["lines"]]
    assert len(rows) == 1
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    assert not {4, 5} & set(numbers)


async def test_when_no_seats_are_left_we_say_so(guest: httpx.AsyncClient, show: Show) -> None:
    for start in (0, 10):
        await hold(guest, show, seats=list(range(start, start + 10)))

    answer = await guest.post(
        "/api/client/holds",
        json={
            "eventSlug": show.slug,
            "bestAvailable": {"quantity": 1, "categoryKey": "stalls"},
        },
    )

    assert problem_of(answer)["type"] == "urn:houseful:problem:no-seats-available"


async def test_a_hold_is_read_changed_extended_and_released(
    guest: httpx.AsyncClient, show: Show, clock: TravelClock
) -> None:
    basket = await hold(guest, show, seats=[1, 2])
    address, token = f"/api/client/holds/{basket['id']}", {"x-hold-token": basket["token"]}
    clock.travel(timedelta(minutes=5))

    changed = await guest.patch(address, json={"seats": [3], "giveBack": [1]}, headers=token)
    extended = await guest.post(f"{address}/extend", headers=token)
    read = await guest.get(address, headers=token)
    released = await guest.delete(address, headers=token)

    assert [line["seatNumber"] for line in changed.json()["lines"]] == [2, 3]
    assert extended.json()["expiresAt"] > changed.json()["expiresAt"]
    assert read.json()["lines"] == changed.json()["lines"]
    assert released.status_code == 204
    assert set(await states(guest, show)) == {0}
    assert (await guest.post(f"{address}/extend", headers=token)).status_code == 409
    assert (await guest.get(address, headers={"x-hold-token": "y" * 43})).status_code == 404


async def test_availability_is_not_sent_twice(guest: httpx.AsyncClient, show: Show) -> None:
    address = f"/api/client/events/{show.slug}/availability"
    first = await guest.get(address)

    unchanged = await guest.get(address, headers={"if-none-match": first.headers["etag"]})

    assert unchanged.status_code == 304
    assert unchanged.content == b""


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"seats": [1, 1]},
        {"seats": [999]},
        {"seats": [-1]},
        {"seats": [1], "ticketTypes": {"x": str(uuid4())}},
        {"seats": [1], "ticketTypes": {"1": str(uuid4())}},
        {"pools": [{"poolId": str(uuid4()), "ticketTypeId": str(uuid4()), "quantity": 1}]},
        {"bestAvailable": {"quantity": 0}},
        {"seats": [1], "more": True},
    ],
)
async def test_a_wish_that_makes_no_sense_holds_nothing(
    guest: httpx.AsyncClient, show: Show, wish: dict[str, Any]
) -> None:
    answer = await guest.post("/api/client/holds", json={"eventSlug": show.slug} | wish)

    assert answer.status_code in {400, 409, 422}
    problem_of(answer)
    assert set(await states(guest, show)) == {0}


async def test_a_hold_is_given_more_of_the_best_seats(guest: httpx.AsyncClient, show: Show) -> None:
    basket = await hold(guest, show, seats=[3])

    changed = await guest.patch(
        f"/api/client/holds/{basket['id']}",
        json={"bestAvailable": {"quantity": 2}},
        headers={"x-hold-token": basket["token"]},
    )

    assert changed.status_code == 200, changed.text
    assert len(changed.json()["lines"]) == 3
    assert 3 in [line["seatNumber"] for line in changed.json()["lines"]]
