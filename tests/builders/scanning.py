"""Devices, and tickets at the door, for tests."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from houseful import scanning, ticketing
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.identity import SYSTEM, Actor
from houseful.kernel.ids import new_id
from tests.builders.accounts import House, a_house
from tests.builders.ticketing import VAULT, Show, a_paid_order, a_show


class Doorstep(msgspec.Struct, frozen=True, kw_only=True):
    """A show with one ticket sold, and what stands in the ticket's code."""

    database: Database
    house: House
    show: Show
    code: str

    async def scan(self, *, by: Actor = SYSTEM, **fields: Any) -> scanning.Verdict:
        """Scan the ticket, or another code, at the show or at another event."""
        given: dict[str, Any] = {
            "scan_id": new_id(),
            "event_id": self.show.event_id,
            "code": self.code,
            **fields,
        }
        return await self.database.run_as(
            by, self.show.tenant, scanning.scan_ticket, scanning.Attempt(**given)
        )

    async def run(self, use_case: Any, /, *args: Any, by: Actor = SYSTEM, **kwargs: Any) -> Any:
        """Run a use case of the house."""
        return await self.database.run_as(by, self.show.tenant, use_case, *args, **kwargs)

    async def inside(self) -> int:
        """Return how many people are inside."""
        return await self.run(scanning.occupancy, self.show.event_id)


async def a_doorstep(database: Database, slug: str = "playhouse", **fields: Any) -> Doorstep:
    """Sell one seat of a show in a new house."""
    house = await a_house(database, slug)
    show = await database.run(house.organization_id, a_show, **fields)
    return Doorstep(database=database, house=house, show=show, code=await a_code(database, show))


async def a_code(database: Database, show: Show, seat: int = 3) -> str:
    """Sell a seat of the show; return the code of its ticket."""
    order = await a_paid_order(database, show, seat)
    shown = await database.run(show.tenant, ticketing.order_with_codes, VAULT, order.id)
    return next(iter(shown.codes.values()))


def to_the_doors(clock: TravelClock) -> None:
    """It is 18:00 UTC in a month, when the builders' events begin."""
    clock.freeze((clock.now() + timedelta(days=30)).replace(hour=18, minute=0))


async def a_device(database: Database, tenant: UUID, name: str = "Phone 1") -> scanning.Device:
    """Add a device that is not enrolled yet."""
    return await database.run(tenant, scanning.create_device, name)


async def an_enrolled_device(
    database: Database, tenant: UUID, name: str = "Phone 1"
) -> scanning.EnrolledDevice:
    """Add a device and enrol it."""

    async def invite(uow: UnitOfWork) -> str:
        device = await scanning.create_device(uow, name)
        return (await scanning.make_enrolment_code(uow, device.id)).code

    return await scanning.enrol_device(database, await database.run(tenant, invite))


def actor_of(enrolled: scanning.EnrolledDevice) -> Actor:
    """Return who acts when the device does."""
    return Actor("device", enrolled.device.id)
