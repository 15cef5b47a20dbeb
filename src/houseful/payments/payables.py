"""What can be paid for: rooms above say how, payments knows none of them."""

from typing import Literal, Protocol
from uuid import UUID

import msgspec

from houseful.kernel.database import UnitOfWork
from houseful.payments.models import Refund, Transaction

Outcome = Literal["honoured", "unavailable", "duplicate"]


class PayableView(msgspec.Struct, frozen=True):
    """What is to be paid, and where the payer goes afterwards."""

    amount_minor: int
    currency: str
    title: str
    return_path: str


class Payable(Protocol):
    """A kind of thing that is paid for; one without a deadline inherits how it turns money away."""

    async def describe(self, uow: UnitOfWork, payable_id: UUID) -> PayableView:
        """Return what is to be paid; raises `NothingToPay`."""
        ...

    async def honour(self, uow: UnitOfWork, transaction: Transaction) -> Outcome:
        """Give what was paid for and post the sale, or say why that is no longer possible."""
        ...

    async def turn_away(self, uow: UnitOfWork, transaction: Transaction) -> Outcome:  # noqa: ARG002 (for who overrides it)
        """Give nothing for money that came after its deadline, and say unavailable or duplicate."""
        return "unavailable"

    async def take_back(self, uow: UnitOfWork, refund: Refund, payable_id: UUID) -> None:
        """Take back what a refund is for that waited, and is approved now; or raise why not."""


_payables: dict[str, Payable] = {}


def register_payable(kind: str, payable: Payable) -> None:
    """Let things of this kind be paid for."""
    _payables[kind] = payable


def payable_named(kind: str) -> Payable:
    """Return how things of this kind are paid for."""
    return _payables[kind]
