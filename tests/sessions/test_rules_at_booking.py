"""The rules of an activity, a pass and the house, where somebody books, waits and cancels."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from houseful.kernel.database import UnitOfWork
from houseful.sessions.bookings.cancelling import cancel_booking, expire_held
from houseful.sessions.bookings.models import SessionBooking, WaitingEntry
from houseful.sessions.bookings.wishes import ExtraWish
from houseful.sessions.catalogue.models import Activity, Session
from houseful.sessions.catalogue.schemas import ActivityChanges, NewExtra, SettingsChanges
from houseful.sessions.catalogue.service import create_extra, update_activity
from houseful.sessions.catalogue.settings import update_settings
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.passes.service import (
    end_freezes,
    expire_passes,
    freeze_pass,
    resume_pass,
)
from houseful.sessions.problems import PassNotUsable
from houseful.sessions.wallets.models import Wallet
from tests.builders.sessions import a_booking, a_customer, a_pass, a_session, a_wallet, an_activity
from tests.sessions.test_bookings import KEY, Desk
from tests.sessions.test_waiting import a_full_session, desk

__all__ = ["desk"]
LATE = datetime(2031, 6, 2, 21, tzinfo=UTC)
"""Eleven in the evening in Berlin."""
MORNING = datetime(2031, 6, 3, 6, tzinfo=UTC)
"""Eight in the morning there."""


def _tenders(booking: SessionBooking) -> dict[str, int]:
    paid = Counter[str]()
    for one in booking.tenders:
        paid[one.kind] += one.amount_minor
    return paid


@pytest.mark.parametrize(
    ("rules", "paid", "said"),
    [
        ({"bonus_share_percent": 20}, {"bonus": 460, "wallet": 1000}, "at most 20 % of a price"),
        ({"bonus_share_percent": 0}, {"wallet": 1000}, "Bonus is not taken for this."),
        (
            {"allowed_payment_methods": ["pass", "wallet", "card"]},
            {"wallet": 1000},
            "Bonus is not taken for this.",
        ),
        (
            {"allowed_payment_methods": ["pass", "bonus", "card"]},
            {"bonus": 2300},
            "€27.00 bonus is left.",
        ),
    ],
)
async def test_bonus_pays_its_share_and_not_for_what_is_excluded(
    desk: Desk, rules: dict[str, Any], paid: dict[str, int], said: str
) -> None:
    async def book(uow: UnitOfWork) -> tuple[SessionBooking, Wallet]:
        customer = await a_customer(uow)
        wallet = await a_wallet(uow, customer.id, 1000, bonus=5000)
        mat = await create_extra(uow, NewExtra(name="Mat", price=400, stock=2))
        session = await a_session(uow, await an_activity(uow, **rules))
        return await a_booking(uow, session.id, customer.id, extras=[ExtraWish(mat.id, 2)]), wallet

    booking, wallet = await desk.run(book)

    assert _tenders(booking) == paid
    assert booking.due_minor == 2300 - sum(paid.values())
    assert said in " ".join(booking.explanation)
    after = await desk.read(Wallet, wallet.id)
    assert (after.bonus_minor, after.cash_minor) == (
        5000 - paid.get("bonus", 0),
        1000 - paid.get("wallet", 0),
    )


async def test_an_offer_made_at_night_stands_until_people_are_up(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[SessionBooking, list[WaitingEntry]]:
        await update_settings(uow, 0, SettingsChanges(offer_minutes=60))
        return await a_full_session(uow, waiting=2)

    booking, (first, second) = await desk.run(prepare)
    desk.clock.freeze(LATE)
    await desk.run(cancel_booking, KEY, booking.id)

    offered = await desk.read(WaitingEntry, first.id)
    assert (offered.status, offered.offered_until) == ("offered", MORNING + timedelta(hours=1))
    held = await desk.read(SessionBooking, offered.booking_id)
    assert held.held_until == offered.offered_until
    desk.clock.freeze(MORNING)
    assert await desk.run(expire_held) == 0
    desk.clock.freeze(MORNING + timedelta(hours=1))
    assert await desk.run(expire_held) == 1
    assert (await desk.read(WaitingEntry, second.id)).offered_until == MORNING + timedelta(hours=2)


async def test_without_quiet_hours_an_offer_ends_at_night(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[SessionBooking, list[WaitingEntry]]:
        await update_settings(
            uow, 0, SettingsChanges(offer_minutes=60, quiet_from=0, quiet_until=0)
        )
        return await a_full_session(uow, waiting=1)

    booking, (first,) = await desk.run(prepare)
    desk.clock.freeze(LATE)
    await desk.run(cancel_booking, KEY, booking.id)

    assert (await desk.read(WaitingEntry, first.id)).offered_until == LATE + timedelta(hours=1)


async def _a_used_pass(desk: Desk, **terms: Any) -> CustomerPass:
    """A pass of thirty days whose clock has begun, and that nothing is booked with any more."""

    async def prepare(uow: UnitOfWork) -> CustomerPass:
        customer = await a_customer(uow)
        held = await a_pass(uow, customer.id, validity_days=30, **terms)
        await a_booking(uow, (await a_session(uow)).id, customer.id)
        return held

    held = await desk.run(prepare)
    desk.clock.travel(timedelta(days=4))
    return await desk.read(CustomerPass, held.id)


async def test_a_pass_is_frozen_for_so_many_days_and_no_more(desk: Desk) -> None:
    began = await _a_used_pass(desk, freeze_days_max=10)
    for days in (6, 20):
        await desk.run(freeze_pass, began.id)
        desk.clock.travel(timedelta(days=days))
        held = await desk.run(resume_pass, began.id)

    assert held.frozen_days_used == 10
    assert began.expires_at is not None
    assert held.expires_at == began.expires_at + timedelta(days=10)
    with pytest.raises(PassNotUsable, match="cannot be frozen any longer"):
        await desk.run(freeze_pass, began.id)


async def test_a_pass_that_may_not_be_frozen_is_not(desk: Desk) -> None:
    held = await _a_used_pass(desk)

    with pytest.raises(PassNotUsable):
        await desk.run(freeze_pass, held.id)


async def test_nobody_books_with_a_frozen_pass(desk: Desk) -> None:
    held = await _a_used_pass(desk, freeze_days_max=10)
    await desk.run(freeze_pass, held.id)

    async def book(uow: UnitOfWork) -> SessionBooking:
        await a_wallet(uow, held.customer_id, 1500)
        session = await a_session(uow, await an_activity(uow, name="Evening Yoga"))
        return await a_booking(uow, session.id, held.customer_id)

    assert _tenders(await desk.run(book)) == {"wallet": 1500}


async def test_a_pass_goes_on_by_itself_once_it_was_frozen_for_all_its_days(desk: Desk) -> None:
    began = await _a_used_pass(desk, freeze_days_max=10)
    await desk.run(freeze_pass, began.id)
    desk.clock.travel(timedelta(days=10, seconds=-1))
    assert await desk.run(end_freezes) == 0
    desk.clock.travel(timedelta(days=5))
    assert await desk.run(end_freezes) == 1
    assert await desk.run(end_freezes) == 0

    held = await desk.read(CustomerPass, began.id)
    assert (held.status, held.frozen_days_used) == ("active", 10)
    assert began.expires_at is not None
    assert held.expires_at == began.expires_at + timedelta(days=10)
    desk.clock.freeze(held.expires_at)
    assert await desk.run(expire_passes) == 1


async def test_a_booking_is_cancelled_under_the_rules_that_it_was_made_under(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[SessionBooking, Activity, dict[str, Any]]:
        activity = await an_activity(uow, late_fee=500)
        booking = await a_booking(uow, (await a_session(uow, activity)).id)
        return booking, activity, dict(booking.policy)

    async def tighten(uow: UnitOfWork, activity: Activity) -> Activity:
        changes = ActivityChanges(
            cancellation_window_hours=None, late_fee=None, is_refundable=False, name="Hot Yoga"
        )
        return await update_activity(uow, activity.id, activity.version, changes)

    booking, activity, made_under = await desk.run(prepare)
    now_under = await desk.run(tighten, activity)
    session = await desk.read(Session, booking.session_id)
    desk.clock.freeze(session.starts_at - timedelta(hours=2))
    cancelled = await desk.run(cancel_booking, KEY, booking.id)

    assert (cancelled.fee_minor, cancelled.refunded_minor) == (500, 1000)
    kept = await desk.read(SessionBooking, booking.id)
    assert kept.policy == made_under
    assert kept.policy["activityVersion"] == activity.version < now_under.version
    assert kept.policy_text.startswith("It can be cancelled free of charge until 1 day before")
    assert kept.activity_name == "Morning Yoga"
