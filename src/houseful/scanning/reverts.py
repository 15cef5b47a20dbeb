"""Taking back: a steward pressed too soon, and nobody came in or left after all."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Forbidden
from houseful.scanning.facts import ScanReverted
from houseful.scanning.models import InOutEvent, Scan
from houseful.scanning.presence import last_move, lock_presence, take_back
from houseful.scanning.problems import NotRevertible

STEWARDS_TIME = timedelta(minutes=5)
"""For how long stewards take back what they scanned themselves; supervisors always can."""


async def revert_scan(uow: UnitOfWork, scan_id: UUID, *, is_supervisor: bool) -> InOutEvent:
    """Take back the move of a scan; harmless when it was taken back already.

    Raises `NotFound`, `Forbidden` for somebody else's scan, and `NotRevertible`.
    """
    scan = await uow.get(Scan, scan_id)
    _check_right(uow, scan, is_supervisor=is_supervisor)
    if scan.ticket_id is None:
        raise NotRevertible("Nobody came in or left with this scan.")
    presence = await lock_presence(uow, scan.ticket_id, scan.event_id)
    done = await uow.first(
        select(InOutEvent).where(
            InOutEvent.organization_id == uow.tenant,
            InOutEvent.scan_id == scan_id,
            InOutEvent.kind == "revert",
        )
    )
    if done is not None:
        return done
    made = await last_move(uow, scan.ticket_id)
    if made is None or made.scan_id != scan_id:
        raise NotRevertible("Nobody moved with this scan, or the ticket was scanned again since.")
    undone = take_back(uow, presence, made)
    await audit.record(uow, "scanning.scan.reverted", scan)
    await uow.announce(
        ScanReverted(subject_id=scan.ticket_id, event_id=scan.event_id, scan_id=scan_id)
    )
    return undone


def _check_right(uow: UnitOfWork, scan: Scan, *, is_supervisor: bool) -> None:
    if is_supervisor:
        return
    mine = scan.device_id if uow.actor.kind == "device" else scan.user_id
    if mine is None or mine != uow.actor.id:
        raise Forbidden("Only a supervisor takes back what others scanned.")
    if uow.now - scan.received_at > STEWARDS_TIME:
        raise NotRevertible("It is too long ago: ask a supervisor.")
