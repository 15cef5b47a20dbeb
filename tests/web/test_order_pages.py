"""The office's pages of one order: what is refunded is what is ticked, and was seen."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from houseful import payments
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.money import Money, format_money
from houseful.kernel.short_codes import short_code
from houseful.scanning import Attempt, revert_scan, scan_ticket
from houseful.ticketing import ShownOrder, Ticket, order_with_codes, show_order, sweep
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.messaging import deliver_all, outbox
from tests.builders.scanning import to_the_doors
from tests.builders.ticketing import (
    VAULT,
    Show,
    a_paid_order,
    a_payment,
    a_show,
    an_order,
)
from tests.hire.test_paper_pages import OFFICE, Visitor

SEEN = re.compile(r'name="seen" value="(\d+)"')


@pytest.fixture
async def admin(api: Api, house: House) -> Visitor:
    """An admin at the pages."""
    return await _signed_in(api, house)


async def _signed_in(api: Api, house: House) -> Visitor:
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
    assert unseen.status_code == 422
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


async def test_a_payment_of_a_wrong_amount_is_given_back_where_today_points(
    admin: Visitor, api: Api, database: Database, show: Show
) -> None:
    order = await an_order(database, show, 1)
    payment = await a_payment(database, show, order)
    reference = payment.provider_payment_id
    assert reference is not None
    await database.run(show.tenant, payments.tell_sandbox, reference, "wrong_amount")
    put_aside = await payments.settle(database, show.tenant, "sandbox", reference)
    arrived = format_money(Money(put_aside.captured_minor, "EUR"))
    at = f"{OFFICE}/orders/{order.id}"
    give_back = f"{at}/payments/{payment.id}/give-back"
    buyers = f"/playhouse/orders/{order.id}?token={VAULT.order_token(order.id)}"
    buyer = Visitor(api.guest())

    today = await admin.read(OFFICE)
    asked = await admin.read(at)
    waiting = await buyer.read(buyers)
    unsaid = await admin.send(give_back, give_back)
    done = await admin.send(give_back, give_back, reason="Wrong amount")
    again = await admin.send(at, give_back, reason="Wrong amount")
    await deliver_all(database)

    assert f'href="{at}">A payment is not what was asked for' in today
    assert f"{arrived} arrived" in asked
    assert f"{format_money(Money(order.total, 'EUR'))} was asked for" in asked
    assert f'href="{give_back}"' in asked
    assert "will write to you" in waiting
    assert "/pay?token=" not in waiting
    assert "Please say why" in unsaid.text
    assert done.status_code == 303
    assert "does not wait for a decision" in again.text
    page = await admin.read(at)
    assert f"−{arrived}: Wrong amount" in page
    assert give_back not in page
    assert "somebody decides" not in await admin.read(OFFICE)
    told = await buyer.read(buyers)
    assert "will write to you" not in told
    assert f"It was sent back to you: {arrived}" in told
    mails = await outbox(database, show.tenant, "payment_returned")
    assert len(mails) == 1
    assert f"You get {arrived}, all that arrived" in mails[0].text


async def test_nobody_is_told_that_nothing_was_charged_while_it_is_not_known(
    api: Api, database: Database, show: Show, clock: TravelClock
) -> None:
    order = await an_order(database, show, 1)
    payment = await a_payment(database, show, order)
    second = await a_payment(database, show, order)
    references = [one.provider_payment_id or "" for one in (payment, second)]
    await database.run(show.tenant, payments.tell_sandbox, references[0], "succeed_late")
    await database.run(show.tenant, payments.tell_sandbox, references[1], "decline")
    await payments.settle(database, show.tenant, "sandbox", references[1])
    at = f"/playhouse/orders/{order.id}"
    buyer = Visitor(api.guest())

    token = f"?token={VAULT.order_token(order.id)}"
    while_kept = await buyer.read(at + token)
    refused = await buyer.send(at + token, f"{at}/cancel{token}")
    clock.travel(timedelta(minutes=16))
    while_asked = await buyer.read(at + token)
    clock.travel(timedelta(minutes=10))
    await database.run(show.tenant, sweep)
    ended = await buyer.read(at + token)
    clock.travel(timedelta(minutes=90))
    await payments.settle(database, show.tenant, "sandbox", references[0])
    known = await buyer.read(at + token)

    assert "Nothing was charged" not in while_kept + while_asked + ended
    assert refused.status_code == 409
    assert "nobody knows yet" in refused.text
    assert '<button class="quiet">Pay ' in while_kept
    assert "The time to pay is over" in while_asked
    assert "/cancel" not in while_asked
    assert "on sale. We do not know yet what became of your payment" in " ".join(
        re.sub("<[^>]+>", "", ended).split()
    )
    assert "Your tickets are here" in known or "Your ticket is here" in known


async def test_a_used_ticket_says_so_and_its_refund_warns(
    api: Api, database: Database, house: House, show: Show, clock: TravelClock
) -> None:
    order = await a_paid_order(database, show, 1, 2)
    ticket, other = await _tickets(database, show, order.id)
    shown = await database.run(show.tenant, order_with_codes, VAULT, order.id)
    at = f"{OFFICE}/orders/{order.id}"
    to_the_doors(clock)
    admin = await _signed_in(api, house)
    before = await admin.read(at), await admin.read(f"{at}/refund")
    scan = Attempt(scan_id=new_id(), event_id=show.event_id, code=shown.codes[ticket.id])
    verdict = await database.run(show.tenant, scan_ticket, scan)
    code = short_code(ticket.credential_id)

    page = await admin.read(at)
    refund = await admin.read(f"{at}/refund?ticket={ticket.id}")
    of_other = await admin.read(f"{at}/refund?ticket={other.id}")
    await database.run(show.tenant, revert_scan, scan.scan_id, is_supervisor=True)
    taken_back = await admin.read(at)

    assert verdict.result == "ok"
    assert "came in" not in before[0]
    assert "inside" not in before[1]
    assert page.count("came in") == 1
    assert f"Ticket {code} used to come in" in page
    assert "somebody is inside on it since" in refund
    assert "Somebody is inside on what is chosen" in refund
    assert "Somebody is inside on what is chosen" not in of_other
    assert "come in" not in taken_back


async def test_a_refund_of_cash_is_handed_over_at_the_till(
    admin: Visitor, database: Database, show: Show
) -> None:
    order = await an_order(database, show, 1)
    await database.run(show.tenant, payments.take_cash, "order", order.id)
    [ticket] = await _tickets(database, show, order.id)
    at = f"{OFFICE}/orders/{order.id}/refund"
    page = await admin.read(at)
    seen = SEEN.search(page)
    assert seen is not None

    done = await admin.send(at, at, seen=seen[1], ticket=[str(ticket.id)], reason="Ill")
    after = await admin.read(done.headers["location"])

    assert "hand the money over at the till" in page
    assert re.search(r"Hand €[\d.]+ over at the till\.", after)
    assert "on its way back" not in after
