"""Run every benchmark, or the ones that are named: `python -m bench start requests ledger`."""

import asyncio
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import calendar, ledger, requests, seat_map, selling, sessions, start
from bench.report import Figure, show

BENCHMARKS: dict[str, Callable[[Path], list[Figure]]] = {
    "start": start.measure,
    "sessions": lambda directory: asyncio.run(sessions.measure(directory)),
    "requests": requests.measure,
    "map": seat_map.measure,
    "selling": selling.measure,
    "ledger": lambda directory: asyncio.run(ledger.measure(directory)),
    "calendar": lambda directory: asyncio.run(calendar.measure(directory)),
}


def main(names: list[str]) -> None:
    """Measure and show."""
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}: {', '.join(BENCHMARKS)}.")
    for name in names or BENCHMARKS:
        with tempfile.TemporaryDirectory(prefix=f"houseful-bench-{name}-") as directory:
            show(name, BENCHMARKS[name](Path(directory)))


main(sys.argv[1:])
