"""How many requests a second: nothing at all, and one question to the database."""

import asyncio
from pathlib import Path

from bench.pgbench import transactions_per_second
from bench.report import Figure
from bench.serving import requests_per_second, serving
from houseful.kernel import embedded

SECONDS = 4
CLIENTS = 32


def measure(directory: Path) -> list[Figure]:
    """Measure beside pgbench's rate for the same question."""
    with serving(directory):
        trivial = asyncio.run(requests_per_second("/healthz", clients=CLIENTS, seconds=SECONDS))
        ready = asyncio.run(requests_per_second("/readyz", clients=CLIENTS, seconds=SECONDS))
        cluster = embedded.running(directory / "postgres")
        assert cluster is not None
        floor = transactions_per_second(
            cluster.url(cluster.superuser, "houseful"),
            "SELECT 1; SELECT version_num FROM alembic_version;",
            clients=CLIENTS,
            seconds=SECONDS,
        )
    return [
        Figure(f"trivial requests, {CLIENTS} clients", trivial, "/s"),
        Figure(f"requests with a database look-up, {CLIENTS} clients", ready, "/s", floor),
    ]
