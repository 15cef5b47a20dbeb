"""Activities, sessions, customers and what they pay with, for tests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from houseful.kernel.database import UnitOfWork
from houseful.sessions.catalogue import scheduling, service
from houseful.sessions.catalogue.models import Activity, Session, SessionSeries
from houseful.sessions.catalogue.schemas import NewActivity, NewSeries, NewSession
from tests.builders.venues import a_space


async def an_activity(uow: UnitOfWork, **fields: Any) -> Activity:
    """Make an activity of an hour for twelve people, 15.00 each, to be cancelled a day before."""
    given: dict[str, Any] = {"name": "Morning Yoga", "capacity": 12, "price": 1500} | fields
    return await service.create_activity(uow, NewActivity(**given))


async def a_session(
    uow: UnitOfWork,
    activity: Activity | None = None,
    *,
    in_hours: float = 72,
    **fields: Any,
) -> Session:
    """Announce a session some hours from now, in a new space unless one is named."""
    activity = activity or await an_activity(uow)
    if "space_id" not in fields:
        fields["space_id"] = (await a_space(uow)).id
    at = (uow.now + timedelta(hours=in_hours)).replace(second=0, microsecond=0)
    given: dict[str, Any] = {"starts_at": at} | fields
    return await scheduling.create_session(uow, NewSession(activity_id=activity.id, **given))


async def a_series(
    uow: UnitOfWork, starts_local: datetime, rrule: str, **fields: Any
) -> SessionSeries:
    """Announce sessions that repeat, in a new space unless one is named."""
    if "activity_id" not in fields:
        fields["activity_id"] = (await an_activity(uow)).id
    if "space_id" not in fields:
        fields["space_id"] = (await a_space(uow)).id
    wall = starts_local.replace(tzinfo=None).isoformat(timespec="minutes")
    return await scheduling.create_series(uow, NewSeries(starts_local=wall, rrule=rrule, **fields))


def ids(rows: list[Any]) -> list[UUID]:
    """The ids of rows."""
    return [row.id for row in rows]
