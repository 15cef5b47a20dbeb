"""When spaces are taken, and when they are free."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful import venues
from houseful.calendar.blockings import cells_in_the_way
from houseful.calendar.claims import Claim, as_claim
from houseful.calendar.models import AvailabilityBlock, ClaimRow, SpaceCell
from houseful.calendar.rules import Buffers, Span, compile_cells, free_gaps
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.problems import Invalid
from houseful.venues import Space, SpaceScope

SEARCH_DAYS_MAX = 400


class BusyTime(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that is in a space's way: on itself, a part of it, a whole, or what blocks it."""

    space_id: UUID
    claim: Claim

    @property
    def span(self) -> Span:
        """The time that is taken, with its buffers."""
        return Span(self.claim.taken_from, self.claim.taken_until)


class Availability(msgspec.Struct, frozen=True, kw_only=True):
    """A space, and when it can be had."""

    space: Space
    gaps: list[Span]


class AvailabilitySearch(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for: a space that is free all the time, or gaps of a duration."""

    within: Span
    venue_id: UUID | None = None
    capacity: int | None = None
    setup_style: str | None = None
    duration: timedelta | None = None
    gaps_max: int = 1


async def busy_times(
    uow: UnitOfWork,
    space_ids: Collection[UUID],
    from_at: datetime,
    until_at: datetime,
    *,
    firm_only: bool = False,
) -> list[BusyTime]:
    """Return what is in the way of each of the spaces between two instants, the earliest first."""
    if not space_ids:
        return []
    in_the_way = await cells_in_the_way(uow, space_ids)
    statement = (
        select(ClaimRow)
        .where(
            ClaimRow.organization_id == uow.tenant,
            ClaimRow.cell_id.in_(in_the_way),
            ClaimRow.taken_from < until_at,
            ClaimRow.taken_until > from_at,
        )
        .order_by(ClaimRow.starts_at, ClaimRow.id)
    )
    if firm_only:
        statement = statement.where(ClaimRow.firm)
    found: dict[tuple[UUID, UUID], BusyTime] = {}
    rows: Sequence[ClaimRow] = await uow.all(statement)
    for row in rows:
        for space_id in in_the_way[row.cell_id]:
            found.setdefault((space_id, row.id), BusyTime(space_id=space_id, claim=as_claim(row)))
    return list(found.values())


def without_shows_within(found: Collection[BusyTime]) -> list[BusyTime]:
    """Leave out the shows that are within what was hired for them: for a reader that is one use."""
    hired: dict[tuple[UUID, UUID], list[Span]] = defaultdict(list)
    for each in found:
        if each.claim.show_id is not None and each.claim.firm:
            hired[each.space_id, each.claim.show_id].append(each.span)
    return [
        each
        for each in found
        if each.claim.source != "event"
        or not any(
            span.start <= each.claim.starts_at and each.claim.ends_at <= span.end
            for span in hired[each.space_id, each.claim.source_id]
        )
    ]


async def search_availability(
    uow: UnitOfWork, search: AvailabilitySearch, *, scope: SpaceScope = None
) -> list[Availability]:
    """Return the spaces that can be had, each with its gaps. Raises `Invalid`."""
    _check(search)
    spaces = [
        space
        for space in await venues.active_spaces(uow, venue_id=search.venue_id, scope=scope)
        if _fits(space.capacities, search)
    ]
    busy = await _busy_spans(uow, spaces, search.within)
    found = [
        Availability(space=space, gaps=_gaps(space, busy[space.id], search)) for space in spaces
    ]
    return [each for each in found if each.gaps]


async def get_block(
    uow: UnitOfWork, block_id: UUID, *, scope: SpaceScope = None
) -> AvailabilityBlock:
    """Return the block; raises `NotFound`, also for who does not see its space."""
    block = await uow.get(AvailabilityBlock, block_id)
    venues.require_space(scope, block.space_id)
    return block


async def list_blocks(
    uow: UnitOfWork,
    *,
    window: Window,
    space_id: UUID | None = None,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
    scope: SpaceScope = None,
) -> tuple[list[Any], str | None]:
    """Return one page of the blocks that the caller sees, perhaps between two instants."""
    statement = select(AvailabilityBlock).where(AvailabilityBlock.organization_id == uow.tenant)
    if space_id is not None:
        statement = statement.where(AvailabilityBlock.space_id == space_id)
    if from_at is not None:
        statement = statement.where(AvailabilityBlock.ends_at > from_at)
    if until_at is not None:
        statement = statement.where(AvailabilityBlock.starts_at < until_at)
    if scope is not None:
        statement = statement.where(AvailabilityBlock.space_id.in_(scope))
    return await fetch_page(uow, statement, AvailabilityBlock, window)


async def miscompiled_spaces(uow: UnitOfWork) -> list[UUID]:
    """Return the spaces whose cells are not what they should be: none, or something is broken."""
    right = compile_cells(await venues.space_parents(uow))
    stored: dict[UUID, set[UUID]] = defaultdict(set)
    pairs: Any = await uow.execute(
        select(SpaceCell.space_id, SpaceCell.cell_id).where(SpaceCell.organization_id == uow.tenant)
    )
    for space_id, cell_id in pairs:
        stored[space_id].add(cell_id)
    return sorted(
        space_id for space_id, cells in right.items() if frozenset(stored[space_id]) != cells
    )


async def _busy_spans(
    uow: UnitOfWork, spaces: Collection[Space], within: Span
) -> Mapping[UUID, list[Span]]:
    """Return when the spaces are taken, as far as their own buffers reach beyond the span.

    What takes the time has its buffers in it already.
    """
    busy: dict[UUID, list[Span]] = defaultdict(list)
    if not spaces:
        return busy
    before = max(space.setup_minutes for space in spaces)
    after = max(space.teardown_minutes + space.minimum_gap_minutes for space in spaces)
    reach = Buffers(before, after).around(within)
    in_the_way = await cells_in_the_way(uow, [space.id for space in spaces])
    statement = select(ClaimRow.cell_id, ClaimRow.taken_from, ClaimRow.taken_until).where(
        ClaimRow.organization_id == uow.tenant,
        ClaimRow.cell_id.in_(in_the_way),
        ClaimRow.firm,
        ClaimRow.taken_from < reach.end,
        ClaimRow.taken_until > reach.start,
    )
    rows: Any = await uow.execute(statement)
    for cell_id, taken_from, taken_until in rows:
        for space_id in in_the_way[cell_id]:
            busy[space_id].append(Span(taken_from, taken_until))
    return busy


def _gaps(space: Space, busy: list[Span], search: AvailabilitySearch) -> list[Span]:
    buffers = Buffers(space.setup_minutes, space.teardown_minutes, space.minimum_gap_minutes)
    whole = search.within.end - search.within.start
    gaps = free_gaps(search.within, busy, buffers, at_least=search.duration or whole)
    return gaps[: search.gaps_max]


def _fits(capacities: Mapping[str, int], search: AvailabilitySearch) -> bool:
    if search.setup_style is not None:
        return search.setup_style in capacities and (
            capacities[search.setup_style] >= (search.capacity or 0)
        )
    return search.capacity is None or any(
        capacity >= search.capacity for capacity in capacities.values()
    )


def _check(search: AvailabilitySearch) -> None:
    if search.within.end <= search.within.start:
        raise Invalid.at("/toAt", "The end must be after the start.")
    if search.within.end - search.within.start > timedelta(days=SEARCH_DAYS_MAX):
        raise Invalid.at("/toAt", f"Look {SEARCH_DAYS_MAX} days ahead at most.")
