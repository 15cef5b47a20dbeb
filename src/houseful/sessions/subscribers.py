"""What sessions do when time has passed, or money is back."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from houseful.accounts import organization_ids
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import chore
from houseful.kernel.subscriptions import subscribe
from houseful.payments import RefundFailed, RefundSucceeded
from houseful.sessions.bookings.attending import end_session, remind_of_sessions, sessions_to_end
from houseful.sessions.bookings.billing import remind_debtors
from houseful.sessions.bookings.cancelling import expire_held
from houseful.sessions.bookings.card_refunds import note_card_refund, note_refused_refund
from houseful.sessions.bookings.standing import enroll_standing
from houseful.sessions.bookings.waiting import end_overlapping_waits
from houseful.sessions.catalogue.scheduling import extend_series, series_to_extend
from houseful.sessions.facts import BookingConfirmed
from houseful.sessions.passes.refused import note_pass_refund, note_refused_pass_refund
from houseful.sessions.passes.service import expire_passes
from houseful.sessions.wallets.service import lapse_all_bonus

OFTEN_SECONDS = 15
SELDOM_SECONDS = 600

Batch = Callable[[UnitOfWork], Awaitable[int]]


@subscribe(RefundSucceeded)
async def follow_refund(uow: UnitOfWork, fact: RefundSucceeded) -> None:
    """Say of a request whose money is on the card again that it has succeeded."""
    await note_card_refund(uow, fact.subject_id)
    await note_pass_refund(uow, fact.subject_id)


@subscribe(RefundFailed)
async def follow_refused_refund(uow: UnitOfWork, fact: RefundFailed) -> None:
    """Count money that the card's provider did not take as not given back."""
    await note_refused_refund(uow, fact.subject_id)
    await note_refused_pass_refund(uow, fact.subject_id)


@subscribe(BookingConfirmed)
async def end_waits(uow: UnitOfWork, fact: BookingConfirmed) -> None:
    """Let nobody wait for what is on while they are elsewhere."""
    await end_overlapping_waits(uow, fact.subject_id)


@chore(every_seconds=OFTEN_SECONDS)
async def tend_bookings(database: Database) -> None:
    """Let go of what nobody paid for, close what is over, remind of what is near."""
    for organization_id in await database.run(None, organization_ids):
        await _drain(database, organization_id, expire_held)
        for session_id in await database.run(organization_id, sessions_to_end):
            await database.run(organization_id, end_session, session_id)
        await _drain(database, organization_id, remind_of_sessions)


@chore(every_seconds=SELDOM_SECONDS)
async def tend_series_and_funds(database: Database) -> None:
    """Make sessions that have come near; end passes and bonus; remind debtors."""
    for organization_id in await database.run(None, organization_ids):
        for series_id in await database.run(organization_id, series_to_extend):
            await database.run(organization_id, _extend, series_id)
        await _drain(database, organization_id, expire_passes)
        await _drain(database, organization_id, lapse_all_bonus)
        await _drain(database, organization_id, remind_debtors)


async def _extend(uow: UnitOfWork, series_id: UUID) -> None:
    await enroll_standing(uow, await extend_series(uow, series_id))


async def _drain(database: Database, organization_id: UUID, batch: Any) -> None:
    while await database.run(organization_id, batch):
        pass
