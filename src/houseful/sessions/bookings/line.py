"""Where everybody stands who waits: by priority, then as they came; and how that has changed."""

from uuid import UUID

from sqlalchemy import Select, select, text

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import IllegalTransition, NotFound
from houseful.sessions.bookings.models import SessionBooking, WaitingEntry
from houseful.sessions.bookings.taking import lock_session
from houseful.sessions.catalogue.models import Session

_NOTE = text(
    """
    UPDATE waiting_entries w SET positions = w.positions
        || jsonb_build_object('at', cast(:at AS text), 'position', line.position)
    FROM (
        SELECT id, row_number() OVER (ORDER BY priority DESC, sequence) AS position
        FROM waiting_entries
        WHERE organization_id = :tenant AND session_id = :session AND status = 'waiting'
    ) line
    WHERE w.organization_id = :tenant AND w.id = line.id
        AND (w.positions -> -1 ->> 'position')::bigint IS DISTINCT FROM line.position
    """
)


async def position_of(uow: UnitOfWork, entry: WaitingEntry) -> int:
    """Return how many are before somebody who waits, plus one; 0 when they wait no longer."""
    if entry.status != "waiting":
        return 0
    counted = await uow.execute(
        "SELECT count(*) FROM waiting_entries WHERE organization_id = :tenant"
        " AND session_id = :session AND status = 'waiting'"
        " AND (priority > :priority OR (priority = :priority AND sequence <= :sequence))",
        {
            "tenant": uow.tenant,
            "session": entry.session_id,
            "priority": entry.priority,
            "sequence": entry.sequence,
        },
    )
    return counted.scalar_one()


async def note_positions(uow: UnitOfWork, session_id: UUID) -> None:
    """Keep with each who waits where they stand from now on. The session is locked."""
    names = {"tenant": uow.tenant, "session": session_id, "at": uow.now.isoformat()}
    await uow.execute(_NOTE, names)


async def set_priority(
    uow: UnitOfWork, session_id: UUID, entry_id: UUID, priority: int
) -> WaitingEntry:
    """Let somebody wait before those with a lower priority. Raises `NotFound`.

    Raises `IllegalTransition` for who waits no longer.
    """
    await lock_session(uow, session_id)
    entry = await uow.get(WaitingEntry, entry_id, lock=True)
    if entry.session_id != session_id:
        raise NotFound
    if entry.status != "waiting":
        raise IllegalTransition("They wait no longer.", state=entry.status)
    entry.priority = priority
    await audit.record(uow, "sessions.waiting.prioritised", entry)
    await uow.flush()
    await note_positions(uow, session_id)
    await uow.session.refresh(entry)
    return entry


def entries_meanwhile(
    uow: UnitOfWork, booking: SessionBooking, session: Session, *, status: str
) -> Select[WaitingEntry]:
    """Choose who the booking is for, where they wait for what is on while the session is."""
    return (
        select(WaitingEntry)
        .join(
            Session,
            (Session.organization_id == WaitingEntry.organization_id)
            & (Session.id == WaitingEntry.session_id),
        )
        .where(
            WaitingEntry.organization_id == uow.tenant,
            WaitingEntry.attendee_id == booking.attendee_id,
            WaitingEntry.status == status,
            Session.starts_at < session.ends_at,
            Session.ends_at > session.starts_at,
        )
        .order_by(WaitingEntry.session_id)
    )
