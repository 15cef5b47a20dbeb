"""Providers' messages: verified, kept once, answered at once, and looked into afterwards.

What a message claims is never believed: it makes us ask the provider, so that messages may come
twice, late and in any order.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import NotFound
from houseful.kernel.secrets import derive_key
from houseful.payments.facts import ProviderNoticeReceived
from houseful.payments.models import ProviderNotice
from houseful.payments.problems import UnknownProvider
from houseful.payments.providers import provider_named
from houseful.payments.providers.port import Notice
from houseful.payments.service import settle


def callback_key(secret: str, provider: str, organization_id: UUID) -> bytes:
    """Return what a provider's messages to one organisation are signed with."""
    return derive_key(secret, f"callbacks of {provider} to {organization_id}")


async def receive_notice(
    database: Database,
    organization_id: UUID,
    provider: str,
    *,
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
) -> None:
    """Take a provider's message. Raises `BadSignature`, and `NotFound` for an unknown provider."""
    try:
        reader = provider_named(provider)
    except UnknownProvider as error:
        raise NotFound from error
    key = callback_key(secret, provider, organization_id)

    async def take(uow: UnitOfWork) -> None:
        await _keep(uow, provider, reader.read_notice(key, headers, body, uow.now))

    await database.run(organization_id, take)


async def look_into(database: Database, organization_id: UUID, notice_id: UUID) -> None:
    """Ask the provider what became of the payment that a message is about."""

    async def read(uow: UnitOfWork) -> ProviderNotice:
        return await uow.get(ProviderNotice, notice_id)

    notice = await database.run(organization_id, read)
    try:
        await settle(database, organization_id, notice.provider, notice.provider_payment_id)
    except NotFound:
        return


async def _keep(uow: UnitOfWork, provider: str, notice: Notice) -> None:
    row_id = new_id()
    kept = await uow.execute(
        insert(ProviderNotice)
        .values(
            organization_id=uow.tenant,
            id=row_id,
            provider=provider,
            notice_id=notice.notice_id,
            provider_payment_id=notice.provider_payment_id,
            received_at=uow.now,
        )
        .on_conflict_do_nothing(index_elements=["organization_id", "provider", "notice_id"])
        .returning(ProviderNotice.id)
    )
    if kept.first() is not None:
        await uow.announce(ProviderNoticeReceived(subject_id=row_id))
