"""Tidying up what time has ended; nothing depends on it, expiry is a predicate where it counts."""

from uuid import UUID

from sqlalchemy import select

from houseful.kernel.database import UnitOfWork
from houseful.ticketing.models import Hold, PoolHold
from houseful.ticketing.orders.fulfilment import expire_order
from houseful.ticketing.orders.models import Order
from houseful.ticketing.places import free_pools, release_places
from houseful.ticketing.states import HOLD

BATCH_MAX = 200


async def sweep(uow: UnitOfWork) -> int:
    """Expire unpaid orders and holds whose time is over, a batch; return how many there were.

    Harmless in parallel: what somebody else has locked is left to them.
    """
    orders: list[Order] = list(
        await uow.all(
            select(Order)
            .where(
                Order.organization_id == uow.tenant,
                Order.status == "awaiting_payment",
                Order.payable_until <= uow.now,
            )
            .order_by(Order.id)
            .limit(BATCH_MAX)
            .with_for_update(skip_locked=True)
        )
    )
    for order in orders:
        await expire_order(uow, order)
    holds: list[Hold] = list(
        await uow.all(
            select(Hold)
            .where(
                Hold.organization_id == uow.tenant,
                Hold.status == "active",
                Hold.expires_at <= uow.now,
                Hold.order_id.is_(None),
            )
            .order_by(Hold.id)
            .limit(BATCH_MAX)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )
    for hold in holds:
        await release_places(uow, hold)
        hold.status = HOLD.next(hold.status, "expire")
    stale = await _pools_with_stale_holds(uow)
    if stale:
        await free_pools(uow, stale, None)
    await uow.flush()
    return len(orders) + len(holds)


async def _pools_with_stale_holds(uow: UnitOfWork) -> list[UUID]:
    """Return pools that still count places of holds that others have superseded."""
    return list(
        await uow.all(
            select(PoolHold.pool_id)
            .where(PoolHold.organization_id == uow.tenant, PoolHold.expires_at <= uow.now)
            .distinct()
        )
    )
