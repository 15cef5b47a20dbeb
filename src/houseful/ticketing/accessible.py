"""Places kept for wheelchair users and who comes with them: who asks for them gets them, first.

They are nobody else's until every other place of the event is sold or off sale. With each
wheelchair go up to three companion seats; whoever else is of the party sits as near as can be.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from heapq import nsmallest

from houseful.ticketing.best_available import Point
from houseful.ticketing.seat_board import FREE, HELD, SeatBoard
from houseful.ticketing.seat_plans import SeatPlace, SeatPlan

COMPANIONS_PER_WHEELCHAIR = 3
OTHER_ROW_FACTOR = 9.0
"""Who sits in another row is as far away as who sits three times as far in the same."""
ANCHORS_MAX = 40
"""Spaces that a party is tried around; the nearest to what everybody looks at."""


def are_released(plan: SeatPlan, board: SeatBoard) -> bool:
    """Whether the places that are kept may be sold to anybody: there are no others left."""
    states = board.states
    return not any(
        number < len(states) and states[number] in {FREE, HELD}
        for number in plan.places
        if number not in plan.kept
    )


def seats_with_wheelchairs(
    plan: SeatPlan, is_free: Callable[[int], bool], *, wheelchairs: int, others: int
) -> list[int] | None:
    """Return spaces for so many wheelchairs and seats for the others; None when there are not.

    In one section if that can be, then as near to each other as possible, then the nearest to what
    everybody looks at.
    """
    free = [place for number, place in plan.places.items() if is_free(number)]
    spaces = [place for place in free if place.accessible]
    if len(spaces) < wheelchairs:
        return None
    of_section: defaultdict[str, list[SeatPlace]] = defaultdict(list)
    for place in free:
        of_section[place.section].append(place)
    anchors = nsmallest(ANCHORS_MAX, spaces, key=lambda space: _distance(space, plan.focal))
    best: tuple[float, float, list[int]] | None = None
    for anchor in anchors:
        party = _around(anchor, of_section[anchor.section], wheelchairs, others)
        if party is not None:
            found = _spread(anchor, party), _distance(anchor, plan.focal), _numbers(party)
            best = found if best is None or found[:2] < best[:2] else best
    if best is not None:
        return best[2]
    scattered = _around(anchors[0], free, wheelchairs, others)
    return _numbers(scattered) if scattered is not None else None


def _around(
    anchor: SeatPlace, free: Sequence[SeatPlace], wheelchairs: int, others: int
) -> list[SeatPlace] | None:
    def nearest(count: int, places: Sequence[SeatPlace]) -> list[SeatPlace]:
        return nsmallest(count, places, key=lambda place: _separation(place, anchor))

    spaces = nearest(wheelchairs, [place for place in free if place.accessible])
    companions = nearest(
        min(others, COMPANIONS_PER_WHEELCHAIR * wheelchairs),
        [place for place in free if place.companion and not place.accessible],
    )
    rest = nearest(others - len(companions), [place for place in free if not place.is_kept])
    party = spaces + companions + rest
    return party if len(party) == wheelchairs + others else None


def _spread(anchor: SeatPlace, party: Sequence[SeatPlace]) -> float:
    return round(sum(_separation(place, anchor) for place in party), 3)


def _separation(place: SeatPlace, anchor: SeatPlace) -> float:
    """How far a place is from another: beside is nearer than in front or behind."""
    is_beside = (place.section, place.row) == (anchor.section, anchor.row)
    return _distance(place, (anchor.x, anchor.y)) * (1 if is_beside else OTHER_ROW_FACTOR)


def _distance(place: SeatPlace, toward: Point | None) -> float:
    return 0.0 if toward is None else (place.x - toward[0]) ** 2 + (place.y - toward[1]) ** 2


def _numbers(party: Sequence[SeatPlace]) -> list[int]:
    return sorted(place.number for place in party)
