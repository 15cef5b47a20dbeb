"""Who may ask for refunds but not approve them, asks: until then the tickets stay valid."""

from uuid import UUID

import pytest

from houseful import ledger, payments
from houseful.kernel.database import Database
from houseful.kernel.ids import new_id
from houseful.kernel.jobs import Worker
from houseful.payments import NothingToTakeBack, Refund, approve_refund, reject_refund
from houseful.ticketing import Ticket, refund_tickets, violations, void_ticket
from houseful.ticketing.orders.fulfilment import tickets_of
from houseful.ticketing.orders.models import Order
from houseful.ticketing.problems import RefundWaits, SeatTaken
from tests.api import Api, problem_of
from tests.builders.accounts import PASSWORD, House, a_member
from tests.builders.ticketing import Show, a_hold, a_paid_order, a_show, read
from tests.hire.test_paper_pages import OFFICE, Visitor

MAY_ASK = ["ticketing.orders.read", "ticketing.refunds.read", "ticketing.refunds.create"]


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    return await database.run(house.organization_id, a_show, standing=20)


async def _asked(database: Database, show: Show, order: Order, *tickets: UUID) -> Refund:
    refund = await database.run(
        show.tenant, refund_tickets, order.id, tickets or None, reason="ill", waits=True
    )
    assert refund is not None
    assert refund.status == "requested"
    return refund


async def _tickets(database: Database, show: Show, order: Order) -> list[Ticket]:
    return await database.run(show.tenant, tickets_of, order.id)


async def _is_sound(database: Database, show: Show) -> bool:
    for proof in (violations, payments.violations, ledger.unbalanced_entries):
        assert await database.run(show.tenant, proof) == []
    return True


async def test_tickets_stay_valid_until_their_refund_is_approved(
    database: Database, show: Show
) -> None:
    order = await a_paid_order(database, show, 1, 2, floor=1)
    ticket = (await _tickets(database, show, order))[0]

    refund = await _asked(database, show, order, ticket.id)
    while_waiting = (await _tickets(database, show, order))[0].status
    with pytest.raises(SeatTaken):
        await a_hold(database, show, 1)
    assert await _is_sound(database, show)
    await database.run(show.tenant, approve_refund, refund.id)
    await Worker(database).drain()

    after = await read(database, show, order)
    assert while_waiting == "sold"
    assert (await _tickets(database, show, order))[0].status == "refunded"
    assert (after.status, after.refunded) == ("partially_refunded", ticket.price)
    await a_hold(database, show, 1)
    assert await _is_sound(database, show)


async def test_what_is_rejected_leaves_all_as_it_was(database: Database, show: Show) -> None:
    order = await a_paid_order(database, show, 1, 2)
    before = await database.run(show.tenant, ledger.trial_balance)
    refund = await _asked(database, show, order)

    await database.run(show.tenant, reject_refund, refund.id)

    assert {ticket.status for ticket in await _tickets(database, show, order)} == {"sold"}
    assert (await read(database, show, order)).refunded == 0
    left = {row.code: row.balance_minor for row in before if row.balance_minor}
    after = await database.run(show.tenant, ledger.trial_balance)
    assert {row.code: row.balance_minor for row in after if row.balance_minor} == left
    assert await _is_sound(database, show)
    await _asked(database, show, order)


async def test_what_waits_is_given_back_by_nobody_else(database: Database, show: Show) -> None:
    order = await a_paid_order(database, show, 1, 2)
    first, second = await _tickets(database, show, order)
    await _asked(database, show, order, first.id)

    for waits in (True, False):
        with pytest.raises(RefundWaits):
            await database.run(
                show.tenant, refund_tickets, order.id, [first.id], reason="x", waits=waits
            )
    await database.run(show.tenant, refund_tickets, order.id, [second.id], reason="ill")

    assert await _is_sound(database, show)


async def test_what_is_void_meanwhile_can_only_be_rejected(database: Database, show: Show) -> None:
    order = await a_paid_order(database, show, 1)
    (ticket,) = await _tickets(database, show, order)
    refund = await _asked(database, show, order)
    await database.run(show.tenant, void_ticket, ticket.id, reason="abuse")

    with pytest.raises(NothingToTakeBack):
        await database.run(show.tenant, approve_refund, refund.id)
    await database.run(show.tenant, reject_refund, refund.id)

    assert await _is_sound(database, show)


async def test_a_seat_stays_off_sale_as_it_was_asked_for(database: Database, show: Show) -> None:
    order = await a_paid_order(database, show, 1)
    refund = await database.run(
        show.tenant,
        refund_tickets,
        order.id,
        None,
        reason="broken seat",
        keep_seats_off_sale=True,
        waits=True,
    )
    assert refund is not None

    await database.run(show.tenant, approve_refund, refund.id)

    with pytest.raises(SeatTaken):
        await a_hold(database, show, 1)


async def test_who_may_only_ask_asks_and_who_may_approve_decides(
    api: Api, database: Database, house: House, show: Show
) -> None:
    order = await a_paid_order(database, show, 1, 2)
    owner = await api.as_("owner")
    await owner.post("/api/v1/roles", json={"name": "asker", "permissions": MAY_ASK})
    await a_member(database, house, "asker@playhouse.example", role="asker")
    asker = await api.as_person("asker@playhouse.example")
    admin = await api.as_("admin")
    key = {"idempotency-key": str(new_id())}

    asked = await asker.post(
        f"/api/v1/orders/{order.id}/refunds", json={"reason": "ill"}, headers=key
    )
    waiting = (await admin.get("/api/v1/refunds?status=requested")).json()["items"]
    at = f"/api/v1/refunds/{waiting[0]['id']}"
    refused = await asker.post(f"{at}/approve")
    page = Visitor(api.guest())
    await page.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    today = await page.read(OFFICE)
    shown = await page.read(f"{OFFICE}/orders/{order.id}")
    decided = await page.send(
        f"{OFFICE}/orders/{order.id}",
        f"{OFFICE}/orders/{order.id}/refunds/{waiting[0]['id']}/approve",
    )
    again = await admin.post(f"{at}/reject")

    assert asked.status_code == 200
    assert asked.json()["status"] == "paid"
    assert refused.status_code == 403
    assert "A refund waits for somebody to approve it" in today
    assert "Approve" in shown
    assert decided.status_code == 303
    assert (await read(database, show, order)).status == "refunded"
    assert again.status_code == 409
    assert problem_of(again)["type"] == "urn:houseful:problem:illegal-transition"
