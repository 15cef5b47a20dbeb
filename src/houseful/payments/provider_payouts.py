"""What a provider pays to our bank, less what it keeps: noted once, under its own reference."""

from typing import Any

from sqlalchemy import select

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.ids import new_id
from houseful.ledger import Entry, balance_of, chart, credit, debit, post
from houseful.payments.models import ProviderPayout
from houseful.payments.payouts import lock_payable
from houseful.payments.problems import MoreThanCleared, PayoutKnown, UnknownProvider
from houseful.payments.providers import provider_named


async def record_provider_payout(
    uow: UnitOfWork,
    *,
    provider: str,
    reference: str,
    amount_minor: int,
    currency: str,
    fee_minor: int = 0,
    note: str = "",
) -> ProviderPayout:
    """Note that the provider has paid to the bank, and what it kept for itself.

    Raises `UnknownProvider` (also for a till, whose money nobody pays out), `PayoutKnown`, and
    `MoreThanCleared`.
    """
    await lock_payable(uow)
    _require_clearing(provider)
    if await _known(uow, provider, reference):
        raise PayoutKnown(provider=provider, payoutReference=reference)
    held = await cleared_minor(uow, currency)
    if amount_minor + fee_minor > held:
        raise MoreThanCleared(available=held, currency=currency)
    payout_id = new_id()
    entry_id = await post(
        uow,
        Entry(
            kind="provider_payout",
            source_key=f"provider_payout:{payout_id}",
            subject_kind="provider_payout",
            subject_id=payout_id,
            currency=currency,
            lines=[
                debit(chart.BANK, amount_minor),
                debit(chart.PROVIDER_FEES, fee_minor),
                credit(chart.PROVIDER_CLEARING, amount_minor + fee_minor),
            ],
            memo=f"{provider} {reference}",
        ),
    )
    payout = ProviderPayout(
        organization_id=uow.tenant,
        id=payout_id,
        provider=provider,
        reference=reference,
        amount_minor=amount_minor,
        fee_minor=fee_minor,
        currency=currency,
        note=note,
        entry_id=entry_id,
    )
    return await audit.add_row(uow, payout, "payments.provider_payout.created")


async def cleared_minor(uow: UnitOfWork, currency: str) -> int:
    """Return what the providers hold of ours, as the books say."""
    return await balance_of(uow, chart.PROVIDER_CLEARING, currency)


async def find_provider_payouts(uow: UnitOfWork, *, window: Window) -> tuple[list[Any], str | None]:
    """Return one page of what providers have paid."""
    mine = select(ProviderPayout).where(ProviderPayout.organization_id == uow.tenant)
    return await fetch_page(uow, mine, ProviderPayout, window)


def _require_clearing(provider: str) -> None:
    if provider_named(provider).clearing_account != chart.PROVIDER_CLEARING:
        raise UnknownProvider(f"{provider} has nothing to pay out: its money is with us.")


async def _known(uow: UnitOfWork, provider: str, reference: str) -> bool:
    found = await uow.first(
        select(ProviderPayout.id).where(
            ProviderPayout.organization_id == uow.tenant,
            ProviderPayout.provider == provider,
            ProviderPayout.reference == reference,
        )
    )
    return found is not None
