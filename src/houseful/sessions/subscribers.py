"""What sessions do when time has passed, or money is back."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import structlog

from houseful.accounts import organization_ids
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import chore
from houseful.kernel.outbox import Fact
from houseful.kernel.subscriptions import subscribe, subscribe_outside
from houseful.payments import RefundFailed, RefundSucceeded, close_attempts
from houseful.sessions.bookings.attending import end_session, remind_of_sessions, sessions_to_end
from houseful.sessions.bookings.billing import remind_debtors
from houseful.sessions.bookings.cancelling import expire_held, give_up_overlapping_offers
from houseful.sessions.bookings.card_refunds import note_card_refund, note_refused_refund
from houseful.sessions.bookings.payables import TOP_UP_KIND
from houseful.sessions.bookings.paying import end_overdue_payments, end_payments
from houseful.sessions.bookings.standing import enroll_standing
from houseful.sessions.bookings.waiting import end_overlapping_waits
from houseful.sessions.catalogue.scheduling import extend_series, series_to_extend
from houseful.sessions.facts import (
    BookingCancelled,
    BookingConfirmed,
    BookingLapsed,
    BookingSettled,
    PassSold,
    WalletToppedUp,
)
from houseful.sessions.passes.refused import note_pass_refund, note_refused_pass_refund
from houseful.sessions.passes.service import PAYABLE_KIND as PASS_KIND
from houseful.sessions.passes.service import end_freezes, expire_passes
from houseful.sessions.wallets.service import lapse_all_bonus

OFTEN_SECONDS = 15
SELDOM_SECONDS = 600

Batch = Callable[[UnitOfWork], Awaitable[int]]
Find = Callable[[UnitOfWork], Awaitable[Sequence[UUID]]]
Act = Callable[[UnitOfWork, UUID], Awaitable[object]]

log = structlog.get_logger(__name__)


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
    await give_up_overlapping_offers(uow, fact.subject_id)


async def end_open_payments(database: Database, organization_id: UUID, fact: Fact) -> None:
    """End what is still open at a provider for a place that is paid otherwise, or gone."""
    await end_payments(database, organization_id, fact.subject_id)


for end in (BookingConfirmed, BookingSettled, BookingCancelled, BookingLapsed):
    subscribe_outside(end)(end_open_payments)


@subscribe_outside(PassSold)
async def end_open_payments_of_a_pass(
    database: Database, organization_id: UUID, fact: PassSold
) -> None:
    """End the other pages at which the pass could be paid for once more."""
    await close_attempts(database, organization_id, PASS_KIND, fact.subject_id)


@subscribe_outside(WalletToppedUp)
async def end_open_payments_of_a_top_up(
    database: Database, organization_id: UUID, fact: WalletToppedUp
) -> None:
    """End the other pages at which the top-up could be paid once more."""
    await close_attempts(database, organization_id, TOP_UP_KIND, fact.top_up_id)


@chore(every_seconds=OFTEN_SECONDS)
async def tend_bookings(database: Database) -> None:
    """Let go of what nobody paid for, close what is over, remind of what is near."""
    for organization_id in await database.run(None, organization_ids):
        tend = _Tending(database, organization_id)
        await end_overdue_payments(database, organization_id)
        await tend.all_of(expire_held)
        await tend.each_of(sessions_to_end, end_session)
        await tend.all_of(remind_of_sessions)


@chore(every_seconds=SELDOM_SECONDS)
async def tend_series_and_funds(database: Database) -> None:
    """Make sessions that have come near; end passes and bonus; remind debtors."""
    for organization_id in await database.run(None, organization_ids):
        tend = _Tending(database, organization_id)
        await tend.each_of(series_to_extend, _extend)
        await tend.all_of(end_freezes)
        await tend.all_of(expire_passes)
        await tend.all_of(lapse_all_bonus)
        await tend.all_of(remind_debtors)


async def _extend(uow: UnitOfWork, series_id: UUID) -> None:
    await enroll_standing(uow, await extend_series(uow, series_id))


class _Tending:
    """What is due in a house, step by step: one that fails is tried again, the others go on."""

    def __init__(self, database: Database, organization_id: UUID) -> None:
        self._database = database
        self._tenant = organization_id

    async def all_of(self, batch: Batch) -> None:
        """Run a batch until nothing is left of it."""
        while await self._run(batch):
            pass

    async def each_of(self, find: Find, act: Act) -> None:
        """Do with each of those that are found what is due."""
        found: Sequence[UUID] = await self._run(find) or []
        for subject_id in found:
            await self._run(act, subject_id)

    async def _run(self, step: Any, *given: UUID) -> Any:
        try:
            return await self._database.run(self._tenant, step, *given)
        except Exception as error:
            log.warning(
                "sessions_not_tended",
                organization=str(self._tenant),
                step=step.__name__,
                subject=[str(one) for one in given],
                exc_info=error,
            )
            return None
