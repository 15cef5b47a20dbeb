"""Plots: straight lines are straight, and the axes are marked at round numbers."""

import re

from houseful.web.office.plots import plot


def test_a_straight_line_is_drawn_straight() -> None:
    sold = [1000 * step // 60 for step in range(61)]

    drawn = plot(sold, [("Rent", "promoter", [35_00 * one - 5_000_00 for one in sold])], write=str)

    places = [
        (float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", drawn.lines[0].path)
    ]
    (x0, y0), (x1, y1) = places[0], places[-1]
    assert len(places) == 61
    assert all(abs(y0 + (x - x0) * (y1 - y0) / (x1 - x0) - y) < 0.02 for x, y in places)


def test_the_axes_are_marked_at_round_numbers() -> None:
    sold = list(range(1235))

    drawn = plot(sold, [("Rent", "venue", [35 * one - 700 for one in sold])], write=str)

    assert [tick.text for tick in drawn.columns] == ["0", "500", "1,000"]
    assert [int(tick.text) for tick in drawn.rows] == [
        -10_000,
        0,
        10_000,
        20_000,
        30_000,
        40_000,
        50_000,
    ]
    assert all(0 <= tick.at <= drawn.bottom for tick in drawn.rows)
