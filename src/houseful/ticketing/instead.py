"""Places as good as those that somebody else got: of the same category, or of a dearer one.

As many, side by side, or none: a party that wanted to sit together is not scattered.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from houseful.kernel.database import Database
from houseful.kernel.problems import Problem
from houseful.ticketing.hold_commands import PoolWish
from houseful.ticketing.holds import (
    TakenHold,
    change_hold,
    current_offer,
    release_hold,
    take_hold,
)
from houseful.ticketing.offers import Offer
from houseful.ticketing.problems import (
    EmptyHold,
    NoSeatsTogether,
    NotOnSale,
    SeatTaken,
    TooManyTickets,
)
from houseful.ticketing.seat_plans import seat_plan
from houseful.ticketing.wishes import Best, Wish

NOT_AS_GOOD = (NoSeatsTogether, SeatTaken, NotOnSale, TooManyTickets)


class Lost(msgspec.Struct, frozen=True):
    """A seat that somebody wanted: its category, as which type, and whether it is for a wheelchair.

    Without a type it was wanted as the usual one.
    """

    category_key: str
    ticket_type_id: UUID | None
    accessible: bool = False


async def lost_seats(
    database: Database, tenant: UUID, event_id: UUID, seats: Iterable[int], types: dict[int, UUID]
) -> list[Lost]:
    """Return what was lost with these seats; those that there are not, are left out."""
    offer = await current_offer(database, tenant, event_id)
    plan = await seat_plan(database, tenant, event_id, offer.sale.layout_id)
    return [
        Lost(place.category_key, types.get(number), place.accessible)
        for number in seats
        if (place := plan.places.get(number)) is not None
    ]


async def hold_instead(
    database: Database,
    tenant: UUID,
    event_id: UUID,
    lost: Sequence[Lost],
    *,
    pools: Sequence[PoolWish] = (),
    beside: TakenHold | None = None,
    lasts_seconds: int | None = None,
) -> TakenHold:
    """Hold as many places that are as good, and these of pools, `beside` what is held; or nothing.

    Raises `NoSeatsTogether`, `EmptyHold`, `HoldOver`, and what `take_hold` raises of pools.
    """
    offer = await current_offer(database, tenant, event_id)
    taken = beside

    async def hold(wish: Wish) -> TakenHold:
        if taken is None:
            return await take_hold(database, tenant, event_id, wish, lasts_seconds=lasts_seconds)
        state = await change_hold(database, tenant, taken.state.id, taken.token, wish)
        return TakenHold(state, taken.token)

    try:
        for party, quantity in Counter(lost).items():
            for best in _as_good(offer, party, quantity, database.clock.now()):
                try:
                    taken = await hold(Wish(best=best))
                    break
                except NOT_AS_GOOD:
                    continue
            else:
                raise NoSeatsTogether(quantity=quantity)
        if pools:
            taken = await hold(Wish(pools=pools))
    except Problem:
        await _undo(database, tenant, taken, beside)
        raise
    if taken is None:
        raise EmptyHold
    return taken


async def _undo(
    database: Database, tenant: UUID, taken: TakenHold | None, beside: TakenHold | None
) -> None:
    if taken is None or taken is beside:
        return
    if beside is None:
        await release_hold(database, tenant, taken.state.id, taken.token)
        return
    added = {seat.seat_number for seat in taken.state.seats}
    added -= {seat.seat_number for seat in beside.state.seats}
    await change_hold(
        database, tenant, taken.state.id, taken.token, Wish(), give_back=sorted(added)
    )


def _as_good(offer: Offer, lost: Lost, quantity: int, now: datetime) -> Iterator[Best]:
    """Yield the category itself, and then those that cost as much or more, the cheapest first."""
    wanted = _price(offer, lost.category_key, lost.ticket_type_id, now)
    dearer: list[tuple[int, str, UUID | None]] = []
    for other in offer.prices:
        kind = offer.types.get(lost.ticket_type_id) if lost.ticket_type_id else None
        kind_id = kind.id if kind is not None and other in kind.categories else None
        price = _price(offer, other, kind_id, now)
        if other != lost.category_key and wanted is not None and price is not None:
            dearer += [(price, other, kind_id)] if price >= wanted else []
    dearer.sort(key=lambda one: one[:2])
    for category_key, kind_id in (
        (lost.category_key, lost.ticket_type_id),
        *((category_key, kind_id) for _, category_key, kind_id in dearer),
    ):
        yield Best(
            quantity=quantity,
            wheelchairs=quantity if lost.accessible else 0,
            category_key=category_key,
            ticket_type_id=kind_id,
            is_together=True,
        )


def _price(offer: Offer, category_key: str, kind_id: UUID | None, now: datetime) -> int | None:
    try:
        kind = offer.type_for(category_key, kind_id, "online", now)
        return offer.price(kind, category_key).total
    except NotOnSale:
        return None
