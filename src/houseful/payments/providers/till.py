"""Over the counter: cash, or a card at the house's own terminal. Settled in the act of selling."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from houseful.kernel.database import Database
from houseful.ledger import chart
from houseful.payments.payables import PayableView
from houseful.payments.problems import BadSignature, UnknownProvider
from houseful.payments.providers.port import (
    Notice,
    Opened,
    ProviderState,
    RefundAnswer,
    RefundOrder,
)


class TillProvider:
    """What a clerk takes and records; nobody else knows of it, so nobody can be asked."""

    is_at_till = True

    def __init__(self, name: str, *, label: str, clearing_account: str) -> None:
        self.name = name
        self.label = label
        self.clearing_account = clearing_account

    async def open(
        self, database: Database, organization_id: UUID, transaction_id: UUID, what: PayableView
    ) -> Opened:
        """Refuse: it is taken at the box office, where it settles in the same act."""
        raise UnknownProvider(f"{self.label} is taken at the box office only.")

    async def fetch(
        self, database: Database, organization_id: UUID, provider_payment_id: str
    ) -> ProviderState:
        """Refuse: it was settled when it was taken."""
        raise UnknownProvider(f"{self.label} is settled when it is taken.")

    async def cancel(
        self, database: Database, organization_id: UUID, provider_payment_id: str
    ) -> ProviderState:
        """Refuse: it was settled when it was taken."""
        raise UnknownProvider(f"{self.label} is settled when it is taken.")

    async def refund(
        self, database: Database, organization_id: UUID, order: RefundOrder
    ) -> RefundAnswer:
        """Record that the clerk gives the money back over the counter."""
        return RefundAnswer(f"{self.name}-{order.key}")

    def read_notice(
        self, key: bytes, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Notice:
        """Refuse: a till sends no messages."""
        raise BadSignature


CASH = TillProvider("cash", label="Cash", clearing_account=chart.BANK)
TERMINAL = TillProvider(
    "terminal", label="Card at the box office", clearing_account=chart.PROVIDER_CLEARING
)
