"""Passes in the office: what is offered, who has what; offer one, sell one at the desk."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Invalid, Problem
from houseful.sessions import (
    CustomerPass,
    NewPass,
    PassSale,
    cancel_pass,
    create_pass,
    customers_by_id,
    freeze_pass,
    list_customer_passes,
    list_customers,
    list_passes,
    resume_pass,
    sell_pass,
)
from houseful.web.guards import Office
from houseful.web.office.forms import read_amount
from houseful.web.office.shell import back_to, office_page
from houseful.web.pages import act, show, told
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/passes"
ONE = PATH + "/{customer_pass_id:uuid}"
MODULE = "sessions"
NUMBER_MAX = 6


@show(PATH, Office("sessions.passes.read", module=MODULE))
async def show_passes(visit: Visit) -> Response[Any]:
    """Show what is offered and who has what."""
    return await _passes(visit)


@act(PATH, Office("sessions.passes.create", module=MODULE))
async def offer_pass(visit: Visit) -> Response[Any]:
    """Offer a pass."""
    form = await visit.form()

    async def offer(uow: UnitOfWork) -> None:
        data = NewPass(
            name=form.get("name", "").strip()[:200],
            price=read_amount(form.get("price", ""), visit.organization.currency, "/price"),
            sessions_limit=_number(form, "visits"),
            validity_days=_number(form, "days"),
            is_shared=form.get("is_shared") == "yes",
        )
        if not data.name:
            raise Invalid.at("/name", "Please give the pass a name.")
        await create_pass(uow, data)

    return await _done(visit, offer, form, "The pass is on sale.")


@act(PATH + "/sale", Office("sessions.passes.sell", module=MODULE))
async def sell(visit: Visit) -> Response[Any]:
    """Sell a pass at the desk, for cash or from the customer's wallet."""
    form = await visit.form()

    async def hand_over(uow: UnitOfWork) -> None:
        data = PassSale(
            customer_id=_id(form, "customer"),
            pass_id=_id(form, "pass"),
            payment="wallet" if form.get("payment") == "wallet" else "cash",
        )
        await sell_pass(uow, data)

    return await _done(visit, hand_over, form, "The pass is sold.")


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


async def _of_customer(visit: Visit, customer_pass_id: UUID, do: Any, *args: Any) -> Response[Any]:
    await visit.form()

    async def run(uow: UnitOfWork) -> UUID:
        held: CustomerPass = await do(uow, customer_pass_id, *args)
        return held.customer_id

    try:
        customer_id = await visit.run(run)
    except Problem as problem:
        return await _passes(visit, message=told(problem))
    return back_to(visit, f"/session-customers/{customer_id}", "The pass is changed.")


async def _done(visit: Visit, do: Any, form: Form, notice: str) -> Response[Any]:
    try:
        await visit.run(do)
    except Problem as problem:
        return await _passes(visit, form, told(problem))
    return back_to(visit, "/passes", notice)


async def _passes(visit: Visit, form: Form | None = None, message: str = "") -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        newest = Window(limit=LIMIT_MAX, is_newest_first=True)
        passes, _ = await list_passes(uow, window=newest)
        held, _ = await list_customer_passes(uow, window=newest)
        customers, _ = await list_customers(uow, window=newest)
        return {
            "passes": passes,
            "held": held,
            "holders": await customers_by_id(uow, {one.customer_id for one in held}),
            "customers": [one for one in customers if not one.guardian_id],
        }

    return office_page(
        visit,
        "passes.html",
        here="/passes",
        heading="Passes",
        message=message,
        form=form or {},
        **await visit.run(read),
    )


def _number(form: Form, name: str) -> int | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > NUMBER_MAX or int(text) == 0:
        raise Invalid.at(f"/{name}", f"Please give a whole number: {name}.")
    return int(text)


def _id(form: Form, name: str) -> UUID:
    try:
        return UUID(form.get(name, ""))
    except ValueError as error:
        raise Invalid.at(f"/{name}", f"Please choose: {name}.") from error


handlers = [show_passes, offer_pass, sell, freeze, resume, end]
