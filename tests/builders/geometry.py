"""Reading a map's geometry back, as a browser does."""

from itertools import accumulate
from typing import Any

import msgspec


class ReadSeat(msgspec.Struct, frozen=True, kw_only=True):
    """A seat as it was read from a geometry."""

    number: int
    x: float
    y: float
    label: str
    row: str
    section: str
    category: str
    bits: int


def read_geometry(document: dict[str, Any]) -> list[ReadSeat]:
    """Return the seats of a geometry, in its order."""
    unit = document["unit"]
    numbers = _sums(_spread(document["numbers"]))
    categories = _spread(document["seatCategories"])
    bits: dict[int, int] = dict(document["flags"])
    return [
        ReadSeat(
            number=number,
            x=x / unit,
            y=y / unit,
            label=label,
            row=_span_at(document["rows"], place),
            section=_span_at(document["sections"], place),
            category=document["categories"][category]["key"] if category >= 0 else "",
            bits=bits.get(place, 0),
        )
        for place, (number, x, y, label, category) in enumerate(
            zip(
                numbers,
                _sums(document["x"]),
                _sums(document["y"]),
                document["labels"],
                categories,
                strict=True,
            )
        )
    ]


def read_outline(outline: list[int], unit: int) -> list[tuple[float, float]]:
    """Return the corners of an outline."""
    xs, ys = _sums(outline[::2]), _sums(outline[1::2])
    return [(x / unit, y / unit) for x, y in zip(xs, ys, strict=True)]


def _sums(differences: list[int]) -> list[int]:
    return list(accumulate(differences))


def _spread(runs: list[int]) -> list[int]:
    return [value for value, times in zip(runs[::2], runs[1::2], strict=True) for _ in range(times)]


def _span_at(spans: list[dict[str, Any]], place: int) -> str:
    found = [one for one in spans if one["first"] <= place < one["first"] + one["count"]]
    assert len(found) == 1
    return found[0]["label"]
