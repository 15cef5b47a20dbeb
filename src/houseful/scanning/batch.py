"""Several scans at once: each in a transaction of its own, and each with its own answer."""

from collections.abc import Awaitable, Callable
from math import inf
from typing import Any

from houseful.kernel.problems import Problem
from houseful.scanning.scan_schemas import BatchItem, NewScan, ScanView
from houseful.scanning.service import Verdict, scan_ticket

Run = Callable[..., Awaitable[Any]]


async def scan_each(run: Run, scans: list[NewScan]) -> list[BatchItem]:
    """Judge each scan, the earliest first, and answer in the order that they were given in.

    What is refused, or fails, keeps none of the others from being judged.
    """
    answers: dict[int, BatchItem] = {}
    for position in sorted(range(len(scans)), key=lambda place: _order(scans[place])):
        answers[position] = await scan_one(run, scans[position])
    return [answers[position] for position in range(len(scans))]


async def scan_one(run: Run, scan: NewScan) -> BatchItem:
    """Judge a scan, or say why it cannot be judged."""
    try:
        verdict: Verdict = await run(scan_ticket, scan.attempt())
    except Problem as problem:
        return BatchItem.refused(scan.scan_id, problem)
    return BatchItem(scan_id=scan.scan_id, verdict=ScanView.of(verdict))


def _order(scan: NewScan) -> tuple[float, int]:
    """Order by the device's time, then by its count; what says no time comes last."""
    at = scan.scanned_at.timestamp() if scan.scanned_at is not None else inf
    return at, scan.sequence or 0
