"""How the house goes about sessions: guests, debtors, holds and offers, and the bonus it gives."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Problem
from houseful.sessions import (
    NewBonusTier,
    SessionSettings,
    SettingsChanges,
    create_tier,
    list_tiers,
    read_settings,
    remove_tier,
    update_settings,
)
from houseful.web.guards import Office
from houseful.web.office.forms import (
    Filled,
    message_of,
    read_amount,
    read_body,
    read_number,
    write_amount,
)
from houseful.web.office.shell import back_to, office_page
from houseful.web.office.venues import VERSION_MAX
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/session-settings"
TIERS = PATH + "/bonus-tiers"
MODULE = "sessions"
WALLETS = "sessions.wallets.update"
NUMBERS = ("debt_age_days", "hold_minutes", "offer_minutes", "quiet_from", "quiet_until")
AMOUNTS = ("debt_limit_minor", "refund_second_above")
TICKS = ("takes_guests", "debtors_may_book")


@show(PATH, Office("sessions.activities.read", module=MODULE))
async def show_ways(visit: Visit) -> Response[Any]:
    """Show the house's ways and its bonus tiers."""
    return await _ways(visit)


@act(PATH, Office("sessions.activities.update", module=MODULE))
async def change_ways(visit: Visit) -> Response[Any]:
    """Save the house's ways; what is booked and owed already stays."""
    form = await visit.form()

    async def save(uow: UnitOfWork) -> None:
        currency = visit.organization.currency
        values: dict[str, Any] = {name: form.get(name, "").strip() for name in NUMBERS}
        values |= {name: name in form for name in TICKS}
        for name in AMOUNTS:
            values[name] = read_amount(form.get(name, ""), currency, f"/{name}")
        version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
        await update_settings(uow, version, read_body(SettingsChanges, values))

    try:
        await visit.run(save)
    except Problem as problem:
        return await _ways(visit, form, problem, of="ways")
    return back_to(visit, "/session-settings", "The house's ways were saved.")


@act(TIERS, Office(WALLETS, module=MODULE))
async def add_tier(visit: Visit) -> Response[Any]:
    """Give bonus from a top-up of an amount on."""
    form = await visit.form()
    currency = visit.organization.currency
    try:
        values: dict[str, Any] = {
            name: read_amount(form.get(name, ""), currency, f"/{name}")
            for name in ("from_minor", "bonus_minor")
        }
        values["valid_days"] = form.get("valid_days", "").strip() or None
        await visit.run(create_tier, read_body(NewBonusTier, values))
    except Problem as problem:
        return await _ways(visit, form, problem, of="tier")
    return back_to(visit, "/session-settings", "The bonus is given from now on.")


@act(TIERS + "/{tier_id:uuid}/remove", Office(WALLETS, module=MODULE))
async def drop_tier(visit: Visit, tier_id: UUID) -> Response[Any]:
    """Give this bonus no longer; what was given stays."""
    form = await visit.form()
    try:
        await visit.run(remove_tier, tier_id)
    except Problem as problem:
        return await _ways(visit, form, problem)
    return back_to(visit, "/session-settings", "This bonus is given no longer.")


async def _ways(
    visit: Visit, form: Form | None = None, problem: Problem | None = None, of: str = ""
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        tiers, _ = await list_tiers(uow, window=Window(limit=LIMIT_MAX))
        texts = _texts(await read_settings(uow), visit.organization.currency)
        return {"tiers": sorted(tiers, key=lambda one: one.from_minor), "texts": texts}

    found = await visit.run(read)
    typed = dict(form or {})
    texts = found.pop("texts")
    return office_page(
        visit,
        "session_ways.html",
        here="/session-settings",
        heading="Booking rules",
        message=message_of(problem, typed) if problem else "",
        filled=Filled(typed, problem) if of == "ways" else Filled(texts),
        tier_form=Filled(typed, problem) if of == "tier" else Filled({}),
        **found,
    )


def _texts(settings: SessionSettings, currency: str) -> dict[str, Any]:
    texts = {name: getattr(settings, name) for name in (*NUMBERS, *TICKS, "version")}
    return texts | {name: write_amount(getattr(settings, name), currency) for name in AMOUNTS}


handlers = [show_ways, change_ways, add_tier, drop_tier]
