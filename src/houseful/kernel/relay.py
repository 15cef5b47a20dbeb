"""The relay: takes facts from the outbox and hands each to the job queue, once per subscriber.

Claiming, deferring and marking are one transaction, so a fact is never lost and never deferred
twice. One relay works at a time, whatever the number of processes, so that facts are queued in
order; jobs about one subject share a lock per subscriber, and run in the order they were queued.
"""

from typing import Any

import msgspec
from sqlalchemy import text

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.subscriptions import subscribers_of

BATCH_MAX = 200
QUEUE = "facts"
TASK = "houseful.deliver_fact"
RELAY_LOCK = 5_417_302
"""Advisory lock of the transaction that relays."""

_DEFER = text(
    """
    SELECT procrastinate_defer_jobs_v1(array_agg(
        ROW(
            :queue, :task, (job->>'priority')::int, job->>'lock', NULL, job->'args', NULL
        )::procrastinate_job_to_defer_v1
        ORDER BY number
    ))
    FROM jsonb_array_elements(cast(:jobs AS jsonb)) WITH ORDINALITY AS each (job, number)
    """
)


async def relay_facts(database: Database) -> int:
    """Relay one batch of pending facts; return how many."""
    return await database.run(None, _relay_batch)


async def _relay_batch(uow: UnitOfWork) -> int:
    await uow.execute("SELECT pg_advisory_xact_lock(:lock)", {"lock": RELAY_LOCK})
    claimed = await uow.execute(
        "SELECT organization_id, id, kind, subject_id, payload FROM outbox_claim(:how_many)",
        {"how_many": BATCH_MAX},
    )
    facts = claimed.mappings().all()
    if not facts:
        return 0
    jobs = [
        {
            "priority": subscriber.fact_type.priority,
            "lock": f"{subscriber.name}:{fact['subject_id']}",
            "args": {
                "subscriber": subscriber.name,
                "organization_id": str(fact["organization_id"]),
                "fact_id": str(fact["id"]),
                "kind": fact["kind"],
                "payload": _as_object(fact["payload"]),
            },
        }
        for fact in facts
        for subscriber in subscribers_of(fact["kind"])
    ]
    if jobs:
        await uow.execute(
            _DEFER,
            {"queue": QUEUE, "task": TASK, "jobs": msgspec.json.encode(jobs).decode()},
        )
    await uow.execute(
        "SELECT outbox_mark(:ids, :at)", {"ids": [fact["id"] for fact in facts], "at": uow.now}
    )
    return len(facts)


def _as_object(payload: Any) -> Any:
    return msgspec.json.decode(payload) if isinstance(payload, str | bytes) else payload
