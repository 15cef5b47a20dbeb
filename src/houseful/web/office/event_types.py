"""Ticket types of an event: what can be bought, when, where and for how much."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response

from houseful.events import ShownEvent, get_event
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid, NotFound, Problem, VersionMismatch
from houseful.ticketing import (
    NewTicketType,
    Offer,
    TicketType,
    TicketTypeChanges,
    create_ticket_type,
    forget_offer,
    load_offer,
    update_ticket_type,
)
from houseful.web.guards import Office
from houseful.web.office.event import EVENT, crumbs_of
from houseful.web.office.event_sale import categories_on_sale
from houseful.web.office.forms import (
    Filled,
    message_of,
    read_amount,
    read_body,
    read_id,
    read_number,
    read_percent,
    read_time,
    write_amount,
    write_percent,
    write_time,
)
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.office.venues import CHANGED_MEANWHILE, VERSION_MAX
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

TYPES = EVENT + "/types"
TYPE = TYPES + "/{type_id:uuid}"
TEXTS = ("name", "description", "min_per_order", "max_per_order", "display_order")
CHANNELS = ("online", "box_office")
FRESH: dict[str, Any] = {
    "price_kind": "base",
    "channels": list(CHANNELS),
    "min_per_order": 1,
    "max_per_order": 10,
    "display_order": 0,
    "is_active": True,
}


@show(TYPES, Office("ticketing.types.create", module="ticketing"))
async def show_new_type(visit: Visit, event_id: UUID) -> Response[Any]:
    """Show the form to add a ticket type."""
    return await _page(visit, event_id)


@act(TYPES, Office("ticketing.types.create", module="ticketing"))
async def add_type(visit: Visit, event_id: UUID) -> Response[Any]:
    """Add a ticket type."""
    form = await visit.form()

    async def add(uow: UnitOfWork) -> None:
        offer = await load_offer(uow, event_id)
        sold = form.get("sold", "")
        pool = {} if sold in {"", "seats"} else {"pool_id": read_id(sold, "/sold")}
        values = _values(form, offer, _zone(visit, offer.event)) | pool
        if pool:
            values["categories"] = []
        await create_ticket_type(uow, read_body(NewTicketType, values | {"event_id": event_id}))

    return await _save(visit, event_id, None, form, add, f"{form.get('name', '')} was added.")


@show(TYPE, Office("ticketing.types.update", module="ticketing"))
async def show_type(visit: Visit, event_id: UUID, type_id: UUID) -> Response[Any]:
    """Show the form to change a ticket type."""
    return await _page(visit, event_id, type_id)


@act(TYPE, Office("ticketing.types.update", module="ticketing"))
async def change_type(visit: Visit, event_id: UUID, type_id: UUID) -> Response[Any]:
    """Save what was changed; what is ordered keeps its name and price."""
    form = await visit.form()

    async def change(uow: UnitOfWork) -> None:
        offer = await load_offer(uow, event_id)
        kind = _type_of(offer, type_id)
        version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
        values = _values(form, offer, _zone(visit, offer.event))
        if kind.pool_id is not None:
            del values["categories"]
        await update_ticket_type(uow, type_id, version, read_body(TicketTypeChanges, values))

    return await _save(visit, event_id, type_id, form, change, "Saved. What is ordered stays.")


async def _save(
    visit: Visit, event_id: UUID, type_id: UUID | None, form: Form, use_case: Any, notice: str
) -> Response[Any]:
    try:
        await visit.run(use_case)
    except Problem as problem:
        return await _page(visit, event_id, type_id, form=form, problem=problem)
    forget_offer(visit.database, visit.organization_id, event_id)
    return back_to(visit, f"/events/{event_id}/sale", notice)


async def _page(
    visit: Visit,
    event_id: UUID,
    type_id: UUID | None = None,
    *,
    form: Form | None = None,
    problem: Problem | None = None,
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> tuple[Offer, Any]:
        await get_event(uow, event_id)
        offer = await load_offer(uow, event_id)
        return offer, await categories_on_sale(uow, offer)

    offer, categories = await visit.run(read)
    event, zone = offer.event, str(_zone(visit, offer.event))
    kind = _type_of(offer, type_id) if type_id is not None else None
    values = _stored(kind, offer, zone) if kind else dict(FRESH)
    message = ""
    if form is not None and problem is not None:
        many = {name: form.all(name) for name in ("categories", "channels")}
        values |= form | many | {"is_active": "is_active" in form}
        message = message_of(problem, values)
    if isinstance(problem, VersionMismatch) and kind is not None:
        values["version"], message = kind.version, CHANGED_MEANWHILE
    in_pools = {pool.category_key for pool in offer.pools.values()}
    return office_page(
        visit,
        "event_type.html",
        here="/events",
        heading=kind.name if kind else "New ticket type",
        crumbs=(*crumbs_of(event), Crumb(f"/events/{event_id}/sale", "Sale")),
        message=message,
        event=event,
        kind=kind,
        offer=offer,
        currency=offer.sale.currency,
        zone=zone,
        categories=[one for one in categories if one.key not in in_pools],
        filled=Filled(values, problem),
    )


def _values(form: Form, offer: Offer, zone: ZoneInfo) -> dict[str, Any]:
    values: dict[str, Any] = {name: form[name].strip() for name in TEXTS if name in form}
    price_kind = form.get("price_kind", "")
    return values | {
        "categories": form.all("categories"),
        "channels": form.all("channels"),
        "is_active": "is_active" in form,
        "sale_starts_at": read_time(form.get("sale_starts_at", ""), zone, "/saleStartsAt"),
        "sale_ends_at": read_time(form.get("sale_ends_at", ""), zone, "/saleEndsAt"),
        "price_kind": price_kind,
        "price_value": _price_value(price_kind, form.get("price_value", ""), offer),
    }


def _price_value(kind: str, text: str, offer: Offer) -> int | None:
    if kind == "absolute":
        return read_amount(text, offer.sale.currency, "/priceValue")
    if kind == "percentage":
        return read_percent(text, "/priceValue")
    if text.strip():
        raise Invalid.at("/priceValue", "The category's price has no value of its own.")
    return None


def _stored(kind: TicketType, offer: Offer, zone: str) -> dict[str, Any]:
    value = kind.price_value
    if value is not None and kind.price_kind == "percentage":
        written = write_percent(value)
    else:
        written = write_amount(value, offer.sale.currency)
    plain = (*TEXTS, "categories", "channels", "price_kind", "is_active", "version")
    return {name: getattr(kind, name) for name in plain} | {
        "price_value": written,
        "sale_starts_at": write_time(kind.sale_starts_at, zone),
        "sale_ends_at": write_time(kind.sale_ends_at, zone),
    }


def _type_of(offer: Offer, type_id: UUID) -> TicketType:
    kind = offer.types.get(type_id)
    if kind is None:
        raise NotFound
    return kind


def _zone(visit: Visit, event: ShownEvent) -> ZoneInfo:
    return ZoneInfo(event.timezone or visit.organization.timezone)


handlers = [show_new_type, add_type, show_type, change_type]
