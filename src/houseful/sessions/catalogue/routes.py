"""Activities, instructors, resources, extras and series over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.audit import AlreadyExists
from houseful.calendar import SpaceNotInUse, SpaceTaken
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, ExpectedVersion, Page, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.sessions.catalogue import queries, scheduling, service, settings
from houseful.sessions.catalogue.models import (
    Activity,
    Extra,
    Instructor,
    SessionResource,
    SessionSeries,
)
from houseful.sessions.catalogue.schemas import (
    ActivityChanges,
    ActivityView,
    ExtraChanges,
    ExtraView,
    InstructorChanges,
    InstructorView,
    NewActivity,
    NewExtra,
    NewInstructor,
    NewResource,
    NewSeries,
    ResourceChanges,
    ResourceView,
    SeriesView,
    SettingsChanges,
    SettingsView,
)
from houseful.sessions.problems import AlreadyInUse, NotBookable

ActivityId = Annotated[UUID | None, QueryParameter(name="activityId")]
IsActive = Annotated[bool | None, QueryParameter(name="isActive")]
READ, CREATE, UPDATE = (f"sessions.activities.{act}" for act in ("read", "create", "update"))
MODULE = "sessions"


@get("/api/v1/activities", permission=READ, module=MODULE, summary="List activities")
async def list_activities(
    caller: Caller, window: Window, is_active: IsActive = None
) -> Page[ActivityView]:
    """List what can be booked."""
    return await caller.read_page(
        queries.list_activities, window=window, view=ActivityView, is_active=is_active
    )


@post(
    "/api/v1/activities",
    permission=CREATE,
    module=MODULE,
    summary="Add an activity",
    raises=[AlreadyExists],
)
async def create_activity(caller: Caller, data: NewActivity) -> Response[ActivityView]:
    """Add what can be booked, with its prices and rules."""
    return await caller.create(
        service.create_activity, data, view=ActivityView, at="/api/v1/activities"
    )


@get(
    "/api/v1/activities/{activity_id:uuid}",
    permission=READ,
    module=MODULE,
    summary="Read an activity",
)
async def read_activity(caller: Caller, activity_id: UUID) -> Response[ActivityView]:
    """Read what can be booked."""
    return await caller.read(UnitOfWork.get, Activity, activity_id, view=ActivityView)


@patch(
    "/api/v1/activities/{activity_id:uuid}",
    permission=UPDATE,
    module=MODULE,
    summary="Change an activity",
    raises=[AlreadyExists],
)
async def update_activity(
    caller: Caller, activity_id: UUID, data: ActivityChanges, expected_version: ExpectedVersion
) -> Response[ActivityView]:
    """Change an activity; bookings keep the rules that they were made under."""
    return await caller.change(
        service.update_activity, activity_id, expected_version, data, view=ActivityView
    )


@get("/api/v1/instructors", permission=READ, module=MODULE, summary="List instructors")
async def list_instructors(caller: Caller, window: Window) -> Page[InstructorView]:
    """List who leads sessions."""
    return await caller.read_page(queries.list_instructors, window=window, view=InstructorView)


@post("/api/v1/instructors", permission=CREATE, module=MODULE, summary="Add an instructor")
async def create_instructor(caller: Caller, data: NewInstructor) -> Response[InstructorView]:
    """Add who leads sessions."""
    return await caller.create(
        service.create_instructor, data, view=InstructorView, at="/api/v1/instructors"
    )


@get(
    "/api/v1/instructors/{instructor_id:uuid}",
    permission=READ,
    module=MODULE,
    summary="Read an instructor",
)
async def read_instructor(caller: Caller, instructor_id: UUID) -> Response[InstructorView]:
    """Read who leads sessions."""
    return await caller.read(UnitOfWork.get, Instructor, instructor_id, view=InstructorView)


@patch(
    "/api/v1/instructors/{instructor_id:uuid}",
    permission=UPDATE,
    module=MODULE,
    summary="Change an instructor",
)
async def update_instructor(
    caller: Caller, instructor_id: UUID, data: InstructorChanges, expected_version: ExpectedVersion
) -> Response[InstructorView]:
    """Change who leads sessions."""
    return await caller.change(
        service.update_instructor, instructor_id, expected_version, data, view=InstructorView
    )


@get("/api/v1/session-resources", permission=READ, module=MODULE, summary="List resources")
async def list_session_resources(caller: Caller, window: Window) -> Page[ResourceView]:
    """List what one session at a time can have."""
    return await caller.read_page(queries.list_resources, window=window, view=ResourceView)


@post(
    "/api/v1/session-resources",
    permission=CREATE,
    module=MODULE,
    summary="Add a resource",
    raises=[AlreadyExists],
)
async def create_session_resource(caller: Caller, data: NewResource) -> Response[ResourceView]:
    """Add what one session at a time can have."""
    return await caller.create(
        service.create_resource, data, view=ResourceView, at="/api/v1/session-resources"
    )


@get(
    "/api/v1/session-resources/{resource_id:uuid}",
    permission=READ,
    module=MODULE,
    summary="Read a resource",
)
async def read_session_resource(caller: Caller, resource_id: UUID) -> Response[ResourceView]:
    """Read what one session at a time can have."""
    return await caller.read(UnitOfWork.get, SessionResource, resource_id, view=ResourceView)


@patch(
    "/api/v1/session-resources/{resource_id:uuid}",
    permission=UPDATE,
    module=MODULE,
    summary="Change a resource",
    raises=[AlreadyExists],
)
async def update_session_resource(
    caller: Caller, resource_id: UUID, data: ResourceChanges, expected_version: ExpectedVersion
) -> Response[ResourceView]:
    """Change what one session at a time can have."""
    return await caller.change(
        service.update_resource, resource_id, expected_version, data, view=ResourceView
    )


@get("/api/v1/session-extras", permission=READ, module=MODULE, summary="List extras")
async def list_session_extras(
    caller: Caller, window: Window, activity_id: ActivityId = None
) -> Page[ExtraView]:
    """List what can be had with a place, perhaps of one activity."""
    return await caller.read_page(
        queries.list_extras, window=window, view=ExtraView, activity_id=activity_id
    )


@post("/api/v1/session-extras", permission=CREATE, module=MODULE, summary="Add an extra")
async def create_session_extra(caller: Caller, data: NewExtra) -> Response[ExtraView]:
    """Add what can be had with a place."""
    return await caller.create(
        service.create_extra, data, view=ExtraView, at="/api/v1/session-extras"
    )


@get(
    "/api/v1/session-extras/{extra_id:uuid}",
    permission=READ,
    module=MODULE,
    summary="Read an extra",
)
async def read_session_extra(caller: Caller, extra_id: UUID) -> Response[ExtraView]:
    """Read what can be had with a place."""
    return await caller.read(UnitOfWork.get, Extra, extra_id, view=ExtraView)


@patch(
    "/api/v1/session-extras/{extra_id:uuid}",
    permission=UPDATE,
    module=MODULE,
    summary="Change an extra",
)
async def update_session_extra(
    caller: Caller, extra_id: UUID, data: ExtraChanges, expected_version: ExpectedVersion
) -> Response[ExtraView]:
    """Change an extra; what was sold keeps its price."""
    return await caller.change(
        service.update_extra, extra_id, expected_version, data, view=ExtraView
    )


@get(
    "/api/v1/session-series",
    permission="sessions.sessions.read",
    module=MODULE,
    summary="List series",
)
async def list_session_series(caller: Caller, window: Window) -> Page[SeriesView]:
    """List sessions that repeat."""
    return await caller.read_page(queries.list_series, window=window, view=SeriesView)


@post(
    "/api/v1/session-series",
    permission="sessions.sessions.create",
    module=MODULE,
    summary="Announce sessions that repeat",
    raises=[SpaceTaken, SpaceNotInUse, AlreadyInUse, NotBookable],
)
async def create_session_series(caller: Caller, data: NewSeries) -> Response[SeriesView]:
    """Announce sessions by a rule such as `FREQ=WEEKLY;BYDAY=MO,WE`, in the venue's local time.

    Those of the next three months are made at once, the others as time goes on.
    """
    return await caller.create(
        scheduling.create_series,
        data,
        scope=caller.access.space_ids,
        view=SeriesView,
        at="/api/v1/session-series",
    )


@get(
    "/api/v1/session-series/{series_id:uuid}",
    permission="sessions.sessions.read",
    module=MODULE,
    summary="Read a series",
)
async def read_session_series(caller: Caller, series_id: UUID) -> Response[SeriesView]:
    """Read sessions that repeat."""
    return await caller.read(UnitOfWork.get, SessionSeries, series_id, view=SeriesView)


@get(
    "/api/v1/session-settings",
    permission=READ,
    module=MODULE,
    summary="Read the settings of sessions",
)
async def read_session_settings(caller: Caller) -> Response[SettingsView]:
    """Read the organisation's ways with sessions."""
    return await caller.read(settings.read_settings, view=SettingsView)


@patch(
    "/api/v1/session-settings",
    permission=UPDATE,
    module=MODULE,
    summary="Change the settings of sessions",
    raises=[AlreadyExists],
)
async def update_session_settings(
    caller: Caller, data: SettingsChanges, expected_version: ExpectedVersion
) -> Response[SettingsView]:
    """Change the organisation's ways with sessions; `takesGuests` is the switch for guests."""
    return await caller.change(settings.update_settings, expected_version, data, view=SettingsView)


handlers = [
    list_activities,
    create_activity,
    read_activity,
    update_activity,
    list_instructors,
    create_instructor,
    read_instructor,
    update_instructor,
    list_session_resources,
    create_session_resource,
    read_session_resource,
    update_session_resource,
    list_session_extras,
    create_session_extra,
    read_session_extra,
    update_session_extra,
    list_session_series,
    create_session_series,
    read_session_series,
    read_session_settings,
    update_session_settings,
]
