"""Dead letters: deliveries that were given up. They are kept, shown, and can be tried again."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from houseful.kernel.database import UnitOfWork


class DeadLetter(NamedTuple):
    """A fact that a subscriber could not hear, and when it was tried last."""

    job_id: int
    kind: str
    subscriber: str
    organization_id: UUID
    fact_id: UUID
    attempts: int
    given_up_at: datetime


async def dead_letters(uow: UnitOfWork) -> list[DeadLetter]:
    """Return every dead letter, the oldest first; the unit of work needs no organisation."""
    found = await uow.execute(
        """
        SELECT j.id, j.args->>'kind' AS kind, j.args->>'subscriber' AS subscriber,
            (j.args->>'organization_id')::uuid AS organization_id,
            (j.args->>'fact_id')::uuid AS fact_id, j.attempts,
            (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id) AS given_up_at
        FROM procrastinate_jobs j WHERE j.status = 'failed' ORDER BY j.id
        """
    )
    return [DeadLetter(*row) for row in found]


async def retry_dead_letters(uow: UnitOfWork, job_ids: Collection[int]) -> list[int]:
    """Put dead letters back into the queue, for one more attempt each; return which there were."""
    retried = await uow.execute(
        """
        SELECT id, procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL)
        FROM procrastinate_jobs WHERE status = 'failed' AND id = ANY(:ids) ORDER BY id
        """,
        {"ids": list(job_ids)},
    )
    return list(retried.scalars())
