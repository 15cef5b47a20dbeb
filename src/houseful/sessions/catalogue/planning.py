"""Looking at the dates of a series before it is announced: which there are, what is in the way."""

from datetime import datetime, timedelta

import msgspec

from houseful.kernel.database import UnitOfWork
from houseful.sessions.catalogue.scheduling import (
    HORIZON,
    first_of,
    series_of,
    session_at,
    usable_activity,
)
from houseful.sessions.catalogue.schemas import NewSeries
from houseful.sessions.catalogue.slots import Obstacle, obstacles_to
from houseful.sessions.recurrence import has_end, occurrences
from houseful.venues import SpaceScope

PLANNED_AHEAD = timedelta(days=366)


class PlannedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A date of a series that is not announced yet.

    `is_shifted` tells that the clocks skip its time, `is_left_out` that it is an exception or a day
    off; such a one has no obstacles.
    """

    local: datetime
    timezone: str
    starts_at: datetime
    ends_at: datetime
    is_shifted: bool
    is_left_out: bool
    obstacles: list[Obstacle]


async def plan_series(
    uow: UnitOfWork, data: NewSeries, *, scope: SpaceScope = None
) -> list[PlannedSession]:
    """Return the dates of a series, those that are left out too; nothing is announced or taken.

    They are those of a year where the rule has an end, else of three months. Raises `NotFound`,
    `NotBookable` and `Invalid`.
    """
    activity = await usable_activity(uow, data.activity_id)
    series = await series_of(uow, data, activity, scope=scope)
    ahead = PLANNED_AHEAD if has_end(series.rrule) else HORIZON
    found = occurrences(
        series.rrule,
        series.starts_local,
        series.timezone,
        until=first_of(series, uow.now) + ahead,
        rdates=[datetime.fromisoformat(each) for each in series.rdates],
    )
    left_out = {datetime.fromisoformat(each) for each in series.exdates}
    to_come = [(one, session_at(series, activity.currency, one)) for one in found]
    to_come = [(one, session) for one, session in to_come if one.starts_at >= uow.now]
    wanted = [session for one, session in to_come if one.local not in left_out]
    obstacles = await obstacles_to(uow, wanted, activity, scope=scope)
    return [
        PlannedSession(
            local=one.local,
            timezone=series.timezone,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            is_shifted=one.is_shifted,
            is_left_out=one.local in left_out,
            obstacles=obstacles.get(session.id, []),
        )
        for one, session in to_come
    ]
