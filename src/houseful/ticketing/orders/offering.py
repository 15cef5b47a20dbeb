"""Who paid when their places were gone is offered others that are as good, kept for a while."""

from uuid import UUID

from sqlalchemy import select

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Problem, Unavailable
from houseful.kernel.secrets import new_token, token_hash
from houseful.ticketing.facts import SeatsOffered
from houseful.ticketing.hold_commands import HoldState, PoolWish
from houseful.ticketing.holds import TakenHold, release_hold
from houseful.ticketing.instead import Lost, hold_instead
from houseful.ticketing.models import Hold
from houseful.ticketing.offers import get_sale
from houseful.ticketing.orders.fulfilment import lines_of
from houseful.ticketing.orders.models import Order, OrderLine
from houseful.ticketing.places import require_active, state_of
from houseful.ticketing.problems import HoldOver
from houseful.ticketing.seat_plans import seat_plan


async def offer_instead(database: Database, tenant: UUID, order_id: UUID) -> None:
    """Hold places as good as those of an order that was paid in vain, and say so; once.

    Where there are none as good, nothing is offered.
    """
    order, lines, layout_id, lasts_seconds = await database.run(tenant, _read, order_id)
    if order.offered_hold_id is not None or order.status != "expired":
        return
    plan = await seat_plan(database, tenant, order.event_id, layout_id)
    lost = [
        Lost(line.category_key, line.ticket_type_id, plan.places[line.seat_number].accessible)
        for line in lines
        if line.seat_number in plan.places
    ]
    try:
        taken = await hold_instead(
            database,
            tenant,
            order.event_id,
            lost,
            pools=_pools(lines),
            lasts_seconds=lasts_seconds,
        )
    except Unavailable:  # busy: this is heard again
        raise
    except Problem:
        return
    if not await database.run(tenant, _note, order_id, taken.state.id):
        await release_hold(database, tenant, taken.state.id, taken.token)


async def read_offered(uow: UnitOfWork, order: Order) -> HoldState | None:
    """Return what is kept for the buyer of an order instead, as long as it is."""
    if order.offered_hold_id is None:
        return None
    hold = await uow.get(Hold, order.offered_hold_id)
    state = await state_of(uow, hold)
    return state if state.status == "active" and hold.order_id is None else None


async def take_offered(uow: UnitOfWork, order_id: UUID) -> TakenHold:
    """Make what is offered the buyer's own, with a token of their own. Raises `HoldOver`."""
    order = await uow.get(Order, order_id)
    if order.offered_hold_id is None:
        raise HoldOver
    hold = await uow.get(Hold, order.offered_hold_id, lock=True)
    require_active(hold, uow.now)
    if hold.order_id is not None:
        raise HoldOver(status="converted")
    token = new_token()
    hold.token_hash = token_hash(token)
    await uow.flush()
    return TakenHold(await state_of(uow, hold), token)


async def _read(uow: UnitOfWork, order_id: UUID) -> tuple[Order, list[OrderLine], UUID | None, int]:
    order = await uow.get(Order, order_id)
    sale = await get_sale(uow, order.event_id)
    return order, await lines_of(uow, order_id), sale.layout_id, sale.hold_cap_seconds


async def _note(uow: UnitOfWork, order_id: UUID, hold_id: UUID) -> bool:
    order = await uow.first(
        select(Order)
        .where(Order.organization_id == uow.tenant, Order.id == order_id)
        .with_for_update()
    )
    if order.offered_hold_id is not None or order.status != "expired":
        return False
    order.offered_hold_id = hold_id
    await uow.announce(SeatsOffered(subject_id=order.id, event_id=order.event_id, hold_id=hold_id))
    await uow.flush()
    return True


def _pools(lines: list[OrderLine]) -> list[PoolWish]:
    places: dict[tuple[UUID, UUID], int] = {}
    for line in lines:
        if line.pool_id is not None:
            key = line.pool_id, line.ticket_type_id
            places[key] = places.get(key, 0) + 1
    return [PoolWish(pool, kind, quantity) for (pool, kind), quantity in places.items()]
