"""Use cases of holds: take, change, extend, release. They go through the lane, many at a time.

What may be bought is looked up in a copy of the offer that is at most `OFFER_SECONDS` old; placing
the order asks the database again.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec

from houseful.kernel.copies import Copies
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.kernel.secrets import new_token, token_hash
from houseful.ticketing.best_available import best_available, leaves_orphan
from houseful.ticketing.hold_commands import HoldCommand, HoldState, PoolWish, Wanted
from houseful.ticketing.lanes import hold_lane
from houseful.ticketing.models import Hold
from houseful.ticketing.offers import Channel, Offer, load_offer
from houseful.ticketing.places import find_hold, state_of
from houseful.ticketing.problems import (
    EmptyHold,
    NoSeatsTogether,
    NotOnSale,
    OrphanSeat,
    SeatTaken,
    TooManyTickets,
    WrongHoldToken,
)
from houseful.ticketing.seat_board import SeatBoard, seat_boards
from houseful.ticketing.seat_plans import SeatPlan, seat_plan

Answered = TypeVar("Answered")

OFFER_SECONDS = 1.0
OFFERS_MAX = 500
BEST_ATTEMPTS_MAX = 8


class Best(msgspec.Struct, frozen=True, kw_only=True):
    """So many of the best free seats, of one category or of any."""

    quantity: int
    category_key: str | None = None
    ticket_type_id: UUID | None = None


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to hold; `types` says as which ticket type, where not the usual one."""

    seats: Sequence[int] = ()
    types: dict[int, UUID] = {}
    pools: Sequence[PoolWish] = ()
    best: Best | None = None


class TakenHold(msgspec.Struct, frozen=True):
    """A new hold, and the secret that its owner shows from now on."""

    state: HoldState
    token: str


async def take_hold(
    database: Database,
    tenant: UUID,
    event_id: UUID,
    wish: Wish,
    *,
    channel: Channel = "online",
) -> TakenHold:
    """Hold all that is wished for, or nothing.

    Raises `SeatTaken`, `NotEnoughLeft`, `NotOnSale`, `TooManyTickets`, `NoSeatsTogether`,
    `OrphanSeat`, `EmptyHold`, `NotFound` and `Invalid`.
    """
    offer = await current_offer(database, tenant, event_id)

    async def take(chosen: Wish) -> TakenHold:
        return await _take(database, tenant, offer, chosen, channel)

    return await _with_best(database, tenant, offer, wish, channel, take)


async def change_hold(
    database: Database,
    tenant: UUID,
    hold_id: UUID,
    token: str,
    wish: Wish,
    *,
    give_back: Sequence[int] = (),
) -> HoldState:
    """Add seats, give seats back, and set how many places of pools there shall be; or nothing.

    The time that is left does not change. Raises what `take_hold` raises, and `HoldOver`.
    """
    hold = await _find(database, tenant, hold_id)
    offer = await current_offer(database, tenant, hold.event_id)
    channel: Channel = "box_office" if hold.channel == "box_office" else "online"

    async def change(chosen: Wish) -> HoldState:
        command = _command(
            offer,
            hold_id=hold_id,
            token=token,
            channel=channel,
            take=await _wanted(database, tenant, offer, chosen, channel),
            give_back=tuple(give_back),
            pools=_pools(offer, chosen, channel, database.clock.now()),
        )
        return await hold_lane(database).submit(tenant, command)

    return await _with_best(database, tenant, offer, wish, channel, change)


async def extend_hold(database: Database, tenant: UUID, hold_id: UUID, token: str) -> HoldState:
    """Give a hold its full time again, up to its cap. Raises `HoldOver`, `WrongHoldToken`."""
    return await _simply(database, tenant, hold_id, token, "extend")


async def release_hold(database: Database, tenant: UUID, hold_id: UUID, token: str) -> HoldState:
    """Give everything back. Raises `HoldOver`, `WrongHoldToken`."""
    return await _simply(database, tenant, hold_id, token, "release")


async def read_hold(uow: UnitOfWork, hold_id: UUID, token: str) -> HoldState:
    """Return a hold as it is, to who knows its token. Raises `WrongHoldToken`."""
    return await state_of(uow, await find_hold(uow, hold_id, token))


async def current_offer(database: Database, tenant: UUID, event_id: UUID) -> Offer:
    """Return the event's offer, at most `OFFER_SECONDS` old when it was asked for."""
    return await database.keep(Offers).get((tenant, event_id))


def forget_offer(database: Database, tenant: UUID, event_id: UUID) -> None:
    """Let the next hold see what was just changed."""
    database.keep(Offers).forget((tenant, event_id))


class Offers(Copies[tuple[UUID, UUID], Offer]):
    """This process's copies of offers, by organisation and event."""

    def __init__(self, database: Database) -> None:
        async def read(key: tuple[UUID, UUID]) -> Offer:
            tenant, event_id = key
            return await database.run(tenant, load_offer, event_id)

        super().__init__(read, at_most=OFFERS_MAX, seconds=OFFER_SECONDS)


async def _take(
    database: Database, tenant: UUID, offer: Offer, wish: Wish, channel: Channel
) -> TakenHold:
    token = new_token()
    take = await _wanted(database, tenant, offer, wish, channel)
    pools = _pools(offer, wish, channel, database.clock.now())
    if not take and not any(pool.quantity for pool in pools):
        raise EmptyHold
    command = _command(
        offer,
        hold_id=new_id(),
        token=token,
        channel=channel,
        is_new=True,
        take=take,
        pools=tuple(pool for pool in pools if pool.quantity),
    )
    return TakenHold(await hold_lane(database).submit(tenant, command), token)


async def _with_best(
    database: Database,
    tenant: UUID,
    offer: Offer,
    wish: Wish,
    channel: Channel,
    act: Callable[[Wish], Awaitable[Answered]],
) -> Answered:
    """Act on the wish, its best seats chosen from what looks free.

    Chooses again when somebody was quicker.
    """
    best = wish.best
    if best is None:
        return await act(wish)
    plan = await seat_plan(database, tenant, offer.event.id, offer.sale.layout_id)
    lost: set[int] = set()
    for attempt in range(BEST_ATTEMPTS_MAX):
        board = await seat_boards(database).fresh(tenant, offer.event.id, at_once=attempt > 0)
        seats = await asyncio.to_thread(
            _choose, plan, board, offer, best, channel, lost, database.clock.now()
        )
        types = dict.fromkeys(seats, best.ticket_type_id) if best.ticket_type_id else {}
        chosen = Wish(seats=[*wish.seats, *seats], types=wish.types | types, pools=wish.pools)
        try:
            return await act(chosen)
        except SeatTaken as taken:
            if set(taken.fields["seats"]) & set(wish.seats):
                raise
            lost |= set(taken.fields["seats"])
    raise NoSeatsTogether


def _choose(
    plan: SeatPlan,
    board: SeatBoard,
    offer: Offer,
    best: Best,
    channel: Channel,
    lost: set[int],
    now: datetime,
) -> list[int]:
    """Return the best seats that look free, and that can be sold in this channel."""
    open_categories = _open_categories(offer, best, channel, now)

    def is_free(number: int) -> bool:
        return (
            board.is_free(number)
            and number not in lost
            and plan.places[number].category_key in open_categories
        )

    choice = best_available(
        plan.rows_for(is_free, best.category_key), best.quantity, focal=plan.focal
    )
    if choice is None:
        raise NoSeatsTogether(quantity=best.quantity)
    return sorted(int(seat.number) for group in choice.groups for seat in group.seats)


def _open_categories(offer: Offer, best: Best, channel: Channel, now: datetime) -> set[str]:
    kinds = [kind for kind in offer.types.values() if best.ticket_type_id in {None, kind.id}]
    return {
        category
        for kind in kinds
        if offer.sale_state(kind, channel, now) == "on_sale"
        for category in kind.categories
        if category in offer.prices or kind.price_kind == "absolute"
    }


async def _wanted(
    database: Database, tenant: UUID, offer: Offer, wish: Wish, channel: Channel
) -> tuple[Wanted, ...]:
    """Return the seats with their ticket types, in order."""
    if not wish.seats:
        return ()
    if len(set(wish.seats)) != len(wish.seats):
        raise Invalid.at("/seats", "Name each seat once.")
    plan = await seat_plan(database, tenant, offer.event.id, offer.sale.layout_id)
    now = database.clock.now()
    wanted: list[Wanted] = []
    for number in sorted(wish.seats):
        place = plan.places.get(number)
        if place is None:
            raise Invalid.at("/seats", f"There is no seat {number} at this event.")
        kind = offer.type_for(place.category_key, wish.types.get(number), channel, now)
        wanted.append(Wanted(number, kind.id))
    _check_maximum(offer, (seat.ticket_type_id for seat in wanted))
    if offer.sale.refuses_orphans and channel == "online":
        board = await seat_boards(database).fresh(tenant, offer.event.id)
        _refuse_orphans(plan, board, set(wish.seats))
    return tuple(wanted)


def _refuse_orphans(plan: SeatPlan, board: SeatBoard, seats: set[int]) -> None:
    for index in {plan.row_of[number] for number in seats}:
        row = plan.rows[index]
        flags = [seat.number in seats or board.is_free(seat.number) for seat in row]
        chosen = [place for place, seat in enumerate(row) if seat.number in seats]
        gaps = [place for place, seat in enumerate(row) if seat.number in plan.gaps]
        if leaves_orphan(flags, chosen, gaps=gaps):
            raise OrphanSeat(seats=sorted(seats))


def _pools(offer: Offer, wish: Wish, channel: Channel, now: datetime) -> tuple[PoolWish, ...]:
    for pool in wish.pools:
        kind = offer.types.get(pool.ticket_type_id)
        if kind is None or kind.pool_id != pool.pool_id:
            raise NotOnSale(
                "This ticket type is not for this pool.", ticketType=str(pool.ticket_type_id)
            )
        if pool.quantity:
            offer.require_on_sale(kind, channel, now)
        if pool.quantity > kind.max_per_order:
            raise TooManyTickets(ticketType=str(kind.id), maximum=kind.max_per_order)
    if len({(pool.pool_id, pool.ticket_type_id) for pool in wish.pools}) != len(wish.pools):
        raise Invalid.at("/pools", "Name each pool and ticket type once.")
    return tuple(wish.pools)


def _check_maximum(offer: Offer, kinds: Any) -> None:
    for kind_id, quantity in Counter[UUID](kinds).items():
        maximum = offer.types[kind_id].max_per_order
        if quantity > maximum:
            raise TooManyTickets(ticketType=str(kind_id), maximum=maximum)


def _command(offer: Offer, *, token: str, channel: Channel, **fields: Any) -> HoldCommand:
    sale = offer.sale
    return HoldCommand(
        event_id=offer.event.id,
        token_hash=token_hash(token),
        channel=channel,
        ttl_seconds=sale.hold_ttl_seconds,
        cap_seconds=sale.hold_cap_seconds,
        max_tickets=sale.max_tickets_per_hold,
        **fields,
    )


async def _simply(
    database: Database,
    tenant: UUID,
    hold_id: UUID,
    token: str,
    act: Literal["extend", "release"],
) -> HoldState:
    hold = await _find(database, tenant, hold_id)
    offer = await current_offer(database, tenant, hold.event_id)
    command = _command(
        offer,
        hold_id=hold_id,
        token=token,
        channel="box_office" if hold.channel == "box_office" else "online",
        extends=act == "extend",
        ends=act == "release",
    )
    return await hold_lane(database).submit(tenant, command)


async def _find(database: Database, tenant: UUID, hold_id: UUID) -> Hold:
    async def find(uow: UnitOfWork) -> Hold | None:
        return await uow.session.get(Hold, (uow.tenant, hold_id))

    hold = await database.run(tenant, find)
    if hold is None:
        raise WrongHoldToken
    return hold
