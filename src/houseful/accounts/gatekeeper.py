"""The gatekeeper: what the guards ask about people and organisations.

A bearer token is read without the database; whether it still stands, and what it opens, is one
query at each request, so that whoever is put out is out at once. Guests' access is a second old at
most: on the morning of an on-sale everybody asks for the same organisation.
"""

from uuid import UUID

from houseful.accounts.access import access_of, admission_of, public_access_of
from houseful.accounts.organizations import find_organization
from houseful.accounts.page_sign_ins import identity_of
from houseful.accounts.sign_in import user_of_sign_in
from houseful.accounts.tokens import Claims, TokenIssuer
from houseful.kernel.copies import Copies
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.identity import Access, Identity

SCHEME = "bearer"
ORGANIZATION_SECONDS = 1.0
ORGANIZATIONS_MAX = 1_000


class PublicAccess(Copies[str, Access | None]):
    """What guests may do, by an organisation's slug or id: asked at each request of a crowd."""

    def __init__(self, database: Database) -> None:
        async def find(uow: UnitOfWork, organization: str) -> Access | None:
            found = await find_organization(uow, organization)
            return public_access_of(found) if found is not None else None

        async def read(organization: str) -> Access | None:
            return await database.run(None, find, organization)

        super().__init__(read, at_most=ORGANIZATIONS_MAX, seconds=ORGANIZATION_SECONDS)


class AccountsGatekeeper:
    """Proves bearer tokens and resolves access."""

    def __init__(self, database: Database, issuer: TokenIssuer) -> None:
        self._database = database
        self._issuer = issuer

    async def identify(self, authorization: str) -> Identity | None:
        """Return who a `Bearer` header proves, or None."""
        claims = await self._claims(authorization)
        if claims is None:
            return None
        user = await self._database.run(None, user_of_sign_in, claims.sign_in_id, claims.user_id)
        return identity_of(user) if user is not None else None

    async def admit(
        self, authorization: str, organization_id: UUID
    ) -> tuple[Identity, Access | None] | None:
        """Return who a `Bearer` header proves, and what they may do in the organisation."""
        claims = await self._claims(authorization)
        if claims is None:
            return None
        return await self._database.run(organization_id, admission_of, claims)

    async def access(self, identity: Identity, organization_id: UUID) -> Access | None:
        """Return what the person may do in the organisation, or None."""
        if identity.actor.id is None:
            return None
        return await self._database.run(organization_id, access_of, identity.actor.id)

    async def public_access(self, organization: str) -> Access | None:
        """Return what a guest may do at the organisation, or None."""

        return await self._database.keep(PublicAccess).get(organization)

    async def _claims(self, authorization: str) -> Claims | None:
        scheme, _, token = authorization.partition(" ")
        return await self._issuer.read(token.strip()) if scheme.lower() == SCHEME else None
