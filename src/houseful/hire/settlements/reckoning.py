"""Reckoning a settlement: receipts, expenses and deposits under the terms, and what is due."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful.hire.bookings.models import Booking
from houseful.hire.deals.rules import settle_deal
from houseful.hire.deals.terms import BoxOffice, DealTerms, Expense, Night, Outcome
from houseful.hire.deposits.models import Deposit
from houseful.hire.settlements.box_office import receipts_of
from houseful.hire.settlements.models import Settlement
from houseful.hire.settlements.problems import DepositsUnknown
from houseful.hire.settlements.rules import credits_of
from houseful.hire.venue_events.shows import promoter_event_of
from houseful.kernel.database import UnitOfWork

_NOTHING = Night(box_office=BoxOffice())


async def reckon(
    uow: UnitOfWork, settlement: Settlement, *, advances_minor: int | None = None
) -> None:
    """Let the settlement say what the books say now, and what is due of it.

    Raises `DepositsUnknown`: what is not known is not taken for nought.
    """
    terms = msgspec.convert(settlement.terms, DealTerms)
    old = msgspec.convert(settlement.night, Night)
    before = await adjusted(uow, settlement)
    deposits = await deposits_held(uow, settlement)
    if not all(deposit.is_paid_known for deposit in deposits):
        raise DepositsUnknown
    settled = msgspec.convert(before.night, Night) if before is not None else _NOTHING
    night = Night(
        box_office=await _receipts(uow, settlement),
        expenses=tuple(
            Expense(
                label=one.label,
                amount_minor=one.amount_minor,
                paid_by=_party(one.paid_by),
                borne_by=_bearer(one.borne_by),
            )
            for one in settlement.expenses
        ),
        deposits_minor=settled.deposits_minor + sum(one.held_minor for one in deposits),
        deposits_elsewhere_minor=settled.deposits_elsewhere_minor
        + sum(one.held_minor for one in deposits if one.is_external),
        advances_minor=old.advances_minor if advances_minor is None else advances_minor,
    )
    outcome = settle_deal(terms, night)
    settlement.night = msgspec.to_builtins(night)
    settlement.outcome = msgspec.to_builtins(outcome)
    paid_before = _outcome(before).walk_out_minor if before is not None else 0
    settlement.due_minor = outcome.walk_out_minor - paid_before
    settlement.reckoned_at = uow.now


async def _receipts(uow: UnitOfWork, settlement: Settlement) -> BoxOffice:
    """Return what the night took: as our books say, or as the promoter handed it over."""
    if settlement.promoter_event_id is None:
        return await receipts_of(uow, settlement.event_id, settlement.currency)
    return msgspec.convert(settlement.receipts, BoxOffice)


async def promoters_event(uow: UnitOfWork, booking: Booking) -> tuple[UUID, UUID] | None:
    """Return the promoter's event of the booking and whose it is, if another organisation's."""
    named = await promoter_event_of(uow, booking.id) or booking.promoter_event_id
    try:
        wanted = UUID(named or "")
    except ValueError:
        return None
    found = await uow.execute("SELECT organization_id FROM promoter_event(:id)", {"id": wanted})
    owner: UUID | None = found.scalar_one_or_none()
    return (wanted, owner) if owner is not None and owner != uow.tenant else None


async def adjusted(uow: UnitOfWork, settlement: Settlement) -> Settlement | None:
    """Return what the settlement goes on from, if anything."""
    if settlement.adjusts_id is None:
        return None
    return await uow.get(Settlement, settlement.adjusts_id)


def credits_in(settlement: Settlement) -> dict[str, int]:
    """Return what the settlement credits to each account, less what it debits."""
    return credits_of(
        msgspec.convert(settlement.terms, DealTerms),
        msgspec.convert(settlement.night, Night),
        _outcome(settlement),
    )


def _outcome(settlement: Settlement) -> Outcome:
    return msgspec.convert(settlement.outcome, Outcome)


async def deposits_held(
    uow: UnitOfWork, settlement: Settlement, *, lock: bool = False
) -> list[Deposit]:
    """Return the booking's deposits that are paid; securities are given back on their own."""
    statement = (
        select(Deposit)
        .where(
            Deposit.organization_id == uow.tenant,
            Deposit.booking_id == settlement.booking_id,
            Deposit.currency == settlement.currency,
            Deposit.kind != "security",
        )
        .order_by(Deposit.id)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return list(await uow.all(statement))


def _party(text: str) -> Any:
    return text


def _bearer(text: str) -> Any:
    return text
