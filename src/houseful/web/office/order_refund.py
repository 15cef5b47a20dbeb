"""Giving tickets of an order back: what is ticked is refunded, once its amount was seen."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import QueryParameter

from houseful.kernel.database import UnitOfWork
from houseful.kernel.money import Money, format_money
from houseful.kernel.problems import Invalid, NotFound, Problem
from houseful.kernel.short_codes import short_code
from houseful.payments import (
    Refund,
    approve_refund,
    find_transactions,
    refunds_of,
    reject_refund,
)
from houseful.scanning import moves_of
from houseful.ticketing import PAYABLE_KIND, ShownOrder, refund_tickets, refundable, show_order
from houseful.web.guards import Office
from houseful.web.office.order import ORDER, REASON_MAX, crumbs_of, order_page
from houseful.web.office.shell import back_to, office_page
from houseful.web.pages import act, show, told
from houseful.web.visits import Form, Visit

APPROVE = "ticketing.refunds.approve"
REFUND = Office("ticketing.refunds.create", module="ticketing")
DECIDE = Office(APPROVE, module="ticketing")
WAITING = ORDER + "/refunds/{refund_id:uuid}"
RECKON = "reckon"

Chosen = Annotated[list[UUID] | None, QueryParameter(name="ticket")]


class Typed(msgspec.Struct, frozen=True):
    """What stands in the form: the tickets ticked, or None for all of them, and what was typed."""

    tickets: Sequence[UUID] | None = None
    reason: str = ""
    is_kept_off_sale: bool = False


@show(ORDER + "/refund", REFUND)
async def preview_refund(visit: Visit, order_id: UUID, chosen: Chosen = None) -> Response[Any]:
    """Show what giving back the chosen tickets, or all of them, would return."""
    return await _refund_page(visit, order_id, Typed(chosen))


@act(ORDER + "/refund", REFUND)
async def refund(visit: Visit, order_id: UUID) -> Response[Any]:
    """Give the ticked tickets back, and the money as it was taken; or only reckon what it is.

    An amount that was not on the page that the form was sent from is shown first.
    """
    form = await visit.form()
    typed = _typed(form)
    if form.get("act") == RECKON:
        return await _refund_page(visit, order_id, typed)
    try:
        if not typed.tickets:
            raise Invalid.at("/ticket", "Choose one ticket at least.")
        if not typed.reason:
            raise Invalid.at("/reason", "Please say why: it stands in the books.")
        given_back: Refund | None = await visit.run(
            _refund_what_was_seen,
            order_id,
            typed,
            form.get("seen", ""),
            waits=not visit.may(APPROVE),
        )
        is_cash = await visit.run(_is_paid_in_cash, order_id)
    except Problem as problem:
        return await _refund_page(visit, order_id, typed, told(problem))
    notice = "The tickets are void and their places free."
    if given_back is not None:
        money = format_money(Money(given_back.amount_minor, given_back.currency))
        way = f"Hand {money} over at the till." if is_cash else "The money is on its way back."
        notice = f"{way} {notice}"
        if given_back.status == "requested":
            notice = f"The refund of {money} waits until somebody has approved it."
    return back_to(visit, f"/orders/{order_id}", notice)


@act(WAITING + "/approve", DECIDE)
async def approve(visit: Visit, order_id: UUID, refund_id: UUID) -> Response[Any]:
    """Let a refund go out that somebody has asked for, and take its tickets back."""
    await visit.form()
    try:
        await visit.run(_decide, order_id, refund_id, approve_refund)
    except Problem as problem:
        return await order_page(visit, order_id, told(problem))
    return back_to(visit, f"/orders/{order_id}", "Approved: the money is on its way back.")


@act(WAITING + "/reject", DECIDE)
async def reject(visit: Visit, order_id: UUID, refund_id: UUID) -> Response[Any]:
    """Turn a refund down that somebody has asked for; the tickets stay valid."""
    await visit.form()
    try:
        await visit.run(_decide, order_id, refund_id, reject_refund)
    except Problem as problem:
        return await order_page(visit, order_id, told(problem))
    return back_to(visit, f"/orders/{order_id}", "Rejected: the tickets stay valid.")


async def _decide(uow: UnitOfWork, order_id: UUID, refund_id: UUID, act_: Any) -> None:
    if refund_id not in {refund.id for refund in await refunds_of(uow, PAYABLE_KIND, order_id)}:
        raise NotFound
    await act_(uow, refund_id)


async def _refund_what_was_seen(
    uow: UnitOfWork, order_id: UUID, typed: Typed, seen: str, *, waits: bool
) -> Refund | None:
    given_back = await refund_tickets(
        uow,
        order_id,
        typed.tickets,
        reason=typed.reason,
        keep_seats_off_sale=typed.is_kept_off_sale,
        waits=waits,
    )
    amount = given_back.amount_minor if given_back is not None else 0
    if seen != str(amount):
        order = (await show_order(uow, order_id)).order
        money = format_money(Money(amount, order.currency))
        raise Invalid.at(
            "/seen",
            f"Nothing was refunded yet: what is ticked comes to {money}. Is that right?",
        )
    return given_back


async def _refund_page(
    visit: Visit, order_id: UUID, typed: Typed, message: str = ""
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        amounts = await refundable(uow, order_id)
        last_moves = {move.ticket_id: move for move in await moves_of(uow, list(amounts))}
        return {
            "shown": await show_order(uow, order_id),
            "amounts": amounts,
            "last_moves": last_moves,
            "inside": {ticket for ticket, move in last_moves.items() if move.is_entry},
            "is_cash": await _is_paid_in_cash(uow, order_id),
        }

    found = await visit.run(read)
    shown: ShownOrder = found.pop("shown")
    amounts: dict[UUID, int] = found["amounts"]
    picked = [one for one in amounts if typed.tickets is None or one in typed.tickets]
    return office_page(
        visit,
        "order_refund.html",
        here="/orders",
        heading=f"Refund order {shown.order.number}",
        crumbs=crumbs_of(shown.order),
        message=message,
        order=shown.order,
        event=shown.event,
        tickets=[ticket for ticket in shown.tickets if ticket.id in amounts],
        short_code=short_code,
        zone=shown.event.timezone or visit.organization.timezone,
        picked=picked,
        total=sum(amounts[one] for one in picked),
        typed=typed,
        reckon=RECKON,
        **found,
    )


async def _is_paid_in_cash(uow: UnitOfWork, order_id: UUID) -> bool:
    payments = await find_transactions(uow, PAYABLE_KIND, order_id)
    return any(one.provider == "cash" and one.outcome == "honoured" for one in payments)


def _typed(form: Form) -> Typed:
    try:
        tickets = [UUID(text) for text in form.all("ticket")]
    except ValueError as error:
        raise NotFound from error
    return Typed(tickets, form.get("reason", "").strip()[:REASON_MAX], "keep_off_sale" in form)


handlers = [preview_refund, refund, approve, reject]
