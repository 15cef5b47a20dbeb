"""Refund requests in the office: who asks, why, and the answer."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Invalid, Problem
from houseful.sessions import (
    SessionBooking,
    approve_request,
    list_requests,
    reject_request,
    show_bookings,
)
from houseful.web.guards import Office
from houseful.web.office.forms import read_amount, write_amount
from houseful.web.office.shell import back_to, office_page
from houseful.web.pages import act, show, told
from houseful.web.visits import Visit

PATH = "/office/{organization:str}/refund-requests"
REQUEST = PATH + "/{request_id:uuid}"
MODULE = "sessions"


@show(PATH, Office("sessions.refunds.read", module=MODULE))
async def show_requests(visit: Visit) -> Response[Any]:
    """Show who asks for money back."""
    return await _requests(visit)


@act(REQUEST + "/approve", Office("sessions.refunds.approve", module=MODULE))
async def approve(visit: Visit, request_id: UUID) -> Response[Any]:
    """Give the money back the way it came, or to the wallet."""
    form = await visit.form()
    target = "wallet" if form.get("target") == "wallet" else "origin"
    try:
        amount = read_amount(form.get("amount", ""), visit.organization.currency, "/amount")
    except Invalid as invalid:
        return await _requests(visit, told(invalid))
    return await _done(visit, approve_request, request_id, target, amount)


@act(REQUEST + "/reject", Office("sessions.refunds.approve", module=MODULE))
async def reject(visit: Visit, request_id: UUID) -> Response[Any]:
    """Turn it down, with an answer for the customer."""
    form = await visit.form()
    return await _done(visit, reject_request, request_id, form.get("answer", "")[:500])


async def _done(visit: Visit, do: Any, *args: Any) -> Response[Any]:
    try:
        decided = await visit.run(do, *args)
    except Problem as problem:
        return await _requests(visit, told(problem))
    needs_another = decided.status == "requested"
    notice = "Noted: somebody else has to approve it too." if needs_another else "Decided."
    return back_to(visit, "/refund-requests", notice)


async def _requests(visit: Visit, message: str = "") -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        requests, _ = await list_requests(uow, window=Window(limit=LIMIT_MAX, is_newest_first=True))
        bookings = [await uow.get(SessionBooking, one.booking_id) for one in requests]
        shown = {one.booking.id: one for one in await show_bookings(uow, bookings)}
        return {"requests": requests, "shown": shown}

    return office_page(
        visit,
        "refund_requests.html",
        here="/refund-requests",
        heading="Refund requests",
        message=message,
        write_amount=write_amount,
        **await visit.run(read),
    )


handlers = [show_requests, approve, reject]
