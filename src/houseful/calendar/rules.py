"""Decisions about space and time that need nothing but values. Spans are `[start, end)`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

import msgspec

Key = TypeVar("Key")


class Span(NamedTuple):
    """Time from `start` until just before `end`."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        """Whether the two have an instant in common."""
        return self.start < other.end and other.start < self.end

    def joined(self, other: "Span") -> "Span":
        """Return the shortest span that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


class Buffers(msgspec.Struct, frozen=True):
    """Minutes that a thing needs before and after itself, and until the next one may begin."""

    setup_minutes: int = 0
    teardown_minutes: int = 0
    gap_minutes: int = 0

    def around(self, thing: Span) -> Span:
        """Return the time that the thing takes: the gap is added after it, and only there."""
        after = self.teardown_minutes + self.gap_minutes
        return Span(
            thing.start - timedelta(minutes=self.setup_minutes),
            thing.end + timedelta(minutes=after),
        )

    def kept_from(self, busy: Span) -> Span:
        """Return when a thing with these buffers cannot be because of `busy`."""
        after = self.teardown_minutes + self.gap_minutes
        return Span(
            busy.start - timedelta(minutes=after),
            busy.end + timedelta(minutes=self.setup_minutes),
        )


class Owner(NamedTuple):
    """On whose behalf time is taken, for which occasion, and whether others are excluded."""

    source: str
    source_id: UUID
    occasion_id: UUID
    firm: bool


class Wanted(msgspec.Struct, frozen=True):
    """What one claim is to take: cells, for a span, on behalf of a source.

    `thing` is when it takes place, `taken` holds its buffers, too.
    """

    index: int
    cells: frozenset[UUID]
    thing: Span
    taken: Span
    owner: Owner


def compile_cells(parents: Mapping[Key, Key | None]) -> dict[Key, frozenset[Key]]:
    """Return the cells of each space: its own, and those of all within it.

    So a claim on a whole and one on its part meet in the part's cell, and parts do not meet.
    """
    cells: dict[Key, set[Key]] = {space: {space} for space in parents}
    for space in parents:
        above = parents[space]
        while above is not None:
            cells[above].add(space)
            above = parents[above]
    return {space: frozenset(found) for space, found in cells.items()}


def absorb(wanted: Sequence[Wanted]) -> list[Wanted]:
    """Let a claim on a whole take in the same owner's claims on its parts at that time.

    Without it, somebody who asks for a hall and a part of it would be in their own way.
    """
    kept: list[Wanted] = []
    for one in sorted(wanted, key=lambda each: (-len(each.cells), each.index)):
        for place, whole in enumerate(kept):
            if (
                whole.owner == one.owner
                and one.cells <= whole.cells
                and whole.taken.overlaps(one.taken)
            ):
                kept[place] = msgspec.structs.replace(
                    whole,
                    thing=whole.thing.joined(one.thing),
                    taken=whole.taken.joined(one.taken),
                )
                break
        else:
            kept.append(one)
    return sorted(kept, key=lambda each: each.index)


def clashes(wanted: Collection[Wanted]) -> list[tuple[Wanted, Wanted]]:
    """Return the pairs of firm ones that are in each other's way."""
    firm = [one for one in wanted if one.owner.firm]
    return [
        (one, other)
        for number, one in enumerate(firm)
        for other in firm[number + 1 :]
        if one.cells & other.cells and one.taken.overlaps(other.taken)
    ]


def free_gaps(
    within: Span,
    busy: Iterable[Span],
    buffers: Buffers,
    *,
    at_least: timedelta,
) -> list[Span]:
    """Return when a thing with `buffers` that lasts `at_least` can be, within a span.

    Each gap is for the thing itself: its buffers fit around it, beyond `within` if need be.
    """
    gaps: list[Span] = []
    start = within.start
    for kept in sorted(buffers.kept_from(each) for each in busy):
        _add_gap(gaps, start, min(kept.start, within.end), at_least)
        start = max(start, kept.end)
    _add_gap(gaps, start, within.end, at_least)
    return gaps


def _add_gap(gaps: list[Span], start: datetime, end: datetime, at_least: timedelta) -> None:
    if end > start and end - start >= at_least:
        gaps.append(Span(start, end))
