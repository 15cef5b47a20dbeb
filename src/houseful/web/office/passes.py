"""Passes in the office: what is offered, on which terms, who has what; sold at the desk."""

from typing import Any, cast
from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Invalid, Problem
from houseful.sessions import (
    CompanyCustomer,
    CustomerPass,
    NewPass,
    Pass,
    PassChanges,
    PassSale,
    cancel_pass,
    create_pass,
    customers_by_id,
    freeze_pass,
    list_activities,
    list_customer_passes,
    list_extras,
    list_passes,
    pay_pass_back_again,
    resume_pass,
    sell_pass,
    settle_debts_with_pass,
    update_pass,
)
from houseful.web.guards import Office
from houseful.web.office.customer_choice import choose_customers
from houseful.web.office.forms import (
    Filled,
    message_of,
    read_amount,
    read_body,
    read_id,
    read_percent,
)
from houseful.web.office.recurring import WEEKDAYS
from houseful.web.office.shell import back_to, office_page
from houseful.web.pages import act, show
from houseful.web.templating import money
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/passes"
ONE = PATH + "/{customer_pass_id:uuid}"
OFFERED = PATH + "/offered/{pass_id:uuid}"
MODULE = "sessions"
TEXTS = ("name", "description", "from_time", "until_time", "cancel_refund_policy")
NUMBERS = ("sessions_limit", "validity_days", "daily_cap", "weekly_cap")
SEVERAL = ("activity_ids", "extra_ids", "weekdays")
TERMS = (
    *("tax", "from_time", "until_time", "daily_cap", "weekly_cap", "freeze_days_max"),
    *("is_shared", *SEVERAL),
)
"""The fields that are folded away until one of them says something."""

PAID = {"cash": "in cash", "card_terminal": "by a card", "wallet": "from the wallet"}

POLICIES = (
    ("none", "nothing"),
    ("full", "all of it, as long as it was not used"),
    ("proportional", "what is left of it"),
)


@show(PATH, Office("sessions.passes.read", module=MODULE))
async def show_passes(visit: Visit, q: str = "") -> Response[Any]:
    """Show what is offered and who has what; `q` finds a customer to sell to."""
    return await _passes(visit, search=q)


@act(PATH, Office("sessions.passes.create", module=MODULE))
async def offer_pass(visit: Visit) -> Response[Any]:
    """Offer a pass."""
    form = await visit.form()
    try:
        data = read_body(NewPass, _terms(form, visit.organization.currency))
        await visit.run(create_pass, data)
    except Problem as problem:
        return await _passes(visit, form, problem)
    return back_to(visit, "/passes", "The pass is on sale.")


@act(OFFERED + "/turn", Office("sessions.passes.update", module=MODULE))
async def turn(visit: Visit, pass_id: UUID) -> Response[Any]:
    """Sell a pass no longer, or again; who has one keeps it."""
    await visit.form()

    async def switch(uow: UnitOfWork) -> None:
        offered = await uow.get(Pass, pass_id)
        data = PassChanges(is_on_sale=not offered.is_on_sale)
        await update_pass(uow, pass_id, offered.version, data)

    try:
        await visit.run(switch)
    except Problem as problem:
        return await _passes(visit, problem=problem)
    return back_to(visit, "/passes", "Saved.")


@act(PATH + "/sale", Office("sessions.passes.sell", module=MODULE))
async def sell(visit: Visit) -> Response[Any]:
    """Sell a pass at the desk: in cash, by a card or from the wallet, as the clerk says."""
    form = await visit.form()

    async def hand_over(uow: UnitOfWork) -> str:
        data = _sale(form)
        sold = await sell_pass(uow, data)
        customer = await uow.get(CompanyCustomer, sold.customer_id)
        paid = money(sold.price, sold.currency, visit.organization.locale)
        how = f"{paid} {PAID[data.payment]}" if sold.price else "it costs nothing"
        return f"{customer.name} has {sold.name}: {how}."

    try:
        notice = await visit.run(hand_over)
    except Problem as problem:
        return await _passes(visit, problem=problem, sale=form, search=form.get("q", ""))
    return back_to(visit, "/passes", notice)


@act(ONE + "/freeze", Office("sessions.passes.update", module=MODULE))
async def freeze(visit: Visit, customer_pass_id: UUID) -> Response[Any]:
    """Stop a pass's clock."""
    return await _of_customer(visit, customer_pass_id, freeze_pass)


@act(ONE + "/resume", Office("sessions.passes.update", module=MODULE))
async def resume(visit: Visit, customer_pass_id: UUID) -> Response[Any]:
    """Let a pass's clock go on."""
    return await _of_customer(visit, customer_pass_id, resume_pass)


@act(ONE + "/end", Office("sessions.passes.update", module=MODULE))
async def end(visit: Visit, customer_pass_id: UUID) -> Response[Any]:
    """End a pass; what its terms give back goes the way it came."""
    return await _of_customer(visit, customer_pass_id, cancel_pass, "ended at the desk")


@act(ONE + "/pay-back", Office("sessions.refunds.approve", module=MODULE))
async def pay_back(visit: Visit, customer_pass_id: UUID) -> Response[Any]:
    """Send the money of a pass once more, which a card did not take."""
    return await _of_customer(visit, customer_pass_id, pay_pass_back_again)


@act(ONE + "/settle", Office("sessions.passes.update", module=MODULE))
async def settle(visit: Visit, customer_pass_id: UUID) -> Response[Any]:
    """Use a pass for what its owner owes, who has agreed to that."""

    async def use(uow: UnitOfWork, customer_pass_id: UUID) -> CustomerPass:
        await settle_debts_with_pass(uow, customer_pass_id)
        return await uow.get(CustomerPass, customer_pass_id)

    return await _of_customer(visit, customer_pass_id, use)


async def _of_customer(visit: Visit, customer_pass_id: UUID, do: Any, *args: Any) -> Response[Any]:
    await visit.form()

    async def run(uow: UnitOfWork) -> UUID:
        held: CustomerPass = await do(uow, customer_pass_id, *args)
        return held.customer_id

    try:
        customer_id = await visit.run(run)
    except Problem as problem:
        return await _passes(visit, problem=problem)
    return back_to(visit, f"/session-customers/{customer_id}", "The pass is changed.")


def _sale(form: Form) -> PassSale:
    payment = form.get("payment", "")
    if payment not in PAID:
        raise Invalid.at("/payment", "Please choose how it is paid.")
    return PassSale(
        customer_id=read_id(form.get("customer", ""), "/customer"),
        pass_id=read_id(form.get("pass", ""), "/pass"),
        payment=cast("Any", payment),
        reference=form.get("reference", "").strip()[:80],
    )


def _terms(form: Form, currency: str) -> dict[str, Any]:
    """Return the form as the API names it; an empty number is no limit."""
    values: dict[str, Any] = {name: form.get(name, "").strip() for name in TEXTS}
    values |= {name: form.get(name, "").strip() or None for name in NUMBERS}
    return values | {
        "price": read_amount(form.get("price", ""), currency, "/price"),
        "tax_basis_points": read_percent(form.get("tax", "") or "0", "/tax"),
        "freeze_days_max": form.get("freeze_days_max", "").strip() or 0,
        "cancel_refund_policy": form.get("cancel_refund_policy") or "none",
        "activity_ids": form.all("activity_ids"),
        "extra_ids": form.all("extra_ids"),
        "weekdays": [int(day) for day in form.all("weekdays") if day in "0123456" and day],
        "is_shared": form.get("is_shared") == "yes",
    }


async def _passes(
    visit: Visit,
    form: Form | None = None,
    problem: Problem | None = None,
    sale: Form | None = None,
    search: str = "",
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        newest = Window(limit=LIMIT_MAX, is_newest_first=True)
        passes, _ = await list_passes(uow, window=newest)
        held, _ = await list_customer_passes(uow, window=newest)
        activities, _ = await list_activities(uow, window=Window(limit=LIMIT_MAX))
        extras, _ = await list_extras(uow, window=Window(limit=LIMIT_MAX))
        return {
            "passes": passes,
            "held": held,
            "holders": await customers_by_id(uow, {one.customer_id for one in held}),
            "customer_choice": await choose_customers(uow, search),
            "activities": [one for one in activities if one.is_active],
            "extras": [one for one in extras if one.is_active],
            "extra_names": {str(one.id): one.name for one in extras},
            "activity_names": {str(one.id): one.name for one in activities},
        }

    typed = form if form is not None else Form([])
    texts = dict(typed) | {name: typed.all(name) for name in SEVERAL}
    return office_page(
        visit,
        "passes.html",
        here="/passes",
        heading="Passes",
        message=message_of(problem, typed) if problem else "",
        filled=Filled(texts, problem if form is not None else None),
        sale=sale or {},
        is_open=any(texts.get(name) for name in TERMS),
        weekdays=[(str(number), name) for number, (_, name) in enumerate(WEEKDAYS)],
        policies=POLICIES,
        **await visit.run(read),
    )


handlers = [show_passes, offer_pass, turn, sell, freeze, resume, pay_back, settle, end]
