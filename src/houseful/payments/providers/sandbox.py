"""The sandbox: a card that can be told to succeed, decline, be late or pay another amount.

It plays an external system: its state is in a table of its own, reached in transactions of its own,
and the rest of payments asks it as it would ask anybody else.
"""

from typing import Literal
from uuid import UUID

from sqlalchemy import select

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import NotFound
from houseful.ledger import chart
from houseful.payments.models import SandboxPayment
from houseful.payments.payables import PayableView
from houseful.payments.providers.port import Opened, ProviderState

Deed = Literal["succeed", "decline", "cancel", "wrong_amount"]


class SandboxProvider:
    """A provider to try things with; switched off in production."""

    name = "sandbox"
    clearing_account = chart.PROVIDER_CLEARING

    async def open(
        self, database: Database, organization_id: UUID, transaction_id: UUID, what: PayableView
    ) -> Opened:
        """Wait for a card; the reference is the transaction's, so asking twice is harmless."""
        reference = f"sbx_{transaction_id.hex}"

        async def wait(uow: UnitOfWork) -> None:
            if await _find(uow, reference) is None:
                uow.add(
                    SandboxPayment(
                        organization_id=organization_id,
                        id=new_id(),
                        reference=reference,
                        amount_minor=what.amount_minor,
                        currency=what.currency,
                        return_path=what.return_path,
                        title=what.title,
                    )
                )

        await database.run(organization_id, wait)
        return Opened(reference, f"/sandbox/{organization_id}/{reference}")

    async def fetch(
        self, database: Database, organization_id: UUID, provider_payment_id: str
    ) -> ProviderState:
        """Return what the card did."""
        payment = await database.run(organization_id, read_sandbox_payment, provider_payment_id)
        status = payment.status
        assert status in {"pending", "succeeded", "failed", "canceled"}
        amount = payment.paid_minor or payment.amount_minor
        return ProviderState(status, amount, payment.currency)  # type: ignore[arg-type]

    async def refund(
        self,
        database: Database,
        organization_id: UUID,
        provider_payment_id: str,
        refund_id: UUID,
        amount_minor: int,
    ) -> str | None:
        """Give money back, as far as it was paid."""

        async def give_back(uow: UnitOfWork) -> str | None:
            payment = await read_sandbox_payment(uow, provider_payment_id, lock=True)
            if payment.refunded_minor + amount_minor > payment.paid_minor:
                return None
            payment.refunded_minor += amount_minor
            return f"sbxr_{refund_id.hex}"

        return await database.run(organization_id, give_back)


async def read_sandbox_payment(
    uow: UnitOfWork, reference: str, *, lock: bool = False
) -> SandboxPayment:
    """Return the sandbox's payment; raises `NotFound`."""
    payment = await _find(uow, reference, lock=lock)
    if payment is None:
        raise NotFound
    return payment


async def tell_sandbox(uow: UnitOfWork, reference: str, deed: Deed) -> SandboxPayment:
    """Let the card do something; what is done is not undone by a second deed."""
    payment = await read_sandbox_payment(uow, reference, lock=True)
    if payment.status == "succeeded":
        return payment
    if deed in {"succeed", "wrong_amount"}:
        payment.status = "succeeded"
        payment.paid_minor = payment.amount_minor - (1 if deed == "wrong_amount" else 0)
    else:
        payment.status = "failed" if deed == "decline" else "canceled"
    await uow.flush()
    return payment


async def _find(uow: UnitOfWork, reference: str, *, lock: bool = False) -> SandboxPayment | None:
    statement = select(SandboxPayment).where(
        SandboxPayment.organization_id == uow.tenant, SandboxPayment.reference == reference
    )
    return await uow.first(statement.with_for_update() if lock else statement)
