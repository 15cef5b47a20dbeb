"""Orders: priced once, paid once, honoured late or given back, refunded to the cent."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from houseful import ledger, payments
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import NotFound
from houseful.kernel.states import IllegalAct
from houseful.ticketing import (
    Buyer,
    CounterSale,
    NewTicketType,
    Wish,
    cancel_order,
    change_hold,
    create_ticket_type,
    event_public_keys,
    order_by_token,
    place_order,
    read_hold,
    refund_tickets,
    sell_at_box_office,
    sweep,
    ticket_by_credential,
    verify_code,
    violations,
    void_ticket,
)
from houseful.ticketing.models import EventPool, EventSeat
from houseful.ticketing.orders.fulfilment import tickets_of
from houseful.ticketing.orders.models import Order, Ticket
from houseful.ticketing.problems import (
    EmptyHold,
    HoldOver,
    NothingToRefund,
    NotOnSale,
    SeatTaken,
    TooFewTickets,
    WrongHoldToken,
)
from tests.builders.accounts import House
from tests.builders.seating import STALLS
from tests.builders.ticketing import (
    BUYER,
    VAULT,
    Show,
    a_hold,
    a_paid_order,
    a_payment,
    a_show,
    an_order,
    pay,
    read,
)

LATER = timedelta(minutes=26)
"""Later than an order may be paid for, and its places wait for word of who is paying."""


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    return await database.run(house.organization_id, a_show, standing=50)


async def _tickets(database: Database, show: Show, order: Order) -> list[Ticket]:
    return await database.run(show.tenant, tickets_of, order.id)


async def _balances(database: Database, show: Show) -> dict[str, int]:
    rows = await database.run(show.tenant, ledger.trial_balance)
    return {row.code: row.balance_minor for row in rows if row.balance_minor}


async def _seat(database: Database, show: Show, number: int) -> EventSeat:
    async def find(uow: UnitOfWork) -> EventSeat:
        return await uow.session.get_one(EventSeat, (uow.tenant, show.event_id, number))

    return await database.run(show.tenant, find)


async def _is_sound(database: Database, show: Show) -> bool:
    broken = await database.run(show.tenant, violations)
    unbalanced = await database.run(show.tenant, ledger.unbalanced_entries)
    assert broken + unbalanced == []
    return True


async def test_an_order_keeps_the_price_and_says_how_it_came_about(
    database: Database, show: Show
) -> None:
    order = await an_order(database, show, 3, 4, floor=1)

    fee_of_seat, fee_of_floor = 50 + 100, 50 + 63
    assert order.status == "awaiting_payment"
    assert order.total == 2 * (4000 + fee_of_seat) + 2500 + fee_of_floor
    assert order.total == order.net + order.fee + order.tax + order.rounding
    assert order.payable_until - order.placed_at == timedelta(minutes=15)
    assert await _is_sound(database, show)


async def test_a_paid_order_has_tickets_and_one_sale_entry(database: Database, show: Show) -> None:
    order = await a_paid_order(database, show, 3, 4, floor=1)

    tickets = await _tickets(database, show, order)
    assert order.status == "paid"
    assert [ticket.seat_number for ticket in tickets] == [3, 4, None]
    assert {ticket.status for ticket in tickets} == {"sold"}
    assert sum(ticket.price for ticket in tickets) == order.total
    assert await _balances(database, show) == {
        ledger.chart.PROVIDER_CLEARING: order.total,
        ledger.chart.ORGANISER_FUNDS: order.net,
        ledger.chart.FEE_REVENUE: order.fee,
        ledger.chart.TAX_PAYABLE: order.tax,
    }
    assert await _is_sound(database, show)


async def test_ordering_the_same_hold_twice_gives_the_same_order(
    database: Database, show: Show
) -> None:
    hold = await a_hold(database, show, 1)
    orders = [
        await database.run(show.tenant, place_order, VAULT, hold.state.id, hold.token, BUYER)
        for _ in range(2)
    ]

    assert orders[0].id == orders[1].id


async def test_nothing_is_ordered_without_the_holds_token(database: Database, show: Show) -> None:
    hold = await a_hold(database, show, 1)

    with pytest.raises(WrongHoldToken):
        await database.run(show.tenant, place_order, VAULT, hold.state.id, "x" * 43, BUYER)


async def test_a_hold_that_is_over_cannot_be_ordered(
    database: Database, show: Show, clock: TravelClock
) -> None:
    hold = await a_hold(database, show, 1, floor=1)
    clock.travel(timedelta(minutes=10))

    with pytest.raises(HoldOver):
        await database.run(show.tenant, place_order, VAULT, hold.state.id, hold.token, BUYER)


async def test_an_empty_hold_cannot_be_ordered(database: Database, show: Show) -> None:
    hold = await a_hold(database, show, 1)
    await change_hold(database, show.tenant, hold.state.id, hold.token, Wish(), give_back=[1])

    with pytest.raises(EmptyHold):
        await database.run(show.tenant, place_order, VAULT, hold.state.id, hold.token, BUYER)


async def test_a_type_that_was_switched_off_cannot_be_ordered(
    database: Database, show: Show
) -> None:
    hold = await a_hold(database, show, 1)

    async def switch_off(uow: UnitOfWork) -> None:
        await uow.execute(
            "UPDATE ticket_types SET is_active = false WHERE organization_id = :tenant",
            {"tenant": uow.tenant},
        )

    await database.run(show.tenant, switch_off)

    with pytest.raises(NotOnSale):
        await database.run(show.tenant, place_order, VAULT, hold.state.id, hold.token, BUYER)


async def test_a_type_is_sold_in_its_least_number(database: Database, show: Show) -> None:
    async def ask_for_four(uow: UnitOfWork) -> None:
        await uow.execute(
            "UPDATE ticket_types SET min_per_order = 4 WHERE organization_id = :tenant",
            {"tenant": uow.tenant},
        )

    await database.run(show.tenant, ask_for_four)
    hold = await a_hold(database, show, 1, 2)

    with pytest.raises(TooFewTickets):
        await database.run(show.tenant, place_order, VAULT, hold.state.id, hold.token, BUYER)


async def test_what_costs_nothing_is_paid_at_once(database: Database, house: House) -> None:
    show = await database.run(house.organization_id, a_show, seat_price=0)

    order = await an_order(database, show, 1)

    assert order.status == "paid"
    assert len(await _tickets(database, show, order)) == 1
    assert await _balances(database, show) == {}
    assert await _is_sound(database, show)


async def test_paying_twice_gives_the_second_payment_back(database: Database, show: Show) -> None:
    order = await an_order(database, show, 1)
    payment, second = [await a_payment(database, show, order) for _ in range(2)]

    await pay(database, show, payment)
    settled = await pay(database, show, second)

    assert settled.outcome == "duplicate"
    assert settled.refunded_minor == settled.amount_minor
    assert len(await _tickets(database, show, order)) == 1
    assert await _is_sound(database, show)


async def test_late_money_is_honoured_while_the_seats_are_free(
    database: Database, show: Show, clock: TravelClock
) -> None:
    order = await an_order(database, show, 1, floor=2)
    payment = await a_payment(database, show, order)
    clock.travel(LATER)
    await database.run(show.tenant, sweep)
    assert (await read(database, show, order)).status == "expired"

    settled = await pay(database, show, payment)

    assert settled.outcome == "honoured"
    assert (await read(database, show, order)).status == "paid"
    assert await _is_sound(database, show)


async def test_late_money_goes_back_when_a_seat_is_gone(
    database: Database, show: Show, clock: TravelClock
) -> None:
    order = await an_order(database, show, 1, 2)
    payment = await a_payment(database, show, order)
    clock.travel(LATER)
    await a_hold(database, show, 2)

    settled = await pay(database, show, payment)

    assert settled.outcome == "unavailable"
    assert settled.refunded_minor == order.total
    assert (await read(database, show, order)).status == "expired"
    assert (await _seat(database, show, 1)).hold_id is None
    assert await _tickets(database, show, order) == []
    assert await _is_sound(database, show)


async def test_a_seat_that_changed_hands_and_came_back_is_free_and_so_honoured(
    database: Database, show: Show, clock: TravelClock
) -> None:
    order = await an_order(database, show, 1)
    payment = await a_payment(database, show, order)
    clock.travel(LATER)
    await a_hold(database, show, 1)
    clock.travel(LATER)

    assert (await pay(database, show, payment)).outcome == "honoured"
    assert await _is_sound(database, show)


async def test_late_money_goes_back_when_the_pool_is_full(
    database: Database, show: Show, clock: TravelClock
) -> None:
    order = await an_order(database, show, floor=3)
    payment = await a_payment(database, show, order)
    clock.travel(LATER)
    for _ in range(5):
        await a_hold(database, show, floor=10)

    settled = await pay(database, show, payment)

    assert settled.outcome == "unavailable"
    assert await _is_sound(database, show)


async def test_an_order_that_nobody_pays_gives_its_places_back(
    database: Database, show: Show, clock: TravelClock
) -> None:
    order = await an_order(database, show, 1, floor=2)
    clock.travel(LATER)

    assert await database.run(show.tenant, sweep) == 1
    assert await database.run(show.tenant, sweep) == 0

    assert (await read(database, show, order)).status == "expired"
    assert (await _seat(database, show, 1)).hold_id is None
    assert await _is_sound(database, show)


async def test_a_paid_order_is_refunded_not_canceled(database: Database, show: Show) -> None:
    order = await a_paid_order(database, show, 1)

    with pytest.raises(IllegalAct):
        await database.run(show.tenant, cancel_order, order.id)


async def test_one_ticket_is_given_back_and_its_seat_sold_again(
    database: Database, show: Show
) -> None:
    order = await a_paid_order(database, show, 1, 2)
    ticket = (await _tickets(database, show, order))[0]

    refund = await database.run(show.tenant, refund_tickets, order.id, [ticket.id], reason="ill")

    assert refund is not None
    assert refund.amount_minor == ticket.price
    assert (await read(database, show, order)).status == "partially_refunded"
    again = await a_paid_order(database, show, 1)
    assert again.status == "paid"
    assert await _is_sound(database, show)


async def test_giving_all_back_leaves_nothing_in_the_books(database: Database, show: Show) -> None:
    order = await a_paid_order(database, show, 1, 2, floor=3)
    first = (await _tickets(database, show, order))[0]
    refunds = [
        await database.run(show.tenant, refund_tickets, order.id, chosen, reason="all of it")
        for chosen in ([first.id], None)
    ]
    for refund in refunds:
        assert refund is not None
        await payments.submit_refund(database, show.tenant, refund.id)

    order = await read(database, show, order)
    assert order.status == "refunded"
    assert order.refunded == order.total
    assert await _balances(database, show) == {}
    assert await _is_sound(database, show)


async def test_a_fee_that_is_not_refundable_stays(database: Database, house: House) -> None:
    settings = {"is_fee_refundable": False}
    show = await database.run(house.organization_id, a_show, settings=settings)
    order = await a_paid_order(database, show, 1, 2)

    refund = await database.run(show.tenant, refund_tickets, order.id, None, reason="rain")

    assert refund is not None
    assert refund.amount_minor == order.total - order.charged_fee
    assert (await _balances(database, show))[ledger.chart.FEE_REVENUE] == order.fee
    assert await _is_sound(database, show)


async def test_a_ticket_is_given_back_once(database: Database, show: Show) -> None:
    order = await a_paid_order(database, show, 1, 2)
    ticket = (await _tickets(database, show, order))[0]
    await database.run(show.tenant, refund_tickets, order.id, [ticket.id], reason="ill")

    with pytest.raises(NothingToRefund):
        await database.run(show.tenant, refund_tickets, order.id, [ticket.id], reason="again")
    with pytest.raises(NotFound):
        await database.run(show.tenant, refund_tickets, order.id, [order.id], reason="no ticket")


async def test_a_seat_can_be_kept_off_sale_after_a_refund(database: Database, show: Show) -> None:
    order = await a_paid_order(database, show, 1, floor=2)

    await database.run(
        show.tenant,
        refund_tickets,
        order.id,
        None,
        reason="broken",
        keep_seats_off_sale=True,
    )

    with pytest.raises(SeatTaken):
        await a_hold(database, show, 1)

    async def capacity(uow: UnitOfWork) -> int:
        return (await uow.get(EventPool, show.pool_id)).capacity

    assert await database.run(show.tenant, capacity) == 48
    assert await _is_sound(database, show)


async def test_a_voided_ticket_is_worth_nothing_and_frees_its_seat(
    database: Database, show: Show
) -> None:
    order = await a_paid_order(database, show, 1)
    ticket = (await _tickets(database, show, order))[0]

    await database.run(show.tenant, void_ticket, ticket.id, reason="stolen")

    assert (await _tickets(database, show, order))[0].status == "voided"
    assert (await a_paid_order(database, show, 1)).status == "paid"
    assert await _is_sound(database, show)


async def test_the_box_office_sells_for_cash_in_one_act(database: Database, show: Show) -> None:
    order = await database.run(
        show.tenant,
        sell_at_box_office,
        VAULT,
        CounterSale(
            event_id=show.event_id,
            buyer=Buyer(name="Somebody at the window", email=""),
            seats=[(5, None), (6, None)],
            pools=[show.floor(1)],
        ),
    )

    assert (order.status, order.channel) == ("paid", "box_office")
    assert len(await _tickets(database, show, order)) == 3
    assert (await _balances(database, show))[ledger.chart.BANK] == order.total
    assert await _is_sound(database, show)


async def test_the_box_office_sells_nothing_that_somebody_holds(
    database: Database, show: Show
) -> None:
    await a_hold(database, show, 5)

    with pytest.raises(SeatTaken):
        await database.run(
            show.tenant,
            sell_at_box_office,
            VAULT,
            CounterSale(event_id=show.event_id, buyer=BUYER, seats=[(5, None), (6, None)]),
        )

    assert (await _seat(database, show, 6)).hold_id is None
    assert await _is_sound(database, show)


async def test_an_orders_link_opens_it_and_its_codes_hold_at_the_door(
    database: Database, show: Show
) -> None:
    order = await a_paid_order(database, show, 1)

    shown = await database.run(
        show.tenant, order_by_token, VAULT, order.id, VAULT.order_token(order.id)
    )
    keys = await database.run(show.tenant, event_public_keys, show.event_id)
    code = verify_code(
        shown.codes[shown.tickets[0].id], {key.key_id: key.public_bytes for key in keys}
    )
    found = await database.run(show.tenant, ticket_by_credential, code.fields.credential_id)

    assert found is not None
    assert (found.id, found.status, found.row_label) == (shown.tickets[0].id, "sold", "A")
    with pytest.raises(NotFound):
        await database.run(show.tenant, order_by_token, VAULT, order.id, "wrong")


async def test_a_ticket_type_sells_the_categories_it_names_at_its_own_price(
    database: Database, show: Show
) -> None:
    async def add(uow: UnitOfWork) -> UUID:
        kind = await create_ticket_type(
            uow,
            NewTicketType(
                event_id=show.event_id,
                name="Child",
                categories=[STALLS],
                price_kind="percentage",
                price_value=5000,
            ),
        )
        return kind.id

    child = await database.run(show.tenant, add)
    order = await database.run(
        show.tenant,
        sell_at_box_office,
        VAULT,
        CounterSale(event_id=show.event_id, buyer=BUYER, seats=[(1, child)]),
    )

    assert order.total == 2000 + 50 + 50


async def test_the_state_of_a_hold_tells_that_it_is_being_paid(
    database: Database, show: Show
) -> None:
    hold = await a_hold(database, show, 1)
    await database.run(show.tenant, place_order, VAULT, hold.state.id, hold.token, BUYER)

    state = await database.run(show.tenant, read_hold, hold.state.id, hold.token)

    assert state.expires_at - hold.state.acquired_at > timedelta(minutes=14)

    async def lines(uow: UnitOfWork) -> int:
        return len(await uow.all(select(Order).where(Order.hold_id == hold.state.id)))

    assert await database.run(show.tenant, lines) == 1
