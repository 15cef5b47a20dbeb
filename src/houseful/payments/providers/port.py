"""What a provider can be asked for. None of it happens inside a transaction of ours."""

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
    """The provider's truth about a payment."""

    status: Literal["pending", "succeeded", "failed", "canceled"]
    amount_minor: int
    currency: str


class Provider(Protocol):
    """Whoever takes the money."""

    name: str
    clearing_account: str
    """The ledger account that holds what this provider has taken."""

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

    async def refund(
        self,
        database: Database,
        organization_id: UUID,
        provider_payment_id: str,
        refund_id: UUID,
        amount_minor: int,
    ) -> str | None:
        """Give money back, once per `refund_id`; return the provider's id, or None if refused."""
        ...
