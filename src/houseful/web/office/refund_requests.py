"""Refund requests in the office: who asks, why, and the answer."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Invalid, Problem
from houseful.sessions import (
    RefundRequest,
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
from houseful.web.templating import money
from houseful.web.visits import Visit

PATH = "/office/{organization:str}/refund-requests"
REQUEST = PATH + "/{request_id:uuid}"
MODULE = "sessions"
APPROVED = frozenset({"approved", "processing", "succeeded"})
TURNED_DOWN = frozenset({"rejected", "withdrawn"})
GOES = {"card": "to the card", "cash": "in cash", "wallet": "to the wallet", "bonus": "as bonus"}


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
    async def decide(uow: UnitOfWork) -> str:
        request: RefundRequest = await do(uow, *args)
        if request.status == "requested":
            return "Noted: somebody else has to approve it too."
        booking = await uow.get(SessionBooking, request.booking_id)
        return told_request(request, booking, visit.organization.locale)

    try:
        notice = await visit.run(decide)
    except Problem as problem:
        return await _requests(visit, told(problem))
    return back_to(visit, "/refund-requests", notice)


def told_request(request: RefundRequest, booking: SessionBooking, locale: str) -> str:
    """Say what was asked for and approved, and where it goes.

    `Asked for €15.00, approved €10.00: to the card.`
    """
    asked = f"Asked for {money(request.asked_minor, request.currency, locale)}"
    if request.status not in APPROVED:
        return f"{asked}, {request.status}." if request.status in TURNED_DOWN else f"{asked}."
    goes = GOES | {"card": GOES["wallet"], "cash": GOES["wallet"]}
    goes = goes if request.target == "wallet" else GOES
    kinds = [one.kind for one in booking.tenders if one.returned_minor]
    ways = dict.fromkeys(goes[kind] for kind in goes if kind in kinds)
    approved = f"{asked}, approved {money(request.amount_minor, request.currency, locale)}"
    return f"{approved}: {' and '.join(ways)}." if ways else f"{approved}."


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
        told_request=told_request,
        **await visit.run(read),
    )


handlers = [show_requests, approve, reject]
