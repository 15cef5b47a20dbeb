"""Reading values of an untrusted document: of the right type, or a message that says where."""

import math
from typing import Any, cast

from houseful.seating.plan import COORDINATE_MAX, TEXT_MAX_CHARACTERS, Point

Object = dict[str, Any]


class NotASeatingPlan(Exception):
    """The file cannot be read as a seating plan; the message says why, and where."""


def objects(value: Any, where: str) -> list[Object]:
    """Return a list of objects; None is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise NotASeatingPlan(f"{where}: a list is expected.")
    items = cast("list[Any]", value)
    for number, item in enumerate(items):
        if not isinstance(item, dict):
            raise NotASeatingPlan(f"{where}/{number}: an object is expected.")
    return cast("list[Object]", items)


def an_object(value: Any, where: str) -> Object:
    """Return an object; None is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NotASeatingPlan(f"{where}: an object is expected.")
    return cast("Object", value)


def text(value: Any, where: str) -> str:
    """Return a text, shortened; numbers count as texts, None is an empty one."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NotASeatingPlan(f"{where}: a text is expected.")
    return str(value).replace("\0", "").strip()[:TEXT_MAX_CHARACTERS]


def number(value: Any, where: str) -> float:
    """Return a number that a plan can have; None is zero."""
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotASeatingPlan(f"{where}: a number is expected.")
    if not math.isfinite(value) or abs(value) > COORDINATE_MAX:
        raise NotASeatingPlan(f"{where}: this number is out of all bounds.")
    return round(float(value), 1)


def whole(value: Any, where: str) -> int:
    """Return a whole number that is not negative; None is zero."""
    found = number(value, where)
    if found < 0:
        raise NotASeatingPlan(f"{where}: a number that is not negative is expected.")
    return int(found)


def flag(value: Any) -> bool:
    """Return whether something is said to be so."""
    return value is True


def point(value: Any, where: str) -> Point:
    """Return the point of an object with `x` and `y`."""
    found = an_object(value, where)
    return number(found.get("x"), f"{where}/x"), number(found.get("y"), f"{where}/y")


def points(value: Any, where: str, offset: Point = (0.0, 0.0)) -> list[Point]:
    """Return a list of points, moved by `offset`."""
    return [
        moved(point(item, f"{where}/{index}"), offset)
        for index, item in enumerate(objects(value, where))
    ]


def moved(one: Point, by: Point) -> Point:
    """Return a point moved."""
    return round(one[0] + by[0], 1), round(one[1] + by[1], 1)
