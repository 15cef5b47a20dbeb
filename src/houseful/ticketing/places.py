"""Places inside a unit of work: held, locked, sold, given back. Locks: hold, pools, seats."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Problem
from houseful.kernel.secrets import is_same, token_hash
from houseful.ticketing.hold_commands import HoldCommand, HoldState, PoolWish, Wanted
from houseful.ticketing.lanes import hold_on_connection
from houseful.ticketing.models import Hold, PoolHold
from houseful.ticketing.problems import HoldOver, WrongHoldToken

_READ_SEATS = """
    SELECT seat_number, seat_id, category_key, section_label, row_label, seat_label, blocked,
        hold_id, held_until, ticket_id, hold_version
    FROM event_seats
    WHERE organization_id = :tenant AND event_id = :event AND seat_number = ANY(:seats)
    ORDER BY seat_number
"""
_KEEP_SEATS = """
    UPDATE event_seats SET held_until = :until, touched = (pg_current_xact_id()::text)::bigint
    WHERE organization_id = :tenant AND event_id = :event AND seat_number = ANY(:seats)
        AND hold_id = :hold
"""
_KEEP_POOLS = """
    UPDATE pool_holds SET expires_at = :until WHERE organization_id = :tenant AND hold_id = :hold
    RETURNING quantity
"""
_RELEASE_SEATS = """
    UPDATE event_seats
    SET hold_id = NULL, held_until = NULL, touched = (pg_current_xact_id()::text)::bigint
    WHERE organization_id = :tenant AND event_id = :event AND seat_number = ANY(:seats)
        AND hold_id = :hold AND ticket_id IS NULL
"""
_LOCK_POOLS = """
    SELECT id, capacity, sold, held FROM event_pools
    WHERE organization_id = :tenant AND id = ANY(:pools) ORDER BY id FOR UPDATE
"""
_FREE_POOLS = """
    WITH gone AS (
        DELETE FROM pool_holds
        WHERE organization_id = :tenant AND pool_id = ANY(:pools)
            AND (expires_at <= :now OR hold_id = :hold)
        RETURNING pool_id, quantity
    ), freed AS (
        SELECT pool_id, sum(quantity) AS quantity FROM gone GROUP BY pool_id
    )
    UPDATE event_pools p SET held = p.held - f.quantity
    FROM freed f WHERE p.organization_id = :tenant AND p.id = f.pool_id
"""
_CONVERT_HOLDS = """
    WITH gone AS (
        DELETE FROM pool_holds
        WHERE organization_id = :tenant AND hold_id = ANY(cast(:holds AS uuid[]))
        RETURNING pool_id, quantity
    ), moved AS (
        SELECT pool_id, sum(quantity) AS quantity FROM gone GROUP BY pool_id
    ), sold AS (
        UPDATE event_pools p SET held = p.held - m.quantity, sold = p.sold + m.quantity
        FROM moved m WHERE p.organization_id = :tenant AND p.id = m.pool_id
    )
    UPDATE holds h SET status = 'converted', order_id = x.order_id, version = h.version + 1
    FROM unnest(cast(:holds AS uuid[]), cast(:orders AS uuid[])) AS x(hold_id, order_id)
    WHERE h.organization_id = :tenant AND h.id = x.hold_id
"""


class SeatRow(msgspec.Struct, frozen=True, kw_only=True):
    """A seat of an event."""

    seat_number: int
    seat_id: UUID
    category_key: str
    section_label: str
    row_label: str
    seat_label: str
    blocked: bool
    hold_id: UUID | None
    held_until: datetime | None
    ticket_id: UUID | None
    hold_version: int

    def is_open_to(self, hold_id: UUID, hold_version: int | None, now: datetime) -> bool:
        """Whether the seat is still this hold's, or anybody's."""
        if self.ticket_id is not None:
            return False
        if self.hold_id == hold_id:
            return hold_version is None or hold_version == self.hold_version
        is_held = self.hold_id is not None and self.held_until is not None and self.held_until > now
        return not self.blocked and not is_held


async def hold_now(uow: UnitOfWork, commands: Sequence[HoldCommand]) -> list[HoldState | Problem]:
    """Execute hold commands within this unit of work, and return their answers in their order."""
    await uow.flush()
    connection = await uow.session.connection()
    raw: Any = (await connection.get_raw_connection()).driver_connection
    return await hold_on_connection(raw, uow.tenant, uow.now, commands)


async def find_hold(uow: UnitOfWork, hold_id: UUID, token: str, *, lock: bool = False) -> Hold:
    """Return the hold of who knows its token. Raises `WrongHoldToken`."""
    hold = await uow.session.get(
        Hold, (uow.tenant, hold_id), with_for_update=lock or None, populate_existing=lock
    )
    if hold is None or not is_same(hold.token_hash, token_hash(token)):
        raise WrongHoldToken
    return hold


def require_active(hold: Hold, now: datetime) -> None:
    """Raise `HoldOver` unless the hold is active."""
    if hold.status != "active" or hold.expires_at <= now:
        raise HoldOver(status=status_of(hold, now))


def status_of(hold: Hold, now: datetime) -> str:
    """Return the status as time has it: an active hold whose time is over has expired."""
    is_over = hold.status == "active" and hold.expires_at <= now
    return "expired" if is_over else hold.status


async def state_of(uow: UnitOfWork, hold: Hold) -> HoldState:
    """Return the hold with what it holds."""
    return HoldState(
        id=hold.id,
        event_id=hold.event_id,
        status=status_of(hold, uow.now),
        channel=hold.channel,
        acquired_at=hold.acquired_at,
        expires_at=hold.expires_at,
        cap_at=hold.cap_at,
        version=hold.version,
        seats=tuple(
            Wanted(number, kind)
            for number, kind in sorted(zip(hold.seat_numbers, hold.ticket_type_ids, strict=True))
        ),
        pools=tuple(await pool_holds_of(uow, hold.id)),
    )


async def pool_holds_of(uow: UnitOfWork, hold_id: UUID) -> list[PoolWish]:
    """Return how many places of which pools a hold keeps."""
    rows: list[PoolHold] = list(
        await uow.all(
            select(PoolHold)
            .where(PoolHold.organization_id == uow.tenant, PoolHold.hold_id == hold_id)
            .order_by(PoolHold.pool_id, PoolHold.ticket_type_id)
            .execution_options(populate_existing=True)
        )
    )
    return [PoolWish(row.pool_id, row.ticket_type_id, row.quantity) for row in rows]


async def read_seats(
    uow: UnitOfWork, event_id: UUID, seat_numbers: Collection[int]
) -> dict[int, SeatRow]:
    """Return seats by number; who has them may change as long as they are not locked."""
    return await _seats(uow, _READ_SEATS, event_id, seat_numbers)


async def lock_seats(
    uow: UnitOfWork, event_id: UUID, seat_numbers: Collection[int]
) -> dict[int, SeatRow]:
    """Lock seats in their order, and return them by number."""
    return await _seats(uow, _READ_SEATS + "FOR UPDATE", event_id, seat_numbers)


async def _seats(
    uow: UnitOfWork, statement: str, event_id: UUID, seat_numbers: Collection[int]
) -> dict[int, SeatRow]:
    if not seat_numbers:
        return {}
    rows = await uow.execute(
        statement, {"tenant": uow.tenant, "event": event_id, "seats": list(seat_numbers)}
    )
    return {row["seat_number"]: SeatRow(**row) for row in rows.mappings()}


async def keep_until(
    uow: UnitOfWork, hold: Hold, pools: Sequence[PoolWish], until: datetime
) -> None:
    """Keep a hold's seats and `pools` until later, also beyond its cap: somebody is paying.

    Raises `HoldOver` when a pool's places were given back in this very moment.
    """
    where = {"tenant": uow.tenant, "hold": hold.id, "until": until}
    if pools:
        kept = sum((await uow.execute(_KEEP_POOLS, where)).scalars())
        if kept != sum(pool.quantity for pool in pools):
            raise HoldOver(status="expired")
    if hold.seat_numbers:
        await uow.execute(
            _KEEP_SEATS, where | {"event": hold.event_id, "seats": list(hold.seat_numbers)}
        )
    hold.expires_at = until
    hold.cap_at = max(hold.cap_at, until)
    hold.version += 1


async def release_places(uow: UnitOfWork, hold: Hold) -> None:
    """Give back all that the hold still keeps; the hold itself is the caller's."""
    pools = sorted({pool.pool_id for pool in await pool_holds_of(uow, hold.id)})
    if pools:
        await free_pools(uow, pools, hold.id)
    if hold.seat_numbers:
        await uow.execute(
            _RELEASE_SEATS,
            {
                "tenant": uow.tenant,
                "event": hold.event_id,
                "seats": sorted(hold.seat_numbers),
                "hold": hold.id,
            },
        )


async def free_pools(uow: UnitOfWork, pools: Collection[UUID], hold_id: UUID | None) -> None:
    """Lock the pools, and give back expired places and those of `hold_id`."""
    where = {"tenant": uow.tenant, "pools": sorted(pools)}
    await uow.execute(_LOCK_POOLS, where)
    await uow.execute(_FREE_POOLS, where | {"now": uow.now, "hold": hold_id})


async def sell_pools(uow: UnitOfWork, wanted: Counter[UUID], hold_id: UUID) -> bool:
    """Turn places of pools from held to sold, or sell free ones; False when there is no room."""
    if not wanted:
        return True
    where = {"tenant": uow.tenant, "pools": sorted(wanted)}
    await free_pools(uow, wanted, hold_id)
    rows = await uow.execute(_LOCK_POOLS, where)
    if any(row.capacity - row.sold - row.held < wanted[row.id] for row in rows):
        return False
    await move_sold(uow, wanted)
    return True


async def convert_holds(uow: UnitOfWork, orders: Mapping[UUID, UUID]) -> None:
    """Say which order each hold became, and turn its pools' places from held to sold.

    The holds are active, and were taken in this unit of work.
    """
    await uow.execute(
        _CONVERT_HOLDS,
        {"tenant": uow.tenant, "holds": list(orders), "orders": list(orders.values())},
    )


async def move_sold(uow: UnitOfWork, wanted: Counter[UUID]) -> None:
    """Add to what the pools have sold; negative numbers give back."""
    if wanted:
        await uow.execute(
            """
            UPDATE event_pools p SET sold = p.sold + x.quantity
            FROM unnest(cast(:pools AS uuid[]), cast(:quantities AS bigint[])) AS x(id, quantity)
            WHERE p.organization_id = :tenant AND p.id = x.id
            """,
            {
                "tenant": uow.tenant,
                "pools": sorted(wanted),
                "quantities": [wanted[pool] for pool in sorted(wanted)],
            },
        )


async def mark_sold(uow: UnitOfWork, event_id: UUID, tickets: Iterable[tuple[int, UUID]]) -> None:
    """Give seats to tickets; the seats are locked and open."""
    pairs = sorted(tickets)
    if pairs:
        await uow.execute(
            """
            UPDATE event_seats s
            SET ticket_id = x.ticket_id, hold_id = NULL, held_until = NULL,
                hold_version = s.hold_version + 1, touched = (pg_current_xact_id()::text)::bigint
            FROM unnest(cast(:seats AS bigint[]), cast(:tickets AS uuid[])) AS x(seat, ticket_id)
            WHERE s.organization_id = :tenant AND s.event_id = :event AND s.seat_number = x.seat
            """,
            {
                "tenant": uow.tenant,
                "event": event_id,
                "seats": [seat for seat, _ in pairs],
                "tickets": [ticket for _, ticket in pairs],
            },
        )


async def take_back_seats(
    uow: UnitOfWork,
    event_id: UUID,
    ticket_ids: Collection[UUID],
    seats: Collection[int],
    *,
    off_sale: bool,
) -> None:
    """Let seats of tickets that are no longer valid be sold again, or keep them off sale."""
    if seats:
        await uow.execute(
            """
            UPDATE event_seats SET ticket_id = NULL, blocked = blocked OR :off_sale,
                touched = (pg_current_xact_id()::text)::bigint
            WHERE organization_id = :tenant AND event_id = :event AND seat_number = ANY(:seats)
                AND ticket_id = ANY(:tickets)
            """,
            {
                "tenant": uow.tenant,
                "event": event_id,
                "seats": sorted(seats),
                "tickets": list(ticket_ids),
                "off_sale": off_sale,
            },
        )
