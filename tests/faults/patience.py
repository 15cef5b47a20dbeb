"""Clients who do not give up while the power is cut, and write down what they were promised."""

import asyncio
import time
from typing import Any

import httpx
import msgspec

from houseful import payments
from houseful.kernel.database import Database
from houseful.kernel.ids import new_id
from houseful.payments.callbacks import callback_key
from houseful.payments.providers.signatures import sign
from tests.builders.accounts import House
from tests.builders.ticketing import SECRET

BUSY = frozenset({409, 429, 500, 502, 503, 504})
"""Answers that leave a buyer where they were: 409 is what a retry gets while the first one runs."""

PAUSE_SECONDS = 0.1
GIVE_UP_SECONDS = 60


class Refused(Exception):
    """The house said no: the place is taken, or it was too late."""


class PatientClients:
    """Clients of one house, who ask again, with the same key, until there is an answer."""

    def __init__(self, url: str, house: House, database: Database) -> None:
        self.house = house
        self.database = database
        self.client = httpx.AsyncClient(
            base_url=url,
            timeout=10,
            limits=httpx.Limits(max_connections=40),
            params={"organization": house.slug},
        )

    async def charge(self, redirect_url: str) -> str:
        """Pay by card where the payer was sent; the provider sends word, and then once more."""
        reference = redirect_url.rpartition("/")[2]
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
            await self.send(path, content=body, headers=headers)
        return reference

    async def _charge(self, reference: str) -> bool:
        """Let the card be charged, which is the provider's own business."""
        await self.database.run(
            self.house.organization_id, payments.tell_sandbox, reference, "succeed"
        )
        return True

    async def post(
        self, path: str, body: dict[str, Any], *, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Post with a key of its own; raises `Refused`."""
        keyed = {"idempotency-key": str(new_id()), **(headers or {})}
        return (await self.send(path, json=body, headers=keyed)).json()

    async def send(self, path: str, **request: Any) -> httpx.Response:
        """Send until there is an answer, as a careful client does; raises `Refused`."""

        async def attempt() -> httpx.Response | None:
            answer = await self.client.post(path, **request)
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
