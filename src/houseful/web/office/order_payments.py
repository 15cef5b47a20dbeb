"""A payment of an order that is not what was asked for: given back by who may decide it."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.money import Money, format_money
from houseful.kernel.problems import Invalid, NotFound, Problem
from houseful.payments import Transaction, find_transactions, give_back
from houseful.ticketing import PAYABLE_KIND, ShownOrder, show_order
from houseful.web.guards import Office
from houseful.web.office.order import ORDER, REASON_MAX, crumbs_of, order_page
from houseful.web.office.order_story import way_to_pay
from houseful.web.office.shell import back_to, confirm_page
from houseful.web.pages import act, show, told
from houseful.web.visits import Visit

GIVE_BACK = ORDER + "/payments/{transaction_id:uuid}/give-back"
APPROVE = Office("ticketing.refunds.approve", module="finance")


@show(GIVE_BACK, APPROVE)
async def ask_to_give_back(visit: Visit, order_id: UUID, transaction_id: UUID) -> Response[Any]:
    """Ask before a payment that waits for a decision is sent back."""
    return await _ask(visit, order_id, transaction_id)


@act(GIVE_BACK, APPROVE)
async def give_payment_back(visit: Visit, order_id: UUID, transaction_id: UUID) -> Response[Any]:
    """Send all of a payment back that is not what was asked for; the buyer is told by mail."""
    reason = (await visit.form()).get("reason", "").strip()[:REASON_MAX]
    await visit.run(_payment, order_id, transaction_id)
    try:
        if not reason:
            raise Invalid.at("/reason", "Please say why: it stands in the books.")
        await visit.run(give_back, transaction_id, reason=reason)
    except Problem as problem:
        return await _ask(visit, order_id, transaction_id, told(problem), reason)
    return back_to(visit, f"/orders/{order_id}", "The money is on its way back.")


async def _ask(
    visit: Visit, order_id: UUID, transaction_id: UUID, message: str = "", reason: str = ""
) -> Response[Any]:
    payment: Transaction = await visit.run(_payment, order_id, transaction_id)
    if not payment.is_undecided:
        return await order_page(visit, order_id, "This payment does not wait for a decision.")
    shown: ShownOrder = await visit.run(show_order, order_id)
    arrived = format_money(
        Money(payment.captured_minor, payment.captured_currency or payment.currency)
    )
    asked = format_money(Money(payment.amount_minor, payment.currency))
    return confirm_page(
        visit,
        here="/orders",
        heading=f"Give {arrived} back?",
        crumbs=crumbs_of(shown.order),
        consequences=(
            f"{arrived} arrived by {way_to_pay(payment)}, and {asked} was asked for.",
            "All that arrived goes back the way it came, and the buyer is told by mail.",
            "The order is not paid by it. It can be paid as long as its places are kept.",
        ),
        label=f"Give {arrived} back",
        reason=reason,
        reason_hint="It stands in the books",
        message=message,
    )


async def _payment(uow: UnitOfWork, order_id: UUID, transaction_id: UUID) -> Transaction:
    for payment in await find_transactions(uow, PAYABLE_KIND, order_id):
        if payment.id == transaction_id:
            return payment
    raise NotFound


handlers = [ask_to_give_back, give_payment_back]
