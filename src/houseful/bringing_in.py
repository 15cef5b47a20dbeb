"""Bringing files of other systems into a house from the command line."""

from pathlib import Path
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

import houseful.events  # noqa: F401  # pyright: ignore[reportUnusedImport] (layouts refer to them)
from houseful import accounts, seating
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Invalid, NotFound
from houseful.seating import Layout, ReadPlan

MAX_BYTES = 25 * 1024 * 1024
STEPS = 3


async def read_seating_file(file: Path, console: Console) -> ReadPlan:
    """Read a plan with a progress bar. Raises `NotASeatingPlan` and `Invalid`."""
    with _progress(console) as progress:
        task = progress.add_task(f"Reading {file.name}", total=STEPS - 1)
        raw = _bytes_of(file)
        progress.update(task, advance=1, description="Checking the plan")
        read = await seating.read_plan(raw)
        progress.update(task, advance=1)
    return read


async def store_seating(
    database: Database,
    read: ReadPlan,
    console: Console,
    *,
    organization: str = "",
    name: str = "",
    publish: bool = False,
) -> tuple[Layout, str]:
    """Store a plan as a layout; return it with the house's name. Raises `NotFound`, `Invalid`."""
    tenant, house = await _house(database, organization)

    async def store(uow: UnitOfWork) -> Layout:
        layout = await seating.create_layout(uow, read, name=name)
        return await seating.publish_layout(uow, layout.id) if publish else layout

    with _progress(console) as progress:
        task = progress.add_task(f"Storing {read.plan.seat_count} seats", total=1)
        layout = await database.run(tenant, store)
        progress.update(task, advance=1)
    return layout, house


def describe(read: ReadPlan) -> list[str]:
    """Say in lines what is in a plan, and what was repaired."""
    plan = read.plan
    standing = sum(area.capacity for area in plan.standing_areas)
    content = (
        f"{plan.name or 'The plan'}: {plan.seat_count:,} seats in {len(plan.sections)} sections, "
        f"{standing:,} standing places in {len(plan.standing_areas)} areas, "
        f"{len(plan.categories)} categories."
    )
    repairs = read.report.lines()
    if not repairs:
        return [content, "Nothing had to be repaired."]
    return [content, "Repaired:", *(f"  {line}" for line in repairs)]


def _bytes_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.") from error


async def _house(database: Database, slug: str) -> tuple[UUID, str]:
    """Find the house: the one that is named, or the only one."""
    if not slug:
        houses = await database.run(None, accounts.organization_names)
        if len(houses) != 1:
            named = ", ".join(known for known, _ in houses) or "there is none yet"
            raise Invalid(f"Say whose plan it is with --organization: {named}.")
        slug = houses[0][0]
    found = await database.run(None, accounts.find_organization, slug)
    if found is None:
        raise NotFound(f"There is no organisation {slug}.")
    return found.id, found.name


def _progress(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
    )
