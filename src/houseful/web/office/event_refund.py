"""Refunding a cancelled event: asked once, then looked on at, and gone on with where it failed."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.events import ShownEvent, get_event
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid, Problem
from houseful.ticketing import RefundRunView, find_run, sales_figures, start_refunds
from houseful.web.guards import Office
from houseful.web.office.event import EVENT, crumbs_of
from houseful.web.office.shell import back_to, office_page
from houseful.web.pages import act, show, told
from houseful.web.visits import Visit

REFUND = Office("ticketing.refunds.approve", module="ticketing")
REASON_MAX = 500


@show(EVENT + "/refund", REFUND)
async def show_refunds(visit: Visit, event_id: UUID) -> Response[Any]:
    """Ask before everything is given back, or show how far it is."""
    return await _refund_page(visit, event_id)


@act(EVENT + "/refund", REFUND)
async def refund_all(visit: Visit, event_id: UUID) -> Response[Any]:
    """Give every order back; what failed before is tried again."""
    reason = (await visit.form()).get("reason", "").strip()[:REASON_MAX]
    try:
        if not reason:
            raise Invalid.at("/reason", "Please say why: it stands in the books.")
        await visit.run(start_refunds, event_id, reason=reason)
    except Problem as problem:
        return await _refund_page(visit, event_id, told(problem), reason)
    return back_to(visit, f"/events/{event_id}/refund", "The money is on its way back.")


async def _refund_page(
    visit: Visit, event_id: UUID, message: str = "", reason: str = ""
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> tuple[ShownEvent, RefundRunView | None, int]:
        event = await get_event(uow, event_id)
        figures = (await sales_figures(uow, [event_id]))[event_id]
        return event, await find_run(uow, event_id), figures.sold

    event, run, sold = await visit.run(read)
    return office_page(
        visit,
        "event_refund.html",
        here="/events",
        heading=f"Refund {event.name}",
        crumbs=crumbs_of(event),
        message=message,
        event=event,
        run=run,
        sold=sold,
        reason=reason or (run.reason if run else event.status_reason),
    )


handlers = [show_refunds, refund_all]
