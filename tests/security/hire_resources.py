"""How to make one of each thing of hire that a route can name."""

from uuid import UUID

from houseful import hire
from houseful.directory.schemas import NewCompany, NewPerson
from houseful.directory.service import create_company, create_person
from houseful.hire.holds.schemas import NewChallenge
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


@makes("challenge_id")
async def a_challenge_id(place: Place) -> UUID:
    _, second = await the_bookings(place)
    return (await place.run(hire.challenge_holds, second, NewChallenge())).id


@makes("company_id", under="/api/v1/bookings")
async def a_customer_company_id(place: Place) -> UUID:
    return (await place.run(create_company, NewCompany(name="Concerts Ltd"))).id


@makes("person_id", under="/api/v1/bookings")
async def a_customer_person_id(place: Place) -> UUID:
    return (await place.run(create_person, NewPerson(name="Carla Concert"))).id
