"""Events on sale, holds and orders for tests."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful import payments
from houseful.events.subscribers import advance_events
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.ticketing.hold_commands import PoolWish
from houseful.ticketing.holds import TakenHold, Wish, take_hold
from houseful.ticketing.inventory import open_sale, put_on_sale_layout, set_price
from houseful.ticketing.models import EventPool, TicketType
from houseful.ticketing.orders.checkout import begin_checkout
from houseful.ticketing.orders.funds import RELEASE_AFTER
from houseful.ticketing.orders.models import Order
from houseful.ticketing.orders.placing import Buyer, place_order
from houseful.ticketing.schemas import SaleSettings
from houseful.ticketing.subscribers import release_what_is_over
from houseful.ticketing.vault import Vault
from tests.builders.events import an_event
from tests.builders.seating import FLOOR, STALLS, a_layout

SECRET = "tests-" * 8
VAULT = Vault(SECRET)
BUYER = Buyer(name="Bea Buyer", email="bea@example.org")
SEAT_PRICE = 4000
FLOOR_PRICE = 2500
FEE = {"fee_fixed": 50, "fee_basis_points": 250, "tax_basis_points": 700}


class Show(msgspec.Struct, frozen=True, kw_only=True):
    """An event on sale: seats 0 … n-1 in stalls, and a floor when it was asked for."""

    tenant: UUID
    event_id: UUID
    slug: str
    seats: int
    seat_type_id: UUID | None
    pool_id: UUID | None
    pool_type_id: UUID | None

    def floor(self, quantity: int) -> PoolWish:
        """So many places on the floor."""
        assert self.pool_id is not None
        assert self.pool_type_id is not None
        return PoolWish(self.pool_id, self.pool_type_id, quantity)


async def a_show(
    uow: UnitOfWork,
    *,
    rows: int = 2,
    seats_per_row: int = 10,
    standing: int = 0,
    settings: dict[str, Any] | None = None,
    seat_price: int = SEAT_PRICE,
    kept: Mapping[int, str] | None = None,
    **event_fields: Any,
) -> Show:
    """Put an event on sale, with a ticket type for the seats and one for the floor."""
    event = await an_event(uow, **event_fields)
    layout = await a_layout(
        uow, rows=rows, seats_per_row=seats_per_row, standing=standing, kept=kept
    )
    await open_sale(uow, VAULT, event.id, SaleSettings(**(FEE | (settings or {}))))
    await put_on_sale_layout(uow, VAULT, event.id, layout.id)
    await set_price(uow, event.id, STALLS, seat_price)
    await set_price(uow, event.id, FLOOR, FLOOR_PRICE)
    pool: EventPool | None = await uow.first(
        select(EventPool).where(
            EventPool.organization_id == uow.tenant, EventPool.event_id == event.id
        )
    )
    seat_type = a_type(uow, event.id, "Seat", categories=[STALLS]) if rows else None
    pool_type = a_type(uow, event.id, "Floor", pool_id=pool.id) if pool else None
    await uow.flush()
    return Show(
        tenant=uow.tenant,
        event_id=event.id,
        slug=event.slug,
        seats=rows * seats_per_row,
        seat_type_id=seat_type.id if seat_type else None,
        pool_id=pool.id if pool else None,
        pool_type_id=pool_type.id if pool_type else None,
    )


def a_type(uow: UnitOfWork, event_id: UUID, name: str, **fields: Any) -> TicketType:
    """Add a ticket type that is sold everywhere, at the price of the category."""
    given = {"channels": ["online", "box_office"]} | fields
    kind = TicketType(
        organization_id=uow.tenant, id=new_id(), event_id=event_id, name=name, **given
    )
    uow.add(kind)
    return kind


async def a_hold(database: Database, show: Show, *seats: int, floor: int = 0) -> TakenHold:
    """Hold seats and places on the floor."""
    pools = [show.floor(floor)] if floor else []
    return await take_hold(
        database, show.tenant, show.event_id, Wish(seats=list(seats), pools=pools)
    )


async def an_order(database: Database, show: Show, *seats: int, floor: int = 0) -> Order:
    """Order seats and places on the floor; nothing is paid."""
    hold = await a_hold(database, show, *seats, floor=floor)
    return await database.run(show.tenant, place_order, VAULT, hold.state.id, hold.token, BUYER)


async def a_payment(database: Database, show: Show, order: Order) -> payments.Transaction:
    """Begin to pay for an order with the sandbox's card."""
    transaction = await database.run(
        show.tenant,
        begin_checkout,
        order.id,
        VAULT.order_token(order.id),
        provider="sandbox",
    )
    await payments.open_payment(database, show.tenant, transaction.id)
    return await _read(database, show, transaction.id)


async def pay(
    database: Database, show: Show, payment: payments.Transaction
) -> payments.Transaction:
    """Let the card pay, and bring the news."""
    reference = payment.provider_payment_id
    assert reference is not None
    await database.run(show.tenant, payments.tell_sandbox, reference, "succeed")
    return await payments.settle(database, show.tenant, "sandbox", reference)


async def a_paid_order(database: Database, show: Show, *seats: int, floor: int = 0) -> Order:
    """Order and pay."""
    order = await an_order(database, show, *seats, floor=floor)
    await pay(database, show, await a_payment(database, show, order))
    return await read(database, show, order)


async def let_it_end(database: Database, clock: TravelClock) -> None:
    """Let the event end, and what it took be released, as the worker would."""
    clock.travel(timedelta(days=400))
    await advance_events(database)
    clock.travel(RELEASE_AFTER)
    await release_what_is_over(database)


async def read(database: Database, show: Show, order: Order) -> Order:
    """Return an order as it is now."""

    async def find(uow: UnitOfWork) -> Order:
        return await uow.get(Order, order.id)

    return await database.run(show.tenant, find)


async def _read(database: Database, show: Show, transaction_id: UUID) -> payments.Transaction:
    async def find(uow: UnitOfWork) -> payments.Transaction:
        return await uow.get(payments.Transaction, transaction_id)

    return await database.run(show.tenant, find)
