"""Booking a place, in three steps: what, who, done. For guests and for who is signed in."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response
from litestar.response import Redirect

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Conflict, Problem
from houseful.kernel.qr import qr_svg
from houseful.kernel.short_codes import short_code
from houseful.sessions import (
    BOOKING_KIND,
    Begun,
    CompanyCustomer,
    Cover,
    CustomerPass,
    ExtraBody,
    ExtraWish,
    NewGuestBooking,
    Payment,
    SessionBooking,
    ShownBooking,
    Wish,
    address_of,
    begin_payment,
    book,
    book_as_guest,
    booking_token,
    cancel_booking,
    cancelling_ahead,
    check_in_code,
    count_guest,
    extras_for,
    family_of,
    guest_booking,
    join_waiting_list,
    key_of,
    left_of_extras,
    list_customer_passes,
    me_of,
    paid_parts,
    quote,
    quote_cancellation,
    session_ics,
    show_booking,
    shown_session,
)
from houseful.web.guards import Shop
from houseful.web.pages import act, show, told
from houseful.web.shop.attempts import told_attempt
from houseful.web.shop.cancelling import told_after, told_ahead, told_lines, told_now, told_paid
from houseful.web.shop.timetable import ics, require_sessions
from houseful.web.templating import page
from houseful.web.visits import Form, Visit

SESSION = "/{organization:str}/sessions/{session_id:uuid}"
BOOKING = "/{organization:str}/sessions/bookings/{booking_id:uuid}"
QUANTITY_MAX = 20
WITHOUT = "none"
PASSES = Window(limit=LIMIT_MAX, is_newest_first=True)


@show(SESSION, Shop())
async def show_session(visit: Visit, session_id: UUID) -> Response[Any]:
    """Step one: what it is, what it costs, which extras there are."""
    return await _session_page(visit, session_id)


@show(SESSION + "/book", Shop())
async def show_details(visit: Visit, session_id: UUID) -> Response[Any]:
    """Step two: who comes, and what it is paid with."""
    return await _details_page(visit, session_id, Form(_query(visit)))


@act(SESSION + "/book", Shop())
async def book_place(visit: Visit, session_id: UUID) -> Response[Any]:
    """Book: a guest gets a link, and goes on to pay; who is signed in pays with what they have."""
    require_sessions(visit)
    form = await visit.form()
    try:
        if await visit.find_identity() is not None:
            return await _book_as_me(visit, session_id, form)
        data = NewGuestBooking(
            name=form.get("name", ""),
            email=form.get("email", ""),
            phone=form.get("phone", ""),
            extras=[
                ExtraBody(extra_id=one.extra_id, quantity=one.quantity) for one in wishes(form)
            ],
        )
        await count_guest(visit.database, session_id, data.email)
        shown = await visit.run(book_as_guest, _key(visit), session_id, data)
    except Problem as problem:
        return await _details_page(visit, session_id, form, problem=problem)
    return await _to_payment(visit, shown.booking.id, _booking_path(visit, shown.booking.id))


@act(SESSION + "/quote", Shop())
async def show_quote(visit: Visit, session_id: UUID) -> Response[Any]:
    """Step two again, for somebody else of the family or with another pass."""
    return await _details_page(visit, session_id, await visit.form())


@act(SESSION + "/wait", Shop())
async def wait_for_place(visit: Visit, session_id: UUID) -> Response[Any]:
    """Join the waiting list, signed in."""
    require_sessions(visit)
    form = await visit.form()
    if await visit.find_identity() is None:
        return Redirect(f"/sign-in?next=/{visit.organization.slug}/sessions/{session_id}")

    async def join(uow: UnitOfWork) -> None:
        assert visit.identity is not None
        me = await me_of(uow, visit.identity)
        await join_waiting_list(
            uow, session_id, me.id, books_itself=form.get("books_itself") == "yes"
        )

    try:
        await visit.run(join)
    except Problem as problem:
        return await _session_page(visit, session_id, message=told(problem))
    return Redirect(f"/me/{visit.organization.slug}", status_code=303)


@show(BOOKING, Shop())
async def show_guest_booking(visit: Visit, booking_id: UUID, token: str = "") -> Response[Any]:
    """Step three: the place is held or confirmed; pay, cancel, keep it in a calendar."""
    return await _booking_page(visit, booking_id, token)


@act(BOOKING + "/pay", Shop())
async def pay_guest_booking(visit: Visit, booking_id: UUID, token: str = "") -> Response[Any]:
    """Go to the payment."""
    await visit.form()

    async def begin(uow: UnitOfWork) -> Begun:
        booking = await guest_booking(uow, _key(visit), booking_id, token)
        path = _booking_path(visit, booking_id)
        return await begin_payment(uow, booking, Payment(avoids_pass=True), return_path=path)

    try:
        begun = await visit.run(begin)
    except Problem as problem:
        return await _booking_page(visit, booking_id, token, message=told(problem))
    address = await address_of(visit.database, visit.organization_id, begun)
    return Redirect(address or _booking_path(visit, booking_id), status_code=303)


@act(BOOKING + "/cancel", Shop())
async def cancel_guest_booking(visit: Visit, booking_id: UUID, token: str = "") -> Response[Any]:
    """Give the place back, on the terms that the page showed."""
    form = await visit.form()

    async def cancel(uow: UnitOfWork) -> None:
        await guest_booking(uow, _key(visit), booking_id, token)
        await cancel_booking(uow, _key(visit), booking_id, quote_token=form.get("quote_token", ""))

    try:
        await visit.run(cancel)
    except Problem as problem:
        return await _booking_page(visit, booking_id, token, message=told(problem))
    return Redirect(_booking_path(visit, booking_id), status_code=303)


@show(BOOKING + "/session.ics", Shop())
async def show_booking_calendar(visit: Visit, booking_id: UUID, token: str = "") -> Response[Any]:
    """Answer with the session as a calendar reads it."""
    require_sessions(visit)

    async def read(uow: UnitOfWork) -> str:
        booking = await guest_booking(uow, _key(visit), booking_id, token)
        session = await shown_session(uow, booking.session_id)
        off = booking.status in {"cancelled", "late_cancelled", "expired"}
        return session_ics(session, now=uow.now, is_cancelled=off)

    return ics(await visit.run(read), "session.ics")


def check_in_qr(key: bytes, booking: SessionBooking) -> str:
    """Return the code that a place is checked in with; nothing for what is no place."""
    return qr_svg(check_in_code(key, booking.id), border=4) if booking.place == "confirmed" else ""


def wishes(form: Form) -> list[ExtraWish]:
    """Return the extras that a form names: `extra-<id>` with how many."""
    found: list[ExtraWish] = []
    for name, value in form.items():
        if name.startswith("extra-") and value.isdecimal() and 0 < int(value[:4]) <= QUANTITY_MAX:
            try:
                found.append(ExtraWish(UUID(name.removeprefix("extra-")), int(value[:4])))
            except ValueError:
                continue
    return found


def payment_of(form: Form) -> Payment:
    """Return how a form would pay: with the pass that it names, with none, or the best one."""
    chosen = form.get("pass", "")
    return Payment(pass_id=_id(chosen), avoids_pass=chosen == WITHOUT)


def require_as_shown(form: Form, cover: Cover) -> None:
    """Raise `Conflict` unless what is used now is what the form's sender was shown."""
    if form.get("shown", "") != cover.fingerprint:
        raise Conflict("It is paid in another way than was shown. Please look again.")


async def usable_passes(uow: UnitOfWork, customer_id: UUID) -> list[CustomerPass]:
    """Return the passes of a customer that can be chosen."""
    passes, _ = await list_customer_passes(uow, window=PASSES, customer_id=customer_id)
    return [one for one in passes if one.status in {"pending", "active"}]


async def _book_as_me(visit: Visit, session_id: UUID, form: Form) -> Response[Any]:
    async def take(uow: UnitOfWork) -> UUID:
        assert visit.identity is not None
        me = await me_of(uow, visit.identity)
        return (await book(uow, _wish(session_id, me.id, form))).id

    booking_id = await visit.run(take)
    return await _to_payment(
        visit, booking_id, f"/me/{visit.organization.slug}/bookings/{booking_id}"
    )


async def _to_payment(visit: Visit, booking_id: UUID, path: str) -> Response[Any]:
    """Lead from what was just booked to the card, if one has to pay; else to the booking's page.

    The place is held whatever becomes of the card: then the page says what is still to pay.
    """

    async def begin(uow: UnitOfWork) -> Begun:
        booking = await uow.get(SessionBooking, booking_id)
        if booking.money != "awaiting":
            return Begun(None)
        return await begin_payment(uow, booking, Payment(), return_path=path)

    try:
        begun = await visit.run(begin)
        address = await address_of(visit.database, visit.organization_id, begun)
    except Problem:
        address = ""
    return Redirect(address or path, status_code=303)


async def _session_page(visit: Visit, session_id: UUID, *, message: str = "") -> Response[Any]:
    require_sessions(visit)

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        session = await shown_session(uow, session_id)
        extras = await extras_for(uow, session.activity_id)
        return {
            "session": session,
            "extras": extras,
            "left_of": await left_of_extras(uow, session, extras),
            "ahead": await cancelling_ahead(uow, session),
        }

    return page(
        visit,
        "shop/session.html",
        message=message,
        told_ahead=told_ahead,
        is_signed_in=await visit.find_identity() is not None,
        **await visit.run(read),
    )


async def _details_page(
    visit: Visit, session_id: UUID, form: Form, *, problem: Problem | None = None
) -> Response[Any]:
    require_sessions(visit)
    identity = await visit.find_identity()

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        session = await shown_session(uow, session_id)
        known = {one.id: one for one in await extras_for(uow, session.activity_id)}
        chosen = [
            (known[one.extra_id], one.quantity) for one in wishes(form) if one.extra_id in known
        ]
        found: dict[str, Any] = {
            "session": session,
            "chosen": chosen,
            "family": [],
            "cover": None,
            "passes": [],
        }
        price = session.price if session.drop_in_price is None else session.drop_in_price
        if identity is not None:
            me = await me_of(uow, identity)
            bill, found["cover"] = await quote(uow, _wish(session_id, me.id, form))
            found["family"] = await family_of(uow, me.id)
            found["passes"] = await usable_passes(uow, me.id)
            price = bill.price
        found["price"] = price
        found["total"] = price + sum(extra.price * number for extra, number in chosen)
        cover = found["cover"]
        found["ahead"] = await cancelling_ahead(
            uow,
            session,
            to_pay_minor=found["total"] if cover is None else cover.money_minor,
            has_visit=cover is not None and cover.pass_id is not None,
        )
        return found

    return page(
        visit,
        "shop/session_book.html",
        status=problem.status if problem else 200,
        message=told(problem) if problem else "",
        told_ahead=told_ahead,
        form=form,
        **await visit.run(read),
    )


async def _booking_page(
    visit: Visit, booking_id: UUID, token: str, *, message: str = ""
) -> Response[Any]:
    require_sessions(visit)

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        booking = await guest_booking(uow, _key(visit), booking_id, token)
        shown: ShownBooking = await show_booking(uow, booking)
        terms = await quote_cancellation(uow, _key(visit), booking_id)
        attempt = await told_attempt(uow, BOOKING_KIND, booking_id)
        parts = paid_parts(booking)
        customer = await uow.get(CompanyCustomer, booking.customer_id)
        has_account = customer.user_id is not None
        return {
            "shown": shown,
            "quote": terms,
            "has_account": has_account,
            "attempt": attempt,
            "parts": parts,
        }

    found = await visit.run(read)
    return page(
        visit,
        "shop/session_booking.html",
        message=message,
        told_now=told_now,
        told_after=told_after,
        told_paid=told_paid,
        told_lines=told_lines,
        code=check_in_qr(_key(visit), found["shown"].booking),
        short_code=short_code,
        token=token,
        path=_booking_path(visit, booking_id).partition("?")[0],
        **found,
    )


def _wish(session_id: UUID, customer_id: UUID, form: Form) -> Wish:
    return Wish(
        session_id=session_id,
        customer_id=customer_id,
        attendee_id=_id(form.get("attendee", "")),
        extras=wishes(form),
        payment=payment_of(form),
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _booking_path(visit: Visit, booking_id: UUID) -> str:
    token = urlencode({"token": booking_token(_key(visit), booking_id)})
    return f"/{visit.organization.slug}/sessions/bookings/{booking_id}?{token}"


def _query(visit: Visit) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in visit.request.query_params.multi_items()]


def _key(visit: Visit) -> bytes:
    return key_of(visit.secret)


handlers = [
    show_session,
    show_details,
    book_place,
    show_quote,
    wait_for_place,
    show_guest_booking,
    pay_guest_booking,
    cancel_guest_booking,
    show_booking_calendar,
]
