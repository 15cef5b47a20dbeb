"""Reading settlements: the venue's own, and those that a promoter is a side of."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import undefer

from houseful.hire.settlements.models import Settlement, SettlementExpense
from houseful.hire.settlements.problems import SheetNotAgreed
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.problems import NotFound

PageOf = tuple[list[Any], str | None]


async def get_settlement(uow: UnitOfWork, settlement_id: UUID) -> Settlement:
    """Return the settlement; raises `NotFound`."""
    return await uow.get(Settlement, settlement_id)


async def settlements_by_id(uow: UnitOfWork, ids: Sequence[UUID]) -> list[Settlement]:
    """Return settlements, the newest first."""
    return list(
        await uow.all(
            select(Settlement)
            .where(Settlement.organization_id == uow.tenant, Settlement.id.in_(ids))
            .order_by(Settlement.id.desc())
        )
    )


async def list_settlements(
    uow: UnitOfWork,
    *,
    window: Window,
    booking_id: UUID | None = None,
    status: str | None = None,
) -> PageOf:
    """Return one page of settlements and adjustments."""
    statement = select(Settlement).where(Settlement.organization_id == uow.tenant)
    if booking_id is not None:
        statement = statement.where(Settlement.booking_id == booking_id)
    if status is not None:
        statement = statement.where(Settlement.status == status)
    return await fetch_page(uow, statement, Settlement, window)


async def read_sheet(uow: UnitOfWork, settlement_id: UUID) -> bytes:
    """Return the sheet that both sides agreed to; raises `SheetNotAgreed` while it is a draft."""
    found: Settlement | None = await uow.first(
        select(Settlement)
        .where(Settlement.organization_id == uow.tenant, Settlement.id == settlement_id)
        .options(undefer(Settlement.sheet))
    )
    if found is None:
        raise NotFound
    if found.sheet is None:
        raise SheetNotAgreed
    return found.sheet


async def read_receipt(uow: UnitOfWork, settlement_id: UUID, expense_id: UUID) -> SettlementExpense:
    """Return an expense with its receipt; raises `NotFound` where there is none."""
    found: SettlementExpense | None = await uow.first(
        select(SettlementExpense)
        .where(
            SettlementExpense.organization_id == uow.tenant,
            SettlementExpense.settlement_id == settlement_id,
            SettlementExpense.id == expense_id,
        )
        .options(undefer(SettlementExpense.receipt))
    )
    if found is None or found.receipt is None:
        raise NotFound
    return found


async def settlement_homes(uow: UnitOfWork) -> dict[UUID, UUID]:
    """Return whose each settlement is that the organisation is the promoter of, by its id."""
    found = await uow.execute("SELECT settlement_id, organization_id FROM settlement_homes()")
    rows: Any = found.all()
    return {row.settlement_id: row.organization_id for row in rows}
