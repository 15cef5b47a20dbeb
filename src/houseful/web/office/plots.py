"""Plots as SVG, drawn where the page is made: they need no script, and print."""

from collections.abc import Callable, Sequence

import msgspec

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 128, 16, 16, 44
STEPS_MAX = 5


class Line(msgspec.Struct, frozen=True):
    """A line of the plot: its name, and `M…L…` in the plot's box."""

    name: str
    kind: str
    path: str


class Tick(msgspec.Struct, frozen=True):
    """A mark on an axis, at a place of the box."""

    at: float
    text: str


class Plot(msgspec.Struct, frozen=True):
    """What the template draws."""

    width: int
    height: int
    left: int
    bottom: int
    lines: list[Line]
    rows: list[Tick]
    columns: list[Tick]


def plot(
    across: Sequence[int],
    series: Sequence[tuple[str, str, Sequence[int]]],
    *,
    write: Callable[[int], str],
) -> Plot:
    """Return the plot of some series, name, kind and values, over the numbers `across`."""
    values = [value for _, _, found in series for value in found] or [0]
    step = _round_step(max(1, *values) - min(0, *values))
    low, high = min(0, *values) // step * step, -(-max(1, *values) // step) * step
    first, last = across[0], max(across[-1], across[0] + 1)
    inner_width, inner_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x_of(number: int) -> float:
        return round(LEFT + inner_width * (number - first) / (last - first), 2)

    def y_of(value: int) -> float:
        return round(TOP + inner_height * (high - value) / (high - low), 2)

    return Plot(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        bottom=HEIGHT - BOTTOM,
        lines=[
            Line(
                name, kind, _path([(x_of(a), y_of(v)) for a, v in zip(across, found, strict=True)])
            )
            for name, kind, found in series
        ],
        rows=[Tick(y_of(value), write(value)) for value in _marks(low, high, step)],
        columns=[
            Tick(x_of(number), f"{number:,}")
            for number in _marks(first, last, _round_step(last - first))
        ],
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "".join(f"{'L' if place else 'M'}{x:g} {y:g}" for place, (x, y) in enumerate(points))


def _round_step(extent: int) -> int:
    """Return the least of 1, 2, 5, 10, 20, … that takes few steps over the extent."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if extent <= step * STEPS_MAX:
                return step
        power *= 10


def _marks(low: int, high: int, step: int) -> list[int]:
    return list(range(-(-low // step) * step, high + 1, step))
