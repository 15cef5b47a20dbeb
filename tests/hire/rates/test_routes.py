"""Rate cards, add-ons and price lines over HTTP."""

from typing import Any

import pytest

from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.hire import a_booking
from tests.builders.venues import a_space

CARDS, ADD_ONS = "/api/v1/rate-cards", "/api/v1/hire-add-ons"


@pytest.fixture
async def booking(database: Database, house: House) -> Any:
    """A hold on the hall from 18 to 22 and on the foyer from 17 to 23."""

    async def make(uow: UnitOfWork) -> Any:
        hall = await a_space(uow, name="Great Hall")
        foyer = await a_space(uow, hall.venue_id, name="Foyer")
        return await a_booking(uow, [(hall.id, 18, 22), (foyer.id, 17, 23)])

    return await database.run(house.organization_id, make)


def _card(booking: Any, **fields: Any) -> dict[str, Any]:
    rates = [
        {"label": "Hall by the hour", "unit": "hour", "amountMinor": 250_00},
        {
            "label": "Foyer by the day",
            "unit": "day",
            "amountMinor": 400_00,
            "spaceId": str(booking.spaces[1].space_id),
        },
    ]
    return {
        "venueId": str(booking.venue_id),
        "name": "Season",
        "currency": "EUR",
        "taxBasisPoints": 1900,
        "rates": rates,
    } | fields


async def test_a_booking_is_quoted_and_priced_with_a_trace(api: Api, booking: Any) -> None:
    admin = await api.as_("admin")
    card = await admin.post(CARDS, json=_card(booking))
    path = f"/api/v1/bookings/{booking.id}"

    quote = await admin.get(f"{path}/quote", params={"rateCardId": card.json()["id"]})
    before = await admin.get(f"{path}/charges")
    priced = await admin.post(f"{path}/price", json={})
    again = await admin.post(f"{path}/price", json={})

    assert card.status_code == 201, card.text
    assert quote.json()["totalMinor"] == 4 * 250_00 + 400_00
    assert quote.json()["spaces"][0]["trace"][0]["quantity"] == 4
    assert before.json()["items"] == []
    assert [line["amountMinor"] for line in priced.json()["items"]] == [1000_00, 400_00]
    assert priced.json()["items"][0]["taxBasisPoints"] == 1900
    assert len(again.json()["items"]) == 2


async def test_an_override_needs_who_may_and_a_reason_and_survives_pricing(
    api: Api, booking: Any
) -> None:
    admin, staff = await api.as_("admin"), await api.as_("staff")
    await admin.post(CARDS, json=_card(booking))
    path = f"/api/v1/bookings/{booking.id}"
    first = (await staff.post(f"{path}/price", json={})).json()["items"][0]
    line = f"/api/v1/booking-charges/{first['id']}"
    tag = {"if-match": (await admin.get(line)).headers["etag"]}

    refused = await staff.patch(line, json={"amountMinor": 1, "reason": "Friend"}, headers=tag)
    bare = await admin.patch(line, json={"amountMinor": 1, "reason": " "}, headers=tag)
    lower = await admin.patch(line, json={"amountMinor": 900_00, "reason": "Regular"}, headers=tag)
    again = await staff.post(f"{path}/price", json={})

    assert (refused.status_code, bare.status_code) == (403, 422)
    assert lower.json()["isOverridden"] is True
    assert sorted(each["amountMinor"] for each in again.json()["items"]) == [400_00, 900_00]


async def test_an_add_on_costs_its_price_as_often_as_its_unit_says(api: Api, booking: Any) -> None:
    admin = await api.as_("admin")
    path = f"/api/v1/bookings/{booking.id}/charges"
    offer = {"venueId": str(booking.venue_id), "currency": "EUR", "kind": "equipment"}

    amounts: dict[str, int] = {}
    for unit in ("each", "person", "day", "hour"):
        made = await admin.post(
            ADD_ONS, json={**offer, "name": unit, "unit": unit, "amountMinor": 10, "stock": 5}
        )
        charge = await admin.post(path, json={"addOnId": made.json()["id"], "quantity": 3})
        amounts[unit] = charge.json()["amountMinor"]
    too_many = await admin.post(path, json={"addOnId": made.json()["id"], "quantity": 6})

    assert amounts == {"each": 30, "person": 30, "day": 30, "hour": 30 * 6}
    assert problem_of(too_many)["type"] == "urn:houseful:problem:not-enough-stock"


async def test_a_price_of_ones_own_is_for_who_may_override(api: Api, booking: Any) -> None:
    admin, staff = await api.as_("admin"), await api.as_("staff")
    path = f"/api/v1/bookings/{booking.id}/charges"
    own = {"description": "Goodwill", "unitMinor": -50_00, "reason": "Late last time"}

    refused = await staff.post(path, json=own)
    without = await admin.post(path, json=own | {"reason": ""})
    made = await admin.post(path, json=own)
    gone = await admin.delete(made.headers["location"])

    assert (refused.status_code, without.status_code, made.status_code) == (403, 422, 201)
    assert gone.status_code == 204


async def test_without_a_rate_for_a_day_nothing_is_priced(api: Api, booking: Any) -> None:
    admin = await api.as_("admin")
    path = f"/api/v1/bookings/{booking.id}/price"
    none = await admin.post(path, json={})
    rate = {"label": "Sundays", "unit": "day", "amountMinor": 1, "weekdays": [7]}
    await admin.post(CARDS, json=_card(booking, rates=[rate]))

    some = await admin.post(path, json={})

    assert problem_of(none)["type"] == "urn:houseful:problem:no-rate"
    assert problem_of(some)["missingDays"] == ["2035-05-01"]


async def test_a_card_that_priced_something_is_switched_off_and_not_removed(
    api: Api, booking: Any
) -> None:
    admin = await api.as_("admin")
    card = await admin.post(CARDS, json=_card(booking))
    await admin.post(f"/api/v1/bookings/{booking.id}/price", json={})

    kept = await admin.delete(card.headers["location"])
    off = await admin.patch(
        card.headers["location"],
        json={"isActive": False},
        headers={"if-match": card.headers["etag"]},
    )
    now = await admin.post(f"/api/v1/bookings/{booking.id}/price", json={})

    assert (kept.status_code, off.status_code, now.status_code) == (409, 200, 409)


async def test_the_rates_of_a_card_are_changed(api: Api, booking: Any) -> None:
    admin = await api.as_("admin")
    made = await admin.post(CARDS, json=_card(booking))
    path, tag = made.headers["location"], {"if-match": made.headers["etag"]}
    rates = [{"label": "All day", "unit": "day", "amountMinor": 10_00}]

    changed = await admin.patch(path, json={"rates": rates, "name": "New"}, headers=tag)
    stale = await admin.patch(path, json={"rates": rates}, headers=tag)
    read = await admin.get(path)

    assert changed.status_code == 200, changed.text
    assert stale.status_code == 412
    assert read.json()["name"] == "New"
    assert [rate["amountMinor"] for rate in read.json()["rates"]] == [10_00]
