"""The sandbox: a card that can be told to succeed, decline, be late or pay another amount.

It plays an external system: its state is in a table of its own, reached in transactions of its own,
and the rest of payments asks it as it would ask anybody else.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound
from houseful.ledger import chart
from houseful.payments.models import SandboxPayment
from houseful.payments.payables import PayableView
from houseful.payments.providers.port import (
    Notice,
    Opened,
    ProviderState,
    RefundAnswer,
    RefundOrder,
)
from houseful.payments.providers.signatures import check_signature

Deed = Literal["succeed", "decline", "cancel", "wrong_amount", "succeed_late"]
LATE_AFTER = timedelta(minutes=30)
"""Later than an order may be paid for, and its places wait for the bank's word, by default."""


class SandboxProvider:
    """A provider to try things with; switched off in production."""

    name = "sandbox"
    label = "Sandbox card"
    is_at_till = False
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
        """Return what the card did, by now."""
        payment = await database.run(organization_id, _come_true, provider_payment_id)
        return _state(payment)

    async def cancel(
        self, database: Database, organization_id: UUID, provider_payment_id: str
    ) -> ProviderState:
        """Close the payment, unless it was paid, or the bank has it to pay late."""
        return _state(await database.run(organization_id, _close, provider_payment_id))

    async def refund(
        self, database: Database, organization_id: UUID, order: RefundOrder
    ) -> RefundAnswer:
        """Give money back, as far as it was paid; a key that was seen before pays nothing more."""

        async def pay_back(uow: UnitOfWork) -> RefundAnswer:
            payment = await read_sandbox_payment(uow, order.provider_payment_id, lock=True)
            refund_id = f"sbxr_{order.key}"
            if order.key in payment.refunds:
                return RefundAnswer(refund_id)
            if payment.refunds_fail:
                return RefundAnswer(None, "The sandbox was told to refuse refunds.")
            if payment.refunded_minor + order.amount_minor > payment.paid_minor:
                return RefundAnswer(None, "The sandbox has not received that much.")
            payment.refunded_minor += order.amount_minor
            payment.refunds = [*payment.refunds, order.key]
            return RefundAnswer(refund_id)

        return await database.run(organization_id, pay_back)

    def read_notice(
        self, key: bytes, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Notice:
        """Return what a message says, signed as Standard Webhooks are; raises `BadSignature`."""
        notice_id = check_signature(key, headers, body, now)
        try:
            message = msgspec.json.decode(body, type=SandboxMessage)
        except msgspec.DecodeError as error:
            raise Invalid.at("/payment", "Say which payment it is about.") from error
        return Notice(notice_id, message.payment)


class SandboxMessage(msgspec.Struct, frozen=True):
    """The body of the sandbox's messages: the payment's reference."""

    payment: str


async def read_sandbox_payment(
    uow: UnitOfWork, reference: str, *, lock: bool = False
) -> SandboxPayment:
    """Return the sandbox's payment; raises `NotFound`."""
    payment = await _find(uow, reference, lock=lock)
    if payment is None:
        raise NotFound
    return payment


async def tell_sandbox(uow: UnitOfWork, reference: str, deed: Deed) -> SandboxPayment:
    """Let the card do something; what is done is not undone by a second deed.

    What succeeds late is pending until then, also for who asks; the bank has it, so that it cannot
    be called off. What is closed stays so.
    """
    payment = await _come_true(uow, reference)
    if payment.status == "succeeded" or payment.is_closed:
        return payment
    payment.succeeds_at = uow.now + LATE_AFTER if deed == "succeed_late" else None
    if deed == "succeed_late":
        payment.status = "pending"
    elif deed in {"succeed", "wrong_amount"}:
        payment.status = "succeeded"
        payment.paid_minor = payment.amount_minor - (1 if deed == "wrong_amount" else 0)
        payment.paid_at = uow.now
    else:
        payment.status = "failed" if deed == "decline" else "canceled"
    await uow.flush()
    return payment


async def refuse_refunds(uow: UnitOfWork, reference: str, *, refuse: bool = True) -> None:
    """Let the sandbox refuse refunds of a payment, or take them again."""
    payment = await read_sandbox_payment(uow, reference, lock=True)
    payment.refunds_fail = refuse
    await uow.flush()


async def _come_true(uow: UnitOfWork, reference: str) -> SandboxPayment:
    payment = await read_sandbox_payment(uow, reference, lock=True)
    if payment.status != "succeeded" and payment.succeeds_at and payment.succeeds_at <= uow.now:
        payment.status = "succeeded"
        payment.paid_minor = payment.amount_minor
        payment.paid_at = payment.succeeds_at
        await uow.flush()
    return payment


async def _close(uow: UnitOfWork, reference: str) -> SandboxPayment:
    payment = await _come_true(uow, reference)
    if payment.status != "succeeded" and payment.succeeds_at is None:
        payment.status = "canceled"
        payment.is_closed = True
        await uow.flush()
    return payment


def _state(payment: SandboxPayment) -> ProviderState:
    status = payment.status
    assert status in {"pending", "succeeded", "failed", "canceled"}
    amount = payment.paid_minor or payment.amount_minor
    return ProviderState(status, amount, payment.currency, payment.paid_at)  # type: ignore[arg-type] (asserted)


async def _find(uow: UnitOfWork, reference: str, *, lock: bool = False) -> SandboxPayment | None:
    statement = select(SandboxPayment).where(
        SandboxPayment.organization_id == uow.tenant, SandboxPayment.reference == reference
    )
    return await uow.first(statement.with_for_update() if lock else statement)
