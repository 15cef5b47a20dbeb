"""What can be chosen at an event, by those who have no map: sections, rows, seats, and places."""

from collections import Counter
from uuid import UUID

import msgspec
from msgspec.structs import replace

from houseful.events import ShownEvent
from houseful.kernel.money import Money
from houseful.kernel.problems import Invalid, NotFound
from houseful.ticketing import (
    Best,
    OfferedCategory,
    OfferedType,
    OfferView,
    PoolWish,
    SeatBoard,
    SeatPlace,
    SeatPlan,
    Wish,
    bound_of,
    load_offer,
    offer_view,
    seat_boards,
    seat_plan,
)
from houseful.web.visits import Form, Visit

SEAT_DIGITS_MAX = 7
QUANTITY_DIGITS_MAX = 3


class Section(msgspec.Struct, frozen=True):
    """A section with the number of its free seats, and what the cheapest of them costs."""

    name: str
    free: int
    cheapest: Money | None


class ListedSeat(msgspec.Struct, frozen=True):
    """A free seat, what it costs as the usual ticket type, and what is to be known of it."""

    number: int
    label: str
    category: str
    price: Money
    notes: list[str]


class ListedRow(msgspec.Struct, frozen=True):
    """A row's free seats, in their order."""

    label: str
    seats: list[ListedSeat]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page of an event offers; `rows` are those of the section that was opened.

    `has_kept` says that there are places for wheelchair users and who comes with them.
    """

    offer: OfferView
    layout_id: UUID | None
    map_version: str = ""
    sections: list[Section]
    section: str
    rows: list[ListedRow]
    has_kept: bool = False

    @property
    def places(self) -> list[OfferedType]:
        """Ticket types of places without numbers."""
        return [kind for kind in self.offer.ticket_types if kind.pool_id is not None]

    @property
    def is_sold_out(self) -> bool:
        """Whether nothing is left of what is on sale."""
        left = sum(section.free for section in self.sections)
        return left + sum(kind.available or 0 for kind in self.places) == 0

    @property
    def categories(self) -> list[OfferedCategory]:
        """Categories of seats that can be bought now, with the price as the usual ticket type."""
        prices = usual_prices(self.offer)
        return [
            replace(category, price=prices[category.key])
            for category in self.offer.categories
            if category.key in prices
        ]


async def read_choice(visit: Visit, event: ShownEvent, section: str = "") -> Choice | None:
    """Return what the event offers, or None when nothing is sold here."""
    try:
        offer = await visit.run(load_offer, event.id)
    except NotFound:
        return None
    view = offer_view(offer, visit.database.clock.now())
    layout_id: UUID | None = offer.sale.layout_id
    if layout_id is None or not view.has_seats:
        return Choice(offer=view, layout_id=None, sections=[], section="", rows=[])
    plan = await seat_plan(visit.database, visit.organization_id, event.id, layout_id)
    board = await seat_boards(visit.database).fresh(visit.organization_id, event.id)
    bound = await bound_of(visit.database, visit.organization_id, event.id)
    return Choice(
        offer=view,
        layout_id=layout_id,
        map_version=bound.version,
        sections=sections_of(plan, board, view),
        section=section,
        rows=rows_of(plan, board, view, section) if section else [],
        has_kept=bool(plan.kept),
    )


def sections_of(plan: SeatPlan, board: SeatBoard, offer: OfferView) -> list[Section]:
    """Return the sections in the plan's order, those that are sold out too."""
    prices = lowest_prices(offer)
    free: Counter[str] = Counter()
    cheapest: dict[str, Money] = {}
    names: dict[str, None] = {}
    for row in plan.rows:
        for seat in row:
            names[seat.section] = None
            price = prices.get(seat.category_key)
            if price is not None and board.is_free(seat.number):
                free[seat.section] += 1
                known = cheapest.get(seat.section, price)
                cheapest[seat.section] = min(known, price, key=lambda money: money.amount)
    return [Section(name, free[name], cheapest.get(name)) for name in names]


def rows_of(plan: SeatPlan, board: SeatBoard, offer: OfferView, section: str) -> list[ListedRow]:
    """Return the rows of a section that have free seats."""
    prices = usual_prices(offer)
    names = {category.key: category.name or category.key for category in offer.categories}
    rows = [
        ListedRow(
            row[0].row,
            [
                ListedSeat(
                    seat.number,
                    seat.label,
                    names.get(seat.category_key, seat.category_key),
                    prices[seat.category_key],
                    notes_of(seat),
                )
                for seat in row
                if seat.category_key in prices and board.is_free(seat.number)
            ],
        )
        for row in plan.rows
        if row[0].section == section
    ]
    return [row for row in rows if row.seats]


def notes_of(seat: SeatPlace) -> list[str]:
    """Return what is to be known of a seat before it is bought, as the map says it too."""
    notes = (
        (seat.accessible, "wheelchair space"),
        (seat.companion, "companion seat"),
        (seat.restricted_view, "restricted view"),
    )
    return [note for holds, note in notes if holds]


def usual_prices(offer: OfferView) -> dict[str, Money]:
    """Return what a seat of each category costs as the first ticket type that is on sale for it."""
    prices: dict[str, Money] = {}
    for kind in offer.ticket_types:
        if kind.pool_id is None and kind.sale_state == "on_sale":
            for key in kind.categories:
                if key in kind.prices:
                    prices.setdefault(key, kind.prices[key])
    return prices


def lowest_prices(offer: OfferView) -> dict[str, Money]:
    """Return what a seat of each category costs at least, as the map says it too."""
    prices: dict[str, Money] = {}
    for kind in offer.ticket_types:
        if kind.pool_id is None and kind.sale_state == "on_sale":
            for key in set(kind.categories) & set(kind.prices):
                known = prices.get(key, kind.prices[key])
                prices[key] = min(known, kind.prices[key], key=lambda money: money.amount)
    return prices


def read_wish(form: Form, offer: OfferView) -> Wish:
    """Read what somebody chose. Raises `Invalid`.

    Fields: `seat` (a number, any number of times), `type-<seat>`, `places-<ticket type>`, and
    `best` with `category`, `type` and `wheelchairs`; `wheelchair` says that somebody needs a space.
    """
    seats = [_number(text, "/seat", SEAT_DIGITS_MAX) for text in form.all("seat")]
    best = _number(form.get("best", ""), "/best", QUANTITY_DIGITS_MAX)
    wheelchairs = _number(form.get("wheelchairs", ""), "/wheelchairs", QUANTITY_DIGITS_MAX)
    if best and wheelchairs > best:
        raise Invalid.at("/wheelchairs", "There are more wheelchair spaces than places.")
    return Wish(
        seats=list(dict.fromkeys(seats)),
        types={
            seat: _id(form[f"type-{seat}"], "/type") for seat in seats if form.get(f"type-{seat}")
        },
        pools=_pools(form, offer),
        has_wheelchair="wheelchair" in form,
        best=Best(
            quantity=best,
            wheelchairs=wheelchairs,
            category_key=form.get("category") or None,
            ticket_type_id=_id(form["type"], "/type") if form.get("type") else None,
        )
        if best
        else None,
    )


def read_lost(form: Form) -> list[int]:
    """Read which seats somebody had chosen and others got (`instead`). Raises `Invalid`."""
    return [_number(text, "/instead", SEAT_DIGITS_MAX) for text in form.all("instead")]


def _pools(form: Form, offer: OfferView) -> list[PoolWish]:
    wishes: list[PoolWish] = []
    for kind in offer.ticket_types:
        asked = form.get(f"places-{kind.id}")
        if kind.pool_id is not None and asked is not None:
            quantity = _number(asked, "/places", QUANTITY_DIGITS_MAX)
            wishes.append(PoolWish(kind.pool_id, kind.id, quantity))
    return wishes


def _number(text: str, pointer: str, digits_max: int) -> int:
    text = text.strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= digits_max):
        raise Invalid.at(pointer, "Please give a number.")
    return int(text)


def _id(text: str, pointer: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid.at(pointer, "Please choose one of the ticket types.") from error
