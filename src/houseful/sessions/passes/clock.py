"""A pass's clock: it begins with the first visit that stands, and may begin anew."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from houseful.kernel.database import UnitOfWork
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.catalogue.models import Session
from houseful.sessions.passes.models import CustomerPass, EntitlementMovement
from houseful.sessions.states import PASS


def start(held: CustomerPass, at: datetime) -> None:
    """Let a pass be good from now on, for as many days as it was sold for."""
    days = held.validity_days
    held.starts_at = at
    held.expires_at = at + timedelta(days=days) if days is not None else None


def revive(held: CustomerPass) -> None:
    """Make a pass that has ended good again, for the visit that came back and no more."""
    held.status = PASS.next(held.status, "revive")
    if held.sessions_limit is not None:
        held.sessions_limit = held.sessions_used


def extend(
    held: CustomerPass, now: datetime, grace: timedelta | None, first: datetime | None
) -> None:
    """Let the clock of a pass begin with the first visit that stands, or anew without one.

    One whose time was over stays so; with `grace` it is good for so long again.
    """
    is_over = held.expires_at is not None and held.expires_at <= now
    if held.sessions_used == 0 and not is_over:
        held.starts_at = held.expires_at = None
        return
    if not is_over and first is not None and held.starts_at is not None:
        later = max(first - held.starts_at, timedelta())
        held.starts_at += later
        held.expires_at = held.expires_at + later if held.expires_at is not None else None
    if grace is not None and held.expires_at is not None:
        held.expires_at = max(held.expires_at, now + grace)


async def first_visit(uow: UnitOfWork, held: CustomerPass, *, but: UUID) -> datetime | None:
    """Return when the first session is that a visit is used for, but for that of one booking."""
    given_back = aliased(EntitlementMovement)
    first: datetime | None = await uow.first(
        select(func.min(Session.starts_at))
        .select_from(EntitlementMovement)
        .join(
            SessionBooking,
            (SessionBooking.organization_id == EntitlementMovement.organization_id)
            & (SessionBooking.id == EntitlementMovement.booking_id),
        )
        .join(
            Session,
            (Session.organization_id == SessionBooking.organization_id)
            & (Session.id == SessionBooking.session_id),
        )
        .where(
            EntitlementMovement.organization_id == uow.tenant,
            EntitlementMovement.customer_pass_id == held.id,
            EntitlementMovement.booking_id != but,
            EntitlementMovement.kind == "consume",
            ~exists().where(
                given_back.organization_id == EntitlementMovement.organization_id,
                given_back.booking_id == EntitlementMovement.booking_id,
                given_back.turn == EntitlementMovement.turn,
                given_back.kind == "restore",
            ),
        )
    )
    return first
