"""The page of an order, for whoever has its link: pay, see the tickets, call it off."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter
from litestar.response import Redirect

from houseful.kernel.problems import Problem
from houseful.kernel.qr import qr_svg
from houseful.kernel.short_codes import short_code
from houseful.messaging import order_document, render_tickets
from houseful.payments import find_transactions
from houseful.ticketing import (
    PAYABLE_KIND,
    BasketView,
    ShownOrder,
    basket_of,
    cancel_order,
    order_by_token,
    read_offered,
    stop_payments,
    take_offered,
)
from houseful.web.guards import Shop
from houseful.web.pages import act, pdf, show, told
from houseful.web.shop.attempts import told_of
from houseful.web.shop.checkout import to_payment
from houseful.web.shop.holding import Held, forget, held_by, remember, remembered_order
from houseful.web.templating import page
from houseful.web.visits import Visit

PATH = "/{organization:str}/orders/{order_id:uuid}"

Token = Annotated[str, QueryParameter(max_length=100)]


@show(PATH, Shop())
async def show_order(visit: Visit, order_id: UUID, token: Token = "") -> Response[Any]:
    """Show an order as it is."""
    return await _order_page(visit, order_id, token)


@show(PATH + "/return", Shop())
async def come_back(visit: Visit, order_id: UUID) -> Response[Any]:
    """Show the order to the browser that went to pay for it; to any other, its link is mailed."""
    token = remembered_order(visit, order_id)
    if not token:
        return page(visit, "shop/returned.html")
    return Redirect(f"{_path(visit, order_id)}?token={token}", status_code=303)


@act(PATH + "/pay", Shop())
async def pay(visit: Visit, order_id: UUID, token: Token = "") -> Response[Any]:
    """Begin another attempt to pay."""
    await visit.form()
    await _read(visit, order_id, token)
    try:
        return await to_payment(visit, order_id)
    except Problem as problem:
        return await _order_page(visit, order_id, token, problem=problem)


@act(PATH + "/cancel", Shop())
async def cancel(visit: Visit, order_id: UUID, token: Token = "") -> Response[Any]:
    """Call off an order that is not paid; its places are free for others."""
    await visit.form()
    shown = await _read(visit, order_id, token)
    try:
        await stop_payments(visit.database, visit.organization_id, order_id)
        await visit.run(cancel_order, order_id, reason="called off by the buyer")
    except Problem as problem:
        return await _order_page(visit, order_id, token, problem=problem)
    answer = Redirect(f"{_path(visit, order_id)}?token={token}", status_code=303)
    forget(visit, answer, shown.event.id)
    return answer


@act(PATH + "/instead", Shop())
async def take_instead(visit: Visit, order_id: UUID, token: Token = "") -> Response[Any]:
    """Take the places that are offered to who paid when theirs were gone, and go on to order."""
    await visit.form()
    shown = await _read(visit, order_id, token)
    try:
        taken = await visit.run(take_offered, order_id)
    except Problem as problem:
        return await _order_page(visit, order_id, token, problem=problem)
    at = f"/{visit.organization.slug}/{shown.event.slug}/basket"
    answer = Redirect(at, status_code=303)
    remember(visit, answer, shown.event.id, Held(taken.state.id, taken.token))
    return answer


@show(PATH + "/tickets.pdf", Shop())
async def print_tickets(visit: Visit, order_id: UUID, token: Token = "") -> Response[bytes]:
    """Send the order's tickets as a document."""
    shown = await _read(visit, order_id, token)
    vault = visit.vault
    document = await visit.run(order_document, vault, order_id)
    return pdf(await render_tickets(document), f"tickets-{shown.order.number}.pdf")


async def _order_page(
    visit: Visit, order_id: UUID, token: str, *, problem: Problem | None = None
) -> Response[Any]:
    shown = await _read(visit, order_id, token)
    answer = page(
        visit,
        "shop/order.html",
        status=problem.status if problem else 200,
        event=shown.event,
        zone=shown.event.timezone or visit.organization.timezone,
        order=shown.order,
        lines=shown.lines,
        tickets=shown.tickets,
        codes={ticket: qr_svg(code, border=4) for ticket, code in shown.codes.items()},
        short_code=short_code,
        token=token,
        now=visit.database.clock.now(),
        told_of=told_of,
        attempts=await visit.run(find_transactions, PAYABLE_KIND, order_id),
        offered=await _offered(visit, shown),
        message=told(problem) if problem else "",
    )
    held = held_by(visit, shown.event.id)
    if shown.order.status != "awaiting_payment" and held and held.hold_id == shown.order.hold_id:
        forget(visit, answer, shown.event.id)
    return answer


async def _offered(visit: Visit, shown: ShownOrder) -> BasketView | None:
    state = await visit.run(read_offered, shown.order)
    if state is None:
        return None
    now = visit.database.clock.now()
    return await basket_of(visit.database, visit.organization_id, state, now)


async def _read(visit: Visit, order_id: UUID, token: str) -> ShownOrder:
    vault = visit.vault
    return await visit.run(order_by_token, vault, order_id, token)


def _path(visit: Visit, order_id: UUID) -> str:
    return f"/{visit.organization.slug}/orders/{order_id}"


handlers = [show_order, come_back, pay, cancel, take_instead, print_tickets]
