"""Live figures, orders found by what people bring, and what a refund would return."""

from datetime import timedelta
from uuid import UUID

import pytest

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.short_codes import short_code
from houseful.ticketing.figures import SalesFigures, sales_figures, type_figures
from houseful.ticketing.inventory import block_seats
from houseful.ticketing.orders.checkout import sell_held
from houseful.ticketing.orders.queries import find_orders, order_with_codes
from houseful.ticketing.orders.refunds import refund_tickets, refundable
from houseful.ticketing.problems import HoldOver
from tests.builders.accounts import House
from tests.builders.ticketing import BUYER, VAULT, a_hold, a_paid_order, a_show, an_order


async def test_the_figures_tell_sold_held_blocked_and_free(
    database: Database, house: House
) -> None:
    show = await database.run(house.organization_id, a_show, rows=2, seats_per_row=10, standing=50)
    order = await a_paid_order(database, show, 0, 1, floor=3)
    waiting = await an_order(database, show, 5)
    await a_hold(database, show, 7, 8, floor=2)
    await database.run(house.organization_id, block_seats, show.event_id, [15, 16], blocked=True)

    figures = (await database.run(house.organization_id, sales_figures, [show.event_id]))[
        show.event_id
    ]
    kinds = await database.run(house.organization_id, type_figures, show.event_id)

    assert figures == SalesFigures(
        sold=5, held=5, blocked=2, capacity=70, orders=1, unpaid=1, gross=order.total, refunded=0
    )
    assert figures.free == 58
    assert waiting.status == "awaiting_payment"
    assert show.seat_type_id is not None
    assert show.pool_type_id is not None
    assert kinds[show.seat_type_id].sold == 2
    assert kinds[show.pool_type_id].sold == 3
    assert kinds[show.seat_type_id].gross + kinds[show.pool_type_id].gross == order.total


async def test_what_is_held_no_longer_counts_as_free(
    database: Database, house: House, clock: TravelClock
) -> None:
    show = await database.run(house.organization_id, a_show, rows=1, seats_per_row=5, standing=10)
    await a_hold(database, show, 0, floor=4)
    clock.travel(timedelta(hours=1))

    figures = (await database.run(house.organization_id, sales_figures, [show.event_id]))[
        show.event_id
    ]

    assert (figures.held, figures.free) == (0, 15)


async def test_an_event_without_a_sale_has_nothing_to_tell(
    database: Database, house: House, other_house: House
) -> None:
    show = await database.run(house.organization_id, a_show)

    figures = await database.run(other_house.organization_id, sales_figures, [show.event_id])

    assert figures == {show.event_id: SalesFigures()}


async def test_an_order_is_found_by_whatever_people_bring(database: Database, house: House) -> None:
    show = await database.run(house.organization_id, a_show)
    order = await a_paid_order(database, show, 0)
    other = await a_paid_order(database, show, 1)
    shown = await database.run(house.organization_id, order_with_codes, VAULT, order.id)
    ticket = shown.tickets[0]
    short = short_code(ticket.credential_id)

    async def found(text: str) -> set[UUID]:
        async def find(uow: UnitOfWork) -> set[UUID]:
            orders, _ = await find_orders(uow, window=Window(), text=text)
            return {one.id for one in orders}

        return await database.run(house.organization_id, find)

    for text in (
        order.number,
        order.number.lower(),
        ticket.public_id.lower(),
        short,
        short.replace("-", " ").lower(),
        shown.codes[ticket.id],
    ):
        assert await found(f" {text} ") == {order.id}, text
    assert await found("BEA") == {order.id, other.id}
    assert await found("bea@example") == {order.id, other.id}
    assert await found("100%") == set()


async def test_what_a_refund_would_return_is_what_it_returns(
    database: Database, house: House
) -> None:
    show = await database.run(house.organization_id, a_show, settings={"is_fee_refundable": False})
    order = await a_paid_order(database, show, 0, 1, 2)
    expected = await database.run(house.organization_id, refundable, order.id)
    first = next(iter(expected))

    refund = await database.run(
        house.organization_id, refund_tickets, order.id, [first], reason="ill"
    )
    left = await database.run(house.organization_id, refundable, order.id)

    assert refund is not None
    assert refund.amount_minor == expected[first]
    assert left == {key: amount for key, amount in expected.items() if key != first}


async def test_a_hold_is_sold_over_the_counter_once(database: Database, house: House) -> None:
    show = await database.run(house.organization_id, a_show)
    hold = await a_hold(database, show, 3, 4)
    where = (VAULT, hold.state.id, hold.token, BUYER)

    order = await database.run(house.organization_id, sell_held, *where, payment="card_terminal")
    again = await database.run(house.organization_id, sell_held, *where)

    assert (again.id, again.status) == (order.id, "paid")
    figures = (await database.run(house.organization_id, sales_figures, [show.event_id]))[
        show.event_id
    ]
    assert (figures.sold, figures.gross) == (2, order.total)


async def test_a_hold_that_is_over_is_not_sold(
    database: Database, house: House, clock: TravelClock
) -> None:
    show = await database.run(house.organization_id, a_show)
    hold = await a_hold(database, show, 3)
    clock.travel(timedelta(hours=1))

    with pytest.raises(HoldOver):
        await database.run(
            house.organization_id, sell_held, VAULT, hold.state.id, hold.token, BUYER
        )
