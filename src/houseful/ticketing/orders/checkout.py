"""From an order to a payment, and the sale over the counter."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.kernel.secrets import new_token, token_hash
from houseful.payments import Transaction, open_payment, start_payment, take_at_till
from houseful.ticketing.lanes import HoldCommand, PoolWish, Wanted
from houseful.ticketing.offers import Offer, load_offer
from houseful.ticketing.orders.fulfilment import PAYABLE_KIND
from houseful.ticketing.orders.models import Order
from houseful.ticketing.orders.placing import Buyer, place_order
from houseful.ticketing.orders.queries import require_order
from houseful.ticketing.places import hold_now, lock_seats
from houseful.ticketing.problems import HoldOver
from houseful.ticketing.vault import Vault

BOX_OFFICE_MAX = 100

TillPayment = Literal["cash", "card_terminal"]
TILL: dict[TillPayment, str] = {"cash": "cash", "card_terminal": "terminal"}
"""Which provider of payments each is."""


async def begin_checkout(
    uow: UnitOfWork, order_id: UUID, token: str, *, provider: str, return_path: str = ""
) -> Transaction:
    """Begin to pay for an order; `return_path` is where the payer's browser goes afterwards.

    Raises `TokenRequired`, `NothingToPay`, `UnknownProvider` and `Invalid`.
    """
    order = await require_order(uow, order_id, token)
    if return_path and (not return_path.startswith("/") or return_path.startswith(("//", "/\\"))):
        raise Invalid.at("/returnPath", "Give a path of this site.")
    if return_path:
        order.return_path = return_path
        await uow.flush()
    return await start_payment(
        uow, PAYABLE_KIND, order_id, provider=provider, deadline_at=order.payable_until
    )


async def check_out(
    database: Database,
    organization_id: UUID,
    order_id: UUID,
    token: str,
    *,
    provider: str = "sandbox",
    return_path: str = "",
) -> str:
    """Begin to pay for an order, and return the address that the payer goes to."""
    transaction = await database.run(
        organization_id,
        begin_checkout,
        order_id,
        token,
        provider=provider,
        return_path=return_path,
    )
    return await open_payment(database, organization_id, transaction.id)


async def sell_at_box_office(
    uow: UnitOfWork,
    vault: Vault,
    event_id: UUID,
    buyer: Buyer,
    *,
    seats: Sequence[tuple[int, UUID | None]] = (),
    pools: Sequence[PoolWish] = (),
    payment: TillPayment = "cash",
    reference: str = "",
    offer: Offer | None = None,
) -> Order:
    """Sell over the counter: places, order, money and tickets in one unit of work.

    `reference` is what the card terminal printed. An `offer` that this unit of work has read
    already need not be read again.
    Without a ticket type a seat gets the first that fits. Raises what holding and ordering raise.
    """
    offer = offer or await load_offer(uow, event_id)
    locked = await lock_seats(uow, event_id, [number for number, _ in seats])
    wanted: list[Wanted] = []
    for number, kind_id in seats:
        if number not in locked:
            raise Invalid.at("/seats", f"There is no seat {number} at this event.")
        category_key = locked[number].category_key
        kind = offer.type_for(category_key, kind_id, "box_office", uow.now)
        wanted.append(Wanted(number, kind.id))
    token = new_token()
    hold = await hold_now(
        uow,
        HoldCommand(
            hold_id=new_id(),
            event_id=event_id,
            token_hash=token_hash(token),
            channel="box_office",
            is_new=True,
            take=tuple(sorted(wanted, key=lambda seat: seat.seat_number)),
            pools=tuple(pools),
            ttl_seconds=offer.sale.hold_ttl_seconds,
            cap_seconds=offer.sale.hold_cap_seconds,
            max_tickets=BOX_OFFICE_MAX,
        ),
    )
    order = await place_order(uow, vault, hold.id, token, buyer, offer=offer)
    await _take_money(uow, order, payment, reference)
    return order


async def sell_held(
    uow: UnitOfWork,
    vault: Vault,
    hold_id: UUID,
    token: str,
    buyer: Buyer,
    *,
    payment: TillPayment = "cash",
    reference: str = "",
) -> Order:
    """Sell over the counter what a hold keeps: order, money and tickets in one unit of work.

    Selling the same hold twice gives the same order, paid once. Raises what ordering raises.
    """
    order = await place_order(uow, vault, hold_id, token, buyer)
    if order.status == "awaiting_payment":
        await _take_money(uow, order, payment, reference)
    return order


async def _take_money(uow: UnitOfWork, order: Order, payment: TillPayment, reference: str) -> None:
    if order.total > 0:
        transaction = await take_at_till(
            uow, PAYABLE_KIND, order.id, provider=TILL[payment], reference=reference
        )
        if transaction.outcome != "honoured":
            raise HoldOver(status="superseded")
    await uow.flush()
