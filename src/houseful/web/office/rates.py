"""Prices: rate cards with their rates, and the services and equipment that go with a space."""

from typing import Any, cast
from uuid import UUID

from litestar import Response

from houseful.hire.rates.models import AddOn, RateCard
from houseful.hire.rates.offers import (
    create_add_on,
    create_rate_card,
    remove_add_on,
    remove_rate_card,
    update_add_on,
    update_rate_card,
)
from houseful.hire.rates.queries import get_add_on, get_rate_card, list_add_ons, list_rate_cards
from houseful.hire.rates.schemas import AddOnChanges, NewAddOn, NewRateCard, RateCardChanges
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Invalid, Problem, VersionMismatch
from houseful.venues import Space, active_spaces, list_venues, require_whole_house
from houseful.web.guards import Office
from houseful.web.office.forms import (
    Filled,
    message_of,
    read_amount,
    read_body,
    read_number,
    read_percent,
    write_amount,
    write_percent,
)
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.office.venues import CHANGED_MEANWHILE, VERSION_MAX
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

LIST = "/office/{organization:str}/rates"
CARD = LIST + "/{rate_card_id:uuid}"
ADD_ONS = LIST + "/add-ons"
ADD_ON = ADD_ONS + "/{add_on_id:uuid}"
PRICES = Crumb("/rates", "Prices")
EMPTY_ROWS = 3
ROWS_MAX = 200
STOCK_MAX = 1_000_000
UNITS = (("hour", "an hour"), ("day", "a day"), ("event", "an event"))
ADD_ON_UNITS = (
    ("each", "a piece"),
    ("hour", "an hour"),
    ("day", "a day"),
    ("person", "a person"),
)
KINDS = (("equipment", "equipment"), ("service", "a service"))
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@show(LIST, Office("venue.rates.read", module="venue"))
async def show_prices(visit: Visit) -> Response[Any]:
    """Show the rate cards and the add-ons."""
    return await _prices(visit)


@act(LIST, Office("venue.rates.create", module="venue"))
async def add_card(visit: Visit) -> Response[Any]:
    """Begin a rate card; its rates are written on its own page."""
    form = await visit.form()
    try:
        require_whole_house(visit.space_ids)
        values = _card(form) | {"venue_id": form.get("venue_id", "")}
        values["currency"] = visit.organization.currency
        card = await visit.run(create_rate_card, read_body(NewRateCard, values))
    except Problem as problem:
        return await _prices(visit, form=form, problem=problem, of="card")
    return back_to(visit, f"/rates/{card.id}", f"{card.name} was added. Write down its rates.")


@show(CARD, Office("venue.rates.read", module="venue"))
async def show_card(visit: Visit, rate_card_id: UUID) -> Response[Any]:
    """Show a rate card with its rates."""
    return await _show_card(visit, rate_card_id)


@act(CARD, Office("venue.rates.update", module="venue"))
async def change_card(visit: Visit, rate_card_id: UUID) -> Response[Any]:
    """Save a rate card with all its rates; what was priced by it stays."""
    form = await visit.form()

    async def save(uow: UnitOfWork) -> RateCard:
        require_whole_house(visit.space_ids)
        card = await get_rate_card(uow, rate_card_id)
        version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
        values = _card(form) | {"is_active": "is_active" in form}
        values["rates"] = _rates(form, card.currency)
        return await update_rate_card(
            uow, rate_card_id, version, read_body(RateCardChanges, values)
        )

    try:
        card = await visit.run(save)
    except Problem as problem:
        return await _show_card(visit, rate_card_id, form=form, problem=problem)
    return back_to(visit, f"/rates/{rate_card_id}", f"{card.name} was saved.")


@act(CARD + "/remove", Office("venue.rates.delete", module="venue"))
async def drop_card(visit: Visit, rate_card_id: UUID) -> Response[Any]:
    """Remove a rate card that nothing was priced by."""
    await visit.form()
    require_whole_house(visit.space_ids)
    try:
        await visit.run(remove_rate_card, rate_card_id)
    except Problem as problem:
        return await _show_card(visit, rate_card_id, problem=problem)
    return back_to(visit, "/rates", "The rate card was removed.")


@act(ADD_ONS, Office("venue.rates.create", module="venue"))
async def add_an_add_on(visit: Visit) -> Response[Any]:
    """Offer a service or a piece of equipment."""
    form = await visit.form()
    try:
        require_whole_house(visit.space_ids)
        currency = visit.organization.currency
        values = _add_on(form, currency)
        values |= {"venue_id": form.get("venue_id", ""), "currency": currency}
        add_on = await visit.run(create_add_on, read_body(NewAddOn, values))
    except Problem as problem:
        return await _prices(visit, form=form, problem=problem, of="add_on")
    return back_to(visit, "/rates", f"{add_on.name} is on offer.")


@show(ADD_ON, Office("venue.rates.read", module="venue"))
async def show_add_on(visit: Visit, add_on_id: UUID) -> Response[Any]:
    """Show one add-on."""
    return await _show_add_on(visit, add_on_id)


@act(ADD_ON, Office("venue.rates.update", module="venue"))
async def change_add_on(visit: Visit, add_on_id: UUID) -> Response[Any]:
    """Save an add-on; what was sold of it stays."""
    form = await visit.form()

    async def save(uow: UnitOfWork) -> AddOn:
        require_whole_house(visit.space_ids)
        add_on = await get_add_on(uow, add_on_id)
        version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
        values = _add_on(form, add_on.currency) | {"is_active": "is_active" in form}
        return await update_add_on(uow, add_on_id, version, read_body(AddOnChanges, values))

    try:
        add_on = await visit.run(save)
    except Problem as problem:
        return await _show_add_on(visit, add_on_id, form=form, problem=problem)
    return back_to(visit, "/rates", f"{add_on.name} was saved.")


@act(ADD_ON + "/remove", Office("venue.rates.delete", module="venue"))
async def drop_add_on(visit: Visit, add_on_id: UUID) -> Response[Any]:
    """Remove an add-on that no booking has."""
    await visit.form()
    require_whole_house(visit.space_ids)
    try:
        await visit.run(remove_add_on, add_on_id)
    except Problem as problem:
        return await _show_add_on(visit, add_on_id, problem=problem)
    return back_to(visit, "/rates", "It is no longer on offer.")


async def _prices(
    visit: Visit, *, form: Form | None = None, problem: Problem | None = None, of: str = ""
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        window = Window(limit=LIMIT_MAX)
        venues, _ = await list_venues(uow, window=window)
        cards, _ = await list_rate_cards(uow, window=window)
        add_ons, _ = await list_add_ons(uow, window=window)
        return {
            "venues": [(venue.id, venue.name) for venue in venues],
            "venue_names": {venue.id: venue.name for venue in venues},
            "cards": cards,
            "add_ons": add_ons,
        }

    found = await visit.run(read)
    typed = form if form is not None else Form([])
    return office_page(
        visit,
        "rates.html",
        here="/rates",
        heading="Prices",
        message=message_of(problem, typed) if problem else "",
        card_form=Filled(typed, problem) if of == "card" else Filled({}),
        add_on_form=Filled(typed, problem) if of == "add_on" else Filled({}),
        of=of,
        kinds=KINDS,
        units=ADD_ON_UNITS,
        currency=visit.organization.currency,
        **found,
    )


async def _show_card(
    visit: Visit, rate_card_id: UUID, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> tuple[RateCard, list[Space]]:
        card = await get_rate_card(uow, rate_card_id)
        scope = visit.space_ids
        return card, await active_spaces(uow, venue_id=card.venue_id, scope=scope)

    card, spaces = await visit.run(read)
    texts = dict(form) if form is not None else _card_texts(card)
    message = message_of(problem, texts) if problem else ""
    texts["version"] = str(card.version)
    if isinstance(problem, VersionMismatch):
        message = CHANGED_MEANWHILE
    used = [number for number in range(ROWS_MAX) if texts.get(f"label-{number}")]
    return office_page(
        visit,
        "rate_card.html",
        here="/rates",
        heading=card.name,
        crumbs=(PRICES,),
        message=message,
        card=card,
        spaces=spaces,
        units=UNITS,
        filled=Filled(texts, problem),
        rows=range(min(ROWS_MAX, (used[-1] + 1 if used else 0) + EMPTY_ROWS)),
    )


async def _show_add_on(
    visit: Visit, add_on_id: UUID, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> AddOn:
        return await get_add_on(uow, add_on_id)

    add_on = await visit.run(read)
    texts: dict[str, Any] = dict(form) if form is not None else _add_on_texts(add_on)
    message = message_of(problem, texts) if problem else ""
    texts["version"] = str(add_on.version)
    if isinstance(problem, VersionMismatch):
        message = CHANGED_MEANWHILE
    return office_page(
        visit,
        "add_on.html",
        here="/rates",
        heading=add_on.name,
        crumbs=(PRICES,),
        message=message,
        add_on=add_on,
        kinds=KINDS,
        units=ADD_ON_UNITS,
        filled=Filled(texts, problem),
    )


def _card(form: Form) -> dict[str, Any]:
    return {
        "name": form.get("name", "").strip(),
        "tax_basis_points": read_percent(form.get("tax", "") or "0", "/tax"),
        "valid_from": form.get("valid_from") or None,
        "valid_until": form.get("valid_until") or None,
    }


def _rates(form: Form, currency: str) -> list[dict[str, Any]]:
    """Read the rows that have a name."""
    rates: list[dict[str, Any]] = []
    for number in range(ROWS_MAX):
        label = form.get(f"label-{number}", "").strip()
        if not label:
            continue
        rates.append(
            {
                "label": label,
                "unit": form.get(f"unit-{number}", ""),
                "amountMinor": read_amount(
                    form.get(f"amount-{number}", ""), currency, f"/amount-{number}"
                ),
                "minimumMinor": read_amount(
                    form.get(f"minimum-{number}", "") or "0", currency, f"/minimum-{number}"
                ),
                "spaceId": form.get(f"space-{number}") or None,
                "setupStyle": form.get(f"style-{number}", "").strip(),
                "weekdays": _weekdays(form.get(f"days-{number}", ""), f"/days-{number}"),
                "seasonFrom": form.get(f"from-{number}", "").strip() or None,
                "seasonUntil": form.get(f"until-{number}", "").strip() or None,
            }
        )
    return rates


def _weekdays(text: str, pointer: str) -> list[int]:
    """Read `Fri Sat`, or `Fri, Sat`."""
    known = {name.lower(): number for number, name in enumerate(WEEKDAYS, 1)}
    days: list[int] = []
    for word in text.replace(",", " ").split():
        day = known.get(word[:3].lower())
        if day is None:
            raise Invalid.at(pointer, f"“{word}” is no day of the week.")
        days.append(day)
    return days


def _card_texts(card: RateCard) -> dict[str, str]:
    texts = {
        "name": card.name,
        "tax": write_percent(card.tax_basis_points),
        "valid_from": card.valid_from.isoformat() if card.valid_from else "",
        "valid_until": card.valid_until.isoformat() if card.valid_until else "",
        "is_active": "yes" if card.is_active else "",
    }
    for number, rate in enumerate(card.rates):
        minimum, days = rate.get("minimumMinor"), cast("list[int]", rate.get("weekdays") or [])
        texts |= {
            f"label-{number}": str(rate["label"]),
            f"unit-{number}": str(rate["unit"]),
            f"amount-{number}": write_amount(rate["amountMinor"], card.currency),
            f"minimum-{number}": write_amount(minimum, card.currency) if minimum else "",
            f"space-{number}": str(rate.get("spaceId") or ""),
            f"style-{number}": str(rate.get("setupStyle") or ""),
            f"days-{number}": " ".join(WEEKDAYS[day - 1] for day in days),
            f"from-{number}": str(rate.get("seasonFrom") or ""),
            f"until-{number}": str(rate.get("seasonUntil") or ""),
        }
    return texts


def _add_on(form: Form, currency: str) -> dict[str, Any]:
    stock = form.get("stock", "").strip()
    return {
        "name": form.get("name", "").strip(),
        "kind": form.get("kind", ""),
        "unit": form.get("unit", ""),
        "amount_minor": read_amount(form.get("amount", ""), currency, "/amount"),
        "tax_basis_points": read_percent(form.get("tax", "") or "0", "/tax"),
        "stock": read_number(stock, "/stock", maximum=STOCK_MAX) if stock else None,
    }


def _add_on_texts(add_on: AddOn) -> dict[str, str]:
    return {
        "name": add_on.name,
        "kind": add_on.kind,
        "unit": add_on.unit,
        "amount": write_amount(add_on.amount_minor, add_on.currency),
        "tax": write_percent(add_on.tax_basis_points),
        "stock": "" if add_on.stock is None else str(add_on.stock),
        "is_active": "yes" if add_on.is_active else "",
    }


handlers = [
    show_prices,
    add_card,
    show_card,
    change_card,
    drop_card,
    add_an_add_on,
    show_add_on,
    change_add_on,
    drop_add_on,
]
