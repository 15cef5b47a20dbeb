"""Live figures of events: places sold, held and free, money taken and given back."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import msgspec

from houseful.kernel.database import UnitOfWork

_PLACES = """
    SELECT event_id, sum(sold)::bigint AS sold, sum(held)::bigint AS held,
        sum(blocked)::bigint AS blocked, sum(capacity)::bigint AS capacity
    FROM (
        SELECT event_id,
            count(*) FILTER (WHERE ticket_id IS NOT NULL) AS sold,
            count(*) FILTER (WHERE ticket_id IS NULL AND held_until > :now) AS held,
            count(*) FILTER (
                WHERE ticket_id IS NULL AND blocked AND (held_until IS NULL OR held_until <= :now)
            ) AS blocked,
            count(*) AS capacity
        FROM event_seats
        WHERE organization_id = :tenant AND event_id = ANY(:events)
        GROUP BY event_id
        UNION ALL
        SELECT p.event_id, sum(p.sold), coalesce(sum(k.held), 0), 0, sum(p.capacity)
        FROM event_pools p
        LEFT JOIN LATERAL (
            SELECT sum(quantity) AS held FROM pool_holds
            WHERE organization_id = p.organization_id AND pool_id = p.id AND expires_at > :now
        ) k ON true
        WHERE p.organization_id = :tenant AND p.event_id = ANY(:events)
        GROUP BY p.event_id
    ) AS parts
    GROUP BY event_id
"""
_MONEY = """
    SELECT event_id,
        count(*) FILTER (WHERE paid_at IS NOT NULL) AS orders,
        count(*) FILTER (WHERE status = 'awaiting_payment') AS unpaid,
        coalesce(sum(total) FILTER (WHERE paid_at IS NOT NULL), 0)::bigint AS gross,
        coalesce(sum(refunded), 0)::bigint AS refunded
    FROM orders
    WHERE organization_id = :tenant AND event_id = ANY(:events)
    GROUP BY event_id
"""
_TYPES = """
    SELECT t.ticket_type_id, count(*) AS sold, coalesce(sum(l.total), 0)::bigint AS gross
    FROM tickets t
    JOIN order_lines l ON l.organization_id = t.organization_id AND l.id = t.order_line_id
    WHERE t.organization_id = :tenant AND t.event_id = :event AND t.status = 'sold'
    GROUP BY t.ticket_type_id
"""


class SalesFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How an event sells; amounts are in minor units of the sale's currency.

    `capacity` counts every place, `free` those that can be had now.
    """

    sold: int = 0
    held: int = 0
    blocked: int = 0
    capacity: int = 0
    orders: int = 0
    unpaid: int = 0
    gross: int = 0
    refunded: int = 0

    @property
    def free(self) -> int:
        """How many places can be had now."""
        return max(0, self.capacity - self.sold - self.held - self.blocked)


class TypeFigures(msgspec.Struct, frozen=True):
    """How many tickets of a type are out, and what was paid for them, in minor units."""

    sold: int = 0
    gross: int = 0


async def sales_figures(uow: UnitOfWork, event_ids: Collection[UUID]) -> dict[UUID, SalesFigures]:
    """Return the figures of each of the events, two queries for all."""
    where = {"tenant": uow.tenant, "events": list(event_ids)}
    places: Any = await uow.execute(_PLACES, where | {"now": uow.now})
    money: Any = await uow.execute(_MONEY, where)
    found: dict[UUID, dict[str, int]] = {event_id: {} for event_id in event_ids}
    for row in (*places.mappings(), *money.mappings()):
        found[row["event_id"]] |= {name: int(row[name]) for name in row if name != "event_id"}
    return {event_id: SalesFigures(**values) for event_id, values in found.items()}


async def type_figures(uow: UnitOfWork, event_id: UUID) -> dict[UUID, TypeFigures]:
    """Return the figures of each ticket type that was sold."""
    rows: Any = await uow.execute(_TYPES, {"tenant": uow.tenant, "event": event_id})
    return {row.ticket_type_id: TypeFigures(row.sold, row.gross) for row in rows}
