"""What somebody wants to book, and what there is to know about it, read at once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import exists, select

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid, NotFound
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.catalogue.models import Activity, Extra, Session, SessionSettings
from houseful.sessions.catalogue.settings import default_settings
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.customers.service import attendee_for
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.states import LIVE_PLACES
from houseful.sessions.wallets.models import Wallet

EXTRAS_MAX = 20


class ExtraWish(msgspec.Struct, frozen=True):
    """So many of an extra."""

    extra_id: UUID
    quantity: int = 1


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """How a customer would like to pay: with which pass, or none, and whether a card is at hand.

    `is_at_desk` says that what is missing is paid to a clerk.
    """

    pass_id: UUID | None = None
    avoids_pass: bool = False
    has_card: bool = True
    is_at_desk: bool = False


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to book; staff may book until the session ends."""

    session_id: UUID
    customer_id: UUID
    attendee_id: UUID | None = None
    extras: Sequence[ExtraWish] = ()
    payment: Payment = Payment()
    source: str = "self_booked"
    by_staff: bool = False
    contact_name: str = ""
    contact_email: str = ""
    return_path: str = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a wish is about, as it was a moment ago.

    `is_booked` is for a better answer only: an index decides. What there is not need not be locked.
    """

    session: Session
    activity: Activity
    customer: CompanyCustomer
    attendee: CompanyCustomer
    settings: SessionSettings
    extras: Sequence[tuple[Extra, ExtraWish]]
    is_booked: bool = False
    has_wallet: bool = True
    has_passes: bool = True


async def read_asked(uow: UnitOfWork, wish: Wish) -> Asked:
    """Read what a wish is about, in one statement unless it names more. Raises `NotFound`."""
    is_booked = exists().where(
        SessionBooking.organization_id == uow.tenant,
        SessionBooking.session_id == wish.session_id,
        SessionBooking.attendee_id == (wish.attendee_id or wish.customer_id),
        SessionBooking.place.in_(LIVE_PLACES),
    )
    has_wallet = exists().where(
        Wallet.organization_id == uow.tenant, Wallet.customer_id == wish.customer_id
    )
    has_passes = exists().where(
        CustomerPass.organization_id == uow.tenant,
        CustomerPass.customer_id.in_([CompanyCustomer.id, CompanyCustomer.guardian_id]),
    )
    found = await uow.execute(
        select(
            Session, Activity, CompanyCustomer, SessionSettings, is_booked, has_wallet, has_passes
        )
        .join(
            Activity,
            (Activity.organization_id == Session.organization_id)
            & (Activity.id == Session.activity_id),
        )
        .join(
            CompanyCustomer,
            (CompanyCustomer.organization_id == Session.organization_id)
            & (CompanyCustomer.id == wish.customer_id),
        )
        .outerjoin(SessionSettings, SessionSettings.organization_id == Session.organization_id)
        .where(Session.organization_id == uow.tenant, Session.id == wish.session_id)
    )
    row: Any = found.first()
    if row is None:
        raise NotFound
    session, activity, customer, settings = row[:4]
    return Asked(
        session=session,
        activity=activity,
        customer=customer,
        attendee=await attendee_for(uow, customer, wish.attendee_id),
        settings=settings or default_settings(uow),
        extras=await read_extras(uow, activity.id, wish.extras),
        is_booked=row[4],
        has_wallet=row[5],
        has_passes=row[6],
    )


async def read_extras(
    uow: UnitOfWork, activity_id: UUID, wishes: Sequence[ExtraWish]
) -> list[tuple[Extra, ExtraWish]]:
    """Return the extras that are wished for, in that order.

    Raises `NotFound` for what cannot be had with the activity, `Invalid` for what is named twice.
    """
    if not wishes:
        return []
    wanted = {one.extra_id for one in wishes}
    if len(wishes) > EXTRAS_MAX or len(wanted) < len(wishes):
        raise Invalid.at("/extras", "Name each extra once.")
    found: Sequence[Extra] = await uow.all(
        select(Extra).where(
            Extra.organization_id == uow.tenant,
            Extra.id.in_(wanted),
            Extra.is_active,
            (Extra.activity_id == activity_id) | Extra.activity_id.is_(None),
        )
    )
    by_id = {extra.id: extra for extra in found}
    if by_id.keys() < wanted:
        raise NotFound("There is no such extra here.")
    return [(by_id[one.extra_id], one) for one in wishes]
