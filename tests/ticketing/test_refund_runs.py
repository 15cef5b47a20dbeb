"""A cancelled event is refunded as a whole: every order once, whatever comes in between."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from houseful import events, payments, ticketing
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.jobs import Worker
from houseful.messaging.models import Notification
from houseful.messaging.subscribers import tell_tickets_refunded
from houseful.payments.subscribers import send_refund
from houseful.ticketing.orders import refunds
from houseful.ticketing.refund_runs import service as runs
from houseful.ticketing.subscribers import refund_event
from tests.api import Api, problem_of
from tests.builders.accounts import PASSWORD, House
from tests.builders.messaging import deliver_all
from tests.builders.ticketing import BUYER, VAULT, Show, a_paid_order, a_show
from tests.hire.test_paper_pages import OFFICE, Visitor
from tests.ticketing.test_funds import balances

assert refund_event, "it hears from here on"
assert send_refund, "and so does who sends them"
assert tell_tickets_refunded, "and who tells the buyers"

ORDERS = 5


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    """An event with some paid orders, one of them in cash, that is cancelled."""
    show: Show = await database.run(house.organization_id, a_show)
    for number in range(ORDERS - 1):
        await a_paid_order(database, show, 2 * number)
    sale = ticketing.CounterSale(
        event_id=show.event_id, buyer=BUYER, seats=[(15, None)], payment="cash"
    )
    await database.run(show.tenant, ticketing.sell_at_box_office, VAULT, sale)
    await database.run(
        show.tenant, events.cancel_event, show.event_id, events.Cancellation(reason="Storm")
    )
    return show


async def _start(database: Database, show: Show) -> ticketing.RefundRunView:
    return await database.run(show.tenant, ticketing.start_refunds, show.event_id, reason="Storm")


async def _progress(database: Database, show: Show) -> ticketing.RefundRunView:
    found = await database.run(show.tenant, ticketing.find_run, show.event_id)
    assert found is not None
    return found


async def test_every_order_is_given_back_once_and_buyers_are_told(
    database: Database, show: Show
) -> None:
    started = await _start(database, show)
    await deliver_all(database)
    again = await _start(database, show)
    await deliver_all(database)
    after = await _progress(database, show)
    found = await database.run(show.tenant, balances)

    async def told(uow: UnitOfWork) -> int:
        return len(
            await uow.all(select(Notification).where(Notification.kind == "tickets_refunded"))
        )

    assert (started.total, started.waiting, started.done) == (ORDERS, ORDERS, 0)
    assert again.id == started.id
    assert (after.total, after.done, after.waiting, after.failed) == (ORDERS, ORDERS, 0, 0)
    assert (after.sent, after.at_till, after.problems) == (ORDERS, 1, [])
    assert found == {}
    assert await database.run(show.tenant, told) == ORDERS


async def test_broken_off_in_the_middle_it_goes_on(
    database: Database, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[UUID] = []

    async def refund(uow: UnitOfWork, order_id: UUID, *args: Any, **kwargs: Any) -> Any:
        if len(done) == 2:
            raise asyncio.CancelledError
        done.append(order_id)
        return await refunds.refund_tickets(uow, order_id, *args, **kwargs)

    run = await _start(database, show)
    monkeypatch.setattr(runs, "refund_tickets", refund)
    with pytest.raises(asyncio.CancelledError):
        await runs.carry_out(database, show.tenant, run.id)
    middle = await _progress(database, show)
    monkeypatch.undo()
    await asyncio.gather(*(runs.carry_out(database, show.tenant, run.id) for _ in range(3)))
    await Worker(database).drain()
    after = await _progress(database, show)

    assert (middle.done, middle.waiting) == (2, ORDERS - 2)
    assert (after.done, after.sent) == (ORDERS, ORDERS)
    assert await database.run(show.tenant, balances) == {}


async def test_one_order_that_cannot_be_given_back_keeps_no_other_waiting(
    database: Database, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refund(uow: UnitOfWork, order_id: UUID, *args: Any, **kwargs: Any) -> Any:
        if order_id == bad:
            raise payments.MoreThanCaptured(available=0)
        return await refunds.refund_tickets(uow, order_id, *args, **kwargs)

    async def first_order(uow: UnitOfWork) -> UUID:
        return await uow.first(select(ticketing.Order.id).order_by(ticketing.Order.id))

    bad = await database.run(show.tenant, first_order)
    monkeypatch.setattr(runs, "refund_tickets", refund)
    await _start(database, show)
    await Worker(database).drain()
    failed = await _progress(database, show)
    monkeypatch.undo()
    await _start(database, show)
    await Worker(database).drain()
    after = await _progress(database, show)

    assert (failed.done, failed.failed, failed.waiting) == (ORDERS - 1, 1, 0)
    assert [one.order_id for one in failed.problems] == [bad]
    assert failed.problems[0].failure
    assert (after.done, after.failed, after.sent) == (ORDERS, 0, ORDERS)


async def test_what_the_provider_refused_is_listed_and_tried_again(
    database: Database, show: Show
) -> None:
    async def refuse(uow: UnitOfWork, *, refuse: bool) -> None:
        for reference in await uow.all(
            select(payments.Transaction.provider_payment_id).where(
                payments.Transaction.provider == "sandbox"
            )
        ):
            await payments.refuse_refunds(uow, reference, refuse=refuse)

    await database.run(show.tenant, refuse, refuse=True)
    await _start(database, show)
    await Worker(database).drain()
    refused = await _progress(database, show)
    await database.run(show.tenant, refuse, refuse=False)
    await _start(database, show)
    await Worker(database).drain()
    after = await _progress(database, show)

    assert (refused.done, refused.sent, refused.refused) == (ORDERS, 1, ORDERS - 1)
    assert len(refused.problems) == ORDERS - 1
    assert (after.refused, after.sent, after.problems) == (0, ORDERS, [])
    assert await database.run(show.tenant, balances) == {}


async def test_only_a_cancelled_event_is_refunded_and_only_by_who_may(
    api: Api, database: Database, house: House, show: Show
) -> None:
    going_on: Show = await database.run(house.organization_id, a_show, name="Another")
    admin = await api.as_("admin")
    staff = await api.as_("staff")

    def at(one: Show) -> str:
        return f"/api/v1/promoter/events/{one.event_id}/refunds"

    def key() -> dict[str, str]:
        return {"idempotency-key": str(new_id())}

    body = {"reason": "Storm"}
    refused = await admin.post(at(going_on), json=body, headers=key())
    forbidden = await staff.post(at(show), json=body, headers=key())
    made = await admin.post(at(show), json=body, headers=key())
    await Worker(database).drain()
    read = await admin.get(made.headers["location"])

    assert problem_of(refused)["type"].endswith("event-not-cancelled")
    assert forbidden.status_code == 403
    assert (made.status_code, made.json()["waiting"]) == (201, ORDERS)
    assert (read.json()["done"], read.json()["problems"]) == (ORDERS, [])


async def test_the_office_asks_and_shows_how_far_it_is(
    api: Api, database: Database, house: House, show: Show
) -> None:
    admin = Visitor(api.guest())
    await admin.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    page = f"{OFFICE}/events/{show.event_id}/refund"

    event = await admin.read(f"{OFFICE}/events/{show.event_id}")
    asked = await admin.read(page)
    started = await admin.send(page, page, reason="Storm")
    waiting = await admin.read(page)
    await Worker(database).drain()
    done = await admin.read(page)

    assert f'href="{page}"' in event
    assert "Refund all orders" in asked
    assert started.status_code == 303
    assert f"0 of {ORDERS} orders are given back" in waiting
    assert f"{ORDERS} of {ORDERS} orders are given back" in done
    assert "hand the money over at the till" in done
