"""What a rate card gave is reckoned anew when the booking is moved; what was set by hand stays."""

from typing import Any

import pytest

from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.calendar import at
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


class Desk:
    """The booking manager at work on one booking."""

    def __init__(self, admin: Any, booking: Any) -> None:
        self.admin = admin
        self.booking = booking
        self.path = f"/api/v1/bookings/{booking.id}"

    async def card(self, amount: int, **fields: Any) -> None:
        """Add a rate card by the hour."""
        rates = [{"label": "By the hour", "unit": "hour", "amountMinor": amount}]
        body = {"venueId": str(self.booking.venue_id), "name": "Season", "currency": "EUR"}
        made = await self.admin.post(CARDS, json=body | {"rates": rates} | fields)
        assert made.status_code == 201, made.text

    async def move(self, *spans: tuple[float, float]) -> None:
        """Move the booking's first lines to other hours; those beyond are given back."""
        tag = (await self.admin.get(self.path)).headers["etag"]
        spaces = [
            {
                "spaceId": str(line.space_id),
                "startsAt": at(start).isoformat(),
                "endsAt": at(end).isoformat(),
            }
            for line, (start, end) in zip(self.booking.spaces, spans, strict=False)
        ]
        moved = await self.admin.patch(
            self.path, json={"spaces": spaces}, headers={"if-match": tag}
        )
        assert moved.status_code == 200, moved.text

    async def charges(self) -> list[dict[str, Any]]:
        """Return the price lines."""
        return (await self.admin.get(f"{self.path}/charges")).json()["items"]

    async def amounts(self) -> list[int]:
        """Return what the price lines come to."""
        return [line["amountMinor"] for line in await self.charges()]

    async def last(self) -> dict[str, Any]:
        """Return the last thing that happened."""
        return (await self.admin.get(f"{self.path}/acts")).json()["items"][-1]


@pytest.fixture
async def desk(api: Api, booking: Any) -> Desk:
    """An admin, with the booking."""
    return Desk(await api.as_("admin"), booking)


async def test_the_rent_follows_the_hours_and_the_story_says_so(desk: Desk) -> None:
    await desk.card(100_00)
    await desk.admin.post(f"{desk.path}/price", json={})
    before = await desk.amounts()
    await desk.move((18, 23), (17, 23))
    story = await desk.last()

    lines = await desk.charges()
    assert before == [400_00, 600_00]
    assert [line["amountMinor"] for line in lines] == [500_00, 600_00]
    assert lines[0]["trace"][0]["quantity"] == 5
    assert story["act"] == "price"
    assert story["details"] == {"rateCard": "Season", "fromMinor": 1000_00, "toMinor": 1100_00}


async def test_what_was_set_by_hand_stays(desk: Desk) -> None:
    await desk.card(100_00)
    priced = await desk.admin.post(f"{desk.path}/price", json={})
    rent = priced.json()["items"][0]
    await desk.admin.patch(
        f"/api/v1/booking-charges/{rent['id']}",
        json={"amountMinor": 1_00, "reason": "A friend of the house"},
        headers={"if-match": f'"{rent["version"]}"'},
    )
    await desk.move((18, 20), (17, 20))

    lines = await desk.charges()
    assert [line["amountMinor"] for line in lines] == [1_00, 300_00]
    assert [line["isOverridden"] for line in lines] == [True, False]


async def test_add_ons_by_the_hour_follow_and_those_by_the_piece_stay(desk: Desk) -> None:
    for name, unit, amount in (("Technician", "hour", 50_00), ("Flowers", "each", 20_00)):
        body = {
            "venueId": str(desk.booking.venue_id),
            "name": name,
            "kind": "service",
            "unit": unit,
            "currency": "EUR",
            "amountMinor": amount,
        }
        add_on = (await desk.admin.post(ADD_ONS, json=body)).json()
        line = {"addOnId": add_on["id"], "bookingSpaceId": str(desk.booking.spaces[0].id)}
        added = await desk.admin.post(f"{desk.path}/charges", json=line)
        assert added.status_code == 201, added.text
    before = await desk.amounts()
    await desk.move((18, 24), (17, 23))

    assert before == [200_00, 20_00]
    assert await desk.amounts() == [300_00, 20_00]


async def test_a_night_in_another_season_is_priced_by_its_card(desk: Desk) -> None:
    await desk.card(100_00, validUntil="2035-05-31")
    await desk.card(150_00, name="Summer", validFrom="2035-06-01")
    await desk.admin.post(f"{desk.path}/price", json={})
    june = 24 * 40
    await desk.move((june + 18, june + 22), (june + 17, june + 23))

    assert await desk.amounts() == [600_00, 900_00]
    assert (await desk.last())["details"]["rateCard"] == "Summer"


async def test_where_no_card_is_valid_no_price_is_better_than_a_wrong_one(desk: Desk) -> None:
    await desk.card(100_00, validUntil="2035-05-31")
    await desk.admin.post(f"{desk.path}/price", json={})
    june = 24 * 40
    await desk.move((june + 18, june + 22), (june + 17, june + 23))
    story = await desk.last()

    assert await desk.amounts() == []
    assert (story["act"], story["details"]["toMinor"]) == ("unprice", 0)
    assert "no rate card" in story["reason"]


async def test_what_was_never_priced_is_not_priced_by_moving(desk: Desk) -> None:
    await desk.card(100_00)
    await desk.move((18, 23), (17, 23))

    assert await desk.amounts() == []
    assert (await desk.last())["act"] == "move"


async def test_a_space_that_is_given_back_costs_nothing_and_one_taken_off_stays_off(
    desk: Desk,
) -> None:
    await desk.card(100_00)
    priced = await desk.admin.post(f"{desk.path}/price", json={})
    await desk.admin.delete(f"/api/v1/booking-charges/{priced.json()['items'][0]['id']}")
    await desk.move((18, 23), (17, 24))
    off = await desk.amounts()
    await desk.move((18, 23))

    assert off == [700_00]
    assert await desk.amounts() == []


async def test_of_two_days_in_one_hall_the_one_that_stays_keeps_its_price_and_its_id(
    api: Api, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> Any:
        hall = await a_space(uow, name="Great Hall")
        return await a_booking(uow, [(hall.id, 18, 22), (hall.id, 42, 46)])

    booking = await database.run(house.organization_id, make)
    desk = Desk(await api.as_("admin"), booking)
    await desk.card(100_00)
    priced = await desk.admin.post(f"{desk.path}/price", json={})
    second = priced.json()["items"][1]
    await desk.admin.patch(
        f"/api/v1/booking-charges/{second['id']}",
        json={"amountMinor": 1_00, "reason": "The second day is a present"},
        headers={"if-match": f'"{second["version"]}"'},
    )
    await desk.move((42, 46))

    (kept,) = (await desk.admin.get(desk.path)).json()["spaces"]
    assert kept["id"] == str(booking.spaces[1].id)
    assert await desk.amounts() == [1_00]
