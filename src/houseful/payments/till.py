"""Money at the till for what the caller hands over in the same unit of work, many at once."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.payments.methods import require_offered
from houseful.payments.models import Transaction
from houseful.payments.problems import UnknownProvider
from houseful.payments.providers import provider_named
from houseful.payments.states import TRANSACTION


class Taking(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken, in minor units, and for what; `reference` is what the terminal printed."""

    payable_kind: str
    payable_id: UUID
    amount_minor: int
    currency: str
    provider: str
    reference: str = ""


async def require_at_till(uow: UnitOfWork, provider: str) -> None:
    """Raise `UnknownProvider` for a way to pay that the house does not take at the till."""
    if not provider_named(provider).is_at_till:
        raise UnknownProvider(f"{provider} is not taken at the box office.")
    await require_offered(uow, provider)


async def record_takings(uow: UnitOfWork, takings: Sequence[Taking]) -> list[Transaction]:
    """Record what was taken, in the same order, as honoured: nobody is asked to honour it.

    The caller has seen that the ways to pay are taken at the till, and posts the sales.
    """
    transactions = [_transaction(uow, taking) for taking in takings]
    uow.add(*transactions)
    await uow.flush()
    return transactions


def _transaction(uow: UnitOfWork, taking: Taking) -> Transaction:
    transaction_id = new_id()
    return Transaction(
        organization_id=uow.tenant,
        id=transaction_id,
        payable_kind=taking.payable_kind,
        payable_id=taking.payable_id,
        amount_minor=taking.amount_minor,
        currency=taking.currency,
        captured_minor=taking.amount_minor,
        captured_currency=taking.currency,
        provider=taking.provider,
        provider_payment_id=f"{taking.provider}-{transaction_id}",
        details={"reference": taking.reference} if taking.reference else {},
        status=TRANSACTION.next("initiated", "succeed"),
        outcome="honoured",
        settled_at=uow.now,
    )
