"""What a source's claims are worth: firm or not, and for which show."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from houseful.calendar.blockings import blockers_of_cells
from houseful.calendar.claims import (
    LOCK_ROUNDS_MAX,
    Source,
    lock_cells,
    of_source,
    require_clear,
    rows_of,
    span_of,
    write_claims,
)
from houseful.calendar.conflicts import find_conflicts, tell_conflicts
from houseful.calendar.models import Cell, ClaimRow
from houseful.calendar.rules import Owner, Span, Wanted
from houseful.kernel.database import UnitOfWork
from houseful.venues import SpaceScope


async def make_firm(
    uow: UnitOfWork, source: Source, source_id: UUID, *, scope: SpaceScope = None
) -> None:
    """Make the source's claims exclude all others. Raises `SpaceTaken` with every conflict."""
    wanted = await lock_to_make_firm(uow, source, source_id, scope=scope)
    await write_firm(uow, source, source_id, wanted, scope=scope)


async def lock_to_make_firm(
    uow: UnitOfWork, source: Source, source_id: UUID, *, scope: SpaceScope = None
) -> list[Wanted]:
    """Return what making the source's claims firm takes, which nobody else can take meanwhile.

    Raises `SpaceTaken` with every conflict. Who changes the claims has locked their source.
    """
    rows = await rows_of(uow, source, source_id)
    for _ in range(LOCK_ROUNDS_MAX):
        cells = {row.cell_id for row in rows}
        await uow.execute(
            select(Cell.id)
            .where(
                Cell.organization_id == uow.tenant,
                Cell.id.in_(cells) | Cell.id.in_(blockers_of_cells(uow, cells)),
            )
            .order_by(Cell.id)
            .with_for_update(key_share=True)
        )
        rows = await rows_of(uow, source, source_id)
        if {row.cell_id for row in rows} == cells:
            break
    wanted = [
        _wanted(index, row, _owner(row, row.show_id, firm=True))
        for index, row in enumerate(rows)
        if not row.firm
    ]
    await require_clear(uow, wanted, scope)
    return wanted


async def write_firm(
    uow: UnitOfWork,
    source: Source,
    source_id: UUID,
    wanted: Sequence[Wanted],
    *,
    scope: SpaceScope = None,
) -> None:
    """Make firm what `lock_to_make_firm` has returned. Raises `SpaceTaken` as it does."""
    statement = update(ClaimRow).where(*of_source(uow, source, source_id)).values(firm=True)
    await write_claims(uow, statement, None, wanted, scope)


async def dedicate_claims(
    uow: UnitOfWork,
    source: Source,
    source_id: UUID,
    show_id: UUID | None,
    *,
    scope: SpaceScope = None,
) -> None:
    """Let the source's claims be for a show, or for none.

    Raises `SpaceTaken` when a show that stands in them would be in their way from now on.
    """
    had = await rows_of(uow, source, source_id)
    if all(row.show_id == show_id for row in had):
        return
    await lock_cells(uow, {row.space_id for row in had})
    wanted = [
        _wanted(index, row, _owner(row, show_id, firm=row.firm))
        for index, row in enumerate(await rows_of(uow, source, source_id))
    ]
    conflicts = await find_conflicts(uow, [one for one in wanted if one.owner.firm])
    others = [one for one in conflicts if (one["source"], one["source_id"]) != (source, source_id)]
    if others:
        raise await tell_conflicts(uow, others, scope)
    statement = update(ClaimRow).where(*of_source(uow, source, source_id)).values(show_id=show_id)
    await write_claims(uow, statement, None, wanted, scope)


def _wanted(index: int, row: ClaimRow, owner: Owner) -> Wanted:
    thing = Span(row.starts_at, row.ends_at)
    return Wanted(index, frozenset({row.cell_id}), thing, span_of(row), owner)


def _owner(row: ClaimRow, show_id: UUID | None, *, firm: bool) -> Owner:
    return Owner(row.source, row.source_id, show_id or row.source_id, firm)
