"""`houseful doctor`: is the database sound, is the schema ours, do the invariants hold."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import msgspec
import psycopg
from sqlalchemy import text

from houseful import calendar, ledger, payments, sessions, ticketing
from houseful.accounts import organization_ids
from houseful.audit import verify_chain
from houseful.kernel import catalogue
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.schema import POSTGRES_VERSION_MIN, newest_revision

DURABLE_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")
EXAMPLES_MAX = 5

Proof = Callable[[UnitOfWork], Awaitable[Sequence[object]]]

PROOFS: dict[str, Proof] = {
    "the audit log is as it was written": verify_chain,
    "every journal entry balances": ledger.unbalanced_entries,
    "payments, refunds and the books agree": payments.violations,
    "tickets, orders, places and sales agree": ticketing.violations,
    "places, passes, wallets and the books agree": sessions.faults,
    "spaces are compiled to their cells": calendar.miscompiled_spaces,
}
"""What must hold in every organisation; each returns its violations."""


class Finding(msgspec.Struct, frozen=True):
    """One question, and what was found."""

    subject: str
    is_fine: bool
    detail: str


async def examine(database: Database, owner_url: str) -> list[Finding]:
    """Ask every question; nothing is changed."""
    findings = await asyncio.to_thread(_examine_server, owner_url)
    findings += await _examine_queue(database)
    organizations = await database.run(None, organization_ids)
    for subject, proof in PROOFS.items():
        findings.append(await _examine_invariant(database, organizations, subject, proof))
    return findings


def _examine_server(owner_url: str) -> list[Finding]:
    with psycopg.connect(owner_url) as connection:
        version = connection.info.server_version // 10_000
        findings = [Finding("PostgreSQL", version >= POSTGRES_VERSION_MIN, f"version {version}")]
        for name in DURABLE_SETTINGS:
            value = str(connection.execute("SELECT current_setting(%s)", (name,)).fetchall()[0][0])
            findings.append(Finding(f"setting {name}", value == "on", value))
        revision = str(
            connection.execute("SELECT version_num FROM alembic_version").fetchall()[0][0]
        )
        findings.append(Finding("schema", revision == newest_revision(), f"revision {revision}"))
        for rule in catalogue.RULES:
            names = catalogue.offenders(connection, rule)
            findings.append(Finding(rule, not names, ", ".join(names[:EXAMPLES_MAX]) or "holds"))
    return findings


async def _examine_queue(database: Database) -> list[Finding]:
    async def dead_letters(uow: UnitOfWork) -> int:
        counted = await uow.execute(
            text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
        )
        return counted.scalar_one()

    dead = await database.run(None, dead_letters)
    return [Finding("dead letters in the job queue", dead == 0, str(dead) if dead else "none")]


async def _examine_invariant(
    database: Database, organizations: list[UUID], subject: str, proof: Proof
) -> Finding:
    violations: list[str] = []
    for organization_id in organizations:
        violations += [str(one) for one in await database.run(organization_id, proof)]
    return Finding(subject, not violations, "; ".join(violations[:EXAMPLES_MAX]) or "holds")
