"""What the clerk at the till may sell, and what they typed: seats, the best ones, places."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from houseful.kernel.money import Money
from houseful.kernel.problems import Invalid
from houseful.ticketing import (
    BasketView,
    Best,
    Offer,
    PoolWish,
    SeatBoard,
    SeatPlan,
    TicketType,
    Wish,
)
from houseful.web.office.forms import read_id, read_number
from houseful.web.visits import Form

CHANNEL = "box_office"
QUANTITY_MAX = 100
SEAT_NUMBER_MAX = 1_000_000
SEATS_AT_ONCE_MAX = 100


class Section(msgspec.Struct, frozen=True):
    """A section with the number of its free seats."""

    name: str
    free: int


class PoolChoice(msgspec.Struct, frozen=True):
    """Places without numbers that can be sold, as one ticket type."""

    kind: TicketType
    pool_name: str
    free: int
    price: Money


def kinds_on_sale(offer: Offer, now: datetime) -> list[TicketType]:
    """Return the ticket types that the box office sells now."""
    return [
        kind for kind in offer.types.values() if offer.sale_state(kind, CHANNEL, now) == "on_sale"
    ]


def pool_choices(
    offer: Offer, kinds: Iterable[TicketType], free: Mapping[UUID, int]
) -> list[PoolChoice]:
    """Return the places without numbers that can be sold, with what they cost."""
    found: list[PoolChoice] = []
    for kind in kinds:
        pool = offer.pools.get(kind.pool_id) if kind.pool_id is not None else None
        if pool is not None and _is_priced(offer, kind, pool.category_key):
            price = Money(offer.price(kind, pool.category_key).total, offer.sale.currency)
            left = free.get(pool.id, pool.capacity - pool.sold - pool.held)
            found.append(PoolChoice(kind, pool.name, left, price))
    return found


def kinds_by_category(
    offer: Offer, kinds: Iterable[TicketType]
) -> dict[str, list[tuple[TicketType, Money]]]:
    """Return the ticket types that seats of each category are sold as, and for how much."""
    found: dict[str, list[tuple[TicketType, Money]]] = {}
    for kind in kinds:
        for key in kind.categories:
            if _is_priced(offer, kind, key):
                price = Money(offer.price(kind, key).total, offer.sale.currency)
                found.setdefault(key, []).append((kind, price))
    return found


def sections_of(plan: SeatPlan, board: SeatBoard) -> list[Section]:
    """Return the sections in the plan's order, with their free seats."""
    names = dict.fromkeys(place.section for row in plan.rows for place in row)
    free = Counter(place.section for place in plan.places.values() if board.is_free(place.number))
    return [Section(name, free[name]) for name in names]


def read_wish(form: Form, offer: Offer, plan: SeatPlan | None, held: BasketView | None) -> Wish:
    """Read what is to be added to the sale. Raises `Invalid` at the field.

    Fields: `best`, `wheelchairs` of them spaces, with `category` and `type`; `section`, `row` and
    `seats` (`5-8, 10`), sold as `type`; `seat` and `type-<seat>` of the map;
    `places-<ticket type>`, added to what is held.
    """
    kind = form.get("type", "")
    type_id = read_id(kind, "/type") if kind else None
    mapped = [read_number(text, "/seats", maximum=SEAT_NUMBER_MAX) for text in form.all("seat")]
    types = {
        seat: read_id(form[f"type-{seat}"], "/seats") for seat in mapped if form.get(f"type-{seat}")
    }
    typed = _typed_seats(form, plan)
    types |= dict.fromkeys(typed, type_id) if type_id else {}
    quantity = read_number(form.get("best", "").strip() or "0", "/best", maximum=QUANTITY_MAX)
    wheelchairs = read_number(
        form.get("wheelchairs", "").strip() or "0", "/wheelchairs", maximum=QUANTITY_MAX
    )
    if wheelchairs > quantity:
        raise Invalid.at("/wheelchairs", "At most as many as best seats.")
    best = Best(
        quantity=quantity,
        wheelchairs=wheelchairs,
        category_key=form.get("category") or None,
        ticket_type_id=type_id,
    )
    wish = Wish(
        seats=list(dict.fromkeys([*mapped, *typed])),
        types=types,
        pools=_places(form, offer, held),
        best=best if quantity else None,
    )
    if not (wish.seats or wish.pools or wish.best):
        raise Invalid.at("/best", "Say how many, or which seats.")
    return wish


def expand(text: str) -> list[str]:
    """Return the seats that `5-8, 10` names: 5, 6, 7, 8 and 10. Raises `Invalid`."""
    labels: list[str] = []
    for part in re.split(r"[,;\s]+", re.sub(r"\s*[-–]\s*", "-", text.strip())):
        ends = re.fullmatch(r"(\d{1,5})-(\d{1,5})", part)
        if ends is not None:
            first, last = sorted((int(ends[1]), int(ends[2])))
            if last - first >= SEATS_AT_ONCE_MAX:
                raise Invalid.at("/seats", f"At most {SEATS_AT_ONCE_MAX} seats at once.")
            labels += [str(number) for number in range(first, last + 1)]
        elif part:
            labels.append(part)
    if len(labels) > SEATS_AT_ONCE_MAX:
        raise Invalid.at("/seats", f"At most {SEATS_AT_ONCE_MAX} seats at once.")
    return labels


def _typed_seats(form: Form, plan: SeatPlan | None) -> list[int]:
    text = form.get("seats", "").strip()
    if not text:
        return []
    if plan is None:
        raise Invalid.at("/seats", "This event has no numbered seats.")
    section, row = form.get("section", "").strip(), form.get("row", "").strip()
    known = {
        place.label.casefold(): place.number
        for place in plan.places.values()
        if place.section.casefold() == section.casefold() and place.row.casefold() == row.casefold()
    }
    if not known:
        raise Invalid.at("/row", f"There is no row {row or 'without a name'} in {section}.")
    numbers: list[int] = []
    for label in expand(text):
        number = known.get(label.casefold())
        if number is None:
            raise Invalid.at("/seats", f"Row {row} of {section} has no seat {label}.")
        numbers.append(number)
    return numbers


def _places(form: Form, offer: Offer, held: BasketView | None) -> list[PoolWish]:
    before: Counter[UUID] = Counter(
        line.ticket_type_id for line in (held.lines if held else ()) if line.pool_id is not None
    )
    wishes: list[PoolWish] = []
    for kind in offer.types.values():
        text = form.get(f"places-{kind.id}", "").strip()
        if kind.pool_id is not None and text and text != "0":
            more = read_number(text, f"/places-{kind.id}", maximum=QUANTITY_MAX)
            wishes.append(PoolWish(kind.pool_id, kind.id, before[kind.id] + more))
    return wishes


def _is_priced(offer: Offer, kind: TicketType, category_key: str) -> bool:
    return category_key in offer.prices or kind.price_kind == "absolute"


def stored_hold(text: str) -> tuple[UUID, str] | None:
    """Read a hold and its secret from the till's cookie."""
    hold_id, _, token = text.partition(".")
    try:
        return UUID(hold_id), token
    except ValueError:
        return None


def place_lines(basket: BasketView) -> list[Any]:
    """Return the places without numbers, one line a ticket type: line, quantity, sum."""
    lines = [line for line in basket.lines if line.pool_id is not None]
    counts = Counter(line.ticket_type_id for line in lines)
    first = {line.ticket_type_id: line for line in reversed(lines)}
    return [(first[kind], count, first[kind].total * count) for kind, count in counts.items()]
