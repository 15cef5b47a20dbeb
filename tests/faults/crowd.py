"""A crowd that buys over HTTP, and writes down what it was promised."""

import asyncio
import random
import time
from typing import Any
from uuid import UUID

import httpx
import msgspec

from houseful import payments
from houseful.kernel.database import Database
from houseful.kernel.ids import new_id
from houseful.payments.callbacks import callback_key
from houseful.payments.providers.signatures import sign
from tests.builders.accounts import House
from tests.builders.ticketing import SECRET, Show

BUSY = frozenset({409, 429, 500, 502, 503, 504})
"""Answers that leave a buyer where they were: 409 is what a retry gets while the first one runs."""

PAID_WHEN_BUSY = 4
PAUSE_SECONDS = 0.1
GIVE_UP_SECONDS = 60


class Refused(Exception):
    """The house said no: the place is taken, or it was too late."""


class Crowd:
    """Buyers of one event; `held`, `ordered` and `paid` are what the house has acknowledged.

    `is_busy` is set when the first have paid and many others are in the middle of it.
    """

    def __init__(self, url: str, house: House, show: Show, database: Database) -> None:
        self.house = house
        self.show = show
        self.database = database
        self.held: dict[UUID, str] = {}
        self.ordered: set[UUID] = set()
        self.paid: dict[UUID, str] = {}
        self.is_busy = asyncio.Event()
        self._client = httpx.AsyncClient(
            base_url=url,
            timeout=10,
            limits=httpx.Limits(max_connections=40),
            params={"organization": house.slug},
        )

    async def buy(self, buyers: int) -> None:
        """Let so many people try to buy, all at once."""
        async with self._client, asyncio.TaskGroup() as group:
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
        hold = await self._post("/api/client/holds", body)
        self.held[UUID(hold["id"])] = hold["token"]
        return hold

    async def _order(self, hold: dict[str, Any]) -> dict[str, Any]:
        buyer = {"name": "Bea Buyer", "email": "bea@example.org"}
        order = await self._post(
            "/api/client/orders",
            {"holdId": hold["id"], "buyer": buyer},
            headers={"x-hold-token": hold["token"]},
        )
        self.ordered.add(UUID(order["id"]))
        return order

    async def _pay(self, order: dict[str, Any]) -> None:
        """Pay by card; the provider sends word until it is heard, and then once more."""
        answer = await self._post(
            "/api/client/checkout", {"orderId": order["id"], "token": order["token"]}
        )
        reference = answer["redirectUrl"].rpartition("/")[2]
        await self._patiently(self._charge, reference)
        body = msgspec.json.encode({"payment": reference})
        for _ in range(2):
            notice_id, stamp = str(new_id()), int(time.time())
            key = callback_key(SECRET, "sandbox", self.house.organization_id)
            headers = {
                "content-type": "application/json",
                "webhook-id": notice_id,
                "webhook-timestamp": str(stamp),
                "webhook-signature": sign(key, notice_id, stamp, body),
            }
            path = f"/callbacks/payments/sandbox/{self.house.organization_id}"
            await self._send(path, content=body, headers=headers)
        self.paid[UUID(order["id"])] = reference
        if len(self.paid) == PAID_WHEN_BUSY:
            self.is_busy.set()

    async def _charge(self, reference: str) -> bool:
        """Let the card be charged, which is the provider's own business."""
        await self.database.run(self.show.tenant, payments.tell_sandbox, reference, "succeed")
        return True

    async def _post(
        self, path: str, body: dict[str, Any], *, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        keyed = {"idempotency-key": str(new_id()), **(headers or {})}
        return (await self._send(path, json=body, headers=keyed)).json()

    async def _send(self, path: str, **request: Any) -> httpx.Response:
        """Send until there is an answer, as a careful client does; raises `Refused`."""

        async def attempt() -> httpx.Response | None:
            answer = await self._client.post(path, **request)
            if answer.is_success:
                return answer
            kind = answer.json()["type"].rpartition(":")[2]
            is_final = answer.status_code not in BUSY or (
                answer.status_code == 409 and kind != "request-in-progress"
            )
            if is_final:
                raise Refused(f"{path}: {answer.text}")
            return None

        return await self._patiently(attempt)

    async def _patiently(self, act: Any, *args: Any) -> Any:
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < deadline:
            try:
                if (done := await act(*args)) is not None:
                    return done
            except Refused:
                raise
            except Exception:  # noqa: BLE001 (the power is cut: whatever it is, try again)
                pass
            await asyncio.sleep(PAUSE_SECONDS)
        raise AssertionError("nobody answered for too long")
