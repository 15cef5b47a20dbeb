"""How to make one of each thing of hire that a route can name."""

from datetime import date, time
from uuid import UUID

from houseful import hire
from houseful.directory.schemas import NewCompany, NewPerson
from houseful.directory.service import create_company, create_person
from houseful.hire.customers.schemas import NewCustomer
from houseful.hire.customers.service import create_customer
from houseful.hire.feeds.schemas import FeedView, NewFeed
from houseful.hire.feeds.service import create_feed
from houseful.hire.holds.freezing import freeze_ranks
from houseful.hire.holds.schemas import NewChallenge, NewRankFreeze
from houseful.hire.rates.offers import create_add_on, create_rate_card
from houseful.hire.rates.rules import Rate
from houseful.hire.rates.schemas import NewAddOn, NewCharge, NewRateCard
from houseful.hire.rates.service import add_charge
from houseful.hire.series.schemas import RecurringSpace
from houseful.kernel.database import UnitOfWork
from tests.builders.hire import a_booking
from tests.security.places import Place, makes, once


@once
async def the_bookings(place: Place) -> tuple[UUID, UUID]:
    """Two holds on one space and time, the first and the second."""
    space_id = await place.find("space_id")

    async def hold_twice(uow: UnitOfWork) -> tuple[UUID, UUID]:
        first = await a_booking(uow, [(space_id, 5, 6)], title=f"First of {place.house.slug}")
        second = await a_booking(uow, [(space_id, 5, 6)])
        return first.id, second.id

    return await place.run(hold_twice)


@makes("booking_id")
async def a_booking_id(place: Place) -> UUID:
    return (await the_bookings(place))[0]


@makes("other_booking_id")
async def another_booking_id(place: Place) -> UUID:
    return (await the_bookings(place))[1]


@makes("challenge_id")
async def a_challenge_id(place: Place) -> UUID:
    _, second = await the_bookings(place)
    return (await place.run(hire.challenge_holds, second, NewChallenge())).id


@makes("company_id", under="/api/v1/bookings")
@makes("company_id", under="/api/v1/customers")
@makes("company_id", under="/api/v1/booking-series")
async def a_customer_company_id(place: Place) -> UUID:
    return (await place.run(create_company, NewCompany(name="Concerts Ltd"))).id


@makes("person_id", under="/api/v1/bookings")
@makes("person_id", under="/api/v1/customers")
@makes("person_id", under="/api/v1/booking-series")
async def a_customer_person_id(place: Place) -> UUID:
    return (await place.run(create_person, NewPerson(name="Carla Concert"))).id


@makes("booking_space_id", "line_id")
async def a_booking_space_id(place: Place) -> UUID:
    booking = await place.run(hire.get_booking, await a_booking_id(place))
    return booking.spaces[0].id


@makes("rate_card_id")
async def a_rate_card_id(place: Place) -> UUID:
    venue_id = await place.find("venue_id")
    rates = [Rate(label="Any day", unit="day", amount_minor=100_00)]
    data = NewRateCard(
        venue_id=venue_id, name=f"Season of {place.house.slug}", currency="EUR", rates=rates
    )
    return (await place.run(create_rate_card, data)).id


@makes("add_on_id")
async def an_add_on_id(place: Place) -> UUID:
    data = NewAddOn(
        venue_id=await place.find("venue_id"),
        name="Piano",
        kind="equipment",
        unit="each",
        amount_minor=50_00,
        currency="EUR",
    )
    return (await place.run(create_add_on, data)).id


@makes("freeze_id")
async def a_freeze_id(place: Place) -> UUID:
    data = NewRankFreeze(venue_id=await place.find("venue_id"), reason="On-sale week")
    return (await place.run(freeze_ranks, data)).id


@makes("charge_id")
async def a_charge_id(place: Place) -> UUID:
    data = NewCharge(add_on_id=await an_add_on_id(place))
    return (await place.run(add_charge, await a_booking_id(place), data)).id


@makes("customer_id", under="/office/{organization}/customers")
@makes("customer_id", under="/api/v1/customers")
async def a_customer_id(place: Place) -> UUID:
    company = await place.run(create_company, NewCompany(name="Regulars Ltd"))
    data = NewCustomer(company_id=company.id, notes=f"Known to {place.house.slug}")
    return (await place.run(create_customer, data)).id


@once
async def the_series(place: Place) -> UUID:
    space = RecurringSpace(space_id=await place.find("space_id"), starts=time(9, 30), ends=time(10))
    data = hire.NewSeries(
        title=f"Choir of {place.house.slug}",
        rule="FREQ=DAILY;COUNT=2",
        starts_on=date(2035, 5, 5),
        spaces=[space],
    )
    return (await place.run(hire.create_series, data)).id


@makes("series_id", under="/api/v1/bookings")
@makes("series_id", under="/api/v1/booking-series")
@makes("series_id", under="/office/{organization}/recurring")
async def a_booking_series_id(place: Place) -> UUID:
    return await the_series(place)


@once
async def the_feed(place: Place) -> FeedView:
    data = NewFeed(venue_id=await place.find("venue_id"), name=f"Feed of {place.house.slug}")
    return await place.run(create_feed, data, "http://testserver")


@makes("feed_id")
async def a_feed_id(place: Place) -> UUID:
    return (await the_feed(place)).id


@makes("feed_token")
async def the_secret_of_a_feed(place: Place) -> str:
    return str((await the_feed(place)).url).rpartition("/")[2]
