"""Tidying up what time has ended; nothing depends on it, expiry is a predicate where it counts."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select

from houseful.kernel.database import Database, UnitOfWork
from houseful.payments import (
    ANSWER_GRACE,
    CLOSE_MAX,
    close_attempts,
    close_overdue,
    payables_with_open_attempts,
)
from houseful.ticketing.models import Hold, PoolHold
from houseful.ticketing.orders.fulfilment import PAYABLE_KIND, expire_order
from houseful.ticketing.orders.models import Order
from houseful.ticketing.places import free_pools, release_places
from houseful.ticketing.states import HOLD

BATCH_MAX = 200
CLOSE_FOR = timedelta(days=3)
"""As long as payments that wait are asked about."""


async def stop_payments(database: Database, tenant: UUID, order_id: UUID) -> None:
    """Let nobody pay for an order any more, before it is called off; what was paid is settled.

    Raises `ProviderUnavailable`. What the bank already has stays open, and the order cannot be
    called off until it is known.
    """
    await close_attempts(database, tenant, PAYABLE_KIND, order_id)


async def stop_overdue_payments(database: Database, tenant: UUID) -> None:
    """End attempts to pay for orders whose time is over, that have ended, or are paid."""
    await close_overdue(database, tenant, PAYABLE_KIND, _overdue)


async def _overdue(uow: UnitOfWork) -> list[UUID]:
    return list(
        await uow.all(
            select(Order.id)
            .where(
                Order.organization_id == uow.tenant,
                Order.id.in_(payables_with_open_attempts(uow, PAYABLE_KIND)),
                Order.payable_until > uow.now - CLOSE_FOR,
                or_(Order.status != "awaiting_payment", Order.payable_until <= uow.now),
            )
            .order_by(Order.payable_until.desc())
            .limit(CLOSE_MAX)
        )
    )


async def sweep(uow: UnitOfWork) -> int:
    """Expire unpaid orders and holds whose time is over, a batch; return how many there were.

    An order that may still be paid waits for `stop_overdue_payments`, but not longer than
    `ANSWER_GRACE`. Harmless in parallel: what somebody else has locked is left to them.
    """
    orders: list[Order] = list(
        await uow.all(
            select(Order)
            .where(
                Order.organization_id == uow.tenant,
                Order.status == "awaiting_payment",
                Order.payable_until <= uow.now,
                or_(
                    Order.payable_until <= uow.now - ANSWER_GRACE,
                    Order.id.not_in(payables_with_open_attempts(uow, PAYABLE_KIND)),
                ),
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
