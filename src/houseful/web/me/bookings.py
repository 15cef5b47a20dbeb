"""One booking of one's own: what it is, pay, cancel, ask for the money back."""

from typing import Any
from uuid import UUID

from litestar import Response
from litestar.response import Redirect

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Problem
from houseful.kernel.short_codes import short_code
from houseful.sessions import (
    BOOKING_KIND,
    Begun,
    CustomerPass,
    address_of,
    begin_payment,
    cancel_booking,
    my_booking,
    paid_parts,
    quote_cancellation,
    quote_held,
    request_money_back,
    session_ics,
    show_booking,
    withdraw_money_back,
)
from houseful.web.me.shell import Customer, identity_of, link_key, my_path
from houseful.web.pages import act, show, told
from houseful.web.shop.attempts import told_attempt
from houseful.web.shop.cancelling import told_after, told_lines, told_now, told_paid
from houseful.web.shop.guest_booking import check_in_qr, payment_of, require_as_shown, usable_passes
from houseful.web.shop.timetable import ics
from houseful.web.templating import page
from houseful.web.visits import Form, Visit

BOOKING = "/me/{organization:str}/bookings/{booking_id:uuid}"


@show(BOOKING, Customer())
async def show_my_booking(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Show a booking."""
    return await _booking(visit, booking_id)


@show(BOOKING + "/session.ics", Customer())
async def show_my_calendar(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Answer with the session as a calendar reads it."""

    async def read(uow: UnitOfWork) -> str:
        shown = await show_booking(uow, await my_booking(uow, identity_of(visit), booking_id))
        off = shown.booking.place not in {"held", "confirmed"}
        return session_ics(shown.session, now=uow.now, is_cancelled=off)

    return ics(await visit.run(read), "session.ics")


@act(BOOKING + "/pay", Customer())
async def pay(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Take an offer, pay what is held or owed; what a card has to pay leads to it."""
    form = await visit.form()
    payment = payment_of(form)

    async def begin(uow: UnitOfWork) -> Begun:
        booking = await my_booking(uow, identity_of(visit), booking_id)
        if booking.is_offer:
            cover = await quote_held(uow, booking, payment)
            require_as_shown(form, cover)
        path = my_path(visit, f"/bookings/{booking_id}")
        return await begin_payment(uow, booking, payment, return_path=path)

    try:
        begun = await visit.run(begin)
    except Problem as problem:
        return await _booking(visit, booking_id, problem, form)
    address = await address_of(visit.database, visit.organization_id, begun)
    return Redirect(address or my_path(visit, f"/bookings/{booking_id}"), status_code=303)


@act(BOOKING + "/quote", Customer())
async def show_quote(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Show again what an offered place would be paid with, with another pass or none."""
    return await _booking(visit, booking_id, form=await visit.form())


@act(BOOKING + "/cancel", Customer())
async def cancel(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Give the place back, on the terms that the page showed."""
    form = await visit.form()

    async def give_back(uow: UnitOfWork) -> None:
        await my_booking(uow, identity_of(visit), booking_id)
        await cancel_booking(
            uow, link_key(visit), booking_id, quote_token=form.get("quote_token", "")
        )

    return await _done(visit, booking_id, give_back)


@act(BOOKING + "/refund", Customer())
async def ask_back(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Ask for the money back."""
    form = await visit.form()

    async def ask(uow: UnitOfWork) -> None:
        await my_booking(uow, identity_of(visit), booking_id)
        await request_money_back(uow, booking_id, form.get("reason", "")[:500])

    return await _done(visit, booking_id, ask)


@act(BOOKING + "/refund/withdraw", Customer())
async def withdraw(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Take back that one asked for the money."""
    await visit.form()

    async def take_back(uow: UnitOfWork) -> None:
        await my_booking(uow, identity_of(visit), booking_id)
        await withdraw_money_back(uow, booking_id)

    return await _done(visit, booking_id, take_back)


async def _done(visit: Visit, booking_id: UUID, do: Any) -> Response[Any]:
    try:
        await visit.run(do)
    except Problem as problem:
        return await _booking(visit, booking_id, problem)
    return Redirect(my_path(visit, f"/bookings/{booking_id}"), status_code=303)


async def _booking(
    visit: Visit, booking_id: UUID, problem: Problem | None = None, form: Form | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        booking = await my_booking(uow, identity_of(visit), booking_id)
        cover, passes = None, list[CustomerPass]()
        if booking.is_offer:
            cover = await quote_held(uow, booking, payment_of(form or Form([])))
            passes = await usable_passes(uow, booking.customer_id)
        return {
            "cover": cover,
            "passes": passes,
            "shown": await show_booking(uow, booking),
            "attempt": await told_attempt(uow, BOOKING_KIND, booking_id),
            "parts": paid_parts(booking),
            "quote": await quote_cancellation(uow, link_key(visit), booking_id),
        }

    found = await visit.run(read)
    return page(
        visit,
        "me/booking.html",
        status=problem.status if problem else 200,
        message=told(problem) if problem else "",
        path=my_path(visit, f"/bookings/{booking_id}"),
        form=form or {},
        code=check_in_qr(link_key(visit), found["shown"].booking),
        short_code=short_code,
        told_now=told_now,
        told_after=told_after,
        told_paid=told_paid,
        told_lines=told_lines,
        **found,
    )


handlers = [show_my_booking, show_my_calendar, pay, show_quote, cancel, ask_back, withdraw]
