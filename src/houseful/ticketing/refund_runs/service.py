"""Use cases of refunding a whole event: begin or resume it, carry it out, say how far it is."""

from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Uuid, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from houseful import audit, events, payments
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import NotFound, Problem
from houseful.kernel.states import IllegalAct
from houseful.ticketing.facts import EventRefundAsked
from houseful.ticketing.offers import get_sale
from houseful.ticketing.orders.models import Order
from houseful.ticketing.orders.refunds import refund_tickets
from houseful.ticketing.problems import EventNotCancelled, NothingToRefund
from houseful.ticketing.refund_runs.models import RefundRun, RefundRunOrder
from houseful.ticketing.refund_runs.schemas import RefundRunView, RefusedOrder

STILL_PAID = ("paid", "partially_refunded")
SHOWN_MAX = 200
BATCH = 200
FAILURE_MAX = 500

log = structlog.get_logger(__name__)


async def start_refunds(uow: UnitOfWork, event_id: UUID, *, reason: str) -> RefundRunView:
    """Let every order of a cancelled event be given back; what failed before is tried again.

    Harmless to repeat: an order is given back once. Raises `NotFound` and `EventNotCancelled`.
    """
    event = await events.get_event(uow, event_id)
    if event.status != "cancelled":
        raise EventNotCancelled(status=event.status)
    await get_sale(uow, event_id, lock=True)
    run = await _run_of(uow, event_id)
    if run is None:
        run = RefundRun(organization_id=uow.tenant, id=new_id(), event_id=event_id, reason=reason)
        await audit.add_row(uow, run, "ticketing.refund_run.created")
    else:
        await audit.record(
            uow, "ticketing.refund_run.resumed", run, sentence=f"went on refunding {event.name}"
        )
        await _try_again(uow, run)
    await _add_orders(uow, run)
    await uow.announce(EventRefundAsked(subject_id=run.id))
    await uow.flush()
    return await progress_of(uow, run.id)


async def carry_out(database: Database, organization_id: UUID, run_id: UUID) -> None:
    """Give back what waits, each order in its own transaction; whoever is broken off goes on later.

    An order that cannot be given back is noted, and does not keep the others waiting.
    """
    unexpected: Exception | None = None
    after = UUID(int=0)
    while waiting := await database.run(organization_id, _waiting, run_id, after):
        for order_id in waiting:
            try:
                await database.run(organization_id, _refund_one, run_id, order_id)
            except (Problem, IllegalAct) as problem:
                await database.run(organization_id, _note_failure, run_id, order_id, str(problem))
            except Exception as error:
                log.warning("refund_of_run_failed", order=str(order_id), exc_info=error)
                unexpected = error
        after = waiting[-1]
    if unexpected is not None:
        raise unexpected


async def find_run(uow: UnitOfWork, event_id: UUID) -> RefundRunView | None:
    """Return how far the refunds of an event are, or None while nobody asked for them."""
    run = await _run_of(uow, event_id)
    return await progress_of(uow, run.id) if run is not None else None


async def progress_of(uow: UnitOfWork, run_id: UUID) -> RefundRunView:
    """Return how far a run is. Raises `NotFound`."""
    run = await uow.get(RefundRun, run_id)
    counted = await uow.execute(
        select(RefundRunOrder.status, func.count())
        .where(RefundRunOrder.organization_id == uow.tenant, RefundRunOrder.run_id == run_id)
        .group_by(RefundRunOrder.status)
    )
    rows: list[tuple[str, int]] = [tuple(row) for row in counted]
    counts = dict(rows)
    refunds = await payments.refunds_by_id(uow, await _refund_ids(uow, run_id))
    refused = [one for one in refunds.values() if one.status == "failed"]
    return RefundRunView(
        id=run.id,
        event_id=run.event_id,
        reason=run.reason,
        total=sum(counts.values()),
        done=counts.get("done", 0),
        waiting=counts.get("waiting", 0),
        failed=counts.get("failed", 0),
        sent=sum(one.status == "succeeded" for one in refunds.values()),
        at_till=await payments.count_in_cash(uow, list(refunds)),
        refused=len(refused),
        problems=await _problems(uow, run_id, {one.id: one.failure for one in refused}),
        version=run.version,
    )


async def _run_of(uow: UnitOfWork, event_id: UUID) -> RefundRun | None:
    return await uow.first(
        select(RefundRun).where(
            RefundRun.organization_id == uow.tenant, RefundRun.event_id == event_id
        )
    )


async def _add_orders(uow: UnitOfWork, run: RefundRun) -> None:
    paid = select(Order.organization_id, literal(run.id, Uuid()), Order.id).where(
        Order.organization_id == uow.tenant,
        Order.event_id == run.event_id,
        Order.status.in_(STILL_PAID),
    )
    await uow.flush()
    await uow.execute(
        insert(RefundRunOrder)
        .from_select(["organization_id", "run_id", "order_id"], paid)
        .on_conflict_do_nothing()
    )


async def _try_again(uow: UnitOfWork, run: RefundRun) -> None:
    await uow.execute(
        update(RefundRunOrder)
        .where(
            RefundRunOrder.organization_id == uow.tenant,
            RefundRunOrder.run_id == run.id,
            RefundRunOrder.status == "failed",
        )
        .values(status="waiting", failure="")
    )
    refunds = await payments.refunds_by_id(uow, await _refund_ids(uow, run.id))
    for refund in refunds.values():
        if refund.status == "failed":
            with suppress(payments.MoreThanCaptured):  # it was given back in another way
                async with uow.savepoint():
                    await payments.retry_refund(uow, refund.id, refund.version)


async def _refund_ids(uow: UnitOfWork, run_id: UUID) -> list[UUID]:
    return list(
        await uow.all(
            select(RefundRunOrder.refund_id).where(
                RefundRunOrder.organization_id == uow.tenant,
                RefundRunOrder.run_id == run_id,
                RefundRunOrder.refund_id.is_not(None),
            )
        )
    )


async def _waiting(uow: UnitOfWork, run_id: UUID, after: UUID) -> list[UUID]:
    return list(
        await uow.all(
            select(RefundRunOrder.order_id)
            .where(
                RefundRunOrder.organization_id == uow.tenant,
                RefundRunOrder.run_id == run_id,
                RefundRunOrder.status == "waiting",
                RefundRunOrder.order_id > after,
            )
            .order_by(RefundRunOrder.order_id)
            .limit(BATCH)
        )
    )


async def _refund_one(uow: UnitOfWork, run_id: UUID, order_id: UUID) -> None:
    item = await _locked(uow, run_id, order_id)
    if item.status != "waiting":
        return
    run = await uow.get(RefundRun, run_id)
    try:
        refund = await refund_tickets(uow, order_id, None, reason=run.reason)
    except NothingToRefund:
        refund = None  # meanwhile somebody gave it back by hand
    item.status = "done"
    item.refund_id = refund.id if refund is not None else None
    await uow.flush()


async def _note_failure(uow: UnitOfWork, run_id: UUID, order_id: UUID, failure: str) -> None:
    item = await _locked(uow, run_id, order_id)
    if item.status == "waiting":
        item.status, item.failure = "failed", failure[:FAILURE_MAX]
        await uow.flush()


async def _locked(uow: UnitOfWork, run_id: UUID, order_id: UUID) -> RefundRunOrder:
    item = await uow.session.get(
        RefundRunOrder, (uow.tenant, run_id, order_id), with_for_update=True, populate_existing=True
    )
    if item is None:
        raise NotFound
    return item


async def _problems(uow: UnitOfWork, run_id: UUID, refused: dict[UUID, str]) -> list[RefusedOrder]:
    rows: Any = await uow.execute(
        select(Order.id, Order.number, RefundRunOrder.failure, RefundRunOrder.refund_id)
        .join(
            RefundRunOrder,
            (RefundRunOrder.organization_id == Order.organization_id)
            & (RefundRunOrder.order_id == Order.id),
        )
        .where(
            RefundRunOrder.organization_id == uow.tenant,
            RefundRunOrder.run_id == run_id,
            (RefundRunOrder.status == "failed") | RefundRunOrder.refund_id.in_(list(refused)),
        )
        .order_by(Order.id)
        .limit(SHOWN_MAX)
    )
    return [
        RefusedOrder(order_id=row.id, number=row.number, failure=_why(row, refused)) for row in rows
    ]


def _why(row: Any, refused: dict[UUID, str]) -> str:
    return row.failure or refused.get(row.refund_id, "")
