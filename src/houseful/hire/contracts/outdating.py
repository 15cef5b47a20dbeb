"""A contract says when and where; when its booking is moved, it is marked until it is put right."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful import audit
from houseful.hire.contracts.acts import note_act
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.states import OUT_FOR_SIGNATURE
from houseful.kernel.database import UnitOfWork

SAYS_SO = OUT_FOR_SIGNATURE | {"sending", "signed"}
"""The states in which the document is fixed, and counts."""


async def mark_outdated(uow: UnitOfWork, booking_id: UUID) -> None:
    """Mark the booking's contracts whose document says another time or space by now.

    What is signed needs an addendum; what is out is voided and corrected.
    """
    contracts = await uow.all(
        select(Contract)
        .where(
            Contract.organization_id == uow.tenant,
            Contract.booking_id == booking_id,
            Contract.parent_id.is_(None),
            Contract.status.in_(SAYS_SO),
        )
        .order_by(Contract.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for contract in contracts:
        contract.outdated_at = uow.now
        await audit.record(uow, "hire.contract.outdated", contract)
        await note_act(uow, contract, "outdated")


async def bring_up_to_date_by(uow: UnitOfWork, addendum: Contract) -> None:
    """Take the mark off what a signed addendum adds to, if it was drawn up after the move."""
    assert addendum.parent_id is not None
    contract = await uow.get(Contract, addendum.parent_id, lock=True)
    marked_at = contract.outdated_at
    if marked_at is not None and addendum.sent_at is not None and addendum.sent_at >= marked_at:
        contract.outdated_at = None
        await audit.record(uow, "hire.contract.brought_up_to_date", contract)
        await note_act(uow, contract, "brought_up_to_date", details={"addendum": str(addendum.id)})


def is_outdated(of_booking: Any) -> Any:
    """Return the condition that a booking, as named in `of_booking`, has a marked contract."""
    return (
        select(Contract.id)
        .where(
            Contract.organization_id == of_booking.organization_id,
            Contract.booking_id == of_booking.id,
            Contract.outdated_at.is_not(None),
            Contract.status.in_(SAYS_SO),
        )
        .exists()
    )
