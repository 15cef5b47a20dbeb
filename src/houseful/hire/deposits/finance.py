"""The finance port: who keeps what is owed and paid. Our own books, or a service over HTTP.

`POST|PATCH /api/income` in machine mode (`source=venue_deposit`), `GET /api/income` and
`GET /api/bills`.
"""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx
import msgspec

TIMEOUT_SECONDS = 10
PAGES_MAX = 200
SOURCE = "venue_deposit"


class FinanceUnreachable(Exception):
    """It does not answer, or asks to wait: what is paid is unknown, neither nothing nor all."""


class FinanceRefused(Exception):
    """It understood, and said no."""


class Income(msgspec.Struct, frozen=True, kw_only=True):
    """What finance keeps of a deposit: `paid_minor` came in all, `refunded_minor` of it went."""

    id: str
    external_id: str
    currency: str
    amount_minor: int
    paid_minor: int
    refunded_minor: int = 0


class Booked(msgspec.Struct, frozen=True, kw_only=True):
    """An amount that finance keeps, of a booking or of none: what is earned, or to be paid."""

    id: str
    currency: str
    amount_minor: int
    booking_id: str | None = None


class DepositReport(msgspec.Struct, frozen=True, kw_only=True):
    """What finance is told of a deposit; `version` makes telling it twice harmless."""

    deposit_id: UUID
    booking_id: UUID
    version: int
    title: str
    currency: str
    amount_minor: int
    due_on: str
    status: str


class Finance:
    """The external Finance service."""

    def __init__(
        self, url: str, api_key: str, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=url.rstrip("/"),
            headers={"x-internal-api-key": api_key},
            timeout=TIMEOUT_SECONDS,
            transport=transport,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def report(
        self, organization_id: UUID, report: DepositReport, finance_id: str | None
    ) -> Income:
        """Tell finance of a deposit, new or changed; return what it keeps.

        Without an id it is looked for first, so that an answer that was lost makes no second one.
        """
        known = finance_id or await self._find(organization_id, report.deposit_id)
        key = f"{SOURCE}:{report.deposit_id}:{report.version}"
        body = {
            "source": SOURCE,
            "externalId": str(report.deposit_id),
            "bookingId": str(report.booking_id),
            "title": report.title,
            "currency": report.currency,
            "amountMinor": report.amount_minor,
            "dueOn": report.due_on,
            "status": report.status,
        }
        method, path = ("PATCH", f"/api/income/{known}") if known else ("POST", "/api/income")
        answer = await self._call(
            method, path, organization_id, json=body, headers={"idempotency-key": key}
        )
        return _income(_said(answer))

    async def income(self, organization_id: UUID) -> list[Income]:
        """Return all that finance keeps of venue deposits."""
        rows = await self._all(organization_id, "/api/income", {"source": SOURCE})
        return [_income(row) for row in rows]

    async def other_income(
        self, organization_id: UUID, *, from_at: datetime, to_at: datetime
    ) -> list[Booked]:
        """Return what was earned in a time with anything but our deposits."""
        rows = await self._all(organization_id, "/api/income", _within(from_at, to_at))
        return [_booked(row) for row in rows if row.get("source") != SOURCE]

    async def bills(
        self, organization_id: UUID, *, from_at: datetime, to_at: datetime
    ) -> list[Booked]:
        """Return what finance has to pay in a time."""
        rows = await self._all(organization_id, "/api/bills", _within(from_at, to_at))
        return [_booked(row) for row in rows]

    async def _find(self, organization_id: UUID, deposit_id: UUID) -> str | None:
        answer = await self._call(
            "GET",
            "/api/income",
            organization_id,
            params={"source": SOURCE, "externalId": str(deposit_id)},
        )
        items = _items(answer)
        return str(items[0]["id"]) if items else None

    async def _all(
        self, organization_id: UUID, path: str, params: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        cursor = ""
        for _ in range(PAGES_MAX):
            asked = {**params, **({"cursor": cursor} if cursor else {})}
            answer = await self._call("GET", path, organization_id, params=asked)
            rows += _items(answer)
            cursor = str(answer.json().get("nextCursor") or "")
            if not cursor:
                return rows
        raise FinanceRefused(f"{path} does not end.")

    async def _call(
        self,
        method: str,
        path: str,
        organization_id: UUID,
        *,
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> httpx.Response:
        named = {"x-org": str(organization_id), **(headers or {})}
        try:
            answer = await self._http.request(method, path, headers=named, **content)
        except httpx.HTTPError as error:
            raise FinanceUnreachable("The Finance service does not answer.") from error
        if answer.is_success:
            return answer
        if (
            answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
            or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
        ):
            raise FinanceUnreachable(f"The Finance service answers {answer.status_code}.")
        raise FinanceRefused(f"{answer.status_code}: {answer.text[:300]}")


def _within(from_at: datetime, to_at: datetime) -> dict[str, str]:
    return {"fromAt": from_at.isoformat(), "toAt": to_at.isoformat()}


def _said(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise FinanceUnreachable("The Finance service answers what is no JSON.") from error


def _items(answer: httpx.Response) -> list[dict[str, Any]]:
    try:
        items: list[dict[str, Any]] = _said(answer)["items"]
    except (KeyError, TypeError) as error:
        raise FinanceUnreachable("The Finance service answers what is no list.") from error
    return items


def _income(row: Mapping[str, Any]) -> Income:
    try:
        return Income(
            id=str(row["id"]),
            external_id=str(row["externalId"]),
            currency=str(row["currency"]),
            amount_minor=int(row["amountMinor"]),
            paid_minor=int(row["paidMinor"]),
            refunded_minor=int(row.get("refundedMinor") or 0),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FinanceUnreachable("The Finance service answers what is no income.") from error


def _booked(row: Mapping[str, Any]) -> Booked:
    try:
        return Booked(
            id=str(row["id"]),
            currency=str(row["currency"]),
            amount_minor=int(row["amountMinor"]),
            booking_id=row.get("bookingId"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FinanceUnreachable("The Finance service answers what is no amount.") from error
