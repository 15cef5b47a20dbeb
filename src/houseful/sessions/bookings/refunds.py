"""Refund requests: asked for by customers, decided by staff, followed until the money is back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound
from houseful.sessions.bookings.models import RefundRequest, SessionBooking
from houseful.sessions.bookings.money import (
    Target,
    give_money_back,
    move_money,
    note_returned,
)
from houseful.sessions.catalogue.settings import read_settings
from houseful.sessions.facts import RefundDecided
from houseful.sessions.problems import NothingToGiveBack, SecondApprovalNeeded
from houseful.sessions.states import MONEY, REFUND_REQUEST

UNDECIDED = frozenset({"requested", "failed"})
"""Requests that somebody has to decide."""


async def request_money_back(
    uow: UnitOfWork, booking_id: UUID, reason: str, amount: int | None = None
) -> RefundRequest:
    """Ask for what was paid for a booking, or a part of it; asking again reopens the request.

    Raises `NothingToGiveBack`, `IllegalTransition`, `Invalid`.
    """
    if not reason.strip():
        raise Invalid.at("/reason", "Please say why.")
    booking = await uow.get(SessionBooking, booking_id, lock=True)
    left = booking.paid_minor - booking.refunded_minor
    wanted = left if amount is None else amount
    if not 0 < wanted <= left:
        raise NothingToGiveBack(left=left)
    booking.money = MONEY.next(booking.money, "ask_back")
    request = await find_request(uow, booking_id)
    if request is None:
        request = RefundRequest(
            organization_id=uow.tenant,
            id=new_id(),
            booking_id=booking_id,
            amount_minor=wanted,
            currency=booking.currency,
            reason=reason.strip(),
        )
        return await audit.add_row(uow, request, "sessions.refund_request.created")
    request.status = REFUND_REQUEST.next(request.status, "ask_again")
    request.log = [*request.log, logged(request)]
    request.amount_minor, request.reason = wanted, reason.strip()
    request.answer, request.approved_by, request.card_refund_id = "", None, None
    await audit.record(uow, "sessions.refund_request.reopened", request)
    await uow.flush()
    return request


async def approve_request(
    uow: UnitOfWork, request_id: UUID, target: Target = "origin", amount: int | None = None
) -> RefundRequest:
    """Give the money back, all that was asked for or a part: the way it came, or into the wallet.

    Above the organisation's limit the first approval is noted, and another person's completes it.
    Raises `SecondApprovalNeeded` for the same person twice, `NothingToGiveBack`.
    """
    request, booking = await _locked(uow, request_id)
    REFUND_REQUEST.next(request.status, "approve")
    if amount is not None and not 0 < amount <= request.amount_minor:
        raise NothingToGiveBack(left=request.amount_minor)
    if amount is not None and amount != request.amount_minor:
        request.log = [*request.log, logged(request)]
        request.amount_minor, request.approved_by = amount, None
    settings = await read_settings(uow)
    if request.amount_minor > settings.refund_second_above:
        if request.approved_by is None:
            request.approved_by = uow.actor.id
            await audit.record(uow, "sessions.refund_request.seconded", request)
            await uow.flush()
            return request
        if request.approved_by == uow.actor.id:
            raise SecondApprovalNeeded
    request.status = REFUND_REQUEST.next(request.status, "approve")
    request.target = target
    cards = await give_money_back(
        uow, booking, request.amount_minor, reason=request.reason, target=target
    )
    note_returned(booking)
    request.card_refund_id = cards[0] if cards else None
    request.status = REFUND_REQUEST.next(request.status, "process" if cards else "succeed")
    await announce_decision(uow, request, "approved")
    return request


async def reject_request(uow: UnitOfWork, request_id: UUID, answer: str) -> RefundRequest:
    """Turn a request down, with an answer for the customer. Raises `Invalid`."""
    if not answer.strip():
        raise Invalid.at("/answer", "Please say why.")
    return await _keep(uow, request_id, "reject", answer.strip())


async def withdraw_money_back(uow: UnitOfWork, booking_id: UUID) -> RefundRequest:
    """Take back the request of a booking. Raises `NotFound` and `IllegalAct`."""
    request = await find_request(uow, booking_id)
    if request is None:
        raise NotFound("Nobody asked for money back.")
    return await _keep(uow, request.id, "withdraw", "")


async def note_given_back(
    uow: UnitOfWork, booking: SessionBooking, amount: int, cards: Sequence[UUID]
) -> None:
    """Note that so much of a booking's money went back, `cards` of it to cards.

    A request that waits is answered by it; where less went back than was asked for, the rest still
    waits to be decided.
    """
    request = await _open_request(uow, booking.id)
    if request is None or not amount:
        note_returned(booking)
        return
    left = booking.paid_minor - booking.refunded_minor
    rest = min(max(0, request.amount_minor - amount), left)
    request.log = [*request.log, logged(request)]
    request.amount_minor, request.approved_by = rest or amount, None
    if rest:
        if booking.money != "refund_pending":
            note_returned(booking)
        await audit.record(uow, "sessions.refund_request.reduced", request)
        await uow.flush()
        return
    note_returned(booking)
    request.card_refund_id = cards[0] if cards else None
    for act in ("approve", "process" if cards else "succeed"):
        request.status = REFUND_REQUEST.next(request.status, act)
    await announce_decision(uow, request, "approved")


async def find_request(uow: UnitOfWork, booking_id: UUID) -> RefundRequest | None:
    """Return the request of a booking, or None."""
    return await uow.first(
        select(RefundRequest).where(
            RefundRequest.organization_id == uow.tenant, RefundRequest.booking_id == booking_id
        )
    )


async def list_requests(
    uow: UnitOfWork, *, window: Window, status: str | None = None
) -> tuple[list[Any], str | None]:
    """Return one page of requests."""
    mine = select(RefundRequest).where(RefundRequest.organization_id == uow.tenant)
    if status is not None:
        mine = mine.where(RefundRequest.status == status)
    return await fetch_page(uow, mine, RefundRequest, window)


async def _keep(uow: UnitOfWork, request_id: UUID, act: str, answer: str) -> RefundRequest:
    request, booking = await _locked(uow, request_id)
    request.status = REFUND_REQUEST.next(request.status, act)
    request.answer = answer
    move_money(booking, "keep_part" if booking.refunded_minor else "keep")
    await announce_decision(uow, request, request.status)
    return request


async def _open_request(uow: UnitOfWork, booking_id: UUID) -> RefundRequest | None:
    found = await find_request(uow, booking_id)
    if found is None or found.status not in UNDECIDED:
        return None
    return await uow.get(RefundRequest, found.id, lock=True)


async def _locked(uow: UnitOfWork, request_id: UUID) -> tuple[RefundRequest, SessionBooking]:
    found = await uow.get(RefundRequest, request_id)
    booking = await uow.get(SessionBooking, found.booking_id, lock=True)
    return await uow.get(RefundRequest, request_id, lock=True), booking


async def announce_decision(uow: UnitOfWork, request: RefundRequest, how: str) -> None:
    """Record and announce what became of a request."""
    await audit.record(uow, f"sessions.refund_request.{how}", request)
    await uow.flush()
    await uow.announce(
        RefundDecided(
            subject_id=request.id,
            booking_id=request.booking_id,
            status=request.status,
            asked_before=len(request.log),
        )
    )


def logged(request: RefundRequest) -> dict[str, Any]:
    """Return a request as its log keeps what it was."""
    return {
        "status": request.status,
        "amountMinor": request.amount_minor,
        "reason": request.reason,
        "answer": request.answer,
    }
