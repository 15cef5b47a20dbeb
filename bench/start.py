"""How long until the first answer, and what it takes to be at rest."""

from pathlib import Path

from bench.report import Figure
from bench.serving import serving

KIB_PER_MIB = 1024


def measure(directory: Path) -> list[Figure]:
    """Start on nothing, again on what is there, and on nothing with the demo house."""
    with serving(directory / "empty") as (_, cold_seconds, process_id):
        memory = _largest_resident_mib(process_id)
    with serving(directory / "empty") as (_, warm_seconds, _):
        pass
    with serving(directory / "demo", "--demo") as (_, demo_seconds, _):
        pass
    return [
        Figure("cold start to ready, empty directory", cold_seconds, "s"),
        Figure("start to ready, existing database", warm_seconds, "s"),
        Figure("cold start to ready, with the demo house", demo_seconds, "s"),
        Figure("of it, loading the demo house", demo_seconds - cold_seconds, "s"),
        Figure("memory of the web process at rest", memory, "MiB"),
    ]


def _largest_resident_mib(leader: int) -> float:
    """Return the resident memory of the largest process of the server's session."""
    sizes = [
        _resident_kib(Path(entry))
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and _session_of(entry) == leader
    ]
    return max(sizes) / KIB_PER_MIB


def _session_of(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[3])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _resident_kib(process: Path) -> int:
    status = (process / "status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
