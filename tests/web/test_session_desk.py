"""The desk books for a customer: it sees what is paid with what, and chooses, before it is done."""

import re
from typing import Any

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.sessions import NewExtra, NewPass, Session, create_extra, create_pass
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.customers.service import add_family_member
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.sessions import a_booking, a_customer, a_pass, a_session, a_wallet
from tests.hire.test_paper_pages import OFFICE, Visitor
from tests.web.test_session_pages import admin

__all__ = ["admin"]


class Family(dict[str, Any]):
    """A customer with a child, two passes and some money, and what can be booked for them."""


async def _a_family(uow: UnitOfWork) -> Family:
    cleo = await a_customer(uow)
    await a_wallet(uow, cleo.id, 500)
    session = await a_session(uow)
    return Family(
        session=session,
        customer=cleo,
        child=await add_family_member(uow, cleo.id, "Kim Customer"),
        mat=await create_extra(uow, NewExtra(name="Mat", price=200, stock=9)),
        pass_=await a_pass(uow, cleo.id, name="Mornings"),
    )


def _shown(page: str) -> str:
    found = re.search(r'name="shown" value="([^"]*)"', page)
    assert found is not None
    return found[1]


async def _booked(database: Database, house: House) -> SessionBooking:
    async def read(uow: UnitOfWork) -> SessionBooking:
        found = await uow.execute("SELECT id FROM session_bookings")
        return await uow.get(SessionBooking, found.scalar_one())

    return await database.run(house.organization_id, read)


async def test_the_desk_is_told_what_it_is_paid_with_and_books_that(
    admin: Visitor, database: Database, house: House, clock: TravelClock
) -> None:
    family = await database.run(house.organization_id, _a_family)
    at = f"{OFFICE}/sessions/{family['session'].id}"
    first = f"{at}/book?customer={family['customer'].id}"
    best = await admin.read(first)
    wish = {
        "customer": str(family["customer"].id),
        "attendee": str(family["child"].id),
        "pass": "none",
        f"extra-{family['mat'].id}": "2",
        "payment": "card",
        "reference": "T-77",
    }
    again = await admin.send(first, f"{at}/quote", **wish)
    booked = await admin.send(first, f"{at}/bookings", shown=_shown(again.text), **wish)

    assert "The place with Mornings" in best
    assert "You can cancel free of charge until" in best
    assert "No pass, as you chose." in again.text
    assert "€5.00 from the wallet" in again.text
    assert "Book, €14.00 paid" in again.text
    assert "€14.00 at the desk." in again.text
    assert booked.status_code == 303, booked.text[:500]
    told = "Kim Customer is booked: €5.00 from the wallet, €14.00 by a card."
    sheet = await admin.read(booked.headers["location"])
    assert told in sheet
    assert "The place, €15.00: €5.00 from the wallet, €10.00 by card" in sheet
    assert "2 × Mat, €4.00: by card" in sheet
    booking = await _booked(database, house)
    assert (booking.status, booking.paid_minor) == ("confirmed", 1900)
    assert booking.attendee_id == family["child"].id
    assert [(one.name, one.quantity) for one in booking.extras] == [("Mat", 2)]
    assert await database.run(house.organization_id, _ways) == [("terminal", "T-77")]


async def test_nobody_is_booked_otherwise_than_the_desk_was_shown(
    admin: Visitor, database: Database, house: House, clock: TravelClock
) -> None:
    family = await database.run(house.organization_id, _a_family)
    at = f"{OFFICE}/sessions/{family['session'].id}"
    first = f"{at}/book?customer={family['customer'].id}"
    shown = _shown(await admin.read(first))
    other = {"customer": str(family["customer"].id), "pass": "none", "shown": shown}
    refused = await admin.send(first, f"{at}/bookings", **other)

    assert refused.status_code == 422
    assert "Please look again" in refused.text
    assert "No pass, as you chose." in refused.text

    wish = other | {"shown": _shown(refused.text)}
    untold = await admin.send(first, f"{at}/bookings", **wish)
    assert "Please choose how it is paid." in untold.text
    booked = await admin.send(first, f"{at}/bookings", **wish, payment="cash")
    assert booked.status_code == 303
    assert (await _booked(database, house)).customer_entitlement_id is None


async def test_a_place_that_is_held_is_paid_by_a_card_at_the_desk(
    admin: Visitor, database: Database, house: House, clock: TravelClock
) -> None:
    async def hold(uow: UnitOfWork) -> tuple[Session, SessionBooking]:
        session = await a_session(uow)
        return session, await a_booking(uow, session.id, (await a_customer(uow)).id)

    session, booking = await database.run(house.organization_id, hold)
    sheet = f"{OFFICE}/sessions/{session.id}"
    assert "Take a card" in await admin.read(sheet)
    await admin.send(sheet, f"{sheet}/bookings/{booking.id}/card")

    assert (await _booked(database, house)).money == "paid"
    assert await database.run(house.organization_id, _ways) == [("terminal", None)]


async def test_the_api_books_with_a_pass_that_was_chosen_and_takes_a_card(
    api: Api, database: Database, house: House, clock: TravelClock
) -> None:
    family = await database.run(house.organization_id, _a_family)
    desk = await api.as_("admin")
    path = f"/api/v1/sessions/{family['session'].id}/bookings"
    body = {
        "customerId": str(family["customer"].id),
        "customerPassId": str(family["pass_"].id),
        "extras": [{"extraId": str(family["mat"].id), "quantity": 9}],
        "takesCard": True,
        "reference": "T-78",
    }
    made = await desk.post(path, json=body, headers={"idempotency-key": "one"})
    none_left = await desk.post(
        path,
        json=body | {"attendeeId": str(family["child"].id)},
        headers={"idempotency-key": "two"},
    )

    assert made.status_code == 201, made.text
    assert made.json()["customerEntitlementId"] == str(family["pass_"].id)
    assert none_left.status_code == 409
    assert await database.run(house.organization_id, _ways) == [("terminal", "T-78")]


async def _ways(uow: UnitOfWork, kind: str = "session_booking") -> list[tuple[str, str | None]]:
    """How bookings, or passes, were paid, with what the terminal printed."""
    found = await uow.execute(
        "SELECT provider, metadata ->> 'reference' FROM transactions"
        " WHERE payable_kind = :kind ORDER BY id",
        {"kind": kind},
    )
    return [(row[0], row[1]) for row in found.all()]


async def test_a_pass_is_sold_as_the_clerk_says_and_the_amount_is_told(
    admin: Visitor, database: Database, house: House, clock: TravelClock
) -> None:
    async def offer(uow: UnitOfWork) -> tuple[Any, Any]:
        data = NewPass(name="Ten visits", price=9000, sessions_limit=10)
        return await create_pass(uow, data), await a_customer(uow)

    pass_, cleo = await database.run(house.organization_id, offer)
    page = f"{OFFICE}/passes"
    wish = {"customer": str(cleo.id), "pass": str(pass_.id)}
    untold = await admin.send(page, f"{page}/sale", **wish)
    sold = await admin.send(page, f"{page}/sale", **wish, payment="card_terminal", reference="T-79")

    assert "Ten visits, €90.00" in untold.text
    assert "Please choose how it is paid." in untold.text
    assert "Cleo Customer has Ten visits: €90.00 by a card." in await admin.read(
        sold.headers["location"]
    )
    assert await database.run(house.organization_id, _ways, "session_pass") == [
        ("terminal", "T-79")
    ]
