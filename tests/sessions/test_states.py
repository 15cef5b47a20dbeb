"""The rules of bookings by themselves: states, what covers a bill, what cancelling costs."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from houseful.sessions.bookings.rules import cancellation_terms
from houseful.sessions.catalogue.rules import why_not_bookable
from houseful.sessions.covering import Bill, Funds, PassOffer, cover
from houseful.sessions.passes.rules import Holding, Slot, refund_value, visit_value, why_not_usable
from houseful.sessions.states import (
    ATTENDANCE,
    LIVE_PLACES,
    MONEY,
    PASS,
    PLACE,
    REFUND_REQUEST,
    STATUSES,
    WAITING,
    booking_status,
)

NOW = datetime(2031, 6, 2, 10, tzinfo=UTC)
AMOUNTS = st.integers(0, 10_000)


class BookingMachine(RuleBasedStateMachine):
    """A booking on its three axes, whatever is done to it in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.place, self.attendance, self.money = "held", "unknown", "none"
        self.ends: set[str] = set()

    @rule(act=st.sampled_from(["confirm", "expire", "cancel", "cancel_late", "call_off"]))
    def move_place(self, act: str) -> None:
        if PLACE.allows(self.place, act):
            self.place = PLACE.next(self.place, act)
            if self.place not in LIVE_PLACES:
                self.ends.add(self.place)

    @precondition(lambda self: self.place == "confirmed")
    @rule(act=st.sampled_from(["check_in", "miss", "undo"]))
    def mark(self, act: str) -> None:
        if ATTENDANCE.allows(self.attendance, act):
            self.attendance = ATTENDANCE.next(self.attendance, act)

    @rule(act=st.sampled_from(sorted({act for s in MONEY.states for act in MONEY.acts(s)})))
    def move_money(self, act: str) -> None:
        if MONEY.allows(self.money, act):
            self.money = MONEY.next(self.money, act)

    @invariant()
    def the_status_is_one_that_is_documented(self) -> None:
        assert booking_status(self.place, self.attendance, self.money) in STATUSES

    @invariant()
    def what_has_ended_stays_ended(self) -> None:
        assert len(self.ends) <= 1
        assert not self.ends or self.place in self.ends

    @invariant()
    def who_has_no_place_neither_attends_nor_misses(self) -> None:
        status = booking_status(self.place, self.attendance, self.money)
        assert status not in {"attended", "no_show"} or self.place == "confirmed"


TestBookingMachine = BookingMachine.TestCase


def test_the_ends_of_every_machine_are_what_they_should_be() -> None:
    assert PLACE.ends == {"expired", "cancelled", "late_cancelled", "seller_cancelled"}
    assert MONEY.ends == {"waived", "written_off"}
    assert WAITING.ends == {"accepted", "lapsed", "declined", "left", "closed"}
    assert PASS.ends == {"cancelled"}
    assert REFUND_REQUEST.ends == frozenset()


def a_pass_offer(number: int, **fields: Any) -> PassOffer:
    """A pass that fits, unless said otherwise."""
    given: dict[str, Any] = {"name": f"Pass {number}", "bought_at": NOW} | fields
    return PassOffer(id=UUID(int=number), **given)


@given(
    price=AMOUNTS,
    extras=AMOUNTS,
    bonus=AMOUNTS,
    cash=AMOUNTS,
    share=st.integers(0, 100),
    methods=st.sets(st.sampled_from(["pass", "bonus", "wallet", "card"])),
    has_pass=st.booleans(),
)
def test_a_cover_pays_the_bill_exactly_and_takes_no_more_than_there_is(
    price: int, extras: int, bonus: int, cash: int, share: int, methods: set[str], has_pass: bool
) -> None:
    bill = Bill(
        price=price, extras=extras, currency="EUR", methods=methods, bonus_share_percent=share
    )
    passes = [a_pass_offer(1)] if has_pass else []
    found = cover(bill, Funds(passes, bonus, cash))

    covered = price if found.pass_id is not None else 0
    assert covered + found.money_minor == bill.total
    assert 0 <= found.bonus_minor <= bonus
    assert 0 <= found.wallet_minor <= cash
    assert found.bonus_minor <= (bill.total - covered) * share // 100
    assert found.bonus_minor == 0 or "bonus" in methods
    assert found.wallet_minor == 0 or "wallet" in methods
    assert found.pass_id is None or ("pass" in methods and price > 0)


def test_the_best_pass_is_unlimited_then_ends_first_then_is_narrow_then_old() -> None:
    soon, later = NOW + timedelta(days=3), NOW + timedelta(days=9)
    order = [
        a_pass_offer(5, expires_at=later),
        a_pass_offer(6, sessions_left=3, expires_at=soon, breadth=1),
        a_pass_offer(4, sessions_left=3, expires_at=soon, breadth=9),
        a_pass_offer(3, sessions_left=3, expires_at=later),
        a_pass_offer(2, sessions_left=3, bought_at=NOW - timedelta(days=9)),
        a_pass_offer(1, sessions_left=3),
    ]
    bill = Bill(price=100, extras=0, currency="EUR", methods=["pass"])
    left = list(reversed(order))
    chosen: list[UUID] = []
    while left:
        found = cover(bill, Funds(left)).pass_id
        assert found is not None
        chosen.append(found)
        left = [one for one in left if one.id != found]

    assert chosen == [one.id for one in order]


def test_a_customer_can_choose_another_pass_or_none() -> None:
    offers = [a_pass_offer(1), a_pass_offer(2, sessions_left=1)]
    fields: dict[str, Any] = {"price": 100, "extras": 0, "currency": "EUR", "methods": ["pass"]}

    assert cover(Bill(**fields, pass_id=UUID(int=2)), Funds(offers)).pass_id == UUID(int=2)
    assert cover(Bill(**fields, avoids_pass=True), Funds(offers)).missing_minor == 100


@given(price=st.integers(0, 100_000), limit=st.integers(1, 40))
def test_the_visits_of_a_pass_are_worth_its_price(price: int, limit: int) -> None:
    left, values = price, list[int]()
    for used in range(limit):
        values.append(visit_value(left, limit, used))
        left -= values[-1]

    assert (left, sum(values)) == (0, price)
    assert max(values) - min(values) <= 1


def a_holding(**fields: Any) -> Holding:
    """A pass without any limits, unless said otherwise."""
    given: dict[str, Any] = {
        "status": "active",
        "sessions_limit": None,
        "sessions_used": 0,
        "validity_days": None,
        "starts_at": None,
        "expires_at": None,
        "frozen_from": None,
        "activity_ids": (),
        "weekdays": (),
        "from_time": "",
        "until_time": "",
        "daily_cap": None,
        "weekly_cap": None,
    } | fields
    return Holding(**given)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, ""),
        ({"status": "expired"}, "ended"),
        ({"status": "awaiting_payment"}, "not paid"),
        ({"activity_ids": [str(UUID(int=9))]}, "activity"),
        ({"activity_ids": [str(UUID(int=1))]}, ""),
        ({"weekdays": [1]}, "day of the week"),
        ({"from_time": "12:30"}, "time of the day"),
        ({"from_time": "12:00", "until_time": "12:01"}, ""),
        ({"sessions_limit": 2, "sessions_used": 2}, "no visits"),
        ({"starts_at": NOW - timedelta(days=9), "expires_at": NOW}, "ended by then"),
        ({"frozen_from": NOW - timedelta(days=1)}, "frozen"),
        ({"daily_cap": 1, "days": ("2031-06-02",)}, "that day"),
        ({"weekly_cap": 2, "days": ("2031-06-03", "2031-06-08")}, "that week"),
        ({"weekly_cap": 2, "days": ("2031-06-01", "2031-06-09")}, ""),
        (
            {
                "starts_at": NOW + timedelta(days=5),
                "expires_at": NOW + timedelta(days=12),
                "days": ("2031-06-13",),
            },
            "started its clock",
        ),
    ],
)
def test_a_pass_says_why_it_does_not_fit(fields: dict[str, Any], why: str) -> None:
    slot = Slot(UUID(int=1), NOW, "Europe/Berlin")

    found = why_not_usable(a_holding(**fields), slot)
    assert why in found
    assert bool(found) == bool(why)


def test_what_comes_back_of_a_pass_follows_its_policy() -> None:
    assert refund_value("none", 1000, 800, 0) == 0
    assert refund_value("full", 1000, 800, 0) == 1000
    assert refund_value("full", 1000, 800, 1) == 0
    assert refund_value("proportional", 1000, 800, 2) == 800


@given(
    paid=AMOUNTS,
    fee=st.one_of(st.none(), AMOUNTS),
    window=st.integers(0, 72),
    hours=st.floats(-5, 100, allow_nan=False),
    is_refundable=st.booleans(),
)
def test_what_is_kept_and_what_comes_back_is_what_was_paid(
    paid: int, fee: int | None, window: int, hours: float, is_refundable: bool
) -> None:
    terms = cancellation_terms(
        {"cancellationWindowHours": window, "lateFee": fee, "isRefundable": is_refundable},
        starts_at=NOW + timedelta(hours=hours),
        now=NOW,
        paid_minor=paid,
        has_visit=False,
        is_billed_later=False,
        total=paid,
    )

    assert terms.fee_minor + terms.back_minor == paid
    assert terms.fee_minor >= 0
    assert terms.back_minor >= 0
    assert terms.is_possible == (NOW + timedelta(hours=hours) > NOW)
    if terms.is_possible and not terms.is_late and is_refundable:
        assert terms.back_minor == paid


def test_booking_opens_at_a_time_that_the_venues_clock_shows() -> None:
    told = why_not_bookable(
        status="open",
        starts_at=datetime(2031, 7, 10, 16, tzinfo=UTC),
        timezone="America/New_York",
        booking_opens_hours=48,
        booking_closes_minutes=0,
        now=NOW,
    )

    assert told == "Booking opens on 2031-07-08 at 12:00 (America/New York)."
