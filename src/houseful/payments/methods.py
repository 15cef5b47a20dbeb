"""Ways to pay: every provider of this release, as far as the organisation offers it."""

import msgspec
from sqlalchemy import select

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import NotFound
from houseful.payments.models import PaymentMethod
from houseful.payments.problems import UnknownProvider
from houseful.payments.providers import all_providers, provider_named


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """A way to pay; without a row of the organisation's it is offered as the release says."""

    provider: str
    label: str
    is_offered: bool
    is_at_till: bool
    has_token: bool
    version: int


async def payment_methods(uow: UnitOfWork) -> list[Method]:
    """Return every way to pay, offered or not."""
    rows = await uow.all(select(PaymentMethod).where(PaymentMethod.organization_id == uow.tenant))
    said = {row.provider: row for row in rows}
    return [_method(provider.name, said.get(provider.name)) for provider in all_providers()]


async def set_payment_method(
    uow: UnitOfWork,
    provider: str,
    *,
    label: str = "",
    is_offered: bool = True,
    provider_token: str | None = None,
) -> Method:
    """Say whether and how a way to pay is offered; raises `NotFound`. None keeps the token."""
    if provider not in {known.name for known in all_providers()}:
        raise NotFound
    row = await _said(uow, provider, lock=True)
    if row is None:
        row = PaymentMethod(
            organization_id=uow.tenant,
            id=new_id(),
            provider=provider,
            provider_token=provider_token or "",
            label=label,
            is_offered=is_offered,
        )
        await audit.add_row(uow, row, "payments.method.created")
        return _method(provider, row)
    row.label = label
    row.is_offered = is_offered
    row.provider_token = row.provider_token if provider_token is None else provider_token
    await audit.record(uow, "payments.method.changed", row)
    await uow.flush()
    return _method(provider, row)


async def require_offered(uow: UnitOfWork, provider: str) -> None:
    """Raise `UnknownProvider` for a way to pay that the organisation does not offer."""
    label = provider_named(provider).label
    row = await _said(uow, provider)
    if row is not None and not row.is_offered:
        raise UnknownProvider(f"{row.label or label} is not taken here.")


async def choose_provider(uow: UnitOfWork, named: str | None) -> str:
    """Return who takes a payment on line: the one that is named, else the first that is offered.

    Raises `UnknownProvider`.
    """
    if named is not None:
        await require_offered(uow, named)
        return named
    for method in await payment_methods(uow):
        if method.is_offered and not method.is_at_till:
            return method.provider
    raise UnknownProvider("Nothing is taken by card here.")


async def _said(uow: UnitOfWork, provider: str, *, lock: bool = False) -> PaymentMethod | None:
    statement = select(PaymentMethod).where(
        PaymentMethod.organization_id == uow.tenant, PaymentMethod.provider == provider
    )
    return await uow.first(statement.with_for_update() if lock else statement)


def _method(name: str, row: PaymentMethod | None) -> Method:
    provider = provider_named(name)
    return Method(
        provider=name,
        label=(row.label if row else "") or provider.label,
        is_offered=row.is_offered if row else True,
        is_at_till=provider.is_at_till,
        has_token=bool(row and row.provider_token),
        version=row.version if row else 0,
    )
