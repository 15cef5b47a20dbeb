"""Use cases of layouts: import, edit as a draft, publish, retire, begin a new version."""

import asyncio
from uuid import UUID

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from houseful import audit, venues
from houseful.kernel.database import UnitOfWork, constraint_of
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound, VersionMismatch
from houseful.seating import facts, importing
from houseful.seating.models import Layout, Seat
from houseful.seating.plan import Plan
from houseful.seating.problems import LayoutIncomplete, LayoutPublished, NotASeatingPlan
from houseful.seating.queries import categories_of, seats_without_category
from houseful.seating.schemas import SeatChanges
from houseful.seating.storing import copy_children, store_plan

EVENT_CONSTRAINT = "layouts_organization_id_event_id_fkey"


class ReadPlan(msgspec.Struct, frozen=True):
    """A plan as it was read from a file, and what had to be repaired."""

    plan: Plan
    report: importing.RepairReport


async def read_plan(raw: bytes) -> ReadPlan:
    """Read a plan's file beside the event loop. Raises `NotASeatingPlan`."""
    try:
        return ReadPlan(*await asyncio.to_thread(importing.import_plan, raw))
    except importing.NotASeatingPlan as error:
        raise NotASeatingPlan(str(error)) from error


async def create_layout(
    uow: UnitOfWork,
    read: ReadPlan,
    *,
    name: str = "",
    venue_id: UUID | None = None,
    event_id: UUID | None = None,
) -> Layout:
    """Store a plan as a draft, as a venue's template or an event's own. Raises `NotFound`."""
    if venue_id is not None:
        await venues.get_venue(uow, venue_id)
    plan, layout_id = read.plan, new_id()
    focal = plan.focal_point
    layout = Layout(
        organization_id=uow.tenant,
        id=layout_id,
        family_id=layout_id,
        venue_id=venue_id,
        event_id=event_id,
        name=name.strip() or plan.name.strip() or "Untitled plan",
        details={"focalPoint": {"x": focal[0], "y": focal[1]}} if focal else {},
        repair_report={"repairs": msgspec.to_builtins(read.report.repairs)},
        seat_count=plan.seat_count,
        standing_capacity=sum(area.capacity for area in plan.standing_areas),
    )
    await _add(uow, layout)
    await store_plan(uow, layout, plan)
    await audit.record(uow, "seating.layout.imported", layout, sentence=f"imported {layout.name}")
    return layout


async def publish_layout(uow: UnitOfWork, layout_id: UUID) -> Layout:
    """Make a draft final. Raises `LayoutIncomplete`, `LayoutPublished`."""
    layout = await _draft(uow, layout_id)
    loose = await seats_without_category(uow, layout_id)
    if loose:
        raise LayoutIncomplete(f"{loose} seats have no category.", seatsWithoutCategory=loose)
    if not layout.seat_count and not layout.standing_capacity:
        raise LayoutIncomplete("There is nothing to sell in it.")
    layout.status = "published"
    layout.published_at = uow.now
    await audit.record(uow, "seating.layout.published", layout, sentence=f"published {layout.name}")
    await uow.announce(facts.LayoutPublished(subject_id=layout.id))
    await uow.flush()
    return layout


async def retire_layout(uow: UnitOfWork, layout_id: UUID) -> Layout:
    """Offer a published layout no longer; events that are sold with it keep it."""
    layout = await uow.get(Layout, layout_id, lock=True)
    if layout.status == "draft":
        raise LayoutIncomplete("A draft is not retired: remove it, or publish it.")
    if layout.status == "published":
        layout.status = "retired"
        layout.retired_at = uow.now
        await audit.record(uow, "seating.layout.retired", layout)
        await uow.announce(facts.LayoutRetired(subject_id=layout.id))
        await uow.flush()
    return layout


async def remove_layout(uow: UnitOfWork, layout_id: UUID) -> None:
    """Remove a draft with all that it is made of. Raises `LayoutPublished`."""
    await _draft(uow, layout_id)
    await audit.remove_row(uow, Layout, layout_id, "seating.layout.removed")


async def new_version(uow: UnitOfWork, layout_id: UUID) -> Layout:
    """Begin the next version of a layout, as a draft that is a copy of it."""
    source = await uow.get(Layout, layout_id)
    await uow.get(Layout, source.family_id, lock=True)  # versions are numbered one after another
    newest = await uow.first(
        select(func.max(Layout.version)).where(
            Layout.organization_id == uow.tenant, Layout.family_id == source.family_id
        )
    )
    layout = Layout(
        organization_id=uow.tenant,
        id=new_id(),
        family_id=source.family_id,
        venue_id=source.venue_id,
        event_id=source.event_id,
        name=source.name,
        version=newest + 1,
        details=source.details,
        repair_report={},
        seat_count=source.seat_count,
        standing_capacity=source.standing_capacity,
    )
    await _add(uow, layout)
    await copy_children(uow, source, layout)
    await audit.record(uow, "seating.layout.created", layout)
    return layout


async def change_seats(
    uow: UnitOfWork, layout_id: UUID, expected_revision: int, data: SeatChanges
) -> Layout:
    """Give seats of a draft another category, flags or base price.

    Raises `VersionMismatch`, `LayoutPublished`, and `Invalid` for what the layout does not have.
    """
    layout = await _draft(uow, layout_id)
    if layout.revision != expected_revision:
        raise VersionMismatch(current=layout.revision)
    values = {
        name: value
        for name in data.__struct_fields__
        if name != "seats" and (value := getattr(data, name)) is not msgspec.UNSET
    }
    if not values:
        raise Invalid("Say what is to change about the seats.")
    category_key = values.get("category_key")
    if category_key is not None:
        keys = {category.key for category in await categories_of(uow, layout_id)}
        if category_key not in keys:
            raise Invalid.at("/categoryKey", f"The layout has no category {category_key}.")
    changed = await uow.execute(
        update(Seat)
        .where(
            Seat.organization_id == uow.tenant,
            Seat.layout_id == layout_id,
            Seat.seat_number.in_(data.seats),
        )
        .values(**values)
        .returning(Seat.seat_number)
        .execution_options(synchronize_session=False)
    )
    missing = set(data.seats) - set(changed.scalars())
    if missing:
        raise Invalid.at("/seats", f"The layout has no seat {min(missing)}.")
    layout.updated_at = uow.now
    await audit.record(
        uow,
        "seating.layout.seats_changed",
        layout,
        sentence=f"changed {len(data.seats)} seats of {layout.name}",
    )
    await uow.flush()
    return layout


async def _draft(uow: UnitOfWork, layout_id: UUID) -> Layout:
    layout = await uow.get(Layout, layout_id, lock=True)
    if layout.status != "draft":
        raise LayoutPublished(status=layout.status)
    return layout


async def _add(uow: UnitOfWork, layout: Layout) -> None:
    try:
        async with uow.session.begin_nested():
            uow.add(layout)
    except IntegrityError as error:
        if constraint_of(error) == EVENT_CONSTRAINT:
            raise NotFound("There is no such event.") from error
        raise
