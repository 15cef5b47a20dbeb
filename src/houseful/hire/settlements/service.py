"""Use cases of settlements: reckon, agree, pay, and go on from what was agreed."""

import asyncio
import base64
import binascii
import hashlib
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from houseful import audit, ledger
from houseful.hire.bookings.models import Booking
from houseful.hire.contracts.files import media_type_of
from houseful.hire.contracts.values import house_of
from houseful.hire.deals.queries import deal_about
from houseful.hire.deals.rules import settle_deal
from houseful.hire.deals.schemas import terms_of
from houseful.hire.deals.terms import DealTerms, Expense, Night, Outcome
from houseful.hire.deposits.models import Deposit
from houseful.hire.settlements.box_office import receipts_of
from houseful.hire.settlements.facts import SettlementAgreed, SettlementPaid
from houseful.hire.settlements.models import Settlement, SettlementComment, SettlementExpense
from houseful.hire.settlements.problems import (
    FiguresChanged,
    NoDealAgreed,
    SettlementExists,
    SettlementFixed,
)
from houseful.hire.settlements.rules import SETTLEMENT, credits_of, lines_between
from houseful.hire.settlements.schemas import (
    Adjustment,
    Agreement,
    NewComment,
    NewExpense,
    NewSettlement,
    Payout,
)
from houseful.hire.settlements.sheet import settlement_pdf
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound
from houseful.ledger import chart


async def create_settlement(uow: UnitOfWork, data: NewSettlement) -> Settlement:
    """Reckon a night from the books, under the accepted deal of its booking.

    Raises `NotFound`, `NoDealAgreed`, and `SettlementExists`.
    """
    booking = await uow.get(Booking, data.booking_id, lock=True)
    deal = await deal_about(uow, booking_id=booking.id, event_id=booking.event_id)
    if deal is None or deal.current.status != "accepted":
        raise NoDealAgreed
    terms = terms_of(deal.current)
    settlement = Settlement(
        organization_id=uow.tenant,
        id=new_id(),
        booking_id=booking.id,
        deal_id=deal.id,
        deal_number=deal.number,
        number=1,
        currency=terms.currency,
        event_id=deal.event_id or booking.event_id,
        terms=msgspec.to_builtins(terms),
        night=msgspec.to_builtins(Night(box_office=await _receipts(uow, deal, booking))),
        promoter_organization_id=await _promoter_of(uow, booking),
    )
    await _reckon(uow, settlement, advances_minor=data.advances_minor)
    try:
        await audit.add_row(uow, settlement, "hire.settlement.created")
    except audit.AlreadyExists as error:
        raise SettlementExists from error
    return await fresh(uow, settlement)


async def refresh_settlement(uow: UnitOfWork, settlement_id: UUID) -> Settlement:
    """Reckon a draft anew from the books. Raises `SettlementFixed`."""
    settlement = await _draft(uow, settlement_id)
    return await _changed(uow, settlement, "reckoned")


async def add_expense(uow: UnitOfWork, settlement_id: UUID, data: NewExpense) -> Settlement:
    """Add what the night cost, and reckon anew. Raises `SettlementFixed`, and `Invalid`."""
    settlement = await _draft(uow, settlement_id)
    content = _content(data.receipt)
    settlement.expenses.append(
        SettlementExpense(
            organization_id=uow.tenant,
            id=new_id(),
            settlement_id=settlement.id,
            label=data.label,
            amount_minor=data.amount_minor,
            paid_by=data.paid_by,
            borne_by=data.borne_by,
            receipt_name=(data.receipt_name or "receipt") if content else "",
            receipt_type=media_type_of(content) if content else "",
            receipt_hash=hashlib.sha256(content).hexdigest() if content else "",
            receipt=content or None,
        )
    )
    return await _changed(uow, settlement, "expense_added")


async def remove_expense(uow: UnitOfWork, settlement_id: UUID, expense_id: UUID) -> Settlement:
    """Take an expense out of a draft, and reckon anew. Raises `SettlementFixed`, `NotFound`."""
    settlement = await _draft(uow, settlement_id)
    kept = [one for one in settlement.expenses if one.id != expense_id]
    if len(kept) == len(settlement.expenses):
        raise NotFound
    settlement.expenses = kept
    return await _changed(uow, settlement, "expense_removed")


async def comment(uow: UnitOfWork, settlement_id: UUID, data: NewComment) -> Settlement:
    """Say something about a line, or the whole."""
    settlement = await uow.get(Settlement, settlement_id)
    uow.add(
        SettlementComment(
            organization_id=uow.tenant,
            id=new_id(),
            settlement_id=settlement.id,
            at=uow.now,
            party=data.party,
            name=data.name,
            line=data.line,
            text=data.text,
        )
    )
    return await fresh(uow, settlement)


async def agree(uow: UnitOfWork, settlement_id: UUID, data: Agreement) -> Settlement:
    """Let one side agree; when both have, it is posted, fixed, and kept as a sheet.

    The books are asked again: when they say something else than what is agreed to, nothing is
    (`FiguresChanged`). Raises `SettlementFixed`.
    """
    settlement = await _draft(uow, settlement_id)
    before = settlement.due_minor
    await _reckon(uow, settlement)
    if settlement.due_minor != data.due_minor or settlement.due_minor != before:
        raise FiguresChanged(dueMinor=settlement.due_minor)
    if data.party == "venue":
        settlement.venue_agreed_at, settlement.venue_agreed_by = uow.now, data.name
    else:
        settlement.promoter_agreed_at, settlement.promoter_agreed_by = uow.now, data.name
    if settlement.venue_agreed_at is not None and settlement.promoter_agreed_at is not None:
        await _conclude(uow, settlement)
    await audit.record(uow, "hire.settlement.agreed", settlement, sentence="agreed to a settlement")
    return await fresh(uow, settlement)


async def pay_settlement(uow: UnitOfWork, settlement_id: UUID, data: Payout) -> Settlement:
    """Note that what was due has changed hands. Raises `IllegalTransition`."""
    settlement = await uow.get(Settlement, settlement_id, lock=True)
    settlement.status = SETTLEMENT.next(settlement.status, "pay")
    settlement.paid_at = uow.now
    settlement.payment_reference = data.reference
    due = settlement.due_minor
    owed = chart.ORGANISER_PAYABLE if due >= 0 else chart.RECEIVABLE_FROM_ORGANISER
    if due:
        await _post(
            uow, settlement, "paid", [ledger.debit(owed, due), ledger.credit(chart.BANK, due)]
        )
    await audit.record(uow, "hire.settlement.paid", settlement, sentence="paid a settlement out")
    await uow.announce(SettlementPaid(subject_id=settlement.id, booking_id=settlement.booking_id))
    return await fresh(uow, settlement)


async def adjust_settlement(uow: UnitOfWork, settlement_id: UUID, data: Adjustment) -> Settlement:
    """Go on from what was agreed, with what the books say now: a late refund, a forgotten bill.

    Raises `SettlementFixed` unless it is the newest and agreed, and `SettlementExists` while there
    is a draft.
    """
    last = await uow.get(Settlement, settlement_id, lock=True)
    if last.status == "draft":
        raise SettlementExists("It is still a draft: change that.")
    copied = [
        SettlementExpense(
            organization_id=uow.tenant,
            id=new_id(),
            label=one.label,
            amount_minor=one.amount_minor,
            paid_by=one.paid_by,
            borne_by=one.borne_by,
            receipt_name=one.receipt_name,
            receipt_hash=one.receipt_hash,
        )
        for one in last.expenses
    ]
    settlement = Settlement(
        organization_id=uow.tenant,
        id=new_id(),
        booking_id=last.booking_id,
        deal_id=last.deal_id,
        deal_number=last.deal_number,
        number=last.number + 1,
        adjusts_id=last.id,
        reason=data.reason,
        currency=last.currency,
        event_id=last.event_id,
        promoter_organization_id=last.promoter_organization_id,
        terms=last.terms,
        night=last.night,
        expenses=copied,
    )
    await _reckon(uow, settlement)
    try:
        await audit.add_row(uow, settlement, "hire.settlement.adjusted")
    except audit.AlreadyExists as error:
        raise SettlementExists from error
    return await fresh(uow, settlement)


async def fresh(uow: UnitOfWork, settlement: Settlement) -> Settlement:
    """Write what is pending, and return the settlement as it now is."""
    await uow.flush()
    await uow.session.refresh(settlement, ["expenses", "comments", "version", "updated_at"])
    return settlement


async def _draft(uow: UnitOfWork, settlement_id: UUID) -> Settlement:
    settlement = await uow.get(Settlement, settlement_id, lock=True)
    if settlement.status != "draft":
        raise SettlementFixed
    return settlement


async def _changed(uow: UnitOfWork, settlement: Settlement, act: str) -> Settlement:
    """Reckon a draft anew; what one side has agreed to before counts no longer."""
    before = settlement.due_minor
    await _reckon(uow, settlement)
    if settlement.due_minor != before:
        settlement.venue_agreed_at = settlement.promoter_agreed_at = None
        settlement.venue_agreed_by = settlement.promoter_agreed_by = ""
    flag_modified(settlement, "status")
    await audit.record(uow, f"hire.settlement.{act}", settlement)
    return await fresh(uow, settlement)


async def _reckon(
    uow: UnitOfWork, settlement: Settlement, *, advances_minor: int | None = None
) -> None:
    terms = msgspec.convert(settlement.terms, DealTerms)
    old = msgspec.convert(settlement.night, Night)
    before = await _before(uow, settlement)
    deposits = await _deposits_held(uow, settlement)
    settled = before.night["depositsMinor"] if before is not None else 0
    night = Night(
        box_office=await receipts_of(uow, settlement.event_id, settlement.currency),
        expenses=tuple(
            Expense(
                label=one.label,
                amount_minor=one.amount_minor,
                paid_by=_party(one.paid_by),
                borne_by=_bearer(one.borne_by),
            )
            for one in settlement.expenses
        ),
        deposits_minor=settled + sum(deposit.held_minor for deposit in deposits),
        advances_minor=old.advances_minor if advances_minor is None else advances_minor,
    )
    outcome = settle_deal(terms, night)
    settlement.night = msgspec.to_builtins(night)
    settlement.outcome = msgspec.to_builtins(outcome)
    paid_before = _outcome(before).walk_out_minor if before is not None else 0
    settlement.due_minor = outcome.walk_out_minor - paid_before
    settlement.reckoned_at = uow.now


async def _conclude(uow: UnitOfWork, settlement: Settlement) -> None:
    """Post what both have agreed to, count the deposits as used, and keep the sheet."""
    before = await _before(uow, settlement)
    lines = lines_between(_credits(settlement), _credits(before) if before is not None else {})
    if lines:
        await _post(uow, settlement, "agreed", lines)
    for deposit in await _deposits_held(uow, settlement, lock=True):
        deposit.applied_minor += deposit.held_minor
    house = await house_of(uow)
    booking = await uow.get(Booking, settlement.booking_id)
    sheet = await asyncio.to_thread(settlement_pdf, house, booking, settlement)
    settlement.sheet = sheet
    settlement.sheet_hash = hashlib.sha256(sheet).hexdigest()
    settlement.status = SETTLEMENT.next(settlement.status, "agree")
    await uow.announce(SettlementAgreed(subject_id=settlement.id, booking_id=settlement.booking_id))


async def _before(uow: UnitOfWork, settlement: Settlement) -> Settlement | None:
    if settlement.adjusts_id is None:
        return None
    return await uow.get(Settlement, settlement.adjusts_id)


def _outcome(settlement: Settlement) -> Outcome:
    return msgspec.convert(settlement.outcome, Outcome)


def _credits(settlement: Settlement) -> dict[str, int]:
    return credits_of(
        msgspec.convert(settlement.terms, DealTerms),
        msgspec.convert(settlement.night, Night),
        _outcome(settlement),
    )


async def _deposits_held(
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


async def _receipts(uow: UnitOfWork, deal: Any, booking: Booking) -> Any:
    currency = terms_of(deal.current).currency
    return await receipts_of(uow, deal.event_id or booking.event_id, currency)


async def _promoter_of(uow: UnitOfWork, booking: Booking) -> UUID | None:
    """Return the organisation that owns the promoter's event of the booking, if we know it."""
    try:
        wanted = UUID(booking.promoter_event_id or "")
    except ValueError:
        return None
    found = await uow.execute("SELECT organization_id FROM promoter_event(:id)", {"id": wanted})
    return found.scalar_one_or_none()


async def _post(
    uow: UnitOfWork, settlement: Settlement, what: str, lines: list[ledger.Line]
) -> UUID:
    return await ledger.post(
        uow,
        ledger.Entry(
            kind=f"settlement_{what}",
            source_key=f"settlement:{settlement.id}:{what}",
            subject_kind="settlement",
            subject_id=settlement.id,
            currency=settlement.currency,
            lines=lines,
            memo=settlement.reason,
        ),
    )


def _content(receipt: str | None) -> bytes:
    if receipt is None:
        return b""
    try:
        return base64.b64decode(receipt, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid.at("/receipt", "This is not Base64.") from error


def _party(text: str) -> Any:
    return text


def _bearer(text: str) -> Any:
    return text
