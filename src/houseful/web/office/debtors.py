"""Debtors in the office: who owes for what they attended; take the money, waive it, give it up."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Problem
from houseful.sessions import (
    DebtBody,
    SessionBooking,
    ShownBooking,
    Taking,
    customers_by_id,
    end_debt,
    list_debts,
    take_money_for,
)
from houseful.web.guards import Office
from houseful.web.office.shell import Crumb, back_to, confirm_page, office_page
from houseful.web.pages import act, show, told
from houseful.web.templating import when
from houseful.web.visits import Visit

PATH = "/office/{organization:str}/debtors"
MODULE = "sessions"


@show(PATH, Office("sessions.debts.read", module=MODULE))
async def show_debtors(visit: Visit) -> Response[Any]:
    """Show who owes what."""
    return await _debtors(visit)


@act(PATH + "/{booking_id:uuid}", Office("sessions.debts.waive", module=MODULE))
async def end(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Waive a debt or write it off, with a reason."""
    form = await visit.form()
    act_wanted = "write_off" if form.get("act") == "write_off" else "waive"
    data = DebtBody(act=act_wanted, reason=form.get("reason", "")[:500])
    if data.reason.strip() and not form.get("sure"):
        return confirm_page(
            visit,
            here="/debtors",
            heading="End the debt?",
            crumbs=(Crumb("/debtors", "Who owes"),),
            consequences=["It is not asked for any more, and cannot be asked for again."],
            label="End the debt",
            carried=[("act", act_wanted), ("reason", data.reason), ("sure", "yes")],
        )
    try:
        await visit.run(end_debt, booking_id, data)
    except Problem as problem:
        return await _debtors(visit, told(problem))
    return back_to(visit, "/debtors", "The debt is no more.")


@act(PATH + "/{booking_id:uuid}/cash", Office("sessions.bookings.create", module=MODULE))
async def take_cash(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Take cash for a debt."""
    return await _take(visit, booking_id, Taking())


@act(PATH + "/{booking_id:uuid}/card", Office("sessions.bookings.create", module=MODULE))
async def take_card(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Take a card at the terminal for a debt."""
    return await _take(visit, booking_id, Taking(payment="card_terminal"))


async def _take(visit: Visit, booking_id: UUID, data: Taking) -> Response[Any]:
    await visit.form()

    async def take(uow: UnitOfWork) -> None:
        booking = await uow.get(SessionBooking, booking_id)
        await take_money_for(uow, booking.session_id, booking_id, data, scope=visit.space_ids)

    try:
        await visit.run(take)
    except Problem as problem:
        return await _debtors(visit, told(problem))
    return back_to(visit, "/debtors", "Paid.")


def told_why(one: ShownBooking, locale: str) -> str:
    """Say why a booking is owed for."""
    booking = one.booking
    if booking.place == "late_cancelled":
        at = f" on {when(booking.cancelled_at, one.session.timezone, locale)}"
        said = f": “{booking.reason}”" if booking.reason else ""
        return f"A fee for cancelling late{at if booking.cancelled_at else ''}{said}"
    if booking.is_fee:
        return "A fee for not coming"
    if booking.is_billed_afterwards:
        return "A standing place: once it was over, neither a pass nor the wallet covered it"
    return "The place was not paid for"


async def _debtors(visit: Visit, message: str = "") -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        debts, _ = await list_debts(uow, window=Window(limit=LIMIT_MAX))
        debtors = await customers_by_id(uow, {one.booking.customer_id for one in debts})
        return {"debts": debts, "debtors": debtors}

    return office_page(
        visit,
        "debtors.html",
        here="/debtors",
        heading="Debtors",
        message=message,
        told_why=told_why,
        **await visit.run(read),
    )


handlers = [show_debtors, end, take_cash, take_card]
