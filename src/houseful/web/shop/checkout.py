"""Checkout: who buys, and on to the payment."""

import re
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.response import Redirect

from houseful.events import find_public_event
from houseful.kernel.problems import Problem
from houseful.ticketing import (
    Buyer,
    check_out,
    count_order,
    limits_of,
    place_own_order,
    show_order,
)
from houseful.web.guards import Shop
from houseful.web.pages import act, show, told
from houseful.web.shop.baskets import order_redirect, order_token, place_lines
from houseful.web.shop.events import find_basket
from houseful.web.shop.holding import HeldBasket, remember_order
from houseful.web.templating import page
from houseful.web.visits import Form, Visit

PATH = "/{organization:str}/{event:str}/checkout"
NAME_MAX, EMAIL_MAX, PHONE_MAX = 200, 254, 40
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@show(PATH, Shop())
async def show_checkout(visit: Visit, event: str) -> Response[Any]:
    """Ask who buys; whoever holds nothing goes back to the basket."""
    shown = await visit.run(find_public_event, event)
    held = await find_basket(visit, shown.id)
    if held is None:
        return Redirect(f"/{visit.organization.slug}/{event}/basket", status_code=303)
    return _checkout_page(visit, shown, held, Form([]), {})


@act(PATH, Shop())
async def order(visit: Visit, event: str) -> Response[Any]:
    """Order what is held, and send the buyer to the payment. Twice is once."""
    form = await visit.form()
    shown = await visit.run(find_public_event, event)
    held = await find_basket(visit, shown.id)
    if held is None:
        return Redirect(f"/{visit.organization.slug}/{event}/basket", status_code=303)
    faults = faults_of(form)
    if faults:
        return _checkout_page(visit, shown, held, form, faults, status=422)
    vault = visit.vault
    buyer = Buyer(
        name=form["name"].strip(),
        email=form["email"].strip(),
        phone=form.get("phone", "").strip(),
        locale=visit.organization.locale,
    )
    try:
        await count_order(visit.database)
        limits, mine = limits_of(visit.database), held.held
        placed = await visit.run(place_own_order, vault, limits, mine.hold_id, mine.token, buyer)
        return await to_payment(visit, placed.id)
    except Problem as problem:
        faults = {"": told(problem)}
        return _checkout_page(visit, shown, held, form, faults, status=problem.status)


async def to_payment(visit: Visit, order_id: UUID) -> Response[Any]:
    """Begin to pay and send the payer there; to the order itself when nothing is to be paid.

    The order's token stays in the browser: neither the provider nor the database is told.
    """
    shown = await visit.run(show_order, order_id)
    if shown.order.status != "awaiting_payment":
        return order_redirect(visit, order_id)
    token = order_token(visit, order_id)
    address = await check_out(visit.database, visit.organization_id, order_id, token)
    answer = Redirect(address, status_code=303)
    remember_order(visit, answer, order_id, token)
    return answer


def faults_of(form: Form) -> dict[str, str]:
    """Return what is wrong with the buyer's fields, in words, by field."""
    faults: dict[str, str] = {}
    name, email = form.get("name", "").strip(), form.get("email", "").strip()
    if not 1 <= len(name) <= NAME_MAX:
        faults["name"] = "Please tell us your name: it is printed on the tickets."
    if not _EMAIL.fullmatch(email) or len(email) > EMAIL_MAX:
        faults["email"] = "Please give an address that the tickets can be sent to."
    if len(form.get("phone", "").strip()) > PHONE_MAX:
        faults["phone"] = "That is too long for a telephone number."
    return faults


def _checkout_page(
    visit: Visit,
    event: Any,
    held: HeldBasket,
    form: Form,
    faults: dict[str, str],
    *,
    status: int = 200,
) -> Response[Any]:
    return page(
        visit,
        "shop/checkout.html",
        status=status,
        event=event,
        zone=event.timezone or visit.organization.timezone,
        basket=held.basket,
        seats=[line for line in held.basket.lines if line.seat_number is not None],
        places=place_lines(held.basket),
        form=form,
        faults=faults,
    )


handlers = [show_checkout, order]
