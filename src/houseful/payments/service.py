"""Paying: one way to settle, whoever brings the news, however often."""

from datetime import datetime
from uuid import UUID

import structlog
from msgspec import structs
from sqlalchemy import select

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import NotFound
from houseful.ledger import Entry, chart, credit, debit, post
from houseful.payments.facts import PaymentInReview
from houseful.payments.methods import choose_provider
from houseful.payments.models import OPEN, Transaction
from houseful.payments.payables import PayableView, payable_named
from houseful.payments.problems import NothingToPay, ProviderUnavailable
from houseful.payments.providers import provider_answers, provider_named
from houseful.payments.providers.port import ProviderState
from houseful.payments.refunds import request_refund
from houseful.payments.states import TRANSACTION
from houseful.payments.till import require_at_till

SETTLED = frozenset({"succeeded", "review"})
RETURN_PATH = "return_path"

log = structlog.get_logger(__name__)


async def start_payment(
    uow: UnitOfWork,
    payable_kind: str,
    payable_id: UUID,
    *,
    provider: str | None = None,
    deadline_at: datetime | None = None,
) -> Transaction:
    """Begin an attempt to pay, with the organisation's card unless a provider is named.

    Raises `NothingToPay` and `UnknownProvider`.
    """
    provider = await choose_provider(uow, provider)
    transaction = await _begin(uow, payable_kind, payable_id, provider, deadline_at)
    await uow.flush()
    return transaction


async def _begin(
    uow: UnitOfWork,
    payable_kind: str,
    payable_id: UUID,
    provider: str,
    deadline_at: datetime | None = None,
) -> Transaction:
    what = await payable_named(payable_kind).describe(uow, payable_id)
    transaction = Transaction(
        organization_id=uow.tenant,
        id=new_id(),
        payable_kind=payable_kind,
        payable_id=payable_id,
        amount_minor=what.amount_minor,
        currency=what.currency,
        provider=provider,
        deadline_at=deadline_at,
        status="initiated",
    )
    uow.add(transaction)
    return transaction


async def open_payment(database: Database, organization_id: UUID, transaction_id: UUID) -> str:
    """Ask the provider to wait for the payment; return the address that the payer goes to.

    The provider sends the payer back to us, whatever is paid for: see `come_back`. It is called
    between two transactions; a crash in between is mended by calling again. An attempt that was
    closed meanwhile is called off at the provider, too.
    Raises `NothingToPay` and `ProviderUnavailable`.
    """

    async def read(uow: UnitOfWork) -> tuple[str, PayableView]:
        transaction = await uow.get(Transaction, transaction_id)
        payable = payable_named(transaction.payable_kind)
        return transaction.provider, await payable.describe(uow, transaction.payable_id)

    async def store(uow: UnitOfWork, provider_payment_id: str) -> Transaction:
        transaction = await uow.get(Transaction, transaction_id, lock=True)
        if transaction.status == "initiated" and transaction.is_open:
            transaction.status = TRANSACTION.next(transaction.status, "open")
            transaction.provider_payment_id = provider_payment_id
            transaction.details = {**transaction.details, RETURN_PATH: what.return_path}
        return transaction

    name, what = await database.run(organization_id, read)
    by_us = structs.replace(what, return_path=f"/payments/{organization_id}/{transaction_id}/back")
    async with provider_answers(name):
        opened = await provider_named(name).open(database, organization_id, transaction_id, by_us)
    transaction = await database.run(organization_id, store, opened.provider_payment_id)
    if transaction.closed_at is not None:
        async with provider_answers(name):
            reference = opened.provider_payment_id
            await provider_named(name).cancel(database, organization_id, reference)
        raise NothingToPay(status=transaction.status)
    return opened.address


async def come_back(database: Database, organization_id: UUID, transaction_id: UUID) -> str:
    """Ask the provider what became of the payment; return the path where its payer goes on.

    A provider that does not answer now is asked again by the clock. Raises `NotFound`.
    """
    attempt = await database.run(organization_id, _attempt, transaction_id)
    if attempt.is_open and attempt.provider_payment_id:
        try:
            await settle(database, organization_id, attempt.provider, attempt.provider_payment_id)
        except ProviderUnavailable as problem:
            log.warning("payment_not_asked", payment=attempt.provider_payment_id, exc_info=problem)
    return attempt.details.get(RETURN_PATH) or "/"


async def settle(
    database: Database, organization_id: UUID, provider: str, provider_payment_id: str
) -> Transaction:
    """Bring a payment up to the provider's truth: from the browser, a notification or the clock.

    Money that can no longer be honoured, came after its deadline, or came twice, is on its way back
    when this returns.
    Raises `NotFound` and `ProviderUnavailable`.
    """
    async with provider_answers(provider):
        truth = await provider_named(provider).fetch(database, organization_id, provider_payment_id)
    return await database.run(organization_id, _settle, provider, provider_payment_id, truth)


async def take_at_till(
    uow: UnitOfWork,
    payable_kind: str,
    payable_id: UUID,
    *,
    provider: str = "cash",
    reference: str = "",
) -> Transaction:
    """Take cash or a card for a thing and hand it over, in this very unit of work.

    `reference` is what the terminal printed. Raises `NothingToPay` and `UnknownProvider`.
    """
    await require_at_till(uow, provider)
    transaction = await _begin(uow, payable_kind, payable_id, provider)
    transaction.provider_payment_id = f"{provider}-{transaction.id}"
    if reference:
        transaction.details = {"reference": reference}
    truth = ProviderState("succeeded", transaction.amount_minor, transaction.currency)
    return await apply_truth(uow, transaction, truth)


async def take_cash(uow: UnitOfWork, payable_kind: str, payable_id: UUID) -> Transaction:
    """Take cash for a thing and hand it over, in this very unit of work."""
    return await take_at_till(uow, payable_kind, payable_id)


async def take_honour_back(uow: UnitOfWork, transaction_id: UUID) -> None:
    """Note that what a payment was for is there no more: its payable can be paid for anew.

    The caller has asked for all of the money to go back.
    """
    transaction = await uow.get(Transaction, transaction_id, lock=True)
    transaction.outcome = "unavailable"
    await uow.flush()


async def find_transactions(
    uow: UnitOfWork, payable_kind: str, payable_id: UUID
) -> list[Transaction]:
    """Return every attempt to pay for a thing, the first first."""
    return list(
        await uow.all(
            select(Transaction)
            .where(
                Transaction.organization_id == uow.tenant,
                Transaction.payable_kind == payable_kind,
                Transaction.payable_id == payable_id,
            )
            .order_by(Transaction.id)
        )
    )


async def waiting_payments(
    uow: UnitOfWork, *, since: datetime, before: datetime
) -> list[tuple[str, str]]:
    """Return provider and reference of payments begun in that time that may still succeed."""
    rows = await uow.all(
        select(Transaction)
        .where(
            Transaction.organization_id == uow.tenant,
            Transaction.status.in_(OPEN),
            Transaction.closed_at.is_(None),
            Transaction.provider_payment_id.is_not(None),
            Transaction.created_at >= since,
            Transaction.created_at < before,
        )
        .order_by(Transaction.created_at)
    )
    return [(row.provider, row.provider_payment_id) for row in rows]


async def _attempt(uow: UnitOfWork, transaction_id: UUID) -> Transaction:
    return await uow.get(Transaction, transaction_id)


async def _settle(
    uow: UnitOfWork, provider: str, provider_payment_id: str, truth: ProviderState
) -> Transaction:
    transaction = await uow.first(
        select(Transaction)
        .where(
            Transaction.organization_id == uow.tenant,
            Transaction.provider == provider,
            Transaction.provider_payment_id == provider_payment_id,
        )
        .with_for_update()
    )
    if transaction is None:
        raise NotFound
    return await apply_truth(uow, transaction, truth)


async def apply_truth(
    uow: UnitOfWork, transaction: Transaction, truth: ProviderState
) -> Transaction:
    """Bring a payment, which is locked, up to what its provider says."""
    if transaction.status in SETTLED or truth.status == "pending":
        return transaction
    if truth.status in {"failed", "canceled"}:
        act = "fail" if truth.status == "failed" else "cancel"
        if TRANSACTION.allows(transaction.status, act):
            transaction.status = TRANSACTION.next(transaction.status, act)
        await uow.flush()
        return transaction
    transaction.settled_at = uow.now
    transaction.captured_minor = truth.amount_minor
    transaction.captured_currency = truth.currency
    if (truth.amount_minor, truth.currency) != (transaction.amount_minor, transaction.currency):
        await _put_aside(uow, transaction, truth)
    else:
        transaction.status = TRANSACTION.next(transaction.status, "succeed")
        payable = payable_named(transaction.payable_kind)
        is_late = _is_late(transaction, truth.paid_at or uow.now)
        act = payable.turn_away if is_late else payable.honour
        transaction.outcome = outcome = await act(uow, transaction)
        await uow.flush()
        if outcome != "honoured":
            why = "paid twice" if outcome == "duplicate" else "no longer available"
            await _give_back(uow, transaction, "paid too late" if is_late else why)
    await uow.flush()
    return transaction


def _is_late(transaction: Transaction, paid_at: datetime) -> bool:
    return transaction.deadline_at is not None and paid_at > transaction.deadline_at


async def _put_aside(uow: UnitOfWork, transaction: Transaction, truth: ProviderState) -> None:
    transaction.status = TRANSACTION.next(transaction.status, "doubt")
    transaction.outcome = "review"
    await _post_unapplied(uow, transaction, truth.amount_minor, truth.currency)
    await uow.announce(PaymentInReview(subject_id=transaction.id))


async def _give_back(uow: UnitOfWork, transaction: Transaction, why: str) -> None:
    amount = transaction.amount_minor
    await _post_unapplied(uow, transaction, amount, transaction.currency)
    await request_refund(
        uow,
        transaction.id,
        amount,
        reason=why,
        lines=[debit(chart.UNAPPLIED_PAYMENTS, amount)],
        allocation=[],
    )


async def _post_unapplied(
    uow: UnitOfWork, transaction: Transaction, amount_minor: int, currency: str
) -> None:
    clearing = provider_named(transaction.provider).clearing_account
    await post(
        uow,
        Entry(
            kind="unapplied_payment",
            source_key=f"unapplied:{transaction.id}",
            subject_kind="transaction",
            subject_id=transaction.id,
            currency=currency,
            lines=[debit(clearing, amount_minor), credit(chart.UNAPPLIED_PAYMENTS, amount_minor)],
        ),
    )
