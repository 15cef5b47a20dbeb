"""What messages are made with: where links lead, what signs them, and the way out."""

from datetime import datetime
from uuid import UUID

from houseful.hire.contracts.sending import link_token
from houseful.kernel.settings import Settings
from houseful.messaging.transport import MailTransport
from houseful.sessions import address_proof, booking_token, key_of
from houseful.ticketing import Vault

PRODUCT = "Houseful"


class Mailroom:
    """The mail of this installation; the application provides it to its database."""

    def __init__(self, settings: Settings, secret: str) -> None:
        self.base_url = settings.base_url
        self.is_production = settings.is_production
        self.transport = MailTransport(settings)
        self.vault = Vault(secret)
        self._secret = secret
        self._sessions_key = key_of(secret)

    @property
    def shows_links(self) -> bool:
        """Whether an office may read mail that holds somebody's link: where none goes out at all.

        In production nobody but the recipient reads it.
        """
        return not self.is_production and not self.transport.is_configured

    def url(self, path: str) -> str:
        """Return the address of one of our pages."""
        return f"{self.base_url}{path}"

    def order_url(self, slug: str, order_id: UUID) -> str:
        """Return the link that opens an order, for who has it."""
        token = self.vault.order_token(order_id)
        return self.url(f"/{slug}/orders/{order_id}?token={token}")

    def booking_url(self, slug: str, booking_id: UUID) -> str:
        """Return the link that opens a guest's booking of a session, for who has it."""
        token = booking_token(self._sessions_key, booking_id)
        return self.url(f"/{slug}/sessions/bookings/{booking_id}?token={token}")

    def account_url(self, slug: str, email: str, now: datetime) -> str:
        """Return the link that proves that an address is the reader's."""
        return self.url(f"/{slug}/account?proof={address_proof(self._sessions_key, email, now)}")

    def signing_url(self, slug: str, signer_id: UUID, link_number: int) -> str:
        """Return the link at which somebody signs, for who has it."""
        token = link_token(self._secret, signer_id, link_number)
        return self.url(f"/sign/{slug}/{signer_id}/{token}")
