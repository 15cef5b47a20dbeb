"""Whatever happens in whatever order: sold once, within capacity, every hold ends, books balance.

Hypothesis plays a house for an evening: people hold, change their minds, order, pay, pay late, are
told twice, get refunds, come to the door; clerks sell over the counter; time passes; and after each
step the invariants are asked that `houseful doctor` asks.
"""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from houseful import ledger, payments, ticketing
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.jobs import Worker
from houseful.kernel.problems import Conflict
from houseful.kernel.states import IllegalAct
from houseful.scanning import Attempt, scan_ticket
from houseful.scanning.rules import admits
from houseful.ticketing.models import EventPool, Hold
from houseful.ticketing.orders.fulfilment import PAID
from tests.builders.accounts import a_house
from tests.builders.ticketing import BUYER, VAULT, Show, a_hold, a_show
from tests.builders.ticketing import a_payment as begin_to_pay
from tests.conftest import TestCluster

SEATS = 6
FLOOR = 8
DEEDS: list[payments.Deed] = ["succeed", "succeed", "decline", "wrong_amount", "succeed_late"]

UNSWEPT = "no hold is active long after its time"
"""Sweeping is a deed of its own here; that no hold is left over, the end asks."""

T = TypeVar("T")


class Evening(RuleBasedStateMachine):
    """One house, one event of six seats and a floor for eight."""

    runner: asyncio.Runner
    database: Database
    clock: TravelClock

    holds = Bundle("holds")
    orders = Bundle("orders")
    attempts = Bundle("attempts")

    show: Show
    paid: set[UUID]
    inside: set[UUID]
    are_doors_open: bool

    @initialize()
    def open_house(self) -> None:
        """Begin with an event on sale."""
        house = self._wait(a_house(self.database, f"house-{new_id().hex}"))
        self.show = self._wait(
            self.database.run(
                house.organization_id, a_show, rows=1, seats_per_row=SEATS, standing=FLOOR
            )
        )
        self.paid = set()
        self.inside = set()
        self.are_doors_open = False

    @rule(
        target=holds,
        seats=st.sets(st.integers(0, SEATS - 1), max_size=3),
        floor=st.integers(0, 4),
    )
    def hold(self, seats: set[int], floor: int) -> Any:
        """Somebody wants places."""
        if not seats and not floor:
            return multiple()
        taken = self._try(a_hold(self.database, self.show, *seats, floor=floor))
        return multiple() if taken is None else taken

    @rule(hold=holds)
    def extend(self, hold: ticketing.TakenHold) -> None:
        """Somebody needs more time."""
        before = hold.state.acquired_at
        state = self._try(
            ticketing.extend_hold(self.database, self.show.tenant, hold.state.id, hold.token)
        )
        assert state is None or state.acquired_at == before

    @rule(hold=holds)
    def release(self, hold: ticketing.TakenHold) -> None:
        """Somebody changes their mind."""
        self._try(
            ticketing.release_hold(self.database, self.show.tenant, hold.state.id, hold.token)
        )

    @rule(target=orders, hold=holds)
    def order(self, hold: ticketing.TakenHold) -> Any:
        """Somebody orders what they hold."""
        placed = self._try(
            self._run(ticketing.place_order, VAULT, hold.state.id, hold.token, BUYER)
        )
        return multiple() if placed is None else placed

    @rule(target=attempts, order=orders)
    def go_to_the_provider(self, order: ticketing.Order) -> Any:
        """Somebody goes to the provider."""
        payment = self._try(begin_to_pay(self.database, self.show, order))
        return multiple() if payment is None else payment

    @rule(payment=attempts, deed=st.sampled_from(DEEDS))
    def use_card(self, payment: payments.Transaction, deed: payments.Deed) -> None:
        """The card does something, and nobody tells us."""
        self._wait(self._run(payments.tell_sandbox, _reference(payment), deed))

    @rule(payment=attempts, messengers=st.integers(1, 3))
    def bring_news(self, payment: payments.Transaction, messengers: int) -> None:
        """The browser comes back, or the provider sends word, or all at once."""
        settled = self._wait(_together([self._settle(payment) for _ in range(messengers)]))
        assert len({(one.status, one.outcome) for one in settled}) == 1
        if settled[0].outcome == "honoured":
            self.paid.add(settled[0].payable_id)

    @rule(order=orders)
    def call_off(self, order: ticketing.Order) -> None:
        """Somebody calls an unpaid order off."""
        self._wait(ticketing.stop_payments(self.database, self.show.tenant, order.id))
        self._try(self._run(ticketing.cancel_order, order.id, reason="no time"))

    @rule(order=orders, whole=st.booleans(), off_sale=st.booleans())
    def refund(self, order: ticketing.Order, whole: bool, off_sale: bool) -> None:
        """The house gives money back for all of an order, or for one of its tickets."""
        ticket = self._a_ticket(order)
        chosen = None if whole or ticket is None else [ticket.id]
        self._try(
            self._run(
                ticketing.refund_tickets,
                order.id,
                chosen,
                reason="asked",
                keep_seats_off_sale=off_sale,
            )
        )

    @rule(payment=attempts, refuse=st.booleans())
    def refuse_refunds(self, payment: payments.Transaction, refuse: bool) -> None:
        """The provider will not give this money back, or will again."""
        reference = _reference(payment)
        self._wait(self._run(payments.refuse_refunds, reference, refuse=refuse))

    @rule(order=orders)
    def void(self, order: ticketing.Order) -> None:
        """The house makes a ticket worthless."""
        if ticket := self._a_ticket(order):
            self._try(self._run(ticketing.void_ticket, ticket.id, reason="abuse"))

    @rule(seat=st.integers(0, SEATS - 1), till=st.sampled_from(["cash", "card_terminal"]))
    def sell_at_box_office(self, seat: int, till: Any) -> None:
        """A clerk sells a seat."""
        sold = self._try(
            self._run(
                ticketing.sell_at_box_office,
                VAULT,
                ticketing.CounterSale(
                    event_id=self.show.event_id, buyer=BUYER, seats=[(seat, None)], payment=till
                ),
            )
        )
        if sold is not None:
            self.paid.add(sold.id)

    @rule(order=orders, direction=st.sampled_from(["in", "in", "out"]))
    def scan(self, order: ticketing.Order, direction: Any) -> None:
        """Somebody comes to the door, or leaves."""
        ticket = self._a_ticket(order)
        if ticket is None:
            return
        shown = self._wait(self._run(ticketing.show_ticket, VAULT, ticket.id))
        attempt = Attempt(
            scan_id=new_id(),
            event_id=self.show.event_id,
            code=shown.code or "",
            direction=direction,
        )
        verdict = self._wait(self._run(scan_ticket, attempt))
        if admits(verdict.result):
            assert ticket.status == "sold"
            assert ticket.id not in self.inside
            self.inside.add(ticket.id)
        elif verdict.result == "exit_ok":
            self.inside.discard(ticket.id)

    @rule(minutes=st.integers(1, 20))
    def let_time_pass(self, minutes: int) -> None:
        """Time passes."""
        self.clock.travel(timedelta(minutes=minutes))

    @precondition(lambda self: not self.are_doors_open)
    @rule()
    def open_doors(self) -> None:
        """It is evening."""
        self.are_doors_open = True
        self.clock.travel(timedelta(days=30))

    @rule()
    def tidy_up(self) -> None:
        """What time has ended is swept, what waits is done."""
        self._wait(ticketing.stop_overdue_payments(self.database, self.show.tenant))
        self._wait(self._run(ticketing.sweep))
        self._wait(Worker(self.database).drain())

    @invariant()
    def everything_agrees(self) -> None:
        """Places, orders, tickets, payments and books agree."""
        if hasattr(self, "show"):
            assert self._wait(self._run(_violations)) == []

    def teardown(self) -> None:
        """When all is over no hold is left, what was paid is paid, and every cent is somewhere."""
        if not hasattr(self, "show"):
            return
        self.clock.travel(timedelta(hours=5))
        self._wait(ticketing.stop_overdue_payments(self.database, self.show.tenant))
        while self._wait(self._run(ticketing.sweep)):
            pass
        self._wait(Worker(self.database).drain())
        assert self._wait(self._run(_violations)) == []
        assert self._wait(self._run(_open_holds)) == 0
        assert self._wait(self._run(_held)) == 0
        assert self.paid <= self._wait(self._run(_paid_orders))
        assert self._wait(self._run(_money)) == 0

    def _settle(self, payment: payments.Transaction) -> Coroutine[Any, Any, payments.Transaction]:
        return payments.settle(self.database, self.show.tenant, "sandbox", _reference(payment))

    def _a_ticket(self, order: ticketing.Order) -> ticketing.Ticket | None:
        return self._wait(
            self._run(
                lambda uow: uow.first(
                    select(ticketing.Ticket)
                    .where(ticketing.Ticket.order_id == order.id)
                    .order_by(ticketing.Ticket.id)
                )
            )
        )

    def _run(self, use_case: Any, *args: Any, **kwargs: Any) -> Coroutine[Any, Any, Any]:
        return self.database.run(self.show.tenant, use_case, *args, **kwargs)

    def _wait(self, act: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(act)

    def _try(self, act: Coroutine[Any, Any, T]) -> T | None:
        """Return what came of it, or None when it was refused as not possible now."""
        try:
            return self._wait(act)
        except (Conflict, IllegalAct):
            return None


def test_no_course_of_events_breaks_the_house(
    test_cluster: TestCluster, database_name: str
) -> None:
    with asyncio.Runner() as runner:
        clock = TravelClock()
        database = Database(test_cluster.app_url(database_name), clock=clock)
        machine = type(
            "ThisEvening",
            (Evening,),
            {"runner": runner, "database": database, "clock": clock},
        )
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=10,
                    stateful_step_count=30,
                    deadline=None,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(database.close())


async def _together(acts: list[Coroutine[Any, Any, T]]) -> list[T]:
    return list(await asyncio.gather(*acts))


async def _violations(uow: UnitOfWork) -> list[str]:
    found = [
        *await ticketing.violations(uow),
        *await payments.violations(uow),
        *await ledger.unbalanced_entries(uow),
    ]
    return [one for one in found if not one.startswith(UNSWEPT)]


async def _open_holds(uow: UnitOfWork) -> int:
    return await uow.first(
        select(func.count())
        .select_from(Hold)
        .where(Hold.organization_id == uow.tenant, Hold.status == "active")
    )


async def _held(uow: UnitOfWork) -> int:
    return await uow.first(
        select(func.sum(EventPool.held)).where(EventPool.organization_id == uow.tenant)
    )


async def _paid_orders(uow: UnitOfWork) -> set[UUID]:
    return set(
        await uow.all(
            select(ticketing.Order.id).where(
                ticketing.Order.organization_id == uow.tenant, ticketing.Order.status.in_(PAID)
            )
        )
    )


async def _money(uow: UnitOfWork) -> int:
    """Return what the books have more than was captured and not given back."""
    chart = ledger.chart
    booked = sum(
        account.balance_minor
        for account in await ledger.trial_balance(uow)
        if account.code in {chart.PROVIDER_CLEARING, chart.BANK}
    )
    captured = await uow.first(
        select(func.coalesce(func.sum(payments.Transaction.captured_minor), 0)).where(
            payments.Transaction.organization_id == uow.tenant
        )
    )
    given_back = await uow.first(
        select(func.coalesce(func.sum(payments.Refund.amount_minor), 0)).where(
            payments.Refund.organization_id == uow.tenant, payments.Refund.status == "succeeded"
        )
    )
    return booked - int(captured) + int(given_back)


def _reference(payment: payments.Transaction) -> str:
    assert payment.provider_payment_id is not None
    return payment.provider_payment_id
