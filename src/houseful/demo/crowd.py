"""The demo's crowd: who bought at the box office and on line, and who is inside already."""

import asyncio
from collections.abc import Iterator
from random import Random
from uuid import UUID

import msgspec

from houseful import payments, scanning, ticketing
from houseful.demo.house import SLUG
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.ids import new_id

AT_THE_COUNTER = 78
ON_LINE = 8
AT_ONCE = 8
TONIGHT = 34
INSIDE = 21
STRETCH = 6
LARGEST = 3
FIRST_NAMES = (
    *("Amara", "Bruno", "Chiara", "Dmitri", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas"),
    *("Keiko", "Lars", "Maya", "Noor", "Oskar", "Paula", "Quinn", "Rosa", "Samir", "Tilda"),
)
LAST_NAMES = (
    *("Adeyemi", "Berg", "Castillo", "Dietrich", "Eriksen", "Fontaine", "Grünwald", "Haddad"),
    *("Ito", "Jansen", "Kowalski", "Lindqvist", "Moreau", "Novak", "Okafor", "Petrov", "Rossi"),
)


class _Party(msgspec.Struct, frozen=True):
    buyer: ticketing.Buyer
    seats: list[int]


async def sell_seats(
    database: Database, vault: ticketing.Vault, tenant: UUID, event_id: UUID
) -> None:
    """Sell some hundred orders of seats together: most over the counter, some on line."""
    chance = _chance(event_id)
    offer = await database.run(tenant, ticketing.load_offer, event_id)
    plan = await ticketing.seat_plan(database, tenant, event_id, offer.sale.layout_id)
    parties = list(_parties(plan, chance, AT_THE_COUNTER + ON_LINE))

    sales = [
        ticketing.CounterSale(
            event_id=event_id, buyer=party.buyer, seats=[(seat, None) for seat in party.seats]
        )
        for party in parties[ON_LINE:]
    ]
    await database.run(tenant, ticketing.sell_over_counter, vault, sales)
    turns = asyncio.Semaphore(AT_ONCE)

    async def buy_on_line(party: _Party) -> None:
        async with turns:
            await _buy(database, vault, tenant, event_id, party)

    await asyncio.gather(*(buy_on_line(party) for party in parties[:ON_LINE]))


async def sell_tonight(
    database: Database, vault: ticketing.Vault, tenant: UUID, event_id: UUID
) -> None:
    """Sell most of tonight's places, and let the early ones in."""
    chance = _chance(event_id)
    offer = await database.run(tenant, ticketing.load_offer, event_id)
    sales = [
        ticketing.CounterSale(event_id=event_id, buyer=buyer(chance), pools=[places])
        for places in _parties_without_seats(offer, chance, TONIGHT)
    ]

    async def sell(uow: UnitOfWork) -> None:
        await ticketing.sell_over_counter(uow, vault, sales)
        tickets, _ = await ticketing.find_tickets(
            uow, window=Window(limit=INSIDE), event_id=event_id
        )
        codes = await ticketing.sign_tickets(uow, vault, tickets)
        await scanning.judge_attempts(
            uow,
            [
                scanning.Asked(
                    uow.actor,
                    scanning.Attempt(scan_id=new_id(), event_id=event_id, code=code),
                )
                for code in codes.values()
            ],
        )

    await database.run(tenant, sell)


async def _buy(
    database: Database, vault: ticketing.Vault, tenant: UUID, event_id: UUID, party: _Party
) -> None:
    hold = await ticketing.take_hold(database, tenant, event_id, ticketing.Wish(seats=party.seats))
    order = await database.run(
        tenant, ticketing.place_order, vault, hold.state.id, hold.token, party.buyer
    )
    token = vault.order_token(order.id)
    address = await ticketing.check_out(database, tenant, order.id, token)
    reference = address.rsplit("/", 1)[-1]
    await database.run(tenant, payments.tell_sandbox, reference, "succeed")
    await payments.settle(database, tenant, "sandbox", reference)


def _parties(plan: ticketing.SeatPlan, chance: Random, count: int) -> Iterator[_Party]:
    """Yield parties with seats side by side, each in a stretch of a row of its own."""
    stretches = [
        row[first : first + STRETCH]
        for row in plan.rows
        for first in range(0, len(row) - STRETCH + 1, STRETCH)
    ]
    for stretch in chance.sample(stretches, count):
        size = chance.choice((1, 2, 2, 2, 3, 4))
        yield _Party(buyer(chance), [seat.number for seat in stretch[:size]])


def _parties_without_seats(
    offer: ticketing.Offer, chance: Random, count: int
) -> Iterator[ticketing.PoolWish]:
    """Yield parties that take places of a pool, as long as one has room for the largest."""
    left = {pool.id: pool.capacity - pool.sold - pool.held for pool in offer.pools.values()}
    for _ in range(count):
        kinds = [
            (kind.pool_id, kind.id)
            for kind in offer.types.values()
            if kind.pool_id is not None and left[kind.pool_id] >= LARGEST
        ]
        if not kinds:
            return
        pool_id, kind_id = chance.choice(kinds)
        quantity = chance.randint(1, LARGEST)
        left[pool_id] -= quantity
        yield ticketing.PoolWish(pool_id, kind_id, quantity)


def buyer(chance: Random) -> ticketing.Buyer:
    """Invent somebody who buys."""
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    address = f"{first}.{last}@{SLUG}.example".lower().replace("ü", "ue")
    return ticketing.Buyer(name=f"{first} {last}", email=address, locale="en")


def _chance(event_id: UUID) -> Random:
    return Random(event_id.int)  # noqa: S311 (it chooses seats for invented people)
