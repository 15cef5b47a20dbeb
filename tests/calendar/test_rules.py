"""Spans, buffers, cells and gaps, by property."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from houseful.calendar.rules import (
    Buffers,
    Owner,
    Span,
    Wanted,
    absorb,
    clashes,
    compile_cells,
    free_gaps,
)
from tests.builders.calendar import at

BASE = datetime(2035, 5, 1, tzinfo=UTC)
minutes = st.integers(0, 3000)
lengths = st.integers(1, 600)
buffers = st.builds(Buffers, st.integers(0, 120), st.integers(0, 120), st.integers(0, 120))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """A span of minutes within some days."""
    start = BASE + timedelta(minutes=draw(minutes))
    return Span(start, start + timedelta(minutes=draw(lengths)))


@st.composite
def forests(draw: st.DrawFn) -> dict[int, int | None]:
    """Spaces, each of which is a part of an earlier one, or of none."""
    size = draw(st.integers(1, 12))
    return {
        space: draw(st.none() | st.integers(0, space - 1)) if space else None
        for space in range(size)
    }


def test_spans_that_touch_do_not_overlap() -> None:
    assert not Span(at(1), at(2)).overlaps(Span(at(2), at(3)))


@given(spans(), spans())
def test_overlap_means_a_minute_in_common(one: Span, other: Span) -> None:
    def minutes_of(span: Span) -> set[int]:
        first = int((span.start - BASE).total_seconds() // 60)
        return set(range(first, first + int((span.end - span.start).total_seconds() // 60)))

    assert one.overlaps(other) == bool(minutes_of(one) & minutes_of(other))
    assert one.overlaps(other) == other.overlaps(one)


@given(spans(), spans(), buffers)
def test_a_thing_keeps_off_exactly_where_its_buffers_would_meet_what_is_there(
    thing: Span, busy: Span, needs: Buffers
) -> None:
    assert needs.around(thing).overlaps(busy) == thing.overlaps(needs.kept_from(busy))


@given(spans(), st.lists(spans(), max_size=8), buffers, st.integers(1, 300))
def test_whatever_fits_in_a_gap_is_in_nobodys_way(
    within: Span, busy: list[Span], needs: Buffers, length: int
) -> None:
    duration = timedelta(minutes=length)
    gaps = free_gaps(within, busy, needs, at_least=duration)

    for gap in gaps:
        assert within.start <= gap.start
        assert gap.end <= within.end
        assert gap.end - gap.start >= duration
        assert not any(needs.around(gap).overlaps(each) for each in busy)
    assert all(one.end < other.start for one, other in itertools.pairwise(gaps))


@given(spans(), st.lists(spans(), max_size=8), buffers, st.integers(1, 300))
def test_every_start_that_is_possible_lies_in_a_gap(
    within: Span, busy: list[Span], needs: Buffers, length: int
) -> None:
    duration = timedelta(minutes=length)
    gaps = free_gaps(within, busy, needs, at_least=duration)

    start = within.start
    while start + duration <= within.end:
        thing = Span(start, start + duration)
        is_possible = not any(needs.around(thing).overlaps(each) for each in busy)
        assert is_possible == any(gap.start <= thing.start and thing.end <= gap.end for gap in gaps)
        start += timedelta(minutes=7)


@given(forests())
def test_a_whole_meets_its_parts_and_parts_do_not_meet(parents: dict[int, int | None]) -> None:
    cells = compile_cells(parents)

    def above(space: int) -> set[int]:
        parent = parents[space]
        return set() if parent is None else {parent} | above(parent)

    for one in parents:
        for other in parents:
            is_related = one == other or one in above(other) or other in above(one)
            assert bool(cells[one] & cells[other]) == is_related


def _wanted(index: int, cells: str, start: float, end: float, owner: int = 1) -> Wanted:
    names = frozenset(UUID(int=ord(cell)) for cell in cells)
    mine = Owner("event", UUID(int=owner), UUID(int=owner), True)
    span = Span(at(start), at(end))
    return Wanted(index, names, span, span, mine)


def test_a_claim_on_a_whole_takes_in_the_same_owners_claim_on_a_part() -> None:
    kept = absorb([_wanted(0, "a", 9, 12), _wanted(1, "abc", 10, 11)])

    assert [(one.index, one.taken) for one in kept] == [(1, Span(at(9), at(12)))]


def test_claims_of_two_owners_on_a_whole_and_a_part_clash() -> None:
    wanted = [_wanted(0, "a", 9, 12), _wanted(1, "abc", 10, 11, owner=2)]

    assert len(absorb(wanted)) == 2
    assert len(clashes(wanted)) == 1


def test_claims_on_sibling_parts_do_not_clash() -> None:
    assert clashes([_wanted(0, "a", 9, 12), _wanted(1, "b", 9, 12, owner=2)]) == []
