"""One round of holds: commands that do not meet, judged and written in one transaction.

Seats are one statement: lock them in order, judge each command as a whole, write the winners. Pools
are arbitrated here, while their rows are locked. Locks are taken in the order of holds, pools,
seats, here and wherever else.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from houseful.accounts import count_on_connection, too_many_attempts
from houseful.kernel.problems import Invalid, Problem
from houseful.kernel.secrets import is_same
from houseful.ticketing import lane_sql
from houseful.ticketing.hold_commands import Answer, HoldCommand, HoldState, PoolWish, Wanted
from houseful.ticketing.problems import (
    HoldOver,
    NotEnoughLeft,
    SeatTaken,
    TooManyHeld,
    TooManyTickets,
    WrongHoldToken,
)

Connection = Any
"""A pooled asyncpg connection."""


class _Plan(msgspec.Struct, kw_only=True):
    """A command on its way: what the hold will be, if it wins."""

    command: HoldCommand
    acquired_at: datetime
    expires_at: datetime
    cap_at: datetime
    version: int
    seats: dict[int, UUID]
    take: dict[int, UUID]
    give_back: set[int]
    pools: dict[tuple[UUID, UUID], int]
    pools_before: dict[tuple[UUID, UUID], int]
    problem: Problem | None = None

    @property
    def places(self) -> int:
        return len(self.seats) + sum(self.pools.values())

    @property
    def state(self) -> HoldState:
        return HoldState(
            id=self.command.hold_id,
            event_id=self.command.event_id,
            status="released" if self.command.ends else "active",
            channel=self.command.channel,
            acquired_at=self.acquired_at,
            expires_at=self.expires_at,
            cap_at=self.cap_at,
            version=self.version,
            seats=tuple(Wanted(number, kind) for number, kind in sorted(self.seats.items())),
            pools=tuple(
                PoolWish(pool, kind, quantity)
                for (pool, kind), quantity in sorted(self.pools.items())
                if quantity
            ),
        )


class Round:
    """One transaction: commands of which no two want the same seat or hold."""

    def __init__(
        self, connection: Connection, tenant: UUID, now: datetime, commands: list[HoldCommand]
    ) -> None:
        self._connection = connection
        self._tenant = tenant
        self._now = now
        self._commands = commands

    async def run(self) -> list[Answer]:
        existing = await self._lock_holds()
        plans = [self._plan(command, existing.get(command.hold_id)) for command in self._commands]
        await self._heed_limits(plans, existing)
        held = await self._lock_pools(plans)
        await self._take_seats(plans)
        await self._write_pools(plans, held)
        return [plan.problem or plan.state for plan in plans]

    async def _lock_holds(self) -> dict[UUID, Any]:
        ids = [command.hold_id for command in self._commands if not command.is_new]
        if not ids:
            return {}
        rows = await self._connection.fetch(lane_sql.LOCK_HOLDS, self._tenant, ids)
        return {row["id"]: row for row in rows}

    def _plan(self, command: HoldCommand, row: Any) -> _Plan:
        ttl, cap = timedelta(seconds=command.ttl_seconds), timedelta(seconds=command.cap_seconds)
        plan = _Plan(
            command=command,
            acquired_at=self._now if row is None else row["acquired_at"],
            expires_at=self._now + ttl if row is None else row["expires_at"],
            cap_at=self._now + cap if row is None else row["cap_at"],
            version=1 if row is None else row["version"] + 1,
            seats={}
            if row is None
            else dict(zip(row["seat_numbers"], row["ticket_type_ids"], strict=True)),
            take={seat.seat_number: seat.ticket_type_id for seat in command.take},
            give_back=set(command.give_back),
            pools_before={} if row is None else _pools_of(row),
            pools={},
        )
        plan.problem = self._objection(command, row)
        if plan.problem is None:
            self._fill(plan)
        return plan

    def _objection(self, command: HoldCommand, row: Any) -> Problem | None:
        if command.is_new:
            return None
        if (
            row is None
            or row["event_id"] != command.event_id
            or not is_same(row["token_hash"], command.token_hash)
        ):
            return WrongHoldToken()
        is_over = row["status"] != "active" or row["order_id"] or row["expires_at"] <= self._now
        return HoldOver(status=row["status"]) if is_over else None

    def _fill(self, plan: _Plan) -> None:
        command = plan.command
        plan.pools = dict(plan.pools_before)
        if command.ends:
            plan.give_back = set(plan.seats)
            plan.pools = dict.fromkeys(plan.pools, 0)
        if command.extends:
            until = self._now + timedelta(seconds=command.ttl_seconds)
            plan.expires_at = max(plan.expires_at, min(until, plan.cap_at))
            plan.take = plan.seats | plan.take
        plan.seats = {
            number: kind
            for number, kind in (plan.seats | plan.take).items()
            if number not in plan.give_back or number in plan.take
        }
        plan.give_back -= set(plan.take)
        for wish in command.pools:
            plan.pools[wish.pool_id, wish.ticket_type_id] = wish.quantity
        if plan.places > command.max_tickets:
            plan.problem = TooManyTickets(maximum=command.max_tickets)

    async def _heed_limits(self, plans: list[_Plan], existing: dict[UUID, Any]) -> None:
        """Refuse whose address asks too often, or holds too many places of the event already."""
        limited = [plan for plan in plans if plan.command.client and plan.problem is None]
        if not limited:
            return
        asked = Counter(f"holds {plan.command.client}" for plan in limited)
        counts = await count_on_connection(self._connection, self._now, asked)
        for plan in limited:
            command = plan.command
            limit = command.client_attempts_max
            if counts[f"holds {command.client}"] > limit:
                plan.problem = too_many_attempts(self._now, limit)
        await self._heed_places([plan for plan in limited if plan.command.wants_more], existing)

    async def _heed_places(self, plans: list[_Plan], existing: dict[UUID, Any]) -> None:
        going = [plan for plan in plans if plan.problem is None]
        whose = {(plan.command.event_id, plan.command.client) for plan in going}
        if not whose:
            return
        rows = await self._connection.fetch(
            lane_sql.HELD_BY_CLIENTS, self._tenant, self._now, *lane_sql.columns(whose, 2)
        )
        held = Counter({(row["event_id"], row["client"]): int(row["places"]) for row in rows})
        for plan in going:
            command = plan.command
            row = existing.get(command.hold_id)
            before = row["places"] if row is not None and row["client"] == command.client else 0
            after = held[command.event_id, command.client] - before + plan.places
            if plan.places > before and after > command.client_places_max:
                plan.problem = TooManyHeld(maximum=command.client_places_max)
            else:
                held[command.event_id, command.client] = after

    async def _lock_pools(self, plans: list[_Plan]) -> dict[UUID, int]:
        """Lock the pools, take expired places back, and refuse who no longer fits.

        Return what each pool holds without the commands of this round.
        """
        ids = sorted({pool for plan in plans if not plan.problem for pool, _ in plan.pools})
        if not ids:
            return {}
        rows = await self._connection.fetch(lane_sql.LOCK_POOLS, self._tenant, ids)
        freed = await self._connection.fetch(lane_sql.FREE_POOLS, self._tenant, ids, self._now)
        pools = {row["id"]: row for row in rows}
        held = {row["id"]: int(row["held"]) for row in rows}
        for row in freed:
            held[row["pool_id"]] -= row["quantity"]
        room = dict(held)
        for plan in plans:
            if plan.problem is None:
                self._let_in(plan, pools, room)
        return held

    def _let_in(self, plan: _Plan, pools: dict[UUID, Any], held: dict[UUID, int]) -> None:
        after = dict(held)
        for (pool_id, kind), quantity in plan.pools.items():
            pool = pools.get(pool_id)
            if pool is None or pool["event_id"] != plan.command.event_id:
                plan.problem = Invalid.at("/pools", "There is no such pool at this event.")
                return
            after[pool_id] += quantity - plan.pools_before.get((pool_id, kind), 0)
            if pool["sold"] + after[pool_id] > pool["capacity"]:
                left = pool["capacity"] - pool["sold"] - held[pool_id]
                plan.problem = NotEnoughLeft(pool=str(pool_id), available=left)
                return
        held |= after

    async def _take_seats(self, plans: list[_Plan]) -> None:
        going = [plan for plan in plans if plan.problem is None]
        if not going:
            return
        commands, places, counted = _arrays(going)
        rows = await self._connection.fetch(
            lane_sql.TAKE_SEATS, self._tenant, *commands, *places, self._now, *counted
        )
        for row in rows:
            if not row["is_won"]:
                plan = going[int(row["number"])]
                unknown = set(plan.take) - set(row["seen"])
                plan.problem = (
                    Invalid.at("/seats", f"There is no seat {min(unknown)} at this event.")
                    if unknown
                    else SeatTaken(seats=sorted(row["refused"]))
                )

    async def _write_pools(self, plans: list[_Plan], held: dict[UUID, int]) -> None:
        if not held:
            return
        wishes: list[tuple[Any, ...]] = []
        for plan in plans:
            if plan.problem is None:
                for (pool_id, kind), quantity in plan.pools.items():
                    held[pool_id] += quantity - plan.pools_before.get((pool_id, kind), 0)
                    hold_id = plan.command.hold_id
                    wishes.append((hold_id, pool_id, kind, quantity, plan.expires_at))
        await self._connection.execute(
            lane_sql.WRITE_POOLS,
            self._tenant,
            *lane_sql.columns(wishes, 5),
            list(held),
            list(held.values()),
        )


def _arrays(plans: list[_Plan]) -> tuple[list[list[Any]], ...]:
    """Return the arrays of `lane_sql.TAKE_SEATS`: of commands, of seats, and whose they are."""
    commands = [
        (
            number,
            plan.command.hold_id,
            plan.command.event_id,
            plan.command.token_hash,
            plan.command.channel,
            plan.acquired_at,
            plan.expires_at,
            plan.cap_at,
            plan.version,
            plan.command.is_new,
            "released" if plan.command.ends else "active",
            lane_sql.array_text(list(plan.seats)),
            lane_sql.array_text(list(plan.seats.values())),
            len(plan.take),
        )
        for number, plan in enumerate(plans)
    ]
    places = [
        (number, seat, takes)
        for number, plan in enumerate(plans)
        for seats, takes in ((plan.take, True), (plan.give_back, False))
        for seat in seats
    ]
    counted = [(plan.command.client, plan.places) for plan in plans]
    return (
        lane_sql.columns(commands, 14),
        lane_sql.columns(places, 3),
        lane_sql.columns(counted, 2),
    )


def _pools_of(row: Any) -> dict[tuple[UUID, UUID], int]:
    places = zip(row["pool_ids"], row["pool_type_ids"], strict=True)
    return dict(zip(places, row["quantities"], strict=True))
