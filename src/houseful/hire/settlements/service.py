"""Use cases of settlements: reckon, agree, pay, and go on from what was agreed."""

import asyncio
import base64
import binascii
import hashlib
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import undefer
from sqlalchemy.orm.attributes import flag_modified

from houseful import audit, ledger
from houseful.hire.bookings.models import Booking
from houseful.hire.contracts.files import media_type_of
from houseful.hire.contracts.values import house_of
from houseful.hire.deals.queries import deal_about
from houseful.hire.deals.schemas import terms_of
from houseful.hire.deals.terms import BoxOffice, Night
from houseful.hire.settlements.box_office import tell_settled
from houseful.hire.settlements.facts import SettlementAgreed, SettlementPaid
from houseful.hire.settlements.models import Settlement, SettlementComment, SettlementExpense
from houseful.hire.settlements.problems import (
    FiguresChanged,
    NoDealAgreed,
    PromoterSpeaks,
    ReceiptsElsewhere,
    ReceiptsMissing,
    SettlementExists,
    SettlementFixed,
)
from houseful.hire.settlements.queries import overpaid_minor
from houseful.hire.settlements.reckoning import (
    adjusted,
    credits_in,
    deposits_held,
    promoters_event,
    reckon,
)
from houseful.hire.settlements.rules import SETTLEMENT, due_between, lines_between
from houseful.hire.settlements.schemas import (
    Adjustment,
    Agreement,
    NewComment,
    NewExpense,
    NewSettlement,
    Payout,
)
from houseful.hire.settlements.sheet import settlement_pdf
from houseful.hire.settlements.waiting import require_over
from houseful.hire.venue_events.shows import own_show_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound
from houseful.ledger import chart


async def create_settlement(uow: UnitOfWork, data: NewSettlement) -> Settlement:
    """Reckon a night from the books, under the accepted deal of its booking.

    Who sold the tickets holds the receipts: for a show of a promoter's own organisation, that is
    the promoter, whatever the deal supposed. Raises `NotFound`, `NoDealAgreed`, and
    `SettlementExists`.
    """
    booking = await uow.get(Booking, data.booking_id, lock=True)
    own_show = await own_show_of(uow, booking)
    deal = await deal_about(uow, booking_id=booking.id, event_id=own_show)
    if deal is None or deal.current.status != "accepted":
        raise NoDealAgreed
    terms = terms_of(deal.current)
    event_id = deal.event_id or own_show
    settlement = Settlement(
        organization_id=uow.tenant,
        id=new_id(),
        booking_id=booking.id,
        deal_id=deal.id,
        deal_number=deal.number,
        number=1,
        currency=terms.currency,
        event_id=event_id,
        terms=msgspec.to_builtins(terms),
        receipts={},
        night=msgspec.to_builtins(Night(box_office=BoxOffice())),
    )
    await _join_promoter(uow, settlement, booking)
    await reckon(uow, settlement, advances_minor=data.advances_minor)
    try:
        await audit.add_row(uow, settlement, "hire.settlement.created")
    except audit.AlreadyExists as error:
        raise SettlementExists from error
    return await fresh(uow, settlement)


async def refresh_settlement(uow: UnitOfWork, settlement_id: UUID) -> Settlement:
    """Reckon a draft anew from the books. Raises `SettlementFixed`."""
    settlement = await _draft(uow, settlement_id)
    if settlement.promoter_organization_id is None:
        await _join_promoter(uow, settlement, await uow.get(Booking, settlement.booking_id))
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


async def take_receipts(uow: UnitOfWork, settlement_id: UUID, receipts: BoxOffice) -> Settlement:
    """Reckon a draft with what the promoter's books say. Raises as `add_expense` does.

    Only the promoter's own organisation can ask its books, so this is for their side to call.
    """
    settlement = await _draft(uow, settlement_id)
    if settlement.promoter_event_id is None:
        raise ReceiptsElsewhere
    settlement.receipts = msgspec.to_builtins(receipts)
    settlement.receipts_at = uow.now
    return await _changed(uow, settlement, "receipts_taken")


async def comment(
    uow: UnitOfWork, settlement_id: UUID, data: NewComment, *, by_promoter: bool = False
) -> Settlement:
    """Say something about a line, or the whole. Raises `PromoterSpeaks` as `agree` does."""
    settlement = await uow.get(Settlement, settlement_id)
    if data.party == "promoter" and not by_promoter:
        await _require_voice(uow, settlement)
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


async def agree(
    uow: UnitOfWork, settlement_id: UUID, data: Agreement, *, by_promoter: bool = False
) -> Settlement:
    """Let one side agree; when both have, it is posted, fixed, and kept as a sheet.

    The books are asked again: when they say something else than what is agreed to, nothing is
    (`FiguresChanged`). The venue notes what a promoter said who is elsewhere; one who has an
    organisation here does so itself (`by_promoter`), or else `PromoterSpeaks` is raised. Raises
    `SettlementFixed`, and `NightNotOver` while what is settled has yet to take place.
    """
    settlement = await _draft(uow, settlement_id)
    if data.party == "promoter" and not by_promoter:
        await _require_voice(uow, settlement)
    await require_over(uow, settlement)
    if settlement.awaits_receipts:
        raise ReceiptsMissing
    before = settlement.due_minor
    await reckon(uow, settlement)
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
    before = await adjusted(uow, settlement)
    payable, receivable = due_between(settlement.outcome, before.outcome if before else None)
    if settlement.due_minor:
        lines = [
            ledger.debit(chart.ORGANISER_PAYABLE, payable),
            ledger.debit(chart.RECEIVABLE_FROM_ORGANISER, receivable),
            ledger.credit(chart.BANK, settlement.due_minor),
        ]
        await _post(uow, settlement, "paid", lines)
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
            receipt_type=one.receipt_type,
            receipt_hash=one.receipt_hash,
            receipt=one.receipt,
        )
        for one in await _with_receipts(uow, last)
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
        promoter_event_id=last.promoter_event_id,
        receipts=last.receipts,
        receipts_at=last.receipts_at,
        terms=last.terms,
        night=last.night,
        expenses=copied,
    )
    await reckon(uow, settlement)
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


async def _join_promoter(uow: UnitOfWork, settlement: Settlement, booking: Booking) -> None:
    """Let the promoter's own organisation see it, if the night is known to be its by now.

    Unless the show is sold here, the receipts are in the promoter's books, and so is the cash.
    """
    theirs = await promoters_event(uow, booking)
    if theirs is None:
        return
    promoter_event_id, settlement.promoter_organization_id = theirs
    if settlement.event_id is None:
        settlement.promoter_event_id = promoter_event_id
        settlement.terms = {**settlement.terms, "boxOffice": "promoter"}


async def _require_voice(uow: UnitOfWork, settlement: Settlement) -> None:
    """Raise `PromoterSpeaks` when the promoter of the night has an organisation here."""
    if settlement.promoter_organization_id is not None:
        raise PromoterSpeaks
    booking = await uow.get(Booking, settlement.booking_id)
    if await promoters_event(uow, booking) is not None:
        raise PromoterSpeaks("It has an organisation here by now: reckon anew, and it can see it.")


async def _draft(uow: UnitOfWork, settlement_id: UUID) -> Settlement:
    settlement = await uow.get(Settlement, settlement_id, lock=True)
    if settlement.status != "draft":
        raise SettlementFixed
    return settlement


async def _changed(uow: UnitOfWork, settlement: Settlement, act: str) -> Settlement:
    """Reckon a draft anew; what one side has agreed to before counts no longer."""
    before = settlement.due_minor
    await reckon(uow, settlement)
    if settlement.due_minor != before:
        settlement.venue_agreed_at = settlement.promoter_agreed_at = None
        settlement.venue_agreed_by = settlement.promoter_agreed_by = ""
    flag_modified(settlement, "status")
    await audit.record(uow, f"hire.settlement.{act}", settlement)
    return await fresh(uow, settlement)


async def _conclude(uow: UnitOfWork, settlement: Settlement) -> None:
    """Post what both have agreed to, count the deposits as used, and keep the sheet."""
    before = await adjusted(uow, settlement)
    lines = lines_between(credits_in(settlement), credits_in(before) if before is not None else {})
    if lines:
        await _post(uow, settlement, "agreed", lines)
    if settlement.event_id is not None and settlement.terms["boxOffice"] == "venue":
        await tell_settled(uow, settlement.event_id)
    for deposit in await deposits_held(uow, settlement, lock=True):
        deposit.applied_minor += deposit.held_minor
    house = await house_of(uow)
    booking = await uow.get(Booking, settlement.booking_id)
    overpaid = await overpaid_minor(uow, settlement)
    sheet = await asyncio.to_thread(
        settlement_pdf, house, booking, settlement, overpaid_minor=overpaid
    )
    settlement.sheet = sheet
    settlement.sheet_hash = hashlib.sha256(sheet).hexdigest()
    settlement.status = SETTLEMENT.next(settlement.status, "agree")
    await uow.announce(SettlementAgreed(subject_id=settlement.id, booking_id=settlement.booking_id))


async def _with_receipts(uow: UnitOfWork, settlement: Settlement) -> list[SettlementExpense]:
    return list(
        await uow.all(
            select(SettlementExpense)
            .where(
                SettlementExpense.organization_id == uow.tenant,
                SettlementExpense.settlement_id == settlement.id,
            )
            .options(undefer(SettlementExpense.receipt))
            .order_by(SettlementExpense.id)
            .execution_options(populate_existing=True)
        )
    )


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
