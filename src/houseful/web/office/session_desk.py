"""Booking at the desk: for whom, with what, paid how; explained before it is done."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid, Problem
from houseful.sessions import (
    CompanyCustomer,
    Cover,
    DeskBooking,
    ExtraBody,
    ShownBooking,
    book_at_desk,
    cancelling_ahead,
    extras_for,
    family_of,
    left_of_extras,
    quote_at_desk,
    shown_session,
    wallet_in_house_currency,
)
from houseful.web.guards import Office
from houseful.web.office.forms import read_id
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, show, told
from houseful.web.shop.cancelling import told_ahead
from houseful.web.shop.guest_booking import WITHOUT, require_as_shown, usable_passes, wishes
from houseful.web.templating import money
from houseful.web.visits import Form, Visit

SHEET = "/office/{organization:str}/sessions/{session_id:uuid}"
CREATE = "sessions.bookings.create"
MODULE = "sessions"
PAID = {"cash": "in cash", "card": "by a card"}


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

    async def book(uow: UnitOfWork) -> str:
        data = _wanted(form)
        _, cover = await quote_at_desk(uow, session_id, data, scope=visit.space_ids)
        require_as_shown(form, cover)
        if cover.missing_minor and form.get("payment", "") not in PAID:
            raise Invalid.at("/payment", "Please choose how it is paid.")
        booked = await book_at_desk(uow, session_id, data, scope=visit.space_ids)
        return _told_booked(booked, cover, form, visit.organization.locale)

    try:
        notice = await visit.run(book)
    except Problem as problem:
        return await _desk(visit, session_id, form, problem)
    return back_to(visit, f"/sessions/{session_id}", notice)


def _told_booked(booked: ShownBooking, cover: Cover, form: Form, locale: str) -> str:
    """Say what a booking was paid with: `Cleo is booked: €5.00 from the wallet, €9.00 in cash.`"""
    currency = booked.booking.currency
    parts = ["with a pass"] if cover.pass_id is not None else []
    for amount, how in (
        (cover.bonus_minor, "in bonus"),
        (cover.wallet_minor, "from the wallet"),
        (cover.missing_minor, PAID.get(form.get("payment", ""), "")),
    ):
        if amount:
            parts.append(f"{money(amount, currency, locale)} {how}")
    paid = f": {', '.join(parts)}" if parts else ""
    return f"{booked.attendee_name} is booked{paid}."


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
        extras = await extras_for(uow, session.activity_id)
        return {
            "session": session,
            "customer": await uow.get(CompanyCustomer, data.customer_id),
            "family": await family_of(uow, data.customer_id),
            "extras": extras,
            "left_of": await left_of_extras(uow, session, extras),
            "wallet": await wallet_in_house_currency(uow, data.customer_id),
            "passes": await usable_passes(uow, data.customer_id),
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
        shown=found["cover"].fingerprint,
        told_ahead=told_ahead,
        **found,
    )


handlers = [show_desk, show_again, book_somebody]
