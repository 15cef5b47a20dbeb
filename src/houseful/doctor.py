"""`houseful doctor`: is the database sound, is the schema ours, do the invariants hold."""

import asyncio
from uuid import UUID

import msgspec
import psycopg

from houseful.accounts import organization_ids
from houseful.audit import last_proof
from houseful.kernel import catalogue
from houseful.kernel.database import Database
from houseful.kernel.dead_letters import dead_letters
from houseful.kernel.schema import (
    POSTGRES_VERSION_MIN,
    durability,
    newest_revision,
    ways_around,
)
from houseful.proofs import PROOFS, Proof

EXAMPLES_MAX = 5


class Finding(msgspec.Struct, frozen=True):
    """One question, and what was found."""

    subject: str
    is_fine: bool
    detail: str


async def examine(database: Database, owner_url: str) -> list[Finding]:
    """Ask every question; nothing is changed. Without our schema there is no more to ask."""
    findings = await asyncio.to_thread(_examine_server, owner_url)
    schema = await asyncio.to_thread(_examine_schema, owner_url)
    findings.append(schema)
    if not schema.is_fine:
        return findings
    findings += await asyncio.to_thread(_examine_tenancy, owner_url, database.url)
    findings += await _examine_queue(database)
    organizations = await database.run(None, organization_ids)
    findings.append(await _examine_nights(database, organizations))
    for subject, proof in PROOFS.items():
        findings.append(await _examine_invariant(database, organizations, subject, proof))
    return findings


def _examine_server(owner_url: str) -> list[Finding]:
    with psycopg.connect(owner_url) as connection:
        version = connection.info.server_version // 10_000
        return [
            Finding("PostgreSQL", version >= POSTGRES_VERSION_MIN, f"version {version}"),
            *(
                Finding(f"setting {name}", value != "off", value)
                for name, value in durability(connection).items()
            ),
        ]


def _examine_schema(owner_url: str) -> Finding:
    with psycopg.connect(owner_url) as connection:
        try:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        except psycopg.errors.UndefinedTable:
            return Finding("schema", is_fine=False, detail="none yet: run `houseful migrate`")
    revision = str(rows[0][0]) if rows else "none"
    if revision == newest_revision():
        return Finding("schema", is_fine=True, detail=f"revision {revision}")
    return Finding(
        "schema",
        is_fine=False,
        detail=f"revision {revision}, not {newest_revision()}: run `houseful migrate`",
    )


def _examine_tenancy(owner_url: str, app_url: str) -> list[Finding]:
    with psycopg.connect(app_url) as connection:
        ways = ways_around(connection)
    detail = ways[0] if ways else "holds"
    findings = [Finding("the application is bound by row-level security", not ways, detail)]
    with psycopg.connect(owner_url) as connection:
        for rule in catalogue.RULES:
            names = catalogue.offenders(connection, rule)
            findings.append(Finding(rule, not names, ", ".join(names[:EXAMPLES_MAX]) or "holds"))
    return findings


async def _examine_queue(database: Database) -> list[Finding]:
    dead = len(await database.run(None, dead_letters))
    detail = f"{dead}: see `houseful dead-letters`" if dead else "none"
    return [Finding("dead letters in the job queue", dead == 0, detail)]


async def _examine_nights(database: Database, organizations: list[UUID]) -> Finding:
    """Tell what the worker found at night; what is wrong now, the proofs themselves say."""
    runs = [await database.run(one, last_proof) for one in organizations]
    found = [run for run in runs if run is not None]
    violations = [violation for run in found for violation in run.violations]
    if not found:
        return Finding("the nightly proof", is_fine=True, detail="none yet: a worker does it")
    oldest = min(run.proved_at for run in found)
    detail = "; ".join(violations[:EXAMPLES_MAX]) or f"nothing wrong, the oldest of {oldest:%c}"
    return Finding("the nightly proof", not violations, detail)


async def _examine_invariant(
    database: Database, organizations: list[UUID], subject: str, proof: Proof
) -> Finding:
    violations: list[str] = []
    for organization_id in organizations:
        violations += [str(one) for one in await database.run(organization_id, proof)]
    return Finding(subject, not violations, "; ".join(violations[:EXAMPLES_MAX]) or "holds")
