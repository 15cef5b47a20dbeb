"""The counter's lane: what several clerks sell at once is one transaction."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.idempotency import Asking, recall, remember
from houseful.kernel.lanes import Lane
from houseful.kernel.problems import Problem
from houseful.ticketing.keys import sign_tickets
from houseful.ticketing.orders.counter import CounterReceipt, CounterSale, sell_over_counter
from houseful.ticketing.orders.queries import ShownOrder
from houseful.ticketing.orders.schemas import OrderView
from houseful.ticketing.vault import Vault


class Asked(NamedTuple):
    """A sale, and the request that it is asked for by, so that it can come again."""

    vault: Vault
    sale: CounterSale
    asking: Asking | None


async def sell_quickly(database: Database, tenant: UUID, asked: Asked) -> OrderView:
    """Sell over the counter, together with whatever else waits; asked again, it sells once.

    Raises what holding and ordering raise, `IdempotencyKeyReused` and `RequestInProgress`.
    """
    return await database.keep(_make_lane).submit(tenant, asked)


def _make_lane(database: Database) -> Lane[Asked, OrderView]:
    async def execute(tenant: UUID, group: Sequence[Asked]) -> Sequence[OrderView | Problem]:
        return await database.run(tenant, sell_all, group)

    lane = Lane[Asked, OrderView]("sales", execute)
    database.before_close(lane.drain)
    return lane


async def sell_all(uow: UnitOfWork, group: Sequence[Asked]) -> list[OrderView | Problem]:
    """Sell what is asked for, and remember the answers; what was sold before is not sold again."""
    recalled = await recall(uow, [one.asking for one in group])
    new = [one for one, before in zip(group, recalled, strict=True) if before is None]
    answers = iter(await _sell(uow, new))
    return [next(answers) if before is None else _again(before) for before in recalled]


def _again(before: bytes | Problem) -> OrderView | Problem:
    return before if isinstance(before, Problem) else msgspec.json.decode(before, type=OrderView)


async def _sell(uow: UnitOfWork, group: Sequence[Asked]) -> list[OrderView | Problem]:
    if not group:
        return []
    vault = group[0].vault  # of the one application that this process serves
    receipts = await sell_over_counter(uow, vault, [one.sale for one in group])
    sold = [one for one in receipts if isinstance(one, CounterReceipt)]
    codes = await sign_tickets(uow, vault, [ticket for one in sold for ticket in one.tickets])
    answers: list[OrderView | Problem] = []
    for asked, receipt in zip(group, receipts, strict=True):
        answer = receipt if isinstance(receipt, Problem) else _view(vault, receipt, codes)
        if isinstance(answer, OrderView) and asked.asking is not None:
            remember(uow, asked.asking, msgspec.json.encode(answer))
        answers.append(answer)
    return answers


def _view(vault: Vault, receipt: CounterReceipt, codes: dict[UUID, str]) -> OrderView:
    return OrderView.of(
        ShownOrder(
            order=receipt.order,
            event=receipt.offer.event,
            lines=receipt.lines,
            tickets=receipt.tickets,
            codes={ticket.id: codes[ticket.id] for ticket in receipt.tickets},
            token=vault.order_token(receipt.order.id),
        )
    )
