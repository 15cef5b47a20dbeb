"""The passes that a customer may use, and how each fits a session."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import or_, select

from houseful.kernel.database import UnitOfWork
from houseful.sessions.catalogue.models import Session
from houseful.sessions.covering import PassOffer
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.passes.models import CustomerPass, EntitlementMovement
from houseful.sessions.passes.rules import Holding, Slot, depends_on_days, why_not_usable

NOT_SHARED = "a family cannot share it"


class Held(msgspec.Struct, frozen=True):
    """A pass, and what it offers for a session."""

    row: CustomerPass
    offer: PassOffer


async def passes_of(
    uow: UnitOfWork,
    customer: CompanyCustomer,
    session: Session,
    attendee_id: UUID,
    *,
    lock: bool,
) -> list[Held]:
    """Return the customer's passes, and those that their family shares, as they fit a session.

    For somebody of the family only a pass that may be shared is any good.
    """
    owners = [customer.id, *([customer.guardian_id] if customer.guardian_id else [])]
    statement = (
        select(CustomerPass)
        .where(
            CustomerPass.organization_id == uow.tenant,
            CustomerPass.customer_id.in_(owners),
            or_(CustomerPass.customer_id == customer.id, CustomerPass.is_shared),
            CustomerPass.status.in_(["pending", "active", "paused"]),
        )
        .order_by(CustomerPass.id)
        .execution_options(populate_existing=True)
    )
    rows: Sequence[CustomerPass] = await uow.all(statement.with_for_update() if lock else statement)
    slot = slot_of(session)
    # Read after the passes are locked, so that nobody adds a visit meanwhile.
    days = await _days_of(uow, [one.id for one in rows if depends_on_days(holding_of(one), slot)])
    why_not = [
        NOT_SHARED
        if attendee_id != one.customer_id and not one.is_shared
        else why_not_usable(holding_of(one, days[one.id]), slot)
        for one in rows
    ]
    return [Held(one, _offer(one, why)) for one, why in zip(rows, why_not, strict=True)]


def slot_of(session: Session) -> Slot:
    """Return a session as passes see it."""
    return Slot(session.activity_id, session.starts_at, session.timezone)


def holding_of(held: CustomerPass, days: Sequence[str] = ()) -> Holding:
    """Return a pass as its rules need it."""
    return Holding(
        status=held.status,
        sessions_limit=held.sessions_limit,
        sessions_used=held.sessions_used,
        validity_days=held.validity_days,
        starts_at=held.starts_at,
        expires_at=held.expires_at,
        frozen_from=held.frozen_from,
        activity_ids=held.activity_ids,
        weekdays=held.weekdays,
        from_time=held.from_time,
        until_time=held.until_time,
        daily_cap=held.daily_cap,
        weekly_cap=held.weekly_cap,
        days=tuple(days),
    )


def _offer(held: CustomerPass, why_not: str) -> PassOffer:
    left = None if held.sessions_limit is None else held.sessions_limit - held.sessions_used
    return PassOffer(
        id=held.id,
        name=held.name,
        bought_at=held.created_at,
        sessions_left=left,
        expires_at=held.expires_at,
        breadth=len(held.activity_ids) or 1_000,
        extra_ids=frozenset(UUID(str(one)) for one in held.extra_ids),
        why_not=why_not,
    )


async def _days_of(uow: UnitOfWork, pass_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the days of the visits that stand, by pass."""
    days: dict[UUID, list[str]] = defaultdict(list)
    if not pass_ids:
        return days
    rows: Any = await uow.execute(
        select(
            EntitlementMovement.customer_pass_id,
            EntitlementMovement.kind,
            EntitlementMovement.local_day,
        ).where(
            EntitlementMovement.organization_id == uow.tenant,
            EntitlementMovement.customer_pass_id.in_(pass_ids),
        )
    )
    given_back: list[tuple[UUID, str]] = []
    for pass_id, kind, day in rows:
        if kind == "consume":
            days[pass_id].append(day)
        else:
            given_back.append((pass_id, day))
    for pass_id, day in given_back:
        days[pass_id].remove(day)
    return days
