"""What the guards need to know about people and organisations; the accounts room provides it."""

from typing import Protocol
from uuid import UUID

from houseful.kernel.identity import Access, Identity


class Gatekeeper(Protocol):
    """Proves identities and resolves access; set on the application's state by `app.py`."""

    async def identify(self, authorization: str) -> Identity | None:
        """Return who an `Authorization` header proves, or None when it does not hold."""
        ...

    async def admit(
        self, authorization: str, organization_id: UUID
    ) -> tuple[Identity, Access | None] | None:
        """Return both at once: who the header proves, and what they may do there."""
        ...

    async def access(self, identity: Identity, organization_id: UUID) -> Access | None:
        """Return what the identity may do there, or None when it has no business there."""
        ...

    async def public_access(self, organization: str) -> Access | None:
        """Return what a guest may do at the organisation with this slug or id, or None."""
        ...
