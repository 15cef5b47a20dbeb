"""Cash over the counter: settled at once, given back at once."""

from uuid import UUID

from houseful.kernel.database import Database
from houseful.ledger import chart
from houseful.payments.payables import PayableView
from houseful.payments.problems import UnknownProvider
from houseful.payments.providers.port import Opened, ProviderState


class CashProvider:
    """The till."""

    name = "cash"
    clearing_account = chart.BANK

    async def open(
        self, database: Database, organization_id: UUID, transaction_id: UUID, what: PayableView
    ) -> Opened:
        """Refuse: cash is taken at the box office, where it settles in the same act."""
        raise UnknownProvider("Cash is taken at the box office only.")

    async def fetch(
        self, database: Database, organization_id: UUID, provider_payment_id: str
    ) -> ProviderState:
        """Refuse: nobody but us knows of cash."""
        raise UnknownProvider("Cash is settled when it is taken.")

    async def refund(
        self,
        database: Database,
        organization_id: UUID,
        provider_payment_id: str,
        refund_id: UUID,
        amount_minor: int,
    ) -> str | None:
        """Give the money back over the counter."""
        return f"cash-{refund_id}"
