"""Tickets as documents: what the order says, in the reader's language and the venue's zone."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from houseful.kernel.database import Database
from houseful.kernel.problems import NotFound
from houseful.messaging import (
    NoValidTickets,
    TicketDocument,
    order_document,
    render_tickets,
    ticket_document,
)
from houseful.ticketing import refund_tickets, show_order, verify_code
from houseful.ticketing.keys import event_public_keys
from houseful.ticketing.orders.placing import Buyer
from tests.builders.accounts import House
from tests.builders.ticketing import VAULT, Show, a_paid_order, a_show, an_order

JUNE = {
    "start_at": datetime(2031, 6, 5, 17, 30, tzinfo=UTC),
    "end_at": datetime(2031, 6, 5, 20, 0, tzinfo=UTC),
    "doors_at": datetime(2031, 6, 5, 16, 30, tzinfo=UTC),
}


async def _show(database: Database, house: House, **fields: Any) -> Show:
    return await database.run(house.organization_id, a_show, standing=20, **JUNE, **fields)


async def _document(database: Database, house: House) -> TicketDocument:
    show = await _show(database, house)
    order = await a_paid_order(database, show, 3, 4, floor=1)
    return await database.run(house.organization_id, order_document, VAULT, order.id)


async def test_a_document_says_what_the_door_and_the_guest_need(
    database: Database, house: House
) -> None:
    document = await _document(database, house)

    assert document.organization_name == "Playhouse"
    assert document.event_name == "An Evening of Songs"
    assert document.date_text == "Thursday, 5 June 2031"
    assert (document.doors_at_text, document.starts_at_text) == ("18:30", "19:30")
    assert document.zone_text == "Central European Summer Time"
    assert document.buyer_name == "Bea Buyer"
    assert len(document.tickets) == 3


async def test_a_seat_is_named_and_so_is_a_standing_area(database: Database, house: House) -> None:
    document = await _document(database, house)

    seated = [page for page in document.tickets if page.area is None]
    standing = [page for page in document.tickets if page.area is not None]
    assert all(page.section and page.row and page.seat for page in seated)
    assert len({(page.row, page.seat) for page in seated}) == 2
    assert [page.seat for page in standing] == [None]


async def test_the_codes_open_the_door_of_this_event(database: Database, house: House) -> None:
    show = await _show(database, house)
    order = await a_paid_order(database, show, 3)

    document = await database.run(house.organization_id, order_document, VAULT, order.id)

    keys = await database.run(house.organization_id, event_public_keys, show.event_id)
    code = verify_code(document.tickets[0].code, {key.key_id: key.public_bytes for key in keys})
    assert code.fields.event_id == show.event_id


@pytest.mark.parametrize("is_inclusive", [True, False])
async def test_the_receipt_adds_up(database: Database, house: House, is_inclusive: bool) -> None:
    show = await _show(database, house, settings={"is_tax_inclusive": is_inclusive})
    order = await a_paid_order(database, show, 3, 4, floor=1)

    document = await database.run(house.organization_id, order_document, VAULT, order.id)

    grand = [index for index, total in enumerate(document.totals) if total.is_grand]
    assert len(grand) == 1
    parts = [line.amount_text for line in document.lines]
    parts += [total.amount_text for total in document.totals[: grand[0]]]
    assert sum(_minor(text) for text in parts) == order.total
    assert _minor(document.totals[grand[0]].amount_text) == order.total
    has_tax_below = grand[0] < len(document.totals) - 1
    assert has_tax_below is is_inclusive


async def test_the_pdf_has_a_page_for_each_ticket_and_then_the_receipt(
    database: Database, house: House
) -> None:
    document = await _document(database, house)

    pages = PdfReader(BytesIO(await render_tickets(document))).pages

    assert len(pages) == 4
    assert "An Evening of Songs" in " ".join(pages[0].extract_text().split())


async def test_one_ticket_is_a_document_too(database: Database, house: House) -> None:
    show = await _show(database, house)
    order = await a_paid_order(database, show, 3, 4)
    shown = await database.run(house.organization_id, show_order, order.id)

    document = await database.run(
        house.organization_id, ticket_document, VAULT, shown.tickets[1].id
    )

    assert [page.seat for page in document.tickets] == [shown.tickets[1].seat_label]
    assert document.lines == []


async def test_a_ticket_that_was_given_back_is_not_printed(
    database: Database, house: House
) -> None:
    tenant = house.organization_id
    show = await _show(database, house)
    order = await a_paid_order(database, show, 3, 4)
    shown = await database.run(tenant, show_order, order.id)
    await database.run(tenant, refund_tickets, order.id, [shown.tickets[0].id], reason="ill")

    document = await database.run(tenant, order_document, VAULT, order.id)

    assert [page.seat for page in document.tickets] == [shown.tickets[1].seat_label]
    with pytest.raises(NoValidTickets):
        await database.run(tenant, ticket_document, VAULT, shown.tickets[0].id)


async def test_an_unpaid_order_has_no_tickets_to_print(database: Database, house: House) -> None:
    show = await _show(database, house)
    order = await an_order(database, show, 3)

    with pytest.raises(NoValidTickets):
        await database.run(house.organization_id, order_document, VAULT, order.id)


async def test_another_houses_order_is_not_found(
    database: Database, house: House, other_house: House
) -> None:
    show = await _show(database, house)
    order = await a_paid_order(database, show, 3)

    with pytest.raises(NotFound):
        await database.run(other_house.organization_id, order_document, VAULT, order.id)


async def test_a_german_buyer_reads_german(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer = Buyer(name="Jörg Groß", email="joerg@example.org", locale="de-AT")
    monkeypatch.setattr("tests.builders.ticketing.BUYER", buyer)

    document = await _document(database, house)

    assert document.texts.row == "Reihe"
    assert document.date_text == "Donnerstag, 5. Juni 2031"
    assert "€" in document.tickets[0].price_text
    assert "," in document.tickets[0].price_text


def _minor(text: str) -> int:
    return int("".join(character for character in text if character.isdigit()))
