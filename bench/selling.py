"""How many holds, sales and scans a second over HTTP, beside pgbench writing the same rows.

A purchase on line is more than its rows: the seats are held, the order is placed, the buyer goes to
the card's page, and coming back settles the payment. Its rate is that of all four together.
"""

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
from tests.builders.accounts import PASSWORD, House, a_house
from tests.builders.ticketing import SECRET, Show, a_show

from bench.floor import writes_of_last
from bench.load import Outcome, get, post, send_all
from bench.pgbench import transactions_per_second
from bench.report import Figure
from bench.serving import PORT, serving
from houseful import payments
from houseful.kernel import embedded
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.runtime import DATABASE_NAME, open_database
from houseful.kernel.settings import Settings

ROWS, SEATS_PER_ROW = 160, 100
HOLDS = 1000
SALES = 800
PURCHASES = 600
CLIENTS = 32
SECONDS = 4


def measure(directory: Path) -> list[Figure]:
    """Hold two seats, sell two over the counter, buy two on line, scan what was sold."""
    os.environ["HOUSEFUL_SECRET"] = SECRET  # the builders seal the event's keys with it
    os.environ["HOUSEFUL_HELD_PLACES_PER_ADDRESS"] = str(ROWS * SEATS_PER_ROW)  # one is all here
    with serving(directory):
        house, show = asyncio.run(_prepare(directory))
        return asyncio.run(_measure(directory, house, show))


async def _measure(directory: Path, house: House, show: Show) -> list[Figure]:
    headers = await _sign_in(house)
    cluster = embedded.running(directory / "postgres")
    assert cluster is not None
    url = cluster.url(cluster.superuser, DATABASE_NAME)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")

    async def beside_floor(
        name: str, requests: Iterator[bytes], table: str
    ) -> tuple[list[Figure], Outcome]:
        *crowd, last = requests
        outcome = await send_all(PORT, iter(crowd), clients=CLIENTS)
        await send_all(PORT, iter([last]), clients=1)  # alone: its rows are the floor's
        return _figures(name, outcome, await asyncio.to_thread(_floor, url, show, table)), outcome

    # Before any floor: what pgbench writes there are holds of this address, too.
    bought = await _purchases(url, directory, house, show)
    held, _ = await beside_floor("holds of two seats", _holds(house, show), "holds")
    sold, sales = await beside_floor(
        "counter sales of two seats, with tickets", _sales(show, headers), "orders"
    )
    codes = [code for body in sales.bodies for code in _codes(body)]
    scanned, _ = await beside_floor("scans", _scans(show, headers, codes), "scans")
    return [*held, *sold, *bought, *scanned]


async def _prepare(directory: Path) -> tuple[House, Show]:
    """Put an event of 16,000 seats on sale whose doors are open."""
    settings = Settings(data_directory=directory, secret=SECRET)
    with open_database(settings) as urls:
        database = Database(urls.app)
        house = await a_house(database)

        async def show(uow: UnitOfWork) -> Show:
            start_at = uow.now + timedelta(hours=1)
            return await a_show(
                uow,
                rows=ROWS,
                seats_per_row=SEATS_PER_ROW,
                start_at=start_at,
                end_at=start_at + timedelta(hours=3),
                doors_at=start_at - timedelta(hours=2),
            )

        made = await database.run(house.organization_id, show)
        await database.close()
    return house, made


async def _sign_in(house: House) -> dict[str, str]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}") as client:
        answer = await client.post(
            "/api/v1/auth/sign-in", json={"email": house.email("owner"), "password": PASSWORD}
        )
    token = answer.json()["accessToken"]
    return {"authorization": f"Bearer {token}", "x_org": str(house.organization_id)}


def _holds(house: House, show: Show) -> Iterator[bytes]:
    for number in range(HOLDS):
        seats = [2 * number, 2 * number + 1]
        yield post(
            f"/api/client/holds?organization={house.slug}",
            {"eventId": str(show.event_id), "seats": seats},
            idempotency_key=str(new_id()),
        )


def _sales(show: Show, headers: dict[str, str]) -> Iterator[bytes]:
    first = 2 * HOLDS
    for number in range(SALES):
        seats = [{"seatNumber": first + 2 * number + step} for step in (0, 1)]
        yield post(
            "/api/v1/orders",
            {"eventId": str(show.event_id), "seats": seats},
            idempotency_key=str(new_id()),
            **headers,
        )


async def _purchases(url: str, directory: Path, house: House, show: Show) -> list[Figure]:
    """Buy on line, step by step: hold, order, go to the card's page, pay, come back."""

    async def step(requests: Iterator[bytes]) -> Outcome:
        return await send_all(PORT, requests, clients=CLIENTS)

    shop = f"organization={house.slug}"
    held = await step(_wanted(shop, show))
    ordered = await step(_ordered(shop, held))
    paying = await step(_paying(shop, ordered))
    references = [
        json.loads(body)["redirectUrl"].rpartition("/")[2]
        for body in paying.bodies
        if b"redirectUrl" in body
    ]
    await _charge(directory, show, references)
    settled = await step(_coming_back(url, show, references))
    with psycopg.connect(url) as connection:
        paid = connection.execute(
            "SELECT count(*) FROM orders WHERE channel = 'online' AND status = 'paid'"
        ).fetchone()
    assert paid is not None
    seconds = sum(one.seconds for one in (held, ordered, paying, settled))
    name = "purchases on line of two seats, settled"
    figures = [
        Figure(f"{name}, {CLIENTS} clients", paid[0] / seconds, "/s"),
        Figure(f"{name}, settling, 99 % within", settled.latency_ms(0.99), "ms"),
    ]
    failed = PURCHASES - paid[0]
    return [*figures, Figure(f"{name}, refused", failed, "")] if failed else figures


def _wanted(shop: str, show: Show) -> Iterator[bytes]:
    first = 2 * (HOLDS + SALES)
    for number in range(PURCHASES):
        seats = [first + 2 * number, first + 2 * number + 1]
        body = {"eventId": str(show.event_id), "seats": seats}
        yield post(f"/api/client/holds?{shop}", body, idempotency_key=str(new_id()))


def _ordered(shop: str, held: Outcome) -> Iterator[bytes]:
    for number, hold in enumerate(map(json.loads, held.bodies)):
        buyer = {"name": "Bea Buyer", "email": f"bea{number}@example.org"}
        yield post(
            f"/api/client/orders?{shop}",
            {"holdId": hold.get("id"), "buyer": buyer},
            x_hold_token=hold.get("token", ""),
            idempotency_key=str(new_id()),
        )


def _paying(shop: str, ordered: Outcome) -> Iterator[bytes]:
    for order in map(json.loads, ordered.bodies):
        body = {"orderId": order.get("id"), "token": order.get("token")}
        yield post(f"/api/client/checkout?{shop}", body, idempotency_key=str(new_id()))


async def _charge(directory: Path, show: Show, references: list[str]) -> None:
    """Let the cards pay, which is the provider's own business and is not measured."""
    with open_database(Settings(data_directory=directory, secret=SECRET)) as urls:
        database = Database(urls.app)
        for reference in references:
            await database.run(show.tenant, payments.tell_sandbox, reference, "succeed")
        await database.close()


def _coming_back(url: str, show: Show, references: list[str]) -> Iterator[bytes]:
    with psycopg.connect(url) as connection:
        attempts = connection.execute(
            "SELECT id FROM transactions WHERE provider_payment_id = ANY(%s)", [references]
        ).fetchall()
    for (attempt_id,) in attempts:
        yield get(f"/payments/{show.tenant}/{attempt_id}/back")


def _scans(show: Show, headers: dict[str, str], codes: list[str]) -> Iterator[bytes]:
    for code in codes:
        yield post(
            "/api/v1/scans",
            {
                "scanId": str(new_id()),
                "eventId": str(show.event_id),
                "code": code,
                "direction": "in",
            },
            **headers,
        )


def _codes(body: bytes) -> list[str]:
    order: dict[str, Any] = json.loads(body)
    return [ticket["code"] for ticket in order.get("tickets", [])]


def _floor(url: str, show: Show, table: str) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        script = writes_of_last(connection, show.tenant, table, seats=2 * HOLDS)
    return transactions_per_second(url, script, clients=CLIENTS, seconds=SECONDS)


def _figures(name: str, outcome: Outcome, floor: float) -> list[Figure]:
    failed = sum(n for status, n in outcome.statuses.items() if status >= 300)
    figures = [
        Figure(f"{name}, {CLIENTS} clients", outcome.rate, "/s", floor),
        Figure(f"{name}, 99 % within", outcome.latency_ms(0.99), "ms"),
    ]
    return [*figures, Figure(f"{name}, refused", failed, "")] if failed else figures
