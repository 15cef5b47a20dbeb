"""Time comes from one place, so that tests can set it and no two processes disagree about it.

The authority is the database: a unit of work takes `now` from the transaction it begins. The clock
only maps that instant, which is the identity in production and a shift or a standstill in tests.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Maps the database's instant to the instant that the application believes in."""

    def at(self, instant: datetime) -> datetime:
        """Return the application's time for `instant` (aware, UTC)."""
        ...

    def now(self) -> datetime:
        """Return the application's time without asking the database: for logs, never for rules."""
        ...


class SystemClock:
    """The clock of production: time is what the database says."""

    def at(self, instant: datetime) -> datetime:
        """Return `instant` unchanged."""
        return instant

    def now(self) -> datetime:
        """Return this machine's time, aware, in UTC."""
        return datetime.now(UTC)


@dataclass
class TravelClock:
    """The clock of tests: travels, or stands still once frozen."""

    shift: timedelta = field(default_factory=timedelta)
    frozen_at: datetime | None = None

    def at(self, instant: datetime) -> datetime:
        """Return the frozen instant, or `instant` shifted."""
        return self.frozen_at if self.frozen_at is not None else instant + self.shift

    def now(self) -> datetime:
        """Return this clock's time."""
        return self.at(datetime.now(UTC))

    def travel(self, by: timedelta) -> None:
        """Move this clock by `by`, which may be negative."""
        if self.frozen_at is not None:
            self.frozen_at += by
        else:
            self.shift += by

    def freeze(self, at: datetime) -> None:
        """Let time stand still at `at`."""
        self.frozen_at = at
