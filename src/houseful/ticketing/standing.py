"""Where no seats are left: places of one standing area, all of the party in the same."""

from collections.abc import Sequence
from datetime import datetime

from houseful.ticketing.hold_commands import PoolWish
from houseful.ticketing.models import EventPool, TicketType
from houseful.ticketing.offers import Channel, Offer
from houseful.ticketing.problems import NoSeatsTogether
from houseful.ticketing.seat_board import SeatBoard
from houseful.ticketing.wishes import Best


def standing_instead(
    offer: Offer,
    board: SeatBoard,
    best: Best,
    channel: Channel,
    now: datetime,
    wished: Sequence[PoolWish],
    held: Sequence[PoolWish],
) -> list[PoolWish]:
    """Return the places that are wished for, with those of the first area that has enough.

    `held` are the places that the hold has already. Raises `NoSeatsTogether`.
    """
    for kind in offer.types.values():
        pool = offer.pools.get(kind.pool_id) if kind.pool_id is not None else None
        if pool is None or not _is_open(offer, kind, pool, best, channel, now):
            continue
        others = [wish for wish in wished if not _is_of(wish, kind)]
        before = next((wish for wish in (*wished, *held) if _is_of(wish, kind)), None)
        quantity = best.quantity + (before.quantity if before else 0)
        has_room = board.areas.get(pool.id, 0) >= best.quantity
        if has_room and kind.min_per_order <= quantity <= kind.max_per_order:
            return [*others, PoolWish(pool.id, kind.id, quantity)]
    raise NoSeatsTogether(quantity=best.quantity)


def _is_open(
    offer: Offer,
    kind: TicketType,
    pool: EventPool,
    best: Best,
    channel: Channel,
    now: datetime,
) -> bool:
    return (
        not best.wheelchairs
        and best.ticket_type_id in {None, kind.id}
        and best.category_key in {None, pool.category_key}
        and (pool.category_key in offer.prices or kind.price_kind == "absolute")
        and offer.sale_state(kind, channel, now) == "on_sale"
    )


def _is_of(wish: PoolWish, kind: TicketType) -> bool:
    return (wish.pool_id, wish.ticket_type_id) == (kind.pool_id, kind.id)
