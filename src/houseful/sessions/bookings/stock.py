"""Extras of which there is only so much: who has a place has them for the time of its session.

What is lent for one session is there for the next; sessions at the same time share what there is.
The database lets no instant have more taken than that (`session_extra_takings_within_stock`).
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Uuid, bindparam, delete, insert, text
from sqlalchemy.exc import IntegrityError

from houseful.kernel.database import UnitOfWork, constraint_of
from houseful.kernel.ids import new_id
from houseful.sessions.bookings.models import ExtraTaking, SessionBooking
from houseful.sessions.bookings.wishes import ExtraWish
from houseful.sessions.catalogue.models import Extra, Session
from houseful.sessions.catalogue.queries import ShownSession
from houseful.sessions.problems import OutOfStock

WITHIN_STOCK = "session_extra_takings_within_stock"

_MOST_TAKEN = text(
    """
    SELECT coalesce(max(together), 0) FROM (
        SELECT sum(other.quantity) AS together
        FROM session_extra_takings met
        JOIN session_extra_takings other ON other.organization_id = met.organization_id
            AND other.extra_id = met.extra_id
            AND other.starts_at <= met.starts_at AND other.ends_at > met.starts_at
        WHERE met.organization_id = :tenant AND met.extra_id = :extra AND met.ends_at > :now
        GROUP BY met.id
    ) counted
    """
)

_TAKEN_THEN = text(
    """
    WITH met AS (
        SELECT extra_id, quantity, starts_at, ends_at FROM session_extra_takings
        WHERE organization_id = :tenant AND extra_id = ANY(:extras)
            AND ends_at > :begins AND starts_at < :ends
    )
    SELECT extra_id, max(together) AS together FROM (
        SELECT instant.extra_id, sum(other.quantity) AS together
        FROM (SELECT DISTINCT extra_id, greatest(starts_at, :begins) AS at FROM met) instant
        JOIN met other ON other.extra_id = instant.extra_id
            AND other.starts_at <= instant.at AND other.ends_at > instant.at
        GROUP BY instant.extra_id, instant.at
    ) counted GROUP BY extra_id
    """
).bindparams(
    bindparam("extras", type_=ARRAY(Uuid())),
    bindparam("begins", type_=DateTime(timezone=True)),
    bindparam("ends", type_=DateTime(timezone=True)),
)

_SESSIONS = bindparam("sessions", type_=ARRAY(Uuid()))

_LOCK_BOOKED = text(
    """
    SELECT e.id FROM session_extras e WHERE e.organization_id = :tenant AND e.id IN (
        SELECT t.extra_id FROM session_extra_takings t
        JOIN session_bookings b ON b.organization_id = t.organization_id AND b.id = t.booking_id
        WHERE t.organization_id = :tenant AND b.session_id = ANY(:sessions))
    ORDER BY e.id FOR NO KEY UPDATE
    """
).bindparams(_SESSIONS)
"""In the order of their ids, so that nobody waits in a circle."""

_MOVE = text(
    """
    UPDATE session_extra_takings t SET starts_at = s.starts_at, ends_at = s.ends_at
    FROM session_bookings b
    JOIN sessions s ON s.organization_id = b.organization_id AND s.id = b.session_id
    WHERE t.organization_id = :tenant AND b.organization_id = t.organization_id
        AND b.id = t.booking_id AND s.id = ANY(:sessions)
    """
).bindparams(_SESSIONS)


async def take_stock(
    uow: UnitOfWork,
    booking: SessionBooking,
    session: Session,
    extras: Sequence[tuple[Extra, ExtraWish]],
) -> None:
    """Take the extras of a booking for the time of its session. Raises `OutOfStock`."""
    for extra, one in sorted(extras, key=lambda pair: pair[0].id):
        taking = {
            "organization_id": uow.tenant,
            "id": new_id(),
            "booking_id": booking.id,
            "extra_id": extra.id,
            "quantity": one.quantity,
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
        }
        try:
            await uow.execute(insert(ExtraTaking), [taking])
        except IntegrityError as error:
            if constraint_of(error) != WITHIN_STOCK:
                raise
            raise OutOfStock(
                f"There are not so many left: {extra.name}.", extraId=str(extra.id)
            ) from error


async def give_stock_back(uow: UnitOfWork, booking: SessionBooking) -> None:
    """Let others have the extras of a booking."""
    if not booking.extras:
        return
    await uow.execute(
        delete(ExtraTaking).where(
            ExtraTaking.organization_id == uow.tenant, ExtraTaking.booking_id == booking.id
        )
    )


async def move_stock(uow: UnitOfWork, sessions: Collection[Session]) -> None:
    """Take what is booked with sessions for the times that they have now. Raises `OutOfStock`."""
    names = {"tenant": uow.tenant, "sessions": [one.id for one in sessions]}
    await uow.execute(_LOCK_BOOKED, names)
    try:
        async with uow.savepoint():
            await uow.execute(_MOVE, names)
    except IntegrityError as error:
        if constraint_of(error) != WITHIN_STOCK:
            raise
        raise OutOfStock("What is booked with it is not there so often at that time.") from error


async def left_of_extras(
    uow: UnitOfWork, session: ShownSession, extras: Sequence[Extra]
) -> dict[UUID, int | None]:
    """Return how many of each extra are left for the time of a session; None has no end."""
    rows: Any = await uow.execute(
        _TAKEN_THEN,
        {
            "tenant": uow.tenant,
            "extras": [one.id for one in extras],
            "begins": session.starts_at,
            "ends": session.ends_at,
        },
    )
    taken: dict[UUID, int] = {row.extra_id: int(row.together) for row in rows}
    return {
        one.id: None if one.stock is None else max(0, one.stock - taken.get(one.id, 0))
        for one in extras
    }


async def most_taken(uow: UnitOfWork, extra_id: UUID) -> int:
    """Return how many of an extra are taken at once at most, from now on."""
    counted = await uow.execute(
        _MOST_TAKEN, {"tenant": uow.tenant, "extra": extra_id, "now": uow.now}
    )
    return int(counted.scalar_one())
