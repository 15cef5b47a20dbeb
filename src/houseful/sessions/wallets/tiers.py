"""Which top-up brings which bonus."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful import audit
from houseful.accounts import organization_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.sessions.wallets.models import BonusTier
from houseful.sessions.wallets.schemas import NewBonusTier


async def create_tier(uow: UnitOfWork, data: NewBonusTier) -> BonusTier:
    """Give bonus from a top-up of an amount on. Raises `AlreadyExists`."""
    tier = BonusTier(
        organization_id=uow.tenant,
        currency=(await organization_of(uow)).currency,
        from_minor=data.from_minor,
        bonus_minor=data.bonus_minor,
        valid_days=data.valid_days,
    )
    return await audit.add_row(uow, tier, "sessions.bonus_tier.created")


async def remove_tier(uow: UnitOfWork, tier_id: UUID) -> None:
    """Give this bonus no longer."""
    await audit.remove_row(uow, BonusTier, tier_id, "sessions.bonus_tier.removed")


async def list_tiers(uow: UnitOfWork, *, window: Window) -> tuple[list[Any], str | None]:
    """Return one page of tiers."""
    mine = select(BonusTier).where(BonusTier.organization_id == uow.tenant)
    return await fetch_page(uow, mine, BonusTier, window)
