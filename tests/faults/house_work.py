"""The house at work over HTTP: the desk sells and refunds, the door scans; it is written down."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any
from uuid import UUID

import httpx

from houseful.kernel.database import Database
from houseful.kernel.ids import new_id
from tests.builders.accounts import PASSWORD, House
from tests.builders.ticketing import Show
from tests.faults.patience import PatientClients, Refused


class HouseWork(PatientClients):
    """What was acknowledged: `sold` orders by seat, `refunded` orders, `verdicts` by scan id.

    `is_busy` is set when the first of each has come and many others are in the middle of it.
    """

    def __init__(self, url: str, house: House, show: Show, database: Database) -> None:
        super().__init__(url, house, database)
        self.show = show
        self.sold: dict[int, UUID] = {}
        self.refunded: set[UUID] = set()
        self.verdicts: dict[UUID, str] = {}
        self.refusals = 0
        self.is_busy = asyncio.Event()
        self._desk: dict[str, str] = {}

    async def work(
        self, *, sell: Sequence[int], refund: Sequence[UUID], scan: Sequence[str]
    ) -> None:
        """Do all of it at once; each seat is wanted by two, each code is shown at two gates."""
        async with self.client, asyncio.TaskGroup() as group:
            await self._sign_in()
            deeds: list[Coroutine[Any, Any, None]] = []
            for seat in sell:
                deeds += [self._sell(seat), self._sell(seat)]
            for code in scan:
                deeds += [self._scan(code), self._scan(code)]
            deeds += [self._refund(order_id) for order_id in refund]
            for deed in deeds[::2] + deeds[1::2]:
                group.create_task(self._note_refusal(deed))

    async def _sign_in(self) -> None:
        answer: httpx.Response = await self.send(
            "/api/v1/auth/sign-in", json={"email": self.house.email("admin"), "password": PASSWORD}
        )
        self._desk = {
            "authorization": f"Bearer {answer.json()['accessToken']}",
            "x-org": str(self.house.organization_id),
        }

    async def _note_refusal(self, deed: Coroutine[Any, Any, None]) -> None:
        try:
            await deed
        except Refused:
            self.refusals += 1

    async def _sell(self, seat: int) -> None:
        body = {"eventId": str(self.show.event_id), "seats": [{"seatNumber": seat}]}
        order = await self.post("/api/v1/orders", body, headers=self._desk)
        assert seat not in self.sold, "a seat is sold once"
        self.sold[seat] = UUID(order["id"])
        self._look_around()

    async def _refund(self, order_id: UUID) -> None:
        await self.post(f"/api/v1/orders/{order_id}/refunds", {"reason": "Ill"}, headers=self._desk)
        self.refunded.add(order_id)
        self._look_around()

    async def _scan(self, code: str) -> None:
        """Scan as a door does: without a key, for the scan has its own id."""
        scan_id = new_id()
        body = {"scanId": str(scan_id), "eventId": str(self.show.event_id), "code": code}
        answer = await self.send("/api/v1/scans", json=body, headers=self._desk)
        self.verdicts[scan_id] = answer.json()["result"]
        self._look_around()

    def _look_around(self) -> None:
        if self.sold and self.refunded and self.verdicts:
            self.is_busy.set()
