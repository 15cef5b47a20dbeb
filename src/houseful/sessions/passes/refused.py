"""A card's provider refuses the money of a pass that was ended: it is owed, and tried again."""

from collections.abc import Collection
from uuid import UUID

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.payments import Refund, Transaction, failed_refunds, retry_refund
from houseful.sessions.facts import PassRefundRefused
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.passes.service import PAYABLE_KIND


async def note_refused_pass_refund(uow: UnitOfWork, refund_id: UUID) -> None:
    """Let a pass hold what its card did not take; other refunds do not concern us."""
    refund, held = await _of_pass(uow, refund_id)
    if held is None:
        return
    if refund.attempt == 1:
        held.deferred_minor += refund.amount_minor
        await audit.record(uow, "sessions.customer_pass.refund_refused", held)
        await uow.flush()
    await uow.announce(
        PassRefundRefused(
            subject_id=held.id, amount_minor=refund.amount_minor, attempt=refund.attempt
        )
    )


async def note_pass_refund(uow: UnitOfWork, refund_id: UUID) -> None:
    """Say of money that was refused, and was sent again, that the pass holds it no longer."""
    refund, held = await _of_pass(uow, refund_id)
    if held is None or refund.attempt == 1:
        return
    held.deferred_minor -= refund.amount_minor
    await audit.record(uow, "sessions.customer_pass.refunded", held)
    await uow.flush()


async def refused_pass_refunds(
    uow: UnitOfWork, customer_pass_ids: Collection[UUID] | None = None
) -> dict[UUID, Refund]:
    """Return what cards did not take of passes, of all or of some, by the pass's id."""
    return await failed_refunds(uow, PAYABLE_KIND, customer_pass_ids)


async def pay_pass_back_again(uow: UnitOfWork, customer_pass_id: UUID) -> CustomerPass:
    """Send once more what a card did not take. Harmless when there is nothing of that."""
    held = await uow.get(CustomerPass, customer_pass_id, lock=True)
    refund = (await refused_pass_refunds(uow, [customer_pass_id])).get(customer_pass_id)
    if refund is not None:
        await retry_refund(uow, refund.id, refund.version)
    return held


async def _of_pass(uow: UnitOfWork, refund_id: UUID) -> tuple[Refund, CustomerPass | None]:
    refund = await uow.get(Refund, refund_id)
    transaction = await uow.get(Transaction, refund.transaction_id)
    if transaction.payable_kind != PAYABLE_KIND:
        return refund, None
    return refund, await uow.get(CustomerPass, transaction.payable_id, lock=True)
