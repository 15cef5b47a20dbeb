"""Settlements over HTTP: the venue's side, and the promoter's in their own organisation."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.hire.settlements import queries, service
from houseful.hire.settlements.models import Settlement
from houseful.hire.settlements.problems import (
    DepositsUnknown,
    FiguresChanged,
    NightNotOver,
    NoDealAgreed,
    PromoterSpeaks,
    ReceiptsElsewhere,
    ReceiptsMissing,
    SettlementExists,
    SettlementFixed,
    SheetNotAgreed,
)
from houseful.hire.settlements.promoter import PromotersDesk
from houseful.hire.settlements.schemas import (
    Adjustment,
    Agreement,
    NewComment,
    NewExpense,
    NewSettlement,
    Payout,
    SettlementView,
)
from houseful.hire.versions import seen
from houseful.kernel.http import Caller, Page, StatedVersion, delete, get, post
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import IllegalTransition, VersionMismatch

Status = Literal["draft", "agreed", "paid"]
BookingId = Annotated[UUID | None, QueryParameter(name="bookingId")]
AT = "/api/v1/settlements"
ONE = AT + "/{settlement_id:uuid}"
THEIRS = "/api/v1/promoter/settlements"
PDF = "application/pdf"


@get(AT, permission="venue.settlements.read", module="venue", summary="List the settlements")
async def list_settlements(
    caller: Caller, window: Window, booking_id: BookingId = None, status: Status | None = None
) -> Page[SettlementView]:
    """List settlements and their adjustments."""
    return await caller.read_page(
        queries.list_settlements,
        window=window,
        view=SettlementView,
        booking_id=booking_id,
        status=status,
    )


@post(
    AT,
    permission="venue.settlements.create",
    module="venue",
    summary="Settle a booking",
    raises=[DepositsUnknown, NoDealAgreed, SettlementExists],
)
async def create_settlement(caller: Caller, data: NewSettlement) -> Response[SettlementView]:
    """Reckon a night from the books, under the accepted deal of its booking."""
    return await caller.create(service.create_settlement, data, view=SettlementView, at=AT)


@get(ONE, permission="venue.settlements.read", module="venue", summary="Read a settlement")
async def read_settlement(caller: Caller, settlement_id: UUID) -> Response[SettlementView]:
    """Read one settlement with its trace."""
    return await caller.read(queries.get_settlement, settlement_id, view=SettlementView)


@get(
    ONE + "/sheet",
    permission="venue.settlements.read",
    module="venue",
    summary="Download a settlement sheet",
    media_type=PDF,
    raises=[SheetNotAgreed],
)
async def download_settlement_sheet(caller: Caller, settlement_id: UUID) -> Response[bytes]:
    """Download the sheet that both sides agreed to."""
    return Response(await caller.run(queries.read_sheet, settlement_id), media_type=PDF)


@get(
    ONE + "/expenses/{expense_id:uuid}/receipt",
    permission="venue.settlements.read",
    module="venue",
    summary="Download a receipt",
    media_type="application/octet-stream",
)
async def download_receipt(
    caller: Caller, settlement_id: UUID, expense_id: UUID
) -> Response[bytes]:
    """Download the receipt of an expense."""
    expense = await caller.run(queries.read_receipt, settlement_id, expense_id)
    headers = {"content-disposition": "attachment", "etag": f'"{expense.receipt_hash}"'}
    return Response(expense.receipt or b"", media_type=expense.receipt_type, headers=headers)


@post(
    ONE + "/refresh",
    permission="venue.settlements.update",
    module="venue",
    summary="Reckon a settlement anew",
    status=200,
    raises=[VersionMismatch, SettlementFixed, DepositsUnknown],
)
async def refresh_settlement(
    caller: Caller, settlement_id: UUID, stated_version: StatedVersion
) -> Response[SettlementView]:
    """Ask the books again, while it is a draft."""
    return await caller.change(
        seen(Settlement, service.refresh_settlement, stated_version),
        settlement_id,
        view=SettlementView,
    )


@post(
    ONE + "/expenses",
    permission="venue.settlements.update",
    module="venue",
    summary="Add an expense",
    status=200,
    raises=[VersionMismatch, SettlementFixed, DepositsUnknown],
)
async def add_expense(
    caller: Caller, settlement_id: UUID, data: NewExpense, stated_version: StatedVersion
) -> Response[SettlementView]:
    """Add what the night cost, perhaps with the receipt."""
    return await caller.change(
        seen(Settlement, service.add_expense, stated_version),
        settlement_id,
        data,
        view=SettlementView,
    )


@delete(
    ONE + "/expenses/{expense_id:uuid}",
    permission="venue.settlements.update",
    module="venue",
    summary="Remove an expense",
    raises=[SettlementFixed, DepositsUnknown],
)
async def remove_expense(caller: Caller, settlement_id: UUID, expense_id: UUID) -> None:
    """Take an expense out of a draft."""
    await caller.run(service.remove_expense, settlement_id, expense_id)


@post(
    ONE + "/comments",
    permission="venue.settlements.update",
    module="venue",
    summary="Comment on a settlement",
    status=200,
    raises=[VersionMismatch, PromoterSpeaks],
)
async def comment_settlement(
    caller: Caller, settlement_id: UUID, data: NewComment, stated_version: StatedVersion
) -> Response[SettlementView]:
    """Say something about a line of the trace, or the whole."""
    return await caller.change(
        seen(Settlement, service.comment, stated_version), settlement_id, data, view=SettlementView
    )


@post(
    ONE + "/agree",
    permission="venue.settlements.agree",
    module="venue",
    summary="Agree to a settlement",
    status=200,
    raises=[
        VersionMismatch,
        SettlementFixed,
        DepositsUnknown,
        FiguresChanged,
        NightNotOver,
        ReceiptsMissing,
        PromoterSpeaks,
    ],
)
async def agree_settlement(
    caller: Caller, settlement_id: UUID, data: Agreement, stated_version: StatedVersion
) -> Response[SettlementView]:
    """Agree to what is due; when both sides have, it is posted and fixed."""
    return await caller.change(
        seen(Settlement, service.agree, stated_version), settlement_id, data, view=SettlementView
    )


@post(
    ONE + "/pay",
    permission="venue.settlements.pay",
    module="venue",
    summary="Pay a settlement",
    status=200,
    with_key=True,
    raises=[VersionMismatch, IllegalTransition],
)
async def pay_settlement(
    caller: Caller, settlement_id: UUID, data: Payout, stated_version: StatedVersion
) -> Response[SettlementView]:
    """Note that what was due has changed hands."""
    return await caller.change(
        seen(Settlement, service.pay_settlement, stated_version),
        settlement_id,
        data,
        view=SettlementView,
    )


@post(
    ONE + "/adjust",
    permission="venue.settlements.create",
    module="venue",
    summary="Adjust a settlement",
    raises=[VersionMismatch, SettlementExists, DepositsUnknown],
)
async def adjust_settlement(
    caller: Caller, settlement_id: UUID, data: Adjustment, stated_version: StatedVersion
) -> Response[SettlementView]:
    """Go on from what was agreed: a late refund, a forgotten bill. What was agreed stays."""
    return await caller.create(
        seen(Settlement, service.adjust_settlement, stated_version),
        settlement_id,
        data,
        view=SettlementView,
        at=AT,
    )


@get(
    THEIRS,
    permission="promoter.settlements.read",
    module="promoter",
    summary="List the settlements of one's events at other venues",
)
async def list_promoter_settlements(caller: Caller) -> list[SettlementView]:
    """List what venues have reckoned for this organisation's events, with the same trace."""
    return [SettlementView.of(settlement) for settlement in await _desk(caller).list()]


@get(
    THEIRS + "/{their_settlement_id:uuid}",
    permission="promoter.settlements.read",
    module="promoter",
    summary="Read a settlement as its promoter",
)
async def read_promoter_settlement(caller: Caller, their_settlement_id: UUID) -> SettlementView:
    """Read one settlement of this organisation's events, with its trace."""
    return SettlementView.of(await _desk(caller).read(their_settlement_id))


@get(
    THEIRS + "/{their_settlement_id:uuid}/sheet",
    permission="promoter.settlements.read",
    module="promoter",
    summary="Download a settlement sheet as its promoter",
    media_type=PDF,
    raises=[SheetNotAgreed],
)
async def download_promoter_sheet(caller: Caller, their_settlement_id: UUID) -> Response[bytes]:
    """Download the sheet that both sides agreed to."""
    return Response(await _desk(caller).sheet(their_settlement_id), media_type=PDF)


@post(
    THEIRS + "/{their_settlement_id:uuid}/agree",
    permission="promoter.settlements.update",
    module="promoter",
    summary="Agree to a settlement as its promoter",
    status=200,
    raises=[SettlementFixed, DepositsUnknown, FiguresChanged, NightNotOver, ReceiptsMissing],
)
async def agree_as_promoter(
    caller: Caller, their_settlement_id: UUID, data: Agreement
) -> SettlementView:
    """Agree to what is due, for the promoter's side."""
    return SettlementView.of(await _desk(caller).agree(their_settlement_id, data))


@post(
    THEIRS + "/{their_settlement_id:uuid}/comments",
    permission="promoter.settlements.update",
    module="promoter",
    summary="Comment on a settlement as its promoter",
    status=200,
)
async def comment_as_promoter(
    caller: Caller, their_settlement_id: UUID, data: NewComment
) -> SettlementView:
    """Say something about a line of the trace, or the whole, for the promoter's side."""
    return SettlementView.of(await _desk(caller).comment(their_settlement_id, data))


@post(
    THEIRS + "/{their_settlement_id:uuid}/receipts",
    permission="promoter.settlements.update",
    module="promoter",
    summary="Hand over the receipts of one's event",
    status=200,
    raises=[SettlementFixed, DepositsUnknown, ReceiptsElsewhere],
)
async def hand_over_receipts(caller: Caller, their_settlement_id: UUID) -> SettlementView:
    """Let the venue reckon with what this organisation's books say of its event, and nobody else.

    They are read from the ledger of sales and refunds, and never typed. The same again after a late
    refund brings a draft up to date.
    """
    return SettlementView.of(await _desk(caller).hand_over_receipts(their_settlement_id))


def _desk(caller: Caller) -> PromotersDesk:
    return PromotersDesk(caller.database, caller.identity.actor, caller.organization_id)


handlers = [
    list_settlements,
    create_settlement,
    read_settlement,
    download_settlement_sheet,
    download_receipt,
    refresh_settlement,
    add_expense,
    remove_expense,
    comment_settlement,
    agree_settlement,
    pay_settlement,
    adjust_settlement,
]
promoter_handlers = [
    list_promoter_settlements,
    read_promoter_settlement,
    download_promoter_sheet,
    hand_over_receipts,
    agree_as_promoter,
    comment_as_promoter,
]
