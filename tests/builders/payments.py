"""A thing to pay for, and a card to pay it with."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.ledger import Entry, chart, credit, debit, post
from houseful.payments import (
    Deed,
    Outcome,
    Payable,
    PayableView,
    Transaction,
    open_payment,
    payables,
    provider_named,
    register_payable,
    start_payment,
    tell_sandbox,
)

PRICE = 2500


class Gift(Payable):
    """A payable of the tests: it is there once, for who pays first, while it is there at all."""

    def __init__(self) -> None:
        self.is_gone = False
        self.honoured: list[UUID] = []

    async def describe(self, uow: UnitOfWork, payable_id: UUID) -> PayableView:
        """Say what it costs."""
        return PayableView(PRICE, "EUR", "A gift", "/thanks")

    async def honour(self, uow: UnitOfWork, transaction: Transaction) -> Outcome:
        """Hand it over, once."""
        if transaction.payable_id in self.honoured:
            return "duplicate"
        if self.is_gone:
            return "unavailable"
        self.honoured.append(transaction.payable_id)
        clearing = provider_named(transaction.provider).clearing_account
        await post(
            uow,
            Entry(
                kind="sale",
                source_key=f"sale:{transaction.payable_id}",
                subject_kind="gift",
                subject_id=transaction.payable_id,
                currency="EUR",
                lines=[debit(clearing, PRICE), credit(chart.ORGANISER_FUNDS, PRICE)],
            ),
        )
        return "honoured"


@contextmanager
def a_gift() -> Iterator[Gift]:
    """Let gifts be paid for during a test."""
    gift = Gift()
    register_payable("gift", gift)
    yield gift
    payables._payables.pop("gift")


async def an_open_payment(
    database: Database, tenant: UUID, payable_id: UUID | None = None
) -> Transaction:
    """Start a sandbox payment and open it."""
    transaction = await database.run(
        tenant, start_payment, "gift", payable_id or new_id(), provider="sandbox"
    )
    await open_payment(database, tenant, transaction.id)

    async def read(uow: UnitOfWork) -> Transaction:
        return await uow.get(Transaction, transaction.id)

    return await database.run(tenant, read)


async def the_card_does(
    database: Database, tenant: UUID, transaction: Transaction, deed: Deed
) -> None:
    """Let the sandbox's card do something."""
    assert transaction.provider_payment_id is not None
    await database.run(tenant, tell_sandbox, transaction.provider_payment_id, deed)
