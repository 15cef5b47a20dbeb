"""Instants from outside: with an offset, in a range that every part of us can reckon in."""

from datetime import UTC, datetime

from houseful.kernel.problems import Invalid

YEAR_MIN = 1900
YEAR_MAX = 2200


def as_instant(value: datetime) -> datetime:
    """Return `value` in UTC; raises `ValueError` without an offset, or far from our time."""
    if value.tzinfo is None:
        raise ValueError("Give the time with its offset, such as 2030-05-01T20:00:00+02:00.")
    if not YEAR_MIN <= value.year <= YEAR_MAX:
        raise ValueError(f"Give a time between the years {YEAR_MIN} and {YEAR_MAX}.")
    return value.astimezone(UTC)


def query_instant(name: str, value: datetime) -> datetime:
    """Return the query parameter `name` in UTC; raises `Invalid`."""
    try:
        return as_instant(value)
    except ValueError as error:
        raise Invalid.at(f"/{name}", str(error)) from error
