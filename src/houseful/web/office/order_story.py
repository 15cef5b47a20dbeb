"""What happened to an order, in its order: who did what, and where the money went."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from houseful.accounts import user_by_id
from houseful.audit import ActFilter, find_acts
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.money import Money, format_money
from houseful.kernel.short_codes import short_code
from houseful.payments import Refund, Transaction
from houseful.scanning import Move
from houseful.ticketing import Order, Ticket
from houseful.web.templating import words

ACTS = {
    "ticketing.order.created": "Ordered",
    "ticketing.order.paid": "Paid, and the tickets issued",
    "ticketing.order.canceled": "Cancelled",
    "ticketing.order.expired": "Not paid in time",
    "ticketing.order.refunded": "Tickets given back",
}
PROVIDERS = {
    "cash": "cash",
    "sandbox": "card (sandbox)",
    "card_terminal": "card terminal",
    "terminal": "card terminal",
    "stripe": "card (Stripe)",
    "payfast": "PayFast",
}


class Moment(msgspec.Struct, frozen=True):
    """Something that happened: when, what, and who did it when it was a person of the house."""

    at: datetime
    what: str
    who: str = ""


async def story_of(
    uow: UnitOfWork,
    order: Order,
    tickets: Sequence[Ticket],
    payments: Sequence[Transaction],
    refunds: Sequence[Refund],
    moves: Sequence[Move],
) -> list[Moment]:
    """Return what happened to the order, the latest first."""
    acts, _ = await find_acts(
        uow, window=Window(limit=LIMIT_MAX), matching=ActFilter(resource_id=order.id)
    )
    names: dict[UUID, str] = {}
    moments = [
        Moment(act.at, ACTS[act.action], await _name(uow, act, names))
        for act in acts
        if act.action in ACTS
    ]
    moments += [_of_payment(payment) for payment in payments]
    moments += [_of_refund(refund) for refund in refunds]
    codes = {ticket.id: short_code(ticket.credential_id) for ticket in tickets}
    moments += [_of_move(move, codes[move.ticket_id]) for move in moves]
    moments += [
        Moment(ticket.ended_at, f"Ticket {short_code(ticket.credential_id)} voided")
        for ticket in tickets
        if ticket.status == "voided" and ticket.ended_at is not None
    ]
    return sorted(moments, key=lambda moment: moment.at)[::-1]


def way_to_pay(payment: Transaction) -> str:
    """Say how somebody paid."""
    return PROVIDERS.get(payment.provider, words(payment.provider))


def _of_payment(payment: Transaction) -> Moment:
    money = format_money(Money(payment.amount_minor, payment.currency))
    how = way_to_pay(payment)
    if payment.outcome == "review":
        arrived = format_money(
            Money(payment.captured_minor, payment.captured_currency or payment.currency)
        )
        return Moment(
            payment.settled_at or payment.created_at,
            f"Payment by {how}: {arrived} arrived, {money} was asked for",
        )
    return Moment(
        payment.settled_at or payment.created_at,
        f"Payment of {money} by {how}: {words(payment.status)}",
    )


def _of_move(move: Move, code: str) -> Moment:
    what = "used to come in" if move.is_entry else "used to go out"
    return Moment(move.at, f"Ticket {code} {what}{f' at {move.gate}' if move.gate else ''}")


def _of_refund(refund: Refund) -> Moment:
    money = format_money(Money(refund.amount_minor, refund.currency))
    return Moment(refund.created_at, f"Refund of {money} ({refund.reason}): {words(refund.status)}")


async def _name(uow: UnitOfWork, act: Any, names: dict[UUID, str]) -> str:
    if act.actor_kind != "user" or act.actor_id is None:
        return ""
    if act.actor_id not in names:
        user = await user_by_id(uow, act.actor_id)
        names[act.actor_id] = user.name if user is not None else ""
    return names[act.actor_id]
