"""Settlements: what a night came to, line by line; agreed by both, paid, or adjusted."""

import base64
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.datastructures import UploadFile

from houseful import hire
from houseful.hire.contracts.schemas import ATTACHMENT_BYTES_MAX
from houseful.hire.settlements import queries, service
from houseful.hire.settlements.box_office import receipts_of
from houseful.hire.settlements.models import Settlement
from houseful.hire.settlements.rules import called
from houseful.hire.settlements.schemas import (
    Adjustment,
    Agreement,
    NewComment,
    NewExpense,
    NewSettlement,
    Payout,
    SettlementView,
)
from houseful.hire.settlements.sheet import STRONG
from houseful.hire.settlements.waiting import opening_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Problem, TooLarge
from houseful.web.office.forms import Filled, read_amount, read_body, read_id
from houseful.web.office.papers import (
    NEWEST,
    Attempt,
    WholeHouse,
    booking_titles,
    do_and_go,
    plain_name,
)
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, pdf, show, told
from houseful.web.visits import Visit

PATH = "/office/{organization:str}/settlements"
ONE = PATH + "/{settlement_id:uuid}"
SETTLEMENTS = Crumb("/settlements", "Settlements")
PAYERS = (("venue", "The venue"), ("promoter", "The promoter"))
BEARERS = (("show", "The show"), ("venue", "The venue"), ("promoter", "The promoter"))


@show(PATH, WholeHouse("venue.settlements.read", module="venue"))
async def show_settlements(visit: Visit) -> Response[Any]:
    """Show the settlements, the newest first, and the bookings that can be settled."""
    return await _settlements(visit)


@act(PATH, WholeHouse("venue.settlements.create", module="venue"))
async def settle_booking(visit: Visit) -> Response[Any]:
    """Reckon a booking's night from the books."""
    form = await visit.form()
    try:
        booking_id = read_id(form.get("booking_id", ""), "/bookingId")
        made: Settlement = await visit.run(
            service.create_settlement, NewSettlement(booking_id=booking_id)
        )
    except Problem as problem:
        return await _settlements(visit, message=told(problem))
    return back_to(visit, f"/settlements/{made.id}", "Drawn up from the books.")


@show(ONE, WholeHouse("venue.settlements.read", module="venue"))
async def show_settlement(visit: Visit, settlement_id: UUID) -> Response[Any]:
    """Show a settlement: the trace, what it cost, who has agreed."""
    return await _settlement(visit, settlement_id)


@act(ONE + "/refresh", WholeHouse("venue.settlements.update", module="venue"))
async def refresh(visit: Visit, settlement_id: UUID) -> Response[Any]:
    """Ask the books again."""
    await visit.form()
    path, notice = f"/settlements/{settlement_id}", "Calculated anew from the books."
    return await do_and_go(visit, path, notice, service.refresh_settlement, settlement_id)


@act(ONE + "/expenses", WholeHouse("venue.settlements.update", module="venue"))
async def add_expense(visit: Visit, settlement_id: UUID) -> Response[Any]:
    """Add what the night cost, perhaps with its receipt."""
    form = await visit.form()
    try:
        receipt = await _uploaded((await visit.request.form()).get("receipt"))
        view = SettlementView.of(await visit.run(queries.get_settlement, settlement_id))
        values = {
            "label": form.get("label", "").strip(),
            "amount_minor": read_amount(form.get("amount", ""), view.currency, "/amount"),
            "paid_by": form.get("paid_by", "venue"),
            "borne_by": form.get("borne_by", "show"),
            **receipt,
        }
        await visit.run(service.add_expense, settlement_id, read_body(NewExpense, values))
    except Problem as problem:
        return await _settlement(visit, settlement_id, Attempt("expenses", form, problem))
    return back_to(visit, f"/settlements/{settlement_id}", "The expense counts.")


@act(
    ONE + "/expenses/{expense_id:uuid}/remove",
    WholeHouse("venue.settlements.update", module="venue"),
)
async def remove_expense(visit: Visit, settlement_id: UUID, expense_id: UUID) -> Response[Any]:
    """Take an expense out of a draft."""
    await visit.form()
    path, notice = f"/settlements/{settlement_id}", "The expense counts no longer."
    return await do_and_go(visit, path, notice, service.remove_expense, settlement_id, expense_id)


@act(ONE + "/comments", WholeHouse("venue.settlements.update", module="venue"))
async def say(visit: Visit, settlement_id: UUID) -> Response[Any]:
    """Say something about the settlement, for the venue's side."""
    form = await visit.form()
    name = visit.identity.name if visit.identity else "The venue"
    text = form.get("text", "").strip()[:2000]
    path = f"/settlements/{settlement_id}"
    if not text:
        return back_to(visit, path, "Not done: please write something.")
    line = form.get("line", "")
    data = read_body(NewComment, {"text": text, "name": name or "The venue", "line": line})
    return await do_and_go(visit, path, "It is said.", service.comment, settlement_id, data)


@act(ONE + "/agree", WholeHouse("venue.settlements.agree", module="venue"))
async def agree(visit: Visit, settlement_id: UUID) -> Response[Any]:
    """Agree for one side, to the amount that the page showed."""
    form = await visit.form()
    party = "promoter" if form.get("party") == "promoter" else "venue"
    own = visit.identity.name if visit.identity else ""
    name = form.get("name", "").strip()[:200] or (own if party == "venue" else "")
    path = f"/settlements/{settlement_id}"
    shown = form.get("due_minor", "")
    if not name or not shown.lstrip("-").isdecimal():
        return back_to(visit, path, "Not done: please say who agrees.")
    data = Agreement(name=name, due_minor=int(shown), party=party)
    notice = f"The {party} has agreed."
    return await do_and_go(visit, path, notice, service.agree, settlement_id, data)


@act(ONE + "/pay", WholeHouse("venue.settlements.pay", module="venue"))
async def pay(visit: Visit, settlement_id: UUID) -> Response[Any]:
    """Note that what was due has changed hands."""
    form = await visit.form()
    try:
        payout = read_body(Payout, {"reference": form.get("reference", "").strip()})
        await visit.run(service.pay_settlement, settlement_id, payout)
    except Problem as problem:
        return await _settlement(visit, settlement_id, Attempt("pay", form, problem))
    return back_to(visit, f"/settlements/{settlement_id}", "It is paid.")


@act(ONE + "/adjust", WholeHouse("venue.settlements.create", module="venue"))
async def adjust(visit: Visit, settlement_id: UUID) -> Response[Any]:
    """Go on from what was agreed."""
    form = await visit.form()
    try:
        data = read_body(Adjustment, {"reason": form.get("reason", "").strip()})
        made: Settlement = await visit.run(service.adjust_settlement, settlement_id, data)
    except Problem as problem:
        return await _settlement(visit, settlement_id, Attempt("adjust", form, problem))
    return back_to(visit, f"/settlements/{made.id}", "The adjustment is a draft.")


@show(ONE + "/sheet", WholeHouse("venue.settlements.read", module="venue"))
async def sheet(visit: Visit, settlement_id: UUID) -> Response[bytes]:
    """Hand out the sheet that both sides agreed to."""
    content = await visit.run(queries.read_sheet, settlement_id)
    return pdf(content, f"settlement-{settlement_id}.pdf")


@show(
    ONE + "/expenses/{expense_id:uuid}/receipt",
    WholeHouse("venue.settlements.read", module="venue"),
)
async def receipt(visit: Visit, settlement_id: UUID, expense_id: UUID) -> Response[bytes]:
    """Hand out the receipt of an expense."""
    expense = await visit.run(queries.read_receipt, settlement_id, expense_id)
    headers = {"content-disposition": "attachment", "cache-control": "no-store"}
    return Response(expense.receipt or b"", media_type=expense.receipt_type, headers=headers)


async def _uploaded(upload: Any) -> dict[str, str]:
    """Return an uploaded receipt as a new expense has it; nothing when none was chosen."""
    if not isinstance(upload, UploadFile) or not upload.filename:
        return {}
    content = await upload.read(ATTACHMENT_BYTES_MAX + 1)
    if len(content) > ATTACHMENT_BYTES_MAX:
        raise TooLarge("A receipt has 10 MB at most.")
    name = plain_name(upload.filename)
    return {"receipt": base64.b64encode(content).decode(), "receipt_name": name}


async def _since_then(visit: Visit, view: SettlementView) -> int | None:
    """Return what the night took as the books say now, when that is not what was agreed."""
    if view.status == "draft" or view.event_id is None:
        return None
    now = await visit.run(receipts_of, view.event_id, view.currency)
    return now.gross_minor if now.gross_minor != view.outcome.gross_minor else None


async def _settlements(visit: Visit, *, message: str = "") -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        found, _ = await queries.list_settlements(uow, window=NEWEST)
        titles = await booking_titles(uow)
        ready, _ = await hire.list_bookings(
            uow, window=NEWEST, matching=hire.BookingFilter(status="completed")
        )
        settled = {one.booking_id for one in found}
        return {
            "settlements": [SettlementView.of(one) for one in found],
            "bookings": titles,
            "ready": [(one.id, one.title) for one in ready if one.id not in settled],
        }

    return office_page(
        visit,
        "settlements.html",
        here="/settlements",
        heading="Settlements",
        message=message,
        filled=Filled({}),
        **await visit.run(read),
    )


async def _settlement(
    visit: Visit, settlement_id: UUID, attempt: Attempt | None = None
) -> Response[Any]:
    attempt = attempt or Attempt()

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        row = await queries.get_settlement(uow, settlement_id)
        titles = await booking_titles(uow)
        return {
            "settlement": SettlementView.of(row),
            "speaks_for_itself": row.promoter_organization_id is not None,
            "overpaid_minor": await queries.overpaid_minor(uow, row),
            "opening": await opening_of(uow, row),
            "booking_title": titles.get(row.booking_id, "The booking"),
        }

    found = await visit.run(read)
    found["since"] = await _since_then(visit, found["settlement"])
    return office_page(
        visit,
        "settlement.html",
        here="/settlements",
        heading=f"{called(found['settlement'].number)}: {found['booking_title']}",
        crumbs=(SETTLEMENTS,),
        message=attempt.message,
        attempt=attempt,
        payers=PAYERS,
        bearers=BEARERS,
        strong=STRONG,
        **found,
    )


handlers = [
    show_settlements,
    settle_booking,
    show_settlement,
    refresh,
    add_expense,
    remove_expense,
    say,
    agree,
    pay,
    adjust,
    sheet,
    receipt,
]
