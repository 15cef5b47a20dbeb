"""The scans' lane: what many gates ask at the same moment is judged together."""

from collections.abc import Sequence
from uuid import UUID

from houseful.kernel.database import Database
from houseful.kernel.identity import Actor
from houseful.kernel.lanes import Lane
from houseful.kernel.problems import Problem
from houseful.scanning.attempts import Asked, Attempt, Verdict
from houseful.scanning.service import judge_attempts


async def scan_quickly(database: Database, tenant: UUID, actor: Actor, attempt: Attempt) -> Verdict:
    """Judge and record an attempt, together with whatever else waits. Raises `Invalid`."""
    return await database.keep(_make_lane).submit(tenant, Asked(actor, attempt))


def _make_lane(database: Database) -> Lane[Asked, Verdict]:
    async def execute(tenant: UUID, group: Sequence[Asked]) -> Sequence[Verdict | Problem]:
        return await database.run(tenant, judge_attempts, group)

    lane = Lane[Asked, Verdict]("scans", execute)
    database.before_close(lane.drain)
    return lane
