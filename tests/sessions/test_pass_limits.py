"""What limits a pass is asked when somebody books."""

from datetime import UTC, datetime
from typing import Any

import pytest

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from tests.builders.accounts import House
from tests.builders.sessions import (
    a_booking,
    a_customer,
    a_pass,
    a_session,
    a_wallet,
    an_activity,
)
from tests.sessions.test_bookings import Desk

NOON = datetime(2031, 6, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("limits", "in_hours", "with_pass"),
    [
        ({"daily_cap": 1}, (21, 24, 48), [True, False, True]),
        ({"weekly_cap": 1}, (24, 48, 7 * 24), [True, False, True]),
        ({"from_time": "18:00", "until_time": "20:00"}, (7, 24), [True, False]),
    ],
)
async def test_a_pass_is_used_within_its_limits_only(
    database: Database,
    house: House,
    clock: TravelClock,
    limits: dict[str, Any],
    in_hours: tuple[int, ...],
    with_pass: list[bool],
) -> None:
    clock.freeze(NOON)

    async def book(uow: UnitOfWork) -> list[bool]:
        customer = await a_customer(uow)
        await a_wallet(uow, customer.id, 10_000)
        await a_pass(uow, customer.id, **limits)
        yoga = await an_activity(uow)
        used: list[bool] = []
        for hours in in_hours:
            session = await a_session(uow, yoga, in_hours=hours)
            booking = await a_booking(uow, session.id, customer.id)
            used.append(booking.customer_entitlement_id is not None)
        return used

    assert await Desk(database, house, clock).run(book) == with_pass
