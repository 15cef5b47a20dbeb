"""What came for deposits and went back, in our books: each movement posted and noted once."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from houseful import ledger
from houseful.hire.deposits.facts import DepositReturned
from houseful.hire.deposits.models import Deposit, DepositPayment
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id


async def has_payment(uow: UnitOfWork, deposit_id: UUID, direction: str, reference: str) -> bool:
    """Whether money went in that direction under that reference already."""
    found = await uow.first(
        select(DepositPayment.id).where(
            DepositPayment.organization_id == uow.tenant,
            DepositPayment.deposit_id == deposit_id,
            DepositPayment.direction == direction,
            DepositPayment.reference == reference,
        )
    )
    return found is not None


def note(
    uow: UnitOfWork,
    deposit: Deposit,
    direction: str,
    amount_minor: int,
    reference: str,
    note: str,
    entry_id: UUID,
) -> UUID:
    """Write down what came for a deposit, went back, or was kept; return the payment's id."""
    payment = DepositPayment(
        organization_id=uow.tenant,
        id=new_id(),
        deposit_id=deposit.id,
        direction=direction,
        amount_minor=amount_minor,
        currency=deposit.currency,
        reference=reference,
        note=note,
        at=uow.now,
        entry_id=entry_id,
    )
    uow.add(payment)
    return payment.id


async def post(
    uow: UnitOfWork, deposit: Deposit, kind: str, what: str, lines: Sequence[ledger.Line]
) -> UUID:
    """Post what happened to a deposit, once for what happened; return the entry."""
    return await ledger.post(
        uow,
        ledger.Entry(
            kind=kind,
            source_key=f"deposit:{deposit.id}:{what}",
            subject_kind="deposit",
            subject_id=deposit.id,
            currency=deposit.currency,
            lines=lines,
            memo=deposit.title,
        ),
    )


async def tell_returned(uow: UnitOfWork, deposit: Deposit, payment_id: UUID) -> None:
    """Announce that money of a deposit went back."""
    await uow.announce(
        DepositReturned(subject_id=deposit.id, booking_id=deposit.booking_id, payment_id=payment_id)
    )
