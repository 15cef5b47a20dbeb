"""Use cases of the catalogue: activities, instructors, resources, extras."""

from uuid import UUID

import msgspec

from houseful import audit
from houseful.accounts import organization_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid
from houseful.sessions.bookings.stock import most_taken
from houseful.sessions.catalogue.models import Activity, Extra, Instructor, SessionResource
from houseful.sessions.catalogue.schemas import (
    ActivityChanges,
    ExtraChanges,
    InstructorChanges,
    NewActivity,
    NewExtra,
    NewInstructor,
    NewResource,
    ResourceChanges,
)


async def create_activity(uow: UnitOfWork, data: NewActivity) -> Activity:
    """Add an activity, priced in the organisation's currency. Raises `AlreadyExists`."""
    activity = Activity(
        organization_id=uow.tenant,
        currency=(await organization_of(uow)).currency,
        **msgspec.structs.asdict(data),
    )
    return await audit.add_row(uow, activity, "sessions.activity.created")


async def update_activity(
    uow: UnitOfWork, activity_id: UUID, version: int, data: ActivityChanges
) -> Activity:
    """Change an activity. Raises `VersionMismatch` and `AlreadyExists`."""
    return await audit.change_row(
        uow, Activity, activity_id, version, data, "sessions.activity.updated"
    )


async def create_instructor(uow: UnitOfWork, data: NewInstructor) -> Instructor:
    """Add an instructor."""
    instructor = Instructor(organization_id=uow.tenant, name=data.name, about=data.about)
    return await audit.add_row(uow, instructor, "sessions.instructor.created")


async def update_instructor(
    uow: UnitOfWork, instructor_id: UUID, version: int, data: InstructorChanges
) -> Instructor:
    """Change an instructor. Raises `VersionMismatch`."""
    return await audit.change_row(
        uow, Instructor, instructor_id, version, data, "sessions.instructor.updated"
    )


async def create_resource(uow: UnitOfWork, data: NewResource) -> SessionResource:
    """Add a resource. Raises `AlreadyExists`."""
    resource = SessionResource(organization_id=uow.tenant, name=data.name)
    return await audit.add_row(uow, resource, "sessions.resource.created")


async def update_resource(
    uow: UnitOfWork, resource_id: UUID, version: int, data: ResourceChanges
) -> SessionResource:
    """Change a resource. Raises `VersionMismatch` and `AlreadyExists`."""
    return await audit.change_row(
        uow, SessionResource, resource_id, version, data, "sessions.resource.updated"
    )


async def create_extra(uow: UnitOfWork, data: NewExtra) -> Extra:
    """Add an extra, of one activity or of all. Raises `NotFound` (activity)."""
    if data.activity_id is not None:
        await uow.get(Activity, data.activity_id)
    extra = Extra(
        organization_id=uow.tenant,
        currency=(await organization_of(uow)).currency,
        **msgspec.structs.asdict(data),
    )
    return await audit.add_row(uow, extra, "sessions.extra.created")


async def update_extra(uow: UnitOfWork, extra_id: UUID, version: int, data: ExtraChanges) -> Extra:
    """Change an extra. Raises `VersionMismatch`, `Invalid` for a stock below what is booked."""
    await uow.get(Extra, extra_id, lock=True)
    if isinstance(data.stock, int) and data.stock < (taken := await most_taken(uow, extra_id)):
        raise Invalid.at("/stock", f"{taken} of them are booked at once.")
    return await audit.change_row(uow, Extra, extra_id, version, data, "sessions.extra.updated")
