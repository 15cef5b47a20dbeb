"""What a night came to is agreed on once it has taken place, or will not."""

from typing import Any
from uuid import UUID

import pytest

from houseful.hire.settlements.models import Settlement
from houseful.hire.settlements.problems import NightNotOver
from houseful.hire.settlements.schemas import Agreement, NewSettlement
from houseful.hire.settlements.service import agree, create_settlement
from houseful.hire.venue_events.models import VenueEvent
from houseful.hire.venue_events.service import sync_booking_event
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api, problem_of
from tests.builders.accounts import PASSWORD, House
from tests.builders.calendar import at
from tests.builders.hire import a_booking, do
from tests.builders.hire_papers import a_deal, terms
from tests.hire.test_paper_pages import OFFICE, Visitor

RENT = terms(shape="flat", payee="venue", share=0, amountMinor=50_000)


async def _a_settlement(uow: UnitOfWork, **fields: Any) -> Settlement:
    """Reckon a night that is hired from 18 to 22, and confirmed."""
    booking = await a_booking(uow, in_state="confirmed", **fields)
    await a_deal(uow, in_state="accepted", booking_id=booking.id, terms=RENT)
    return await create_settlement(uow, NewSettlement(booking_id=booking.id))


async def _agree(uow: UnitOfWork, settlement: Settlement) -> Settlement:
    return await agree(uow, settlement.id, Agreement(name="O", due_minor=settlement.due_minor))


async def test_nobody_agrees_before_the_night_has_taken_place(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        settlement = await _a_settlement(uow)
        for too_early in (at(0), at(20.9)):
            uow.now = too_early
            with pytest.raises(NightNotOver, match="2035"):
                await _agree(uow, settlement)
        uow.now = at(21)
        agreed = await _agree(uow, settlement)

    assert agreed.venue_agreed_at == at(21)


async def _cancel_the_booking(uow: UnitOfWork, booking_id: UUID) -> None:
    await do(uow, booking_id, "cancel")


async def _cancel_the_event(uow: UnitOfWork, booking_id: UUID) -> None:
    event = await sync_booking_event(uow, booking_id)
    (await uow.get(VenueEvent, event.id)).status = "cancelled"
    await uow.flush()


@pytest.mark.parametrize("cancel", [_cancel_the_booking, _cancel_the_event])
async def test_what_was_called_off_is_settled_at_once(
    database: Database, house: House, cancel: Any
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        settlement = await _a_settlement(uow)
        await cancel(uow, settlement.booking_id)
        agreed = await _agree(uow, settlement)

    assert agreed.venue_agreed_at is not None


async def _page(api: Api, house: House, path: str) -> str:
    visitor = Visitor(api.guest())
    await visitor.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    return await visitor.read(OFFICE + path)


async def test_the_page_and_the_problem_say_from_when(
    api: Api, database: Database, house: House, clock: TravelClock
) -> None:
    settlement = await database.run(house.organization_id, _a_settlement)
    admin = await api.as_("admin")
    path = f"/settlements/{settlement.id}"

    refused = await admin.post(
        f"/api/v1{path}/agree", json={"name": "Olive", "dueMinor": settlement.due_minor}
    )
    early = await _page(api, house, path)
    clock.freeze(at(22))
    late = await _page(api, house, path)

    assert refused.status_code == 409
    assert problem_of(refused)["opensAt"] == at(21).isoformat()
    assert "both sides can agree from Tue, 1 May 2035, 23:00" in early
    assert "Agree for the venue" not in early
    assert "Agree for the venue" in late
