"""The office's pages of one order: what is refunded is what is ticked, and was seen."""

import re
from uuid import UUID

import pytest

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.short_codes import short_code
from houseful.ticketing import ShownOrder, Ticket, show_order
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.ticketing import Show, a_paid_order, a_show
from tests.hire.test_paper_pages import OFFICE, Visitor

SEEN = re.compile(r'name="seen" value="(\d+)"')


@pytest.fixture
async def admin(api: Api, house: House) -> Visitor:
    """An admin at the pages."""
    visitor = Visitor(api.guest())
    await visitor.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    return visitor


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    """Seats and a floor on sale; what is paid comes back whole."""

    async def make(uow: UnitOfWork) -> Show:
        return await a_show(uow, standing=20, settings={"is_fee_refundable": True})

    return await database.run(house.organization_id, make)


async def _tickets(database: Database, show: Show, order_id: UUID) -> list[Ticket]:
    shown: ShownOrder = await database.run(show.tenant, show_order, order_id)
    return sorted(shown.tickets, key=lambda ticket: ticket.id)


def _is_ticked(page: str, ticket: Ticket) -> bool:
    box = re.search(rf'<input type="checkbox" name="ticket" value="{ticket.id}"([^>]*)>', page)
    assert box is not None
    return "checked" in box[1]


async def test_what_is_ticked_is_refunded_once_its_amount_was_seen(
    admin: Visitor, database: Database, show: Show
) -> None:
    order = await a_paid_order(database, show, 1, 2)
    gone, kept = await _tickets(database, show, order.id)
    at = f"{OFFICE}/orders/{order.id}/refund"
    fields: dict[str, str | list[str]] = {
        "ticket": [str(gone.id)],
        "reason": "Ill",
        "keep_off_sale": "yes",
    }

    first = SEEN.search(await admin.read(at))
    assert first is not None
    unseen = await admin.send(at, at, seen=first[1], **fields)
    after_first = await _tickets(database, show, order.id)
    shown = SEEN.search(unseen.text)
    assert shown is not None
    done = await admin.send(at, at, seen=shown[1], **fields)

    assert int(first[1]) == 2 * int(shown[1])
    assert {ticket.status for ticket in after_first} == {"sold"}
    assert unseen.status_code == 200
    assert "Nothing was refunded yet" in unseen.text
    assert _is_ticked(unseen.text, gone)
    assert not _is_ticked(unseen.text, kept)
    assert 'value="Ill"' in unseen.text
    assert re.search(r'name="keep_off_sale" value="yes"\s+checked', unseen.text)
    assert done.status_code == 303
    assert [t.status for t in await _tickets(database, show, order.id)] == ["refunded", "sold"]


async def test_reckoning_again_refunds_nothing_and_keeps_what_was_typed(
    admin: Visitor, database: Database, show: Show
) -> None:
    order = await a_paid_order(database, show, 1, 2)
    one, other = await _tickets(database, show, order.id)
    at = f"{OFFICE}/orders/{order.id}/refund"

    fewer = await admin.send(at, at, act="reckon", ticket=[str(one.id)], reason="Ill")
    none = await admin.send(at, at, act="reckon", reason="Ill")
    refused = await admin.send(at, at, seen="0", reason="Ill")

    assert "Nothing is chosen" not in fewer.text
    assert _is_ticked(fewer.text, one)
    for page in (fewer.text, none.text, refused.text):
        assert 'value="Ill"' in page
        assert not _is_ticked(page, other)
    assert "Nothing is chosen" in none.text
    assert "Choose one ticket at least." in refused.text
    assert {t.status for t in await _tickets(database, show, order.id)} == {"sold"}


async def test_tickets_without_a_seat_are_told_apart_by_their_codes(
    admin: Visitor, database: Database, show: Show
) -> None:
    order = await a_paid_order(database, show, floor=2)
    page = await admin.read(f"{OFFICE}/orders/{order.id}/refund")

    for ticket in await _tickets(database, show, order.id):
        assert short_code(ticket.credential_id) in page
