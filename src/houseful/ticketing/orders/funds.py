"""Where an event's money stands in the books: held, then released or settled; who bears a refund.

Until the event is over the organiser's funds are held: they may have to go back. Then they are
payable. Where a deal says who gets which part of them, its settlement takes them instead.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from houseful import audit, events, ledger
from houseful.kernel.database import UnitOfWork
from houseful.ledger import chart
from houseful.payments import earned_minor, lock_payable
from houseful.ticketing.models import EventSale
from houseful.ticketing.offers import get_sale
from houseful.ticketing.orders.models import Order

Keeper = Callable[[UnitOfWork, UUID], Awaitable[bool]]
"""Says whether something else than the event's end decides who gets an event's money."""

EVENT = "event"
ORDER = "order"
RELEASE_AFTER = timedelta(minutes=5)
"""Longer than a sale can take that began before the event was over."""
FUNDS = (chart.ORGANISER_FUNDS, chart.ORGANISER_PAYABLE, chart.RECEIVABLE_FROM_ORGANISER)

_keepers: list[Keeper] = []


def register_keeper(keeper: Keeper) -> None:
    """Let a room beside this one say which events' money is not released by their end."""
    if keeper not in _keepers:
        _keepers.append(keeper)


async def events_to_release(uow: UnitOfWork) -> list[UUID]:
    """Return the events that are over, and whose money is still held."""
    held = await uow.all(
        select(EventSale.event_id).where(
            EventSale.organization_id == uow.tenant, EventSale.funds == "held"
        )
    )
    shown = await events.events_by_id(uow, held)
    over = [event.id for event in shown.values() if _is_over(event, uow)]
    return [one for one in sorted(over) if not await _is_kept(uow, one)]


async def release_funds(uow: UnitOfWork, event_id: UUID) -> bool:
    """Let what an event has taken be payable, once; return whether it is now.

    Harmless twice, and in parallel. Raises `NotFound`.
    """
    sale = await get_sale(uow, event_id, lock=True)
    event = await events.get_event(uow, event_id)
    if sale.funds != "held" or not _is_over(event, uow) or await _is_kept(uow, event_id):
        return False
    held = (await standing_of(uow, event_id, sale.currency))[chart.ORGANISER_FUNDS]
    if held:
        await ledger.post(
            uow,
            ledger.Entry(
                kind="release",
                source_key=f"release:{event_id}",
                subject_kind=EVENT,
                subject_id=event_id,
                currency=sale.currency,
                lines=[
                    ledger.debit(chart.ORGANISER_FUNDS, held),
                    ledger.credit(chart.ORGANISER_PAYABLE, held),
                ],
                memo=event.name,
            ),
        )
    sale.funds = "released"
    await audit.record(
        uow, "ticketing.funds.released", sale, sentence=f"released what {event.name} has taken"
    )
    await uow.flush()
    return True


async def mark_settled(uow: UnitOfWork, event_id: UUID) -> None:
    """Note that a settlement has taken the event's money, if it sold tickets here at all."""
    sale = await uow.session.get(
        EventSale, (uow.tenant, event_id), with_for_update=True, populate_existing=True
    )
    if sale is not None and sale.funds != "settled":
        sale.funds = "settled"
        await audit.record(uow, "ticketing.funds.settled", sale)
        await uow.flush()


async def standing_of(uow: UnitOfWork, event_id: UUID, currency: str) -> dict[str, int]:
    """Return how the organiser's part of an event's sales stands, by account, in minor units.

    What refunds have made the organiser owe counts less.
    """
    orders = await paid_orders(uow, event_id, currency)
    sold = await ledger.turnover_of(uow, ORDER, orders, currency)
    released = await ledger.turnover_of(uow, EVENT, [event_id], currency)
    return {code: sold.get(code, 0) + released.get(code, 0) for code in FUNDS}


async def paid_orders(uow: UnitOfWork, event_id: UUID, currency: str) -> Sequence[UUID]:
    """Return the event's orders that were ever paid in a currency."""
    return await uow.all(
        select(Order.id).where(
            Order.organization_id == uow.tenant,
            Order.event_id == event_id,
            Order.currency == currency,
            Order.paid_at.is_not(None),
        )
    )


async def borne_by(uow: UnitOfWork, event_id: UUID, amount_minor: int) -> list[ledger.Line]:
    """Return the debits that say out of what the organiser's part of a refund comes.

    What is held, before the event is over; then what is payable, and what that does not cover the
    organiser owes. The event's money stays where it is until this unit of work ends.
    """
    sale = await uow.first(
        select(EventSale)
        .where(EventSale.organization_id == uow.tenant, EventSale.event_id == event_id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )
    if sale.funds == "held" or amount_minor <= 0:
        account = chart.ORGANISER_FUNDS if sale.funds == "held" else chart.ORGANISER_PAYABLE
        return [ledger.debit(account, amount_minor)]
    await lock_payable(uow)
    if sale.funds == "released":
        payable = await earned_minor(uow, sale.currency)
    else:
        payable = await ledger.balance_of(uow, chart.ORGANISER_PAYABLE, sale.currency)
    covered = min(amount_minor, max(0, payable))
    return [
        ledger.debit(chart.ORGANISER_PAYABLE, covered),
        ledger.debit(chart.RECEIVABLE_FROM_ORGANISER, amount_minor - covered),
    ]


def funds_in(turnover: Mapping[str, int]) -> int:
    """Return the organiser's part of a turnover, wherever it stands."""
    return sum(turnover.get(code, 0) for code in FUNDS)


def _is_over(event: events.ShownEvent, uow: UnitOfWork) -> bool:
    return event.ended_at is not None and event.ended_at <= uow.now - RELEASE_AFTER


async def _is_kept(uow: UnitOfWork, event_id: UUID) -> bool:
    for keeper in _keepers:
        if await keeper(uow, event_id):
            return True
    return False
