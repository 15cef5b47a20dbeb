"""The best free seats for a party: together if they can be, and nobody alone if it can be helped.

Pure. What is not free *for this buyer* (held, sold, blocked, of another category) counts as taken.
A *run* is a stretch of free seats side by side; row ends, taken seats and aisles are its walls.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

import msgspec


class SeatSpot(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A seat: where it is, whether this buyer may have it, and how good it is (more is better).

    `gap_before` says that an aisle lies between it and the seat before it.
    """

    number: str
    x: float
    y: float
    is_free: bool
    quality: int = 0
    gap_before: bool = False


class Row(msgspec.Struct, frozen=True):
    """A row with its seats in order; rows of a section are given in order, front to back."""

    section: str
    label: str
    seats: Sequence[SeatSpot]


class Fit(StrEnum):
    """How well a choice suits the party, best first."""

    TOGETHER = "together"
    TOGETHER_WITH_ORPHAN = "together_with_orphan"
    NEAR = "near"
    ACROSS_SECTIONS = "across_sections"
    SOMEBODY_ALONE = "somebody_alone"


class Group(NamedTuple):
    """Seats side by side: `row` and `start` are places in the rows and seats that were given."""

    row: int
    start: int
    seats: tuple[SeatSpot, ...]


class Choice(msgspec.Struct, frozen=True):
    """The seats chosen, in one group or in several."""

    fit: Fit
    groups: tuple[Group, ...]


Point = tuple[float, float]


class _Run(NamedTuple):
    row: int
    start: int
    seats: Sequence[SeatSpot]


class _Window(NamedTuple):
    """A place for a group; of two, the lesser is the better: more quality, then less distance."""

    lost_quality: int
    distance: float
    offset: int


def best_available(rows: Sequence[Row], wanted: int, *, focal: Point | None) -> Choice | None:
    """Return the best `wanted` free seats, or None when there are not so many.

    In this order: side by side, leaving no single seat behind; side by side; in groups of two or
    more in the fewest neighbouring rows of a section; in such groups across sections; as many in
    such groups as possible. Within each, the best quality, then the nearest to `focal`, then the
    first in the order given.
    """
    if wanted < 1:
        raise ValueError("a party has at least one guest")
    runs = _free_runs(rows)
    if sum(len(run.seats) for run in runs) < wanted:
        return None
    together = _together(runs, wanted, focal)
    if together is not None:
        return together
    groups = _in_neighbouring_rows(rows, runs, wanted, focal)
    if groups is not None:
        return Choice(Fit.NEAR, groups)
    pairs = [run for run in runs if len(run.seats) > 1]
    if _can_split(pairs, wanted):
        return Choice(Fit.ACROSS_SECTIONS, _split(pairs, wanted, focal))
    return Choice(Fit.SOMEBODY_ALONE, _scatter(runs, wanted, focal))


def leaves_orphan(
    row_free_flags: Sequence[bool], chosen: Collection[int], *, gaps: Collection[int] = ()
) -> bool:
    """Whether taking the `chosen` places of a row leaves a single free seat that was none before.

    `gaps` are the places that have an aisle before them.
    """
    taken, aisles = set(chosen), set(gaps)
    before = _singles(row_free_flags, aisles)
    after = _singles(
        [free and place not in taken for place, free in enumerate(row_free_flags)], aisles
    )
    return bool(after - before)


def _singles(free: Sequence[bool], aisles: set[int]) -> set[int]:
    last = len(free) - 1
    return {
        place
        for place, is_free in enumerate(free)
        if is_free
        and (place == 0 or place in aisles or not free[place - 1])
        and (place == last or place + 1 in aisles or not free[place + 1])
    }


def _free_runs(rows: Sequence[Row]) -> list[_Run]:
    runs: list[_Run] = []
    for index, row in enumerate(rows):
        seats, start = row.seats, -1
        for place, seat in enumerate(seats):
            if not seat.is_free:
                if start >= 0:
                    runs.append(_Run(index, start, seats[start:place]))
                    start = -1
            elif start < 0:
                start = place
            elif seat.gap_before:
                runs.append(_Run(index, start, seats[start:place]))
                start = place
        if start >= 0:
            runs.append(_Run(index, start, seats[start:]))
    return runs


def _together(runs: list[_Run], wanted: int, focal: Point | None) -> Choice | None:
    for fit, leaves_single in ((Fit.TOGETHER, False), (Fit.TOGETHER_WITH_ORPHAN, True)):
        best: tuple[_Window, _Run] | None = None
        for run in runs:
            offsets = _offsets(len(run.seats), wanted, leaves_single=leaves_single)
            if offsets:
                window = _best_window(run, wanted, offsets, focal)
                if best is None or window[:2] < best[0][:2]:
                    best = window, run
        if best is not None:
            return Choice(fit, (_group(best[1], best[0].offset, wanted),))
    return None


def _offsets(length: int, wanted: int, *, leaves_single: bool) -> Sequence[int]:
    """Where a group fits into a run of `length`: everywhere, or so that no single seat is left."""
    left = length - wanted
    if left < 0:
        return ()
    if leaves_single or left == 0:
        return range(left + 1)
    if left <= 3:
        return () if left == 1 else (0, left)
    return [0, *range(2, left - 1), left]


def _best_window(run: _Run, wanted: int, offsets: Sequence[int], toward: Point | None) -> _Window:
    seats = run.seats
    if toward is None:
        far: Sequence[float] = [0.0] * (len(seats) + 1)
    else:
        x, y = toward
        far = list(
            accumulate(((seat.x - x) ** 2 + (seat.y - y) ** 2 for seat in seats), initial=0.0)
        )
    qualities = [seat.quality for seat in seats]
    if qualities.count(qualities[0]) == len(qualities):
        distance, offset = min([(far[place + wanted] - far[place], place) for place in offsets])
        return _Window(-qualities[0] * wanted, distance, offset)
    good = list(accumulate(qualities, initial=0))
    return min(
        _Window(good[place] - good[place + wanted], far[place + wanted] - far[place], place)
        for place in offsets
    )


def _group(run: _Run, offset: int, size: int) -> Group:
    return Group(run.row, run.start + offset, tuple(run.seats[offset : offset + size]))


def _placed(run: _Run, size: int, toward: Point | None) -> Group:
    length = len(run.seats)
    if size == length:
        return _group(run, 0, size)
    offsets = _offsets(length, size, leaves_single=False)
    window = _best_window(run, size, offsets or range(length - size + 1), toward)
    return _group(run, window.offset, size)


def _in_neighbouring_rows(
    rows: Sequence[Row], runs: list[_Run], wanted: int, focal: Point | None
) -> tuple[Group, ...] | None:
    pairs_of_row: dict[int, list[_Run]] = {}
    for run in runs:
        if len(run.seats) > 1:
            pairs_of_row.setdefault(run.row, []).append(run)
    rows_of_section: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        rows_of_section.setdefault(row.section, []).append(index)

    best: tuple[int, int, float, tuple[Group, ...]] | None = None
    for indexes in rows_of_section.values():
        for stretch in _feasible_stretches(indexes, pairs_of_row, wanted):
            if best is not None and len(stretch) > best[0]:
                continue
            some = [run for index in stretch for run in pairs_of_row.get(index, ())]
            groups = _split(some, wanted, focal)
            rank = (len(stretch), *_cost(groups, focal))
            if best is None or rank < best[:3]:
                best = (*rank, groups)
    return best[3] if best is not None else None


def _feasible_stretches(
    indexes: list[int], pairs_of_row: dict[int, list[_Run]], wanted: int
) -> Iterable[list[int]]:
    """Yield the shortest stretches of neighbouring rows that hold the party, in one walk."""
    start = seats = longer = 0
    for stop, index in enumerate(indexes, start=1):
        added = [len(run.seats) for run in pairs_of_row.get(index, ())]
        seats, longer = seats + sum(added), longer + sum(length > 2 for length in added)
        while start < stop:
            lost = [len(run.seats) for run in pairs_of_row.get(indexes[start], ())]
            less, fewer = seats - sum(lost), longer - sum(length > 2 for length in lost)
            if not _is_enough(less, fewer, wanted):
                break
            start, seats, longer = start + 1, less, fewer
        if _is_enough(seats, longer, wanted):
            yield indexes[start:stop]


def _is_enough(seats: int, runs_of_three: int, wanted: int) -> bool:
    """Whether runs of two and more can seat the party without leaving anybody alone.

    Two or three fit only side by side, which was tried before; pairs alone seat no odd party.
    """
    return wanted > 3 and seats >= wanted and (wanted % 2 == 0 or runs_of_three > 0)


def _can_split(pairs: list[_Run], wanted: int) -> bool:
    lengths = [len(run.seats) for run in pairs]
    return _is_enough(sum(lengths), sum(length > 2 for length in lengths), wanted)


def _split(pairs: list[_Run], wanted: int, focal: Point | None) -> tuple[Group, ...]:
    """Seat the party in groups of two and more, in the runs that are nearest to `focal`."""
    near: list[_Run] = []
    seats = runs_of_three = 0
    for run in sorted(pairs, key=lambda run: _distance(run.seats, focal)):
        near.append(run)
        seats, runs_of_three = seats + len(run.seats), runs_of_three + (len(run.seats) > 2)
        if _is_enough(seats, runs_of_three, wanted):
            break
    near.sort(key=lambda run: -len(run.seats))
    sizes = _sizes([len(run.seats) for run in near], wanted)
    return _seated(list(zip(near, sizes, strict=False)), focal)


def _sizes(lengths: list[int], wanted: int) -> list[int]:
    """Divide the party over runs, longest first, so that no group is of one."""
    sizes: list[int] = []
    left = wanted
    for length in lengths:
        size = min(length, left)
        if left - size == 1:
            if size > 2:
                size -= 1
            else:  # only pairs remain for three: an earlier group gives one away
                giver = next(place for place, given in enumerate(sizes) if given > 2)
                sizes[giver] -= 1
                left += 1
        sizes.append(size)
        left -= size
        if left == 0:
            break
    assert left == 0
    return sizes


def _scatter(runs: list[_Run], wanted: int, focal: Point | None) -> tuple[Group, ...]:
    """Seat as many as possible in company, and who is left as near as can be."""
    first = min(runs, key=lambda run: (len(run.seats) == 1, _distance(run.seats, focal)))
    heart = _centre(first.seats)
    rest = sorted(
        (run for run in runs if run is not first),
        key=lambda run: (len(run.seats) == 1, _distance(run.seats, heart)),
    )
    parts: list[tuple[_Run, int]] = []
    left = wanted
    for run in (first, *rest):
        parts.append((run, min(len(run.seats), left)))
        left -= parts[-1][1]
        if left == 0:
            break
    return _seated(parts, focal)


def _seated(parts: list[tuple[_Run, int]], focal: Point | None) -> tuple[Group, ...]:
    """Place the first group towards the focal point, and the others towards the first."""
    (run, size), *others = parts
    first = _placed(run, size, focal)
    heart = _centre(first.seats)
    return (first, *(_placed(run, size, heart) for run, size in others))


def _centre(seats: Sequence[SeatSpot]) -> Point:
    first, last = seats[0], seats[-1]
    return (first.x + last.x) / 2, (first.y + last.y) / 2


def _distance(seats: Sequence[SeatSpot], toward: Point | None) -> float:
    if toward is None:
        return 0.0
    x, y = _centre(seats)
    return (x - toward[0]) ** 2 + (y - toward[1]) ** 2


def _cost(groups: tuple[Group, ...], focal: Point | None) -> tuple[int, float]:
    seats = [seat for group in groups for seat in group.seats]
    lost_quality = -sum([seat.quality for seat in seats])
    if focal is None:
        return lost_quality, 0.0
    x, y = focal
    return lost_quality, sum([(seat.x - x) ** 2 + (seat.y - y) ** 2 for seat in seats])
