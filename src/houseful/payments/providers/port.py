"""What a provider can be asked for. None of it happens inside a transaction of ours."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from houseful.kernel.database import Database
from houseful.payments.payables import PayableView


class Opened(msgspec.Struct, frozen=True):
    """A payment that the provider waits for; `address` is where the payer goes."""

    provider_payment_id: str
    address: str


class ProviderState(msgspec.Struct, frozen=True):
    """The provider's truth about a payment; `paid_at` says when it took the money, if it tells."""

    status: Literal["pending", "succeeded", "failed", "canceled"]
    amount_minor: int
    currency: str
    paid_at: datetime | None = None


class RefundOrder(msgspec.Struct, frozen=True):
    """Money to be given back; `key` is the attempt's own, so that asking twice pays once."""

    provider_payment_id: str
    key: str
    amount_minor: int


class RefundAnswer(msgspec.Struct, frozen=True):
    """The provider's id of the refund, or None and why it was refused."""

    provider_refund_id: str | None
    failure: str = ""


class Notice(msgspec.Struct, frozen=True):
    """A provider's message: that something happened to a payment. What, it is asked for."""

    notice_id: str
    provider_payment_id: str


class Provider(Protocol):
    """Whoever takes the money."""

    name: str
    label: str
    """What payers read, unless the organisation says otherwise."""
    clearing_account: str
    """The ledger account that holds what this provider has taken."""
    is_at_till: bool
    """Whether it is taken over the counter, and settled in the same act."""

    async def open(
        self, database: Database, organization_id: UUID, transaction_id: UUID, what: PayableView
    ) -> Opened:
        """Ask the provider to wait for a payment; asking twice gives the same one."""
        ...

    async def fetch(
        self, database: Database, organization_id: UUID, provider_payment_id: str
    ) -> ProviderState:
        """Ask for the provider's truth."""
        ...

    async def cancel(
        self, database: Database, organization_id: UUID, provider_payment_id: str
    ) -> ProviderState:
        """Ask to take no more money for a payment, and return what is true then; twice is once.

        Canceled or failed is final: it will not be paid. Succeeded says that it was paid already,
        pending that it can be neither called off nor told: the bank has it.
        """
        ...

    async def refund(
        self, database: Database, organization_id: UUID, order: RefundOrder
    ) -> RefundAnswer:
        """Give money back, once per key."""
        ...

    def read_notice(
        self, key: bytes, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Notice:
        """Return what a message says, if it is the provider's; raises `BadSignature`.

        `key` is what the provider signs with for one organisation; the raw bytes are verified.
        """
        ...
