"""Use cases of holds: take, change, extend, release. They go through the lane, many at a time.

What may be bought is looked up in a copy of the offer that is at most `OFFER_SECONDS` old; placing
the order asks the database again.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence, Set
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import structs

from houseful.kernel.copies import Copies
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.kernel.secrets import new_token, token_hash
from houseful.ticketing.accessible import are_released, seats_with_wheelchairs
from houseful.ticketing.best_available import Fit, best_available, leaves_orphan
from houseful.ticketing.hold_commands import HoldCommand, HoldState, PoolWish, Wanted
from houseful.ticketing.lanes import hold_lane
from houseful.ticketing.limits import limits_of, this_client
from houseful.ticketing.models import Hold
from houseful.ticketing.offers import Channel, Offer, load_offer
from houseful.ticketing.places import find_hold, pool_holds_of, state_of
from houseful.ticketing.problems import (
    EmptyHold,
    NoSeatsTogether,
    NotEnoughLeft,
    NotOnSale,
    OrphanSeat,
    SeatsKept,
    SeatTaken,
    TooManyTickets,
    WrongHoldToken,
)
from houseful.ticketing.seat_board import SeatBoard, seat_boards
from houseful.ticketing.seat_plans import SeatPlan, seat_plan
from houseful.ticketing.standing import standing_instead
from houseful.ticketing.wishes import Best, Wish

Answered = TypeVar("Answered")

OFFER_SECONDS = 1.0
OFFERS_MAX = 500
BEST_ATTEMPTS_MAX = 8
SIDE_BY_SIDE = frozenset({Fit.TOGETHER, Fit.TOGETHER_WITH_ORPHAN})


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
    lasts_seconds: int | None = None,
) -> TakenHold:
    """Hold all that is wished for, or nothing; for as long as the sale says, or so long.

    Raises `SeatTaken`, `NotEnoughLeft`, `NotOnSale`, `TooManyTickets`, `NoSeatsTogether`,
    `SeatsKept`, `OrphanSeat`, `EmptyHold`, `NotFound` and `Invalid`.
    """
    offer = await current_offer(database, tenant, event_id)

    async def take(chosen: Wish) -> TakenHold:
        return await _take(database, tenant, offer, chosen, channel, lasts_seconds)

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
    held = await database.run(tenant, pool_holds_of, hold_id) if wish.best else []

    async def change(chosen: Wish) -> HoldState:
        command = _command(
            database,
            offer,
            hold_id=hold_id,
            token=token,
            channel=channel,
            take=await _wanted(database, tenant, offer, chosen, channel, set(hold.seat_numbers)),
            give_back=tuple(give_back),
            pools=_pools(offer, chosen, channel, database.clock.now()),
        )
        return await hold_lane(database).submit(tenant, command)

    mine = set(hold.seat_numbers)
    return await _with_best(database, tenant, offer, wish, channel, change, held, mine)


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
    database: Database,
    tenant: UUID,
    offer: Offer,
    wish: Wish,
    channel: Channel,
    lasts_seconds: int | None,
) -> TakenHold:
    token = new_token()
    take = await _wanted(database, tenant, offer, wish, channel)
    pools = _pools(offer, wish, channel, database.clock.now())
    if not take and not any(pool.quantity for pool in pools):
        raise EmptyHold
    command = _command(
        database,
        offer,
        hold_id=new_id(),
        token=token,
        channel=channel,
        is_new=True,
        take=take,
        pools=tuple(pool for pool in pools if pool.quantity),
    )
    if lasts_seconds is not None:
        command = structs.replace(command, ttl_seconds=lasts_seconds)
    return TakenHold(await hold_lane(database).submit(tenant, command), token)


async def _with_best(
    database: Database,
    tenant: UUID,
    offer: Offer,
    wish: Wish,
    channel: Channel,
    act: Callable[[Wish], Awaitable[Answered]],
    held: Sequence[PoolWish] = (),
    mine: Set[int] = frozenset(),
) -> Answered:
    """Act on the wish, its best seats chosen from what looks free.

    Chooses again when somebody was quicker. `held` are the places of pools that the hold has, and
    `mine` its seats: they are not more, however free they look.
    """
    best = wish.best
    if best is None:
        return await act(wish)
    plan = await seat_plan(database, tenant, offer.event.id, offer.sale.layout_id)
    lost = set(mine)
    for attempt in range(BEST_ATTEMPTS_MAX):
        board = await seat_boards(database).fresh(tenant, offer.event.id, at_once=attempt > 0)
        now = database.clock.now()
        seats = await asyncio.to_thread(_choose, plan, board, offer, best, channel, lost, now)
        try:
            if seats is None:
                pools = standing_instead(offer, board, best, channel, now, wish.pools, held)
                return await act(structs.replace(wish, pools=pools, best=None))
            return await act(_with_seats(wish, seats, best.ticket_type_id))
        except SeatTaken as taken:
            if set(taken.fields["seats"]) & set(wish.seats):
                raise
            lost |= set(taken.fields["seats"])
        except (NoSeatsTogether, NotEnoughLeft):
            if attempt > 0 or seats is not None or wish.pools:
                raise
    raise NoSeatsTogether(quantity=best.quantity)


def _with_seats(wish: Wish, seats: list[int], kind_id: UUID | None) -> Wish:
    types = dict.fromkeys(seats, kind_id) if kind_id else {}
    return structs.replace(
        wish,
        seats=[*wish.seats, *seats],
        types=wish.types | types,
        best=None,
        chosen_for_them=frozenset(seats),
    )


def _choose(
    plan: SeatPlan,
    board: SeatBoard,
    offer: Offer,
    best: Best,
    channel: Channel,
    lost: set[int],
    now: datetime,
) -> list[int] | None:
    """Return the best seats that look free, and that can be sold in this channel; None for none."""
    open_categories = _open_categories(offer, best, channel, now)

    kept = frozenset[int]() if best.wheelchairs or are_released(plan, board) else plan.kept

    def is_free(number: int) -> bool:
        return (
            board.is_free(number)
            and number not in lost
            and number not in kept
            and plan.places[number].category_key in open_categories
        )

    if best.wheelchairs:
        return seats_with_wheelchairs(
            plan,
            is_free,
            wheelchairs=best.wheelchairs,
            others=best.quantity - best.wheelchairs,
        )
    choice = best_available(
        plan.rows_for(is_free, best.category_key), best.quantity, focal=plan.focal
    )
    if choice is None or (best.is_together and choice.fit not in SIDE_BY_SIDE):
        return None
    return sorted(int(seat.number) for group in choice.groups for seat in group.seats)


def _open_categories(offer: Offer, best: Best, channel: Channel, now: datetime) -> set[str]:
    kinds = [kind for kind in offer.types.values() if best.ticket_type_id in {None, kind.id}]
    return {
        category
        for kind in kinds
        if offer.sale_state(kind, channel, now) == "on_sale"
        for category in kind.categories
        if category in offer.prices or kind.price_kind == "absolute"
        if best.category_key in {None, category}
    }


async def _wanted(
    database: Database,
    tenant: UUID,
    offer: Offer,
    wish: Wish,
    channel: Channel,
    held: Set[int] = frozenset(),
) -> tuple[Wanted, ...]:
    """Return the seats with their ticket types, in order; `held` are those that they have."""
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
    kept = (plan.kept & set(wish.seats)) - held - wish.chosen_for_them
    if kept and channel == "online" and not wish.has_wheelchair:
        board = await seat_boards(database).fresh(tenant, offer.event.id)
        if not are_released(plan, board):
            raise SeatsKept(seats=sorted(kept))
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


def _command(
    database: Database, offer: Offer, *, token: str, channel: Channel, **fields: Any
) -> HoldCommand:
    sale, limits = offer.sale, limits_of(database)
    return HoldCommand(
        event_id=offer.event.id,
        token_hash=token_hash(token),
        channel=channel,
        ttl_seconds=sale.hold_ttl_seconds,
        cap_seconds=sale.hold_cap_seconds,
        max_tickets=sale.max_tickets_per_hold,
        client=this_client() if channel == "online" else "",
        client_places_max=limits.held_places_per_address,
        client_attempts_max=limits.holds_per_address,
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
        database,
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
