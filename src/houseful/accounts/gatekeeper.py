"""The gatekeeper: what the guards ask about people and organisations."""

from uuid import UUID

from houseful.accounts.organizations import find_organization
from houseful.accounts.page_sign_ins import identity_of
from houseful.accounts.queries import access_of, public_access_of
from houseful.accounts.sign_in import is_signed_in
from houseful.accounts.tokens import TokenIssuer
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.identity import Access, Identity

SCHEME = "bearer"


class AccountsGatekeeper:
    """Proves bearer tokens and resolves access at each request: a revoked one is out at once."""

    def __init__(self, database: Database, issuer: TokenIssuer) -> None:
        self._database = database
        self._issuer = issuer

    async def identify(self, authorization: str) -> Identity | None:
        """Return who a `Bearer` header proves, or None."""
        scheme, _, token = authorization.partition(" ")
        claims = await self._issuer.read(token.strip()) if scheme.lower() == SCHEME else None
        if claims is None:
            return None
        user = await self._database.run(None, is_signed_in, claims.sign_in_id)
        return identity_of(user) if user is not None and user.id == claims.user_id else None

    async def access(self, identity: Identity, organization_id: UUID) -> Access | None:
        """Return what the person may do in the organisation, or None."""
        if identity.actor.id is None:
            return None
        return await self._database.run(organization_id, access_of, identity.actor.id)

    async def public_access(self, organization: str) -> Access | None:
        """Return what a guest may do at the organisation, or None."""

        async def find(uow: UnitOfWork) -> Access | None:
            found = await find_organization(uow, organization)
            return public_access_of(found) if found is not None else None

        return await self._database.run(None, find)
