"""How an event is sold: its layout, prices, places without numbers, fees and rules."""

import re
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response

from houseful.events import ShownEvent, get_event
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Invalid, Problem, VersionMismatch
from houseful.seating import categories_of, list_layouts, seat_counts
from houseful.ticketing import (
    EventSale,
    NewPool,
    Offer,
    SaleSettings,
    Vault,
    add_pool,
    change_capacity,
    change_sale,
    forget_offer,
    open_sale,
    put_on_sale_layout,
    set_price,
)
from houseful.web.guards import Office
from houseful.web.office.event import EVENT, crumbs_of, offer_of
from houseful.web.office.forms import (
    Filled,
    message_of,
    read_amount,
    read_body,
    read_id,
    read_number,
    read_percent,
    write_amount,
    write_percent,
)
from houseful.web.office.shell import back_to, office_page
from houseful.web.office.venues import CHANGED_MEANWHILE, VERSION_MAX
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

SALE = EVENT + "/sale"
MINUTE_SECONDS = 60
MINUTES_MAX = 240
CAPACITY_MAX = 1_000_000
TICKS = ("is_fee_passed_on", "is_fee_refundable", "is_tax_inclusive", "refuses_orphans")
CHANGE = Office("ticketing.inventory.update", module="ticketing")


class PricedCategory(msgspec.Struct, frozen=True, kw_only=True):
    """A category with what there is of it, and what it costs; `field` is its price's field."""

    key: str
    name: str
    color: str
    places: int
    amount: int | None

    @property
    def field(self) -> str:
        """The name of the field with its price."""
        return f"price_{re.sub('[^a-z0-9]+', '_', self.key.lower())}"


@show(SALE, Office("ticketing.types.read", module="ticketing"))
async def show_sale(visit: Visit, event_id: UUID) -> Response[Any]:
    """Show everything about the sale, each part with its form."""
    return await sale_page(visit, event_id)


@act(SALE + "/layout", CHANGE)
async def bind_layout(visit: Visit, event_id: UUID) -> Response[Any]:
    """Sell the places of a published layout."""
    form = await visit.form()

    async def bind(uow: UnitOfWork) -> None:
        layout_id = read_id(form.get("layout_id", ""), "/layoutId")
        await put_on_sale_layout(uow, _vault(visit), event_id, layout_id)

    return await _do(visit, event_id, form, "layout", bind, "The layout's places are the event's.")


@act(SALE + "/open", CHANGE)
async def open_without_layout(visit: Visit, event_id: UUID) -> Response[Any]:
    """Open the sale of an event without numbered seats."""
    form = await visit.form()

    async def open_it(uow: UnitOfWork) -> None:
        await open_sale(uow, _vault(visit), event_id, SaleSettings())

    return await _do(visit, event_id, form, "layout", open_it, "Now add what can be bought.")


@act(SALE + "/rules", CHANGE)
async def change_rules(visit: Visit, event_id: UUID) -> Response[Any]:
    """Change fees, tax and the rules of holds."""
    form = await visit.form()

    async def change(uow: UnitOfWork) -> None:
        offer = await _offer(uow, event_id)
        version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
        settings = _settings(form, offer.sale.currency)
        await change_sale(uow, event_id, version, settings)

    return await _do(visit, event_id, form, "rules", change, "Saved. What is ordered stays.")


@act(SALE + "/prices", Office("ticketing.prices.update", module="ticketing"))
async def change_prices(visit: Visit, event_id: UUID) -> Response[Any]:
    """Set what each category costs; what is ordered keeps its price."""
    form = await visit.form()

    async def change(uow: UnitOfWork) -> None:
        offer = await _offer(uow, event_id)
        for category in await categories_on_sale(uow, offer):
            text = form.get(category.field, "").strip()
            if not text:
                continue
            amount = read_amount(text, offer.sale.currency, "/" + category.field)
            if amount != category.amount:
                await set_price(
                    uow,
                    event_id,
                    category.key,
                    amount,
                    name=category.name,
                    color=category.color,
                )

    return await _do(visit, event_id, form, "prices", change, "The prices hold from now on.")


@act(SALE + "/pools", CHANGE)
async def add_a_pool(visit: Visit, event_id: UUID) -> Response[Any]:
    """Add places without numbers, and perhaps what they cost."""
    form = await visit.form()

    async def add(uow: UnitOfWork) -> None:
        offer = await _offer(uow, event_id)
        name = form.get("name", "").strip()
        key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "places"
        capacity = form.get("capacity", "").strip()
        data = read_body(NewPool, {"name": name, "category_key": key, "capacity": capacity})
        await add_pool(uow, event_id, data)
        if form.get("price", "").strip():
            amount = read_amount(form["price"], offer.sale.currency, "/price")
            await set_price(uow, event_id, key, amount, name=name)

    return await _do(visit, event_id, form, "pool", add, "Added. A ticket type can sell it now.")


@act(SALE + "/pools/{pool_id:uuid}", CHANGE)
async def resize_pool(visit: Visit, event_id: UUID, pool_id: UUID) -> Response[Any]:
    """Give a pool another capacity, not below what is held or sold."""
    form = await visit.form()

    async def resize(uow: UnitOfWork) -> None:
        capacity = read_number(form.get("capacity", ""), "/capacity", maximum=CAPACITY_MAX)
        await change_capacity(uow, event_id, pool_id, capacity)

    return await _do(visit, event_id, form, "capacity", resize, "Saved.")


async def sale_page(
    visit: Visit,
    event_id: UUID,
    *,
    form: Form | None = None,
    problem: Problem | None = None,
    of: str = "",
) -> Response[Any]:
    """Render the sale's page; `of` says which of its forms the problem is about."""

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        offer = await offer_of(uow, event_id)
        window = Window(limit=LIMIT_MAX, is_newest_first=True)
        layouts, _ = await list_layouts(uow, window=window, status="published")
        return {
            "event": await get_event(uow, event_id),
            "offer": offer,
            "layouts": [one for one in layouts if one.event_id in {None, event_id}],
            "categories": await categories_on_sale(uow, offer) if offer else [],
        }

    found = await visit.run(read)
    event: ShownEvent = found["event"]
    offer: Offer | None = found["offer"]
    now = visit.database.clock.now()
    rules = _rules_of(offer.sale) if offer else {}
    if of == "rules" and form is not None:
        rules |= form | {name: name in form for name in TICKS}
        if isinstance(problem, VersionMismatch) and offer is not None:
            rules["version"] = offer.sale.version
    return office_page(
        visit,
        "event_sale.html",
        here="/events",
        heading="Sale",
        crumbs=crumbs_of(event),
        message=_message(problem, form),
        zone=event.timezone or visit.organization.timezone,
        tab="/sale",
        currency=offer.sale.currency if offer else visit.organization.currency,
        rules=Filled(rules, problem if of == "rules" else None),
        prices=_prices_form(found["categories"], offer, form, problem if of == "prices" else None),
        new_pool=Filled(form or {}, problem) if of == "pool" else Filled({}),
        new_layout=Filled(form or {}, problem) if of == "layout" else Filled(_bound(offer)),
        states={kind.id: offer.sale_state(kind, "online", now) for kind in offer.types.values()}
        if offer
        else {},
        percents={
            kind.id: write_percent(kind.price_value)
            for kind in (offer.types.values() if offer else ())
            if kind.price_kind == "percentage" and kind.price_value is not None
        },
        of=of,
        **found,
    )


async def _do(
    visit: Visit, event_id: UUID, form: Form, of: str, use_case: Any, notice: str
) -> Response[Any]:
    try:
        await visit.run(use_case)
    except Problem as problem:
        return await sale_page(visit, event_id, form=form, problem=problem, of=of)
    forget_offer(visit.database, visit.organization_id, event_id)
    return back_to(visit, f"/events/{event_id}/sale", notice)


async def _offer(uow: UnitOfWork, event_id: UUID) -> Offer:
    offer = await offer_of(uow, event_id)
    if offer is None:
        raise Invalid("Open the sale first: choose a layout, or sell without numbered seats.")
    return offer


async def categories_on_sale(uow: UnitOfWork, offer: Offer) -> list[PricedCategory]:
    """Return the categories of the layout and of the pools, with their prices."""
    names: dict[str, tuple[str, str]] = {}
    places: dict[str, int] = {}
    if offer.sale.layout_id is not None:
        for category in await categories_of(uow, offer.sale.layout_id):
            names[category.key] = category.name or category.key, category.color
        for _, key, count in await seat_counts(uow, offer.sale.layout_id):
            places[key or ""] = places.get(key or "", 0) + count
    for pool in offer.pools.values():
        names.setdefault(pool.category_key, (pool.name, ""))
        places[pool.category_key] = places.get(pool.category_key, 0) + pool.capacity
    return [
        PricedCategory(
            key=key,
            name=name,
            color=color,
            places=places[key],
            amount=offer.prices[key].amount if key in offer.prices else None,
        )
        for key, (name, color) in names.items()
        if places.get(key)
    ]


def _settings(form: Form, currency: str) -> SaleSettings:
    def minutes(name: str) -> int:
        text = form.get(name, "")
        return read_number(text, "/" + name, maximum=MINUTES_MAX) * MINUTE_SECONDS

    ticks = {name: name in form for name in TICKS}
    values = {
        "fee_fixed": read_amount(form.get("fee_fixed", ""), currency, "/feeFixed"),
        "fee_basis_points": read_percent(form.get("fee_percent", ""), "/feePercent"),
        "tax_basis_points": read_percent(form.get("tax_percent", ""), "/taxPercent"),
        "hold_ttl_seconds": minutes("hold_minutes"),
        "hold_cap_seconds": minutes("hold_cap_minutes"),
        "payment_deadline_seconds": minutes("payment_minutes"),
        "max_tickets_per_hold": form.get("max_tickets_per_hold", "").strip(),
    }
    try:
        return read_body(SaleSettings, values | ticks)
    except Invalid as problem:
        raise _in_minutes(problem) from problem


def _in_minutes(problem: Invalid) -> Invalid:
    """Say in the form's minutes what is wrong with the seconds."""
    fields = {
        "/holdTtlSeconds": ("/holdMinutes", "Between 1 and 60 minutes."),
        "/holdCapSeconds": ("/holdCapMinutes", "Between 1 and 240 minutes."),
        "/paymentDeadlineSeconds": ("/paymentMinutes", "Between 1 and 240 minutes."),
    }
    pointer = str(problem.fields["errors"][0]["pointer"])
    return Invalid.at(*fields[pointer]) if pointer in fields else problem


def _rules_of(sale: EventSale) -> dict[str, Any]:
    return {
        "fee_fixed": write_amount(sale.fee_fixed, sale.currency),
        "fee_percent": write_percent(sale.fee_basis_points),
        "tax_percent": write_percent(sale.tax_basis_points),
        "hold_minutes": sale.hold_ttl_seconds // MINUTE_SECONDS,
        "hold_cap_minutes": sale.hold_cap_seconds // MINUTE_SECONDS,
        "payment_minutes": sale.payment_deadline_seconds // MINUTE_SECONDS,
        "max_tickets_per_hold": sale.max_tickets_per_hold,
        "version": sale.version,
    } | {name: getattr(sale, name) for name in TICKS}


def _prices_form(
    categories: list[PricedCategory],
    offer: Offer | None,
    form: Form | None,
    problem: Problem | None,
) -> Filled:
    if offer is None:
        return Filled({})
    stored = {one.field: write_amount(one.amount, offer.sale.currency) for one in categories}
    return Filled(stored | dict(form or {}) if problem else stored, problem)


def _bound(offer: Offer | None) -> dict[str, Any]:
    return {"layout_id": offer.sale.layout_id if offer else None}


def _message(problem: Problem | None, form: Form | None) -> str:
    if problem is None:
        return ""
    if isinstance(problem, VersionMismatch):
        return CHANGED_MEANWHILE
    return message_of(problem, form or {})


def _vault(visit: Visit) -> Vault:
    return visit.vault


handlers = [
    show_sale,
    bind_layout,
    open_without_layout,
    change_rules,
    change_prices,
    add_a_pool,
    resize_pool,
]
