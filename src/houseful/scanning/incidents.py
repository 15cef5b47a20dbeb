"""Incidents: somebody was let in without a network whom our verdict would have kept out.

Both scans are kept, the person is counted, the earlier entry on a ticket is the rightful one, and
somebody of the house looks at it.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.ids import new_id
from houseful.scanning.facts import ScanIncidentRaised
from houseful.scanning.models import InOutEvent, Scan, ScanIncident
from houseful.scanning.presence import exit_that_found_nobody, lock_presence, moved


async def note_incident(uow: UnitOfWork, scan: Scan) -> None:
    """Keep the conflict, and count who is inside; harmless when it is noted already."""
    other = await _entry_before(uow, scan) if scan.result == "already_in" else None
    rightful = min((scan, other), key=lambda one: one.occurred_at) if other else None
    noted = await uow.execute(
        insert(ScanIncident)
        .values(
            organization_id=uow.tenant,
            id=new_id(),
            event_id=scan.event_id,
            ticket_id=scan.ticket_id,
            scan_id=scan.id,
            other_scan_id=other.id if other else None,
            rightful_scan_id=rightful.id if rightful else None,
            kind="double_entry" if scan.result == "already_in" else "let_in_wrongly",
            result=scan.result,
            occurred_at=scan.occurred_at,
            resolution="",
            version=1,
        )
        .on_conflict_do_nothing()
        .returning(ScanIncident.id)
    )
    incident_id = noted.scalar_one_or_none()
    if incident_id is None:
        return
    if scan.ticket_id is not None and _is_of_this_event(scan):
        presence = await lock_presence(uow, scan.ticket_id, scan.event_id)
        uow.add(moved(presence, scan))
        left = await exit_that_found_nobody(uow, scan) if scan.direction == "in" else None
        if left is not None:
            uow.add(moved(presence, left))
        await uow.flush()
    await uow.announce(ScanIncidentRaised(subject_id=incident_id, event_id=scan.event_id))


async def resolve_incident(uow: UnitOfWork, incident_id: UUID, resolution: str) -> ScanIncident:
    """Say what was done about it; said again, it stays as it was."""
    incident = await uow.get(ScanIncident, incident_id, lock=True)
    if incident.resolved_at is None:
        incident.resolved_at = uow.now
        incident.resolution = resolution.strip()
        await audit.record(uow, "scanning.incident.resolved", incident)
        await uow.flush()
    return incident


async def list_incidents(
    uow: UnitOfWork,
    *,
    window: Window,
    event_id: UUID | None = None,
    is_resolved: bool | None = None,
) -> tuple[list[ScanIncident], str | None]:
    """Return one page of incidents, of one event or of all."""
    statement = select(ScanIncident).where(ScanIncident.organization_id == uow.tenant)
    if event_id is not None:
        statement = statement.where(ScanIncident.event_id == event_id)
    if is_resolved is not None:
        resolved = ScanIncident.resolved_at
        statement = statement.where(resolved.isnot(None) if is_resolved else resolved.is_(None))
    return await fetch_page(uow, statement, ScanIncident, window)


def _is_of_this_event(scan: Scan) -> bool:
    return scan.result not in {"wrong_event", "wrong_date"}


async def _entry_before(uow: UnitOfWork, scan: Scan) -> Scan | None:
    """Return the newest other entry with the ticket."""
    return await uow.first(
        select(Scan)
        .join(
            InOutEvent,
            (InOutEvent.organization_id == Scan.organization_id)
            & (InOutEvent.scan_id == Scan.id)
            & (InOutEvent.kind == "in"),
        )
        .where(
            Scan.organization_id == uow.tenant,
            Scan.ticket_id == scan.ticket_id,
            Scan.id != scan.id,
        )
        .order_by(InOutEvent.id.desc())
        .limit(1)
    )
