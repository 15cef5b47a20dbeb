"""What only this installation's secret can do: open event keys, and make the tokens of links.

Tokens are derived, not stored: a mail can name an order's link long after it was placed, and the
database knows no more than their hashes.
"""

from functools import lru_cache
from uuid import UUID

from houseful.kernel.secrets import derive_key, keyed_digest, open_sealed, seal

TOKEN_CHARACTERS = 43


class Vault:
    """The keys of ticketing; make one of the application's secret, and keep it."""

    def __init__(self, secret: str) -> None:
        self._seal_key = derive_key(secret, "ticketing event keys")
        self._link_key = derive_key(secret, "ticketing links")

    def order_token(self, order_id: UUID) -> str:
        """Return the token that the link to an order carries."""
        return keyed_digest(self._link_key, "order", str(order_id))[:TOKEN_CHARACTERS]

    def ticket_token(self, ticket_id: UUID) -> str:
        """Return the secure token that the link to a ticket carries."""
        return keyed_digest(self._link_key, "ticket", str(ticket_id))[:TOKEN_CHARACTERS]

    def seal_private(self, event_id: UUID, private_bytes: bytes) -> bytes:
        """Seal an event's private key for storage."""
        return seal(private_bytes, key=self._seal_key, context=event_id.bytes)

    def open_private(self, event_id: UUID, sealed: bytes) -> bytes:
        """Return an event's private key; raises `SealBroken` when the secret is another one."""
        return open_sealed(sealed, key=self._seal_key, context=event_id.bytes)


@lru_cache(4)
def vault_of(secret: str) -> Vault:
    """Return the vault of the application's secret, made once."""
    return Vault(secret)
