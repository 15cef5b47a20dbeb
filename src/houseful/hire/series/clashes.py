"""All dates of a series that cannot be had are told at once, not one after the other."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from houseful.accounts import organization_of
from houseful.calendar import SpaceTaken
from houseful.hire.contracts.values import write_date
from houseful.kernel.database import UnitOfWork

DATES_NAMED = 5
CONFLICTS_TOLD = 50


class Clashes:
    """The dates of a series that somebody else has, as they are found."""

    def __init__(self) -> None:
        self._found: dict[date, SpaceTaken] = {}

    @asynccontextmanager
    async def noted(self, uow: UnitOfWork, day: date) -> AsyncGenerator[None]:
        """Try something for a date, and undo it when the spaces are taken then."""
        try:
            async with uow.session.begin_nested():
                yield
        except SpaceTaken as taken:
            self._found[day] = taken

    def reasons(self, before: str = "") -> dict[str, str]:
        """Return what is in the way of each date, as a series keeps it."""
        return {day.isoformat(): before + taken.detail for day, taken in self._found.items()}

    async def require_none(self, uow: UnitOfWork) -> None:
        """Raise `SpaceTaken`, naming all dates (some, if there are many) and what is in the way."""
        if not self._found:
            return
        days = sorted(self._found)
        first = self._found[days[0]]
        if len(days) == 1:
            raise SpaceTaken(first.detail, **first.fields | _dates(days))
        locale = (await organization_of(uow)).locale
        named = ", ".join(write_date(day, locale) for day in days[:DATES_NAMED])
        more = len(days) - DATES_NAMED
        conflicts = [
            conflict for day in days for conflict in self._found[day].fields.get("conflicts", ())
        ]
        raise SpaceTaken(
            f"{len(days)} dates cannot be had: {named}{f' and {more} more' if more > 0 else ''}.",
            conflicts=conflicts[:CONFLICTS_TOLD],
            **_dates(days),
        )


def _dates(days: list[date]) -> dict[str, Any]:
    return {"date": days[0].isoformat(), "dates": [day.isoformat() for day in days]}
