"""The one place where time in a space is taken, moved and given back."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from houseful import venues
from houseful.calendar.blockings import blockers_of_cells
from houseful.calendar.conflicts import find_conflicts, tell_conflicts
from houseful.calendar.models import Cell, ClaimRow, SpaceCell
from houseful.calendar.problems import SpaceNotInUse, SpaceTaken
from houseful.calendar.rules import Buffers, Owner, Span, Wanted, absorb, clashes
from houseful.kernel.database import UnitOfWork, sqlstate
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound
from houseful.venues import Space, SpaceScope

Source = Literal["hire", "event", "session", "block"]

EXCLUSION_VIOLATION = "23P01"
LOCK_ROUNDS_MAX = 5


class ClaimRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Time that is wanted in a space. Buffers that are None are the space's own.

    A hire may name the show that it is for: the two are then not in each other's way.
    """

    space_id: UUID
    starts_at: datetime
    ends_at: datetime
    source: Source
    source_id: UUID
    label: str
    show_id: UUID | None = None
    firm: bool = True
    setup_minutes: int | None = None
    teardown_minutes: int | None = None
    gap_minutes: int | None = None

    @property
    def span(self) -> Span:
        """The thing itself."""
        return Span(self.starts_at, self.ends_at)

    @property
    def owner(self) -> Owner:
        """On whose behalf it is wanted."""
        return Owner(self.source, self.source_id, self.show_id or self.source_id, self.firm)

    def buffers(self, space: Space) -> Buffers:
        """The buffers around it, the space's where none are given."""

        def given(minutes: int | None, own: int) -> int:
            return own if minutes is None else minutes

        return Buffers(
            given(self.setup_minutes, space.setup_minutes),
            given(self.teardown_minutes, space.teardown_minutes),
            given(self.gap_minutes, space.minimum_gap_minutes),
        )


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Time that is taken; `taken_from` and `taken_until` include buffers and gap.

    `taken_at` is when it was written down; `show_id` the show that a hire is for.
    """

    id: UUID
    space_id: UUID
    starts_at: datetime
    ends_at: datetime
    taken_from: datetime
    taken_until: datetime
    firm: bool
    source: str
    source_id: UUID
    show_id: UUID | None
    label: str
    taken_at: datetime

    @property
    def occasion_id(self) -> UUID:
        """What it is for: the show, or what takes the time itself."""
        return self.show_id or self.source_id


async def claim_time(
    uow: UnitOfWork, requests: Sequence[ClaimRequest], *, scope: SpaceScope = None
) -> list[Claim]:
    """Take all that is wanted, or nothing.

    A request on a part of a space that the same source wants too is taken in by that one. Raises
    `SpaceTaken` with every conflict (details only of spaces in `scope`), `SpaceNotInUse`,
    `NotFound` for a space that is not there, `Invalid` for a time that ends before it starts.
    """
    if not requests:
        return []
    spaces = await _usable_spaces(uow, requests)
    wanted = absorb(await _wanted(uow, requests, spaces))
    if clashes(wanted):
        raise SpaceTaken("Two of the times that are asked for are in each other's way.")
    await require_clear(uow, wanted, scope)
    claims = [_claim(requests[one.index], one.taken, uow.now) for one in wanted]
    rows = [
        _row(uow.tenant, claim, requests[one.index].buffers(spaces[claim.space_id]), cell)
        for claim, one in zip(claims, wanted, strict=True)
        for cell in sorted(one.cells)
    ]
    await write_claims(uow, insert(ClaimRow), rows, wanted, scope)
    return claims


async def wanted_of(uow: UnitOfWork, requests: Sequence[ClaimRequest]) -> list[Wanted]:
    """Return which cells the requests are about, and for how long, locking the cells.

    Raises as `claim_time` does for what is not there or cannot be.
    """
    return await _wanted(uow, requests, await _usable_spaces(uow, requests))


async def require_in_use(uow: UnitOfWork, space_ids: Collection[UUID]) -> dict[UUID, Space]:
    """Return the spaces; raises `NotFound` for one that is not there, and `SpaceNotInUse`."""
    spaces = await venues.spaces_by_id(uow, space_ids)
    for space_id in sorted(space_ids):
        space = spaces.get(space_id)
        if space is None:
            raise NotFound("There is no such space.")
        if not space.is_active:
            raise SpaceNotInUse(f"{space.name} is not in use.", spaceId=str(space.id))
    return spaces


async def move_claims(
    uow: UnitOfWork,
    source: Source,
    source_id: UUID,
    requests: Sequence[ClaimRequest],
    *,
    scope: SpaceScope = None,
) -> list[Claim]:
    """Give back what the source has and take `requests` instead, or leave all as it is.

    Raises as `claim_time` does.
    """
    async with uow.session.begin_nested():
        old = await uow.all(
            select(ClaimRow.space_id).where(*of_source(uow, source, source_id)).distinct()
        )
        await lock_cells(uow, {*old, *(request.space_id for request in requests)})
        await release_claims(uow, source, source_id)
        return await claim_time(uow, requests, scope=scope)


async def release_claims(uow: UnitOfWork, source: Source, source_id: UUID) -> int:
    """Give back all that the source has; return how many claims that were."""
    released = await uow.execute(
        delete(ClaimRow).where(*of_source(uow, source, source_id)).returning(ClaimRow.id)
    )
    return len(set(released.scalars()))


async def relabel_claims(uow: UnitOfWork, source: Source, source_id: UUID, label: str) -> None:
    """Let the source's claims bear another name."""
    await uow.execute(
        update(ClaimRow).where(*of_source(uow, source, source_id)).values(label=label)
    )


async def claims_of(uow: UnitOfWork, source: Source, source_id: UUID) -> list[Claim]:
    """Return what the source has, the earliest first."""
    claims: dict[UUID, Claim] = {}
    for row in await rows_of(uow, source, source_id):
        claims.setdefault(row.id, as_claim(row))
    return list(claims.values())


def as_claim(row: ClaimRow) -> Claim:
    """Return the claim that the row is a part of."""
    span = span_of(row)
    return Claim(
        id=row.id,
        space_id=row.space_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        taken_from=span.start,
        taken_until=span.end,
        firm=row.firm,
        source=row.source,
        source_id=row.source_id,
        show_id=row.show_id,
        label=row.label,
        taken_at=row.updated_at,
    )


async def _wanted(
    uow: UnitOfWork, requests: Sequence[ClaimRequest], spaces: Mapping[UUID, Space]
) -> list[Wanted]:
    cells = await lock_cells(uow, spaces)
    return [
        Wanted(
            index,
            cells[request.space_id],
            request.span,
            request.buffers(spaces[request.space_id]).around(request.span),
            request.owner,
        )
        for index, request in enumerate(requests)
    ]


async def _usable_spaces(uow: UnitOfWork, requests: Sequence[ClaimRequest]) -> dict[UUID, Space]:
    spaces = await require_in_use(uow, {request.space_id for request in requests})
    for request in requests:
        if request.ends_at <= request.starts_at:
            raise Invalid.at("/endsAt", "The end must be after the start.")
    return spaces


async def lock_cells(
    uow: UnitOfWork, space_ids: Collection[UUID]
) -> Mapping[UUID, frozenset[UUID]]:
    """Lock the cells of the spaces, always in the order of their ids; return them by space.

    With them those of the spaces that block them, so that nobody takes one meanwhile. Spaces may
    gain parts while this waits for a lock, so it looks again until nothing is new.
    """
    known: dict[UUID, set[UUID]] = {}
    part = aliased(SpaceCell)
    mine = select(part.cell_id).where(
        part.organization_id == uow.tenant, part.space_id.in_(space_ids)
    )
    for _ in range(LOCK_ROUNDS_MAX):
        found: dict[UUID, set[UUID]] = defaultdict(set)
        pairs: Any = await uow.execute(
            select(SpaceCell.space_id, SpaceCell.cell_id)
            .join(
                Cell,
                (Cell.organization_id == SpaceCell.organization_id)
                & (Cell.id == SpaceCell.cell_id),
            )
            .where(
                SpaceCell.organization_id == uow.tenant,
                SpaceCell.space_id.in_(space_ids)
                | (
                    (SpaceCell.cell_id == SpaceCell.space_id)
                    & SpaceCell.space_id.in_(blockers_of_cells(uow, mine))
                ),
            )
            .order_by(SpaceCell.cell_id)
            .with_for_update(of=Cell, key_share=True)
        )
        for space_id, cell_id in pairs:
            found[space_id].add(cell_id)
        if found == known:
            break
        known = dict(found)
    return {space_id: frozenset(known[space_id]) for space_id in space_ids if space_id in known}


async def require_clear(uow: UnitOfWork, wanted: Sequence[Wanted], scope: SpaceScope) -> None:
    """Raise `SpaceTaken` when what is wanted firmly meets what is firm."""
    conflicts = await find_conflicts(uow, [one for one in wanted if one.owner.firm])
    if conflicts:
        raise await tell_conflicts(uow, conflicts, scope)


async def write_claims(
    uow: UnitOfWork,
    statement: Any,
    rows: list[dict[str, Any]] | None,
    wanted: Sequence[Wanted],
    scope: SpaceScope,
) -> None:
    """Write, and turn the constraint's refusal into the problem that says what is in the way."""
    try:
        async with uow.session.begin_nested():
            await uow.execute(statement, rows)
    except IntegrityError as error:
        if sqlstate(error) != EXCLUSION_VIOLATION:
            raise
        conflicts = await find_conflicts(uow, wanted)
        raise await tell_conflicts(uow, conflicts, scope) from error


async def rows_of(uow: UnitOfWork, source: Source, source_id: UUID) -> Sequence[ClaimRow]:
    """Return the source's rows as they are in the database, the earliest first."""
    return await uow.all(
        select(ClaimRow)
        .where(*of_source(uow, source, source_id))
        .order_by(ClaimRow.starts_at, ClaimRow.id, ClaimRow.cell_id)
        .execution_options(populate_existing=True)
    )


def of_source(uow: UnitOfWork, source: Source, source_id: UUID) -> tuple[Any, ...]:
    """Return the conditions of the source's rows."""
    return (
        ClaimRow.organization_id == uow.tenant,
        ClaimRow.source == source,
        ClaimRow.source_id == source_id,
    )


def span_of(row: ClaimRow) -> Span:
    """Return the time that the row takes, with buffers and gap."""
    assert row.during.lower is not None
    assert row.during.upper is not None
    return Span(row.during.lower, row.during.upper)


def _claim(request: ClaimRequest, taken: Span, taken_at: datetime) -> Claim:
    return Claim(
        id=new_id(),
        space_id=request.space_id,
        starts_at=request.starts_at,
        ends_at=request.ends_at,
        taken_from=taken.start,
        taken_until=taken.end,
        firm=request.firm,
        source=request.source,
        source_id=request.source_id,
        show_id=request.show_id,
        label=request.label,
        taken_at=taken_at,
    )


def _row(tenant: UUID, claim: Claim, buffers: Buffers, cell_id: UUID) -> dict[str, Any]:
    return {
        "organization_id": tenant,
        "id": claim.id,
        "cell_id": cell_id,
        "space_id": claim.space_id,
        "during": Range(claim.taken_from, claim.taken_until, bounds="[)"),
        "starts_at": claim.starts_at,
        "ends_at": claim.ends_at,
        "setup_minutes": buffers.setup_minutes,
        "teardown_minutes": buffers.teardown_minutes,
        "gap_minutes": buffers.gap_minutes,
        "firm": claim.firm,
        "source": claim.source,
        "source_id": claim.source_id,
        "show_id": claim.show_id,
        "label": claim.label,
    }
