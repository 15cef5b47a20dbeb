"""Several scans at once: judged in the order of the devices' time, each with its own answer."""

import asyncio
from math import inf
from uuid import UUID

from houseful.kernel.database import Database
from houseful.kernel.identity import Actor
from houseful.kernel.problems import Problem
from houseful.scanning.lanes import scan_quickly
from houseful.scanning.scan_schemas import BatchItem, NewScan, ScanView


async def scan_each(
    database: Database, tenant: UUID, actor: Actor, scans: list[NewScan]
) -> list[BatchItem]:
    """Judge each scan, the earliest first, and answer in the order that they were given in.

    What is refused, or fails, keeps none of the others from being judged.
    """
    order = sorted(range(len(scans)), key=lambda place: _order(scans[place]))
    answers = await asyncio.gather(
        *(_scan_one(database, tenant, actor, scans[place]) for place in order)
    )
    given = dict(zip(order, answers, strict=True))
    return [given[place] for place in range(len(scans))]


async def _scan_one(database: Database, tenant: UUID, actor: Actor, scan: NewScan) -> BatchItem:
    try:
        verdict = await scan_quickly(database, tenant, actor, scan.attempt())
    except Problem as problem:
        return BatchItem.refused(scan.scan_id, problem)
    return BatchItem(scan_id=scan.scan_id, verdict=ScanView.of(verdict))


def _order(scan: NewScan) -> tuple[float, int]:
    """Order by the device's time, then by its count; what says no time comes last."""
    at = scan.scanned_at.timestamp() if scan.scanned_at is not None else inf
    return at, scan.sequence or 0
