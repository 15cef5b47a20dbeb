"""Wallets in the office: who has what, and what is changed by hand."""

from typing import Any, cast
from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Invalid, Problem
from houseful.sessions import (
    Wallet,
    correct_and_settle,
    customers_by_id,
    list_wallets,
    statement_of,
)
from houseful.web.guards import Office
from houseful.web.office.forms import read_amount
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, show, told
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/wallets"
WALLET = PATH + "/{wallet_id:uuid}"
WALLETS = Crumb("/wallets", "Wallets")
MODULE = "sessions"
KINDS = ("paid_in", "paid_out", "goodwill", "correction")


@show(PATH, Office("sessions.wallets.read", module=MODULE))
async def show_wallets(visit: Visit) -> Response[Any]:
    """Show every wallet."""

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        wallets, _ = await list_wallets(uow, window=Window(limit=LIMIT_MAX, is_newest_first=True))
        owners = await customers_by_id(uow, {one.customer_id for one in wallets})
        return {"wallets": wallets, "owners": owners}

    return office_page(
        visit, "wallets.html", here="/wallets", heading="Wallets", **await visit.run(read)
    )


@show(WALLET, Office("sessions.wallets.read", module=MODULE))
async def show_wallet(visit: Visit, wallet_id: UUID) -> Response[Any]:
    """Show a wallet with its statement."""
    return await _wallet(visit, wallet_id)


@act(WALLET, Office("sessions.wallets.update", module=MODULE))
async def change_wallet(visit: Visit, wallet_id: UUID) -> Response[Any]:
    """Take cash in, pay it out, give goodwill or put a mistake right."""
    form = await visit.form()

    async def change(uow: UnitOfWork) -> None:
        kind, amount, reason = _read(form, visit.organization.currency)
        await correct_and_settle(uow, wallet_id, cast("Any", kind), amount, reason)

    try:
        await visit.run(change)
    except Problem as problem:
        return await _wallet(visit, wallet_id, told(problem))
    return back_to(visit, f"/wallets/{wallet_id}", "The wallet is changed.")


async def _wallet(visit: Visit, wallet_id: UUID, message: str = "") -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        wallet = await uow.get(Wallet, wallet_id)
        newest = Window(limit=LIMIT_MAX, is_newest_first=True)
        movements, _ = await statement_of(uow, wallet_id, window=newest)
        owner = (await customers_by_id(uow, {wallet.customer_id}))[wallet.customer_id]
        return {"wallet": wallet, "movements": movements, "owner": owner}

    found = await visit.run(read)
    return office_page(
        visit,
        "wallet.html",
        here="/wallets",
        heading=f"Wallet of {found['owner'].name}",
        crumbs=(WALLETS,),
        message=message,
        kinds=KINDS,
        **found,
    )


def _read(form: Form, currency: str) -> tuple[str, int, str]:
    kind, reason = form.get("kind", ""), form.get("reason", "").strip()
    amount = read_amount(form.get("amount", ""), currency, "/amount")
    if kind not in KINDS:
        raise Invalid.at("/kind", "Please choose what it is.")
    if amount == 0:
        raise Invalid.at("/amount", "Please give an amount, such as 12.50.")
    if not reason:
        raise Invalid.at("/reason", "Please say why.")
    return kind, amount, reason[:200]


handlers = [show_wallets, show_wallet, change_wallet]
