"""A booking's page names its papers, to who may see them."""

from uuid import UUID

import pytest

from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.hire import a_booking
from tests.builders.hire_papers import a_contract, a_deal, a_deposit
from tests.hire.test_paper_pages import OFFICE, Visitor

PAPERS = ("/deals/", "/contracts/", "/deposits/")


@pytest.mark.parametrize(("role", "sees"), [("admin", True), ("staff", False)])
async def test_a_booking_leads_to_its_papers(
    api: Api, database: Database, house: House, role: str, *, sees: bool
) -> None:
    async def draw_up(uow: UnitOfWork) -> tuple[UUID, list[str]]:
        booking = await a_booking(uow)
        deal = await a_deal(uow, booking_id=booking.id)
        contract = await a_contract(uow, booking_id=booking.id)
        deposit = await a_deposit(uow, booking.id)
        return booking.id, [
            f"/deals/{deal.id}",
            f"/contracts/{contract.id}",
            f"/deposits/{deposit.id}",
        ]

    booking_id, papers = await database.run(house.organization_id, draw_up)
    visitor = Visitor(api.guest())
    await visitor.send("/sign-in", "/sign-in", email=house.email(role), password=PASSWORD)

    page = await visitor.read(f"{OFFICE}/bookings/{booking_id}")

    assert [f'href="{OFFICE}{path}"' in page for path in papers] == [sees] * len(papers)


async def test_namesakes_are_told_apart_where_one_is_chosen(
    api: Api, database: Database, house: House
) -> None:
    async def book(uow: UnitOfWork) -> None:
        for title in ("Choir", "Choir", "Ball"):
            await a_booking(uow, title=title)

    await database.run(house.organization_id, book)
    visitor = Visitor(api.guest())
    await visitor.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)

    page = await visitor.read(f"{OFFICE}/deals")

    assert page.count("Booking: Choir, ") == 2
    assert page.count("Booking: Ball<") == 1
