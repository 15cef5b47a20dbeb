"""A crowd that buys over HTTP, and writes down what it was promised."""

import asyncio
import random
from typing import Any
from uuid import UUID

from houseful.kernel.database import Database
from tests.builders.accounts import House
from tests.builders.ticketing import Show
from tests.faults.patience import PatientClients, Refused

PAID_WHEN_BUSY = 4


class Crowd(PatientClients):
    """Buyers of one event; `held`, `ordered` and `paid` are what the house has acknowledged.

    `is_busy` is set when the first have paid and many others are in the middle of it.
    """

    def __init__(self, url: str, house: House, show: Show, database: Database) -> None:
        super().__init__(url, house, database)
        self.show = show
        self.held: dict[UUID, str] = {}
        self.ordered: set[UUID] = set()
        self.paid: dict[UUID, str] = {}
        self.is_busy = asyncio.Event()

    async def buy(self, buyers: int) -> None:
        """Let so many people try to buy, all at once."""
        async with self.client, asyncio.TaskGroup() as group:
            for number in range(buyers):
                group.create_task(self._buyer(number))

    async def _buyer(self, number: int) -> None:
        dice = random.Random(number)
        try:
            hold = await self._hold(dice)
            if number % 9 == 0:  # some only look
                return
            order = await self._order(hold)
            if number % 11 == 0:  # some never pay
                return
            await self._pay(order)
        except Refused:
            return

    async def _hold(self, dice: random.Random) -> dict[str, Any]:
        body: dict[str, Any] = {"eventId": str(self.show.event_id)}
        if dice.random() < 0.5:
            body["seats"] = dice.sample(range(self.show.seats), dice.choice([1, 2]))
        else:
            floor = self.show.floor(dice.choice([1, 1, 2]))
            body["pools"] = [
                {
                    "poolId": str(floor.pool_id),
                    "ticketTypeId": str(floor.ticket_type_id),
                    "quantity": floor.quantity,
                }
            ]
        hold = await self.post("/api/client/holds", body)
        self.held[UUID(hold["id"])] = hold["token"]
        return hold

    async def _order(self, hold: dict[str, Any]) -> dict[str, Any]:
        buyer = {"name": "Bea Buyer", "email": "bea@example.org"}
        order = await self.post(
            "/api/client/orders",
            {"holdId": hold["id"], "buyer": buyer},
            headers={"x-hold-token": hold["token"]},
        )
        self.ordered.add(UUID(order["id"]))
        return order

    async def _pay(self, order: dict[str, Any]) -> None:
        """Pay by card; the provider sends word until it is heard, and then once more."""
        answer = await self.post(
            "/api/client/checkout", {"orderId": order["id"], "token": order["token"]}
        )
        reference = await self.charge(answer["redirectUrl"])
        self.paid[UUID(order["id"])] = reference
        if len(self.paid) == PAID_WHEN_BUSY:
            self.is_busy.set()
