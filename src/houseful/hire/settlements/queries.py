"""Reading settlements: the venue's own, and those that a promoter is a side of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from houseful import venues
from houseful.accounts import organization_of
from houseful.hire.bookings.models import Booking
from houseful.hire.deposits.models import Deposit
from houseful.hire.settlements.models import Settlement, SettlementExpense
from houseful.hire.settlements.problems import SheetNotAgreed
from houseful.hire.settlements.rules import due_between
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.problems import NotFound

PageOf = tuple[list[Any], str | None]


class SettledNight(msgspec.Struct, frozen=True, kw_only=True):
    """A settlement with the night that it is of, for those who cannot open its booking."""

    settlement: Settlement
    title: str
    house_name: str
    venue_name: str
    starts_at: datetime
    timezone: str


async def get_settlement(uow: UnitOfWork, settlement_id: UUID) -> Settlement:
    """Return the settlement; raises `NotFound`."""
    return await uow.get(Settlement, settlement_id)


async def promised_minor(uow: UnitOfWork, currency: str) -> int:
    """Return what of the payable is promised to promoters: agreed to, and not paid yet."""
    agreed: Sequence[Settlement] = await uow.all(
        select(Settlement).where(
            Settlement.organization_id == uow.tenant,
            Settlement.status == "agreed",
            Settlement.currency == currency,
        )
    )
    before = await uow.get_many(Settlement, [one.adjusts_id for one in agreed if one.adjusts_id])
    parts = [
        due_between(one.outcome, before[one.adjusts_id].outcome if one.adjusts_id else None)
        for one in agreed
    ]
    return sum(payable for payable, _ in parts)


async def overpaid_minor(uow: UnitOfWork, settlement: Settlement) -> int:
    """Return what was paid too much of the booking's deposits: it goes back on its own."""
    found = await uow.first(
        select(func.sum(Deposit.credit_minor)).where(
            Deposit.organization_id == uow.tenant,
            Deposit.booking_id == settlement.booking_id,
            Deposit.currency == settlement.currency,
        )
    )
    return int(found or 0)


async def settlements_by_id(uow: UnitOfWork, ids: Sequence[UUID]) -> list[Settlement]:
    """Return settlements, the newest first."""
    return list(
        await uow.all(
            select(Settlement)
            .where(Settlement.organization_id == uow.tenant, Settlement.id.in_(ids))
            .order_by(Settlement.id.desc())
        )
    )


async def settled_nights(uow: UnitOfWork, ids: Sequence[UUID]) -> list[SettledNight]:
    """Return settlements with their nights, the newest first."""
    settlements = await settlements_by_id(uow, ids)
    rows: Sequence[Booking] = await uow.all(
        select(Booking).where(
            Booking.organization_id == uow.tenant,
            Booking.id.in_({one.booking_id for one in settlements}),
        )
    )
    bookings = {row.id: row for row in rows}
    places = await venues.venues_by_id(uow, {row.venue_id for row in rows})
    house = await organization_of(uow)
    return [
        SettledNight(
            settlement=one,
            title=booking.title,
            house_name=house.name,
            venue_name=places[booking.venue_id].name,
            starts_at=booking.starts_at,
            timezone=booking.timezone,
        )
        for one in settlements
        for booking in [bookings[one.booking_id]]
    ]


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
