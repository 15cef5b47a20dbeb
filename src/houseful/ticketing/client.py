"""The customer API of what is on sale: offers, availability, holds."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import HeaderParameter, QueryParameter
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from houseful import events, seating
from houseful.kernel.copies import Copies
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http import Caller, delete, get, patch, post
from houseful.kernel.http.packed import is_known, known_answer, packed_answer
from houseful.kernel.problems import Invalid, Unavailable
from houseful.ticketing import holds
from houseful.ticketing.baskets import basket_of, offer_view, show_basket
from houseful.ticketing.hold_commands import HoldState, PoolWish
from houseful.ticketing.offers import load_public_offer
from houseful.ticketing.problems import (
    EmptyHold,
    HoldOver,
    NoSeatsTogether,
    NotEnoughLeft,
    NotOnSale,
    OrphanSeat,
    SeatsKept,
    SeatTaken,
    TooManyHeld,
    TooManyTickets,
    WrongHoldToken,
)
from houseful.ticketing.schemas import (
    BasketView,
    HoldChanges,
    NewHold,
    OfferView,
)
from houseful.ticketing.seat_board import SeatBoard, SeatBoards, seat_boards
from houseful.ticketing.seat_maps import bound_of, seat_map

HEARTBEAT_SECONDS = 15.0
SLUG_SECONDS = 2.0
SLUGS_MAX = 1_000
FOR_EVER = "public, max-age=31536000, immutable"

HoldToken = Annotated[
    str,
    HeaderParameter(name="x-hold-token", min_length=20, max_length=100, description="The secret."),
]
IfNoneMatch = Annotated[str | None, HeaderParameter(name="if-none-match")]
Since = Annotated[
    str | None, QueryParameter(max_length=40, description="The `version` that was read before.")
]
MapVersion = Annotated[
    str | None,
    QueryParameter(name="v", max_length=40, description="The map's ETag: kept for ever then."),
]
HOLD_PROBLEMS = [
    SeatTaken,
    NotEnoughLeft,
    NotOnSale,
    TooManyHeld,
    TooManyTickets,
    NoSeatsTogether,
    SeatsKept,
    OrphanSeat,
    EmptyHold,
]


class AreaView(msgspec.Struct, rename="camel"):
    """How many places of a pool are left."""

    pool_id: UUID
    available: int


class AvailabilityView(msgspec.Struct, rename="camel"):
    """The state of every seat in two bits, base64, seat 0 in the lowest bits of the first byte.

    0 is free, 1 held, 2 sold, 3 not for sale.
    """

    version: str
    seat_count: int
    seats: str
    areas: list[AreaView]


@get(
    "/api/client/events/{slug:str}/offer",
    public=True,
    module="ticketing",
    summary="Read what can be bought",
)
async def read_offer(caller: Caller, slug: str) -> OfferView:
    """Read ticket types and prices, and whether they are on sale now."""

    async def read(uow: UnitOfWork) -> OfferView:
        return offer_view(await load_public_offer(uow, slug), uow.now)

    return await caller.run(read)


@get(
    "/api/client/events/{slug:str}/map",
    public=True,
    module="ticketing",
    summary="Read where the seats are",
)
async def read_map(
    caller: Caller, slug: str, version: MapVersion = None
) -> Response[seating.Geometry]:
    """Read the event's seat map. One version never changes: an address with its `v` is kept."""
    event_id = await public_event_id(caller.database, caller.organization_id, slug)
    bound = await bound_of(caller.database, caller.organization_id, event_id)
    tag = bound.version
    cache_control = FOR_EVER if version == tag else "no-cache"
    if is_known(caller.request, tag):
        return known_answer(tag=tag, cache_control=cache_control)
    packed = await seat_map(caller.database, caller.organization_id, bound)
    return packed_answer(caller.request, packed, tag=tag, cache_control=cache_control)


@get(
    "/api/client/events/{slug:str}/availability",
    public=True,
    module="ticketing",
    summary="Read which places are free",
)
async def read_availability(
    caller: Caller, slug: str, if_none_match: IfNoneMatch = None
) -> Response[AvailabilityView | None]:
    """Read the state of every seat; with If-None-Match, 304 while nothing has changed."""
    board = await _board(caller, slug)
    headers = {"etag": f'"{board.version}"', "cache-control": "no-cache"}
    if if_none_match is not None and if_none_match.strip('W/"') == board.version.strip('W/"'):
        return Response(None, status_code=304, headers=headers)
    view = AvailabilityView(
        version=board.version,
        seat_count=len(board.states),
        seats=board.packed,
        areas=_areas(board.areas),
    )
    return Response(view, headers=headers)


@get(
    "/api/client/events/{slug:str}/availability/stream",
    public=True,
    module="ticketing",
    summary="Follow which places are free",
    media_type="text/event-stream",
)
async def stream_availability(caller: Caller, slug: str, since: Since = None) -> ServerSentEvent:
    """Follow changes as server-sent events, from the version `since` on.

    `delta`: `{"version", "changes": [[seat, state]], "areas": [{"poolId", "available"}]}`; `reset`:
    what was read before is too old, read it again.
    """
    board = await _board(caller, slug)
    boards = seat_boards(caller.database)
    boards.require_room()
    return ServerSentEvent(_deltas(boards, caller.organization_id, board.event_id, since))


@post(
    "/api/client/holds",
    public=True,
    module="ticketing",
    summary="Hold places",
    raises=HOLD_PROBLEMS,
)
async def take_hold(caller: Caller, data: NewHold) -> Response[BasketView]:
    """Hold seats and places for some minutes: all of them, or none.

    The answer's `token` goes into the header `x-hold-token` from now on.
    """
    database, tenant = caller.database, caller.organization_id
    event_id = await _event_id(caller, data)
    wish = _wish(data)
    taken = await holds.take_hold(database, tenant, event_id, wish)
    now = taken.state.acquired_at
    basket = await basket_of(database, tenant, taken.state, now, taken.token)
    return Response(
        basket,
        status_code=201,
        headers={"location": f"/api/client/holds/{basket.id}", "cache-control": "no-store"},
    )


@get(
    "/api/client/holds/{hold_id:uuid}",
    public=True,
    module="ticketing",
    summary="Read a hold",
    raises=[WrongHoldToken],
)
async def read_hold(caller: Caller, hold_id: UUID, hold_token: HoldToken) -> Response[BasketView]:
    """Read what is held, until when and for how much."""
    basket = await show_basket(caller.database, caller.organization_id, hold_id, hold_token)
    return Response(basket, headers={"cache-control": "no-store"})


@patch(
    "/api/client/holds/{hold_id:uuid}",
    public=True,
    module="ticketing",
    summary="Change a hold",
    raises=[*HOLD_PROBLEMS, HoldOver, WrongHoldToken],
)
async def change_hold(
    caller: Caller, hold_id: UUID, data: HoldChanges, hold_token: HoldToken
) -> BasketView:
    """Add seats, give seats back, and set how many places of pools there shall be."""
    state = await holds.change_hold(
        caller.database,
        caller.organization_id,
        hold_id,
        hold_token,
        _wish(data),
        give_back=data.give_back,
    )
    return await _basket(caller, state)


@post(
    "/api/client/holds/{hold_id:uuid}/extend",
    status=200,
    public=True,
    module="ticketing",
    summary="Extend a hold",
    raises=[HoldOver, WrongHoldToken],
)
async def extend_hold(caller: Caller, hold_id: UUID, hold_token: HoldToken) -> BasketView:
    """Give a hold its full time again, up to its cap."""
    state = await holds.extend_hold(caller.database, caller.organization_id, hold_id, hold_token)
    return await _basket(caller, state)


@delete(
    "/api/client/holds/{hold_id:uuid}",
    public=True,
    module="ticketing",
    summary="Release a hold",
    raises=[HoldOver, WrongHoldToken],
)
async def release_hold(caller: Caller, hold_id: UUID, hold_token: HoldToken) -> None:
    """Give everything back."""
    await holds.release_hold(caller.database, caller.organization_id, hold_id, hold_token)


async def public_event_id(database: Database, tenant: UUID, slug: str) -> UUID:
    """Return the id of the public event with this slug, as it was at most seconds ago."""
    return await database.keep(_Slugs).get((tenant, slug))


class _Slugs(Copies[tuple[UUID, str], UUID]):
    """Which public event has which slug."""

    def __init__(self, database: Database) -> None:
        async def read(key: tuple[UUID, str]) -> UUID:
            tenant, slug = key
            return (await database.run(tenant, events.find_public_event, slug)).id

        super().__init__(read, at_most=SLUGS_MAX, seconds=SLUG_SECONDS)


async def _board(caller: Caller, slug: str) -> SeatBoard:
    event_id = await public_event_id(caller.database, caller.organization_id, slug)
    return await seat_boards(caller.database).fresh(caller.organization_id, event_id)


async def _basket(caller: Caller, state: HoldState) -> BasketView:
    now = caller.database.clock.now()
    return await basket_of(caller.database, caller.organization_id, state, now)


async def _event_id(caller: Caller, data: NewHold) -> UUID:
    if (data.event_id is None) == (data.event_slug is None):
        raise Invalid.at("/eventId", "Name the event by its id, or by its slug.")
    if data.event_id is not None:
        return data.event_id
    assert data.event_slug is not None
    return await public_event_id(caller.database, caller.organization_id, data.event_slug)


def _wish(data: NewHold | HoldChanges) -> holds.Wish:
    types, best = data.ticket_types, data.best_available
    if not all(number.isdecimal() and len(number) <= 7 for number in types):
        raise Invalid.at("/ticketTypes", "The keys are seat numbers.")
    if best is not None and best.wheelchair_spaces > best.quantity:
        raise Invalid.at("/bestAvailable/wheelchairSpaces", "At most all of them are spaces.")
    return holds.Wish(
        seats=data.seats,
        types={int(number): kind for number, kind in types.items()},
        pools=[PoolWish(pool.pool_id, pool.ticket_type_id, pool.quantity) for pool in data.pools],
        has_wheelchair=data.has_wheelchair,
        best=holds.Best(
            quantity=best.quantity,
            wheelchairs=best.wheelchair_spaces,
            category_key=best.category_key,
            ticket_type_id=best.ticket_type_id,
        )
        if best
        else None,
    )


def _areas(areas: dict[UUID, int]) -> list[AreaView]:
    return [AreaView(pool_id, available) for pool_id, available in areas.items()]


async def _deltas(
    boards: SeatBoards, tenant: UUID, event_id: UUID, since: str | None
) -> AsyncGenerator[ServerSentEventMessage, None]:
    try:
        async with boards.watch(tenant, event_id) as board:
            number = board.number_of(since) if since else board.number
            yield ServerSentEventMessage(comment="here")  # proxies pass the head on with it
            while not boards.is_closing:
                deltas = board.since(number) if number is not None else None
                if deltas is None:
                    yield ServerSentEventMessage(event="reset", data=board.version)
                    number = board.number
                    continue
                for delta in deltas:
                    yield _message(delta.version, delta.changes, delta.areas)
                    number = delta.number
                if not deltas and not await board.wait(HEARTBEAT_SECONDS):
                    yield ServerSentEventMessage(comment="still here")
    except Unavailable:
        yield ServerSentEventMessage(event="reset", data="", retry=5000)


def _message(version: str, changes: Any, areas: dict[UUID, int]) -> ServerSentEventMessage:
    body = {"version": version, "changes": changes, "areas": _areas(areas)}
    return ServerSentEventMessage(
        event="delta", id=version, data=msgspec.json.encode(body).decode()
    )


handlers = [
    read_offer,
    read_map,
    read_availability,
    stream_availability,
    take_hold,
    read_hold,
    change_hold,
    extend_hold,
    release_hold,
]
