"""Booking at the desk: for whom, with what, paid how; explained before it is done."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Conflict, Problem
from houseful.sessions import (
    CompanyCustomer,
    Cover,
    DeskBooking,
    ExtraBody,
    book_at_desk,
    cancelling_ahead,
    extras_for,
    family_of,
    left_of_extras,
    list_customer_passes,
    quote_at_desk,
    shown_session,
    wallet_in_house_currency,
)
from houseful.web.guards import Office
from houseful.web.office.forms import read_id
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, show, told
from houseful.web.shop.cancelling import told_ahead
from houseful.web.shop.guest_booking import WITHOUT, wishes
from houseful.web.visits import Form, Visit

SHEET = "/office/{organization:str}/sessions/{session_id:uuid}"
CREATE = "sessions.bookings.create"
MODULE = "sessions"
USABLE = frozenset({"pending", "active"})
NEWEST = Window(limit=LIMIT_MAX, is_newest_first=True)
OTHERWISE = "It is paid in another way than was shown. Please look again."


@show(SHEET + "/book", Office(CREATE, module=MODULE))
async def show_desk(visit: Visit, session_id: UUID, customer: str = "") -> Response[Any]:
    """Show what a customer would pay with, and what can be chosen."""
    return await _desk(visit, session_id, Form([("customer", customer)]))


@act(SHEET + "/quote", Office(CREATE, module=MODULE))
async def show_again(visit: Visit, session_id: UUID) -> Response[Any]:
    """Show it again, for other choices."""
    return await _desk(visit, session_id, await visit.form())


@act(SHEET + "/bookings", Office(CREATE, module=MODULE))
async def book_somebody(visit: Visit, session_id: UUID) -> Response[Any]:
    """Book as it was shown: pass, bonus and wallet, and the rest in cash or by a card."""
    form = await visit.form()

    async def book(uow: UnitOfWork) -> None:
        data = _wanted(form)
        _, cover = await quote_at_desk(uow, session_id, data, scope=visit.space_ids)
        if form.get("shown", "") != fingerprint(cover):
            raise Conflict(OTHERWISE)
        await book_at_desk(uow, session_id, data, scope=visit.space_ids)

    try:
        await visit.run(book)
    except Problem as problem:
        return await _desk(visit, session_id, form, problem)
    return back_to(visit, f"/sessions/{session_id}", "Booked.")


def fingerprint(cover: Cover) -> str:
    """Return in short what a booking is paid with: nobody books otherwise than they were shown."""
    parts = (cover.pass_id or "", cover.bonus_minor, cover.wallet_minor, cover.missing_minor)
    return "/".join(str(part) for part in parts)


def _wanted(form: Form) -> DeskBooking:
    chosen, attendee = form.get("pass", ""), form.get("attendee", "")
    is_chosen = chosen not in {"", WITHOUT}
    by_card = form.get("payment") == "card"
    return DeskBooking(
        customer_id=read_id(form.get("customer", ""), "/customer"),
        attendee_id=read_id(attendee, "/attendee") if attendee else None,
        extras=[ExtraBody(extra_id=one.extra_id, quantity=one.quantity) for one in wishes(form)],
        customer_pass_id=read_id(chosen, "/pass") if is_chosen else None,
        avoids_pass=chosen == WITHOUT,
        takes_cash=not by_card,
        takes_card=by_card,
        reference=form.get("reference", "").strip()[:80],
    )


async def _desk(
    visit: Visit, session_id: UUID, form: Form, problem: Problem | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        data = _wanted(form)
        session = await shown_session(uow, session_id, scope=visit.space_ids)
        bill, cover = await quote_at_desk(uow, session_id, data, scope=visit.space_ids)
        passes, _ = await list_customer_passes(uow, window=NEWEST, customer_id=data.customer_id)
        extras = await extras_for(uow, session.activity_id)
        return {
            "session": session,
            "customer": await uow.get(CompanyCustomer, data.customer_id),
            "family": await family_of(uow, data.customer_id),
            "extras": extras,
            "left_of": await left_of_extras(uow, session, extras),
            "wallet": await wallet_in_house_currency(uow, data.customer_id),
            "passes": [one for one in passes if one.status in USABLE],
            "bill": bill,
            "cover": cover,
            "ahead": await cancelling_ahead(
                uow,
                session,
                to_pay_minor=cover.money_minor,
                has_visit=cover.pass_id is not None,
            ),
        }

    found = await visit.run(read)
    name = found["session"].name
    return office_page(
        visit,
        "session_desk.html",
        here="/sessions",
        heading=f"Book for {found['customer'].name}",
        crumbs=(Crumb("/sessions", "Sessions"), Crumb(f"/sessions/{session_id}", name)),
        message=told(problem) if problem else "",
        form=form,
        shown=fingerprint(found["cover"]),
        told_ahead=told_ahead,
        **found,
    )


handlers = [show_desk, show_again, book_somebody]
