"""Standing places: somebody's place in every session of a series, billed when each is over.

One can be paused and ended. Its places are given up then, for nothing; but a session that could
only be cancelled late by now stays booked, and is billed.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import aliased

from houseful import audit, venues
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.sessions.bookings.billing import may_be_billed
from houseful.sessions.bookings.cancelling import give_up, terms_of
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.taking import add_booking, confirm, take_place
from houseful.sessions.bookings.wishes import Payment, Wish
from houseful.sessions.catalogue.models import Activity, Session, SessionSeries
from houseful.sessions.catalogue.queries import ShownSession, sessions_by_id
from houseful.sessions.customers.models import CompanyCustomer, SlotAttendee
from houseful.sessions.facts import StandingPlaceChanged
from houseful.sessions.problems import AlreadyBooked, NotBookable, SessionFull
from houseful.sessions.states import LIVE_PLACES, STANDING
from houseful.venues import SpaceScope

STANDING_SOURCE = "slot_attendee"
PAUSED = "The standing place was paused."
ENDED = "The standing place was ended."


class StandingPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A standing place with the names that belong to it; `starts_local` is the series' first."""

    id: UUID
    series_id: UUID
    name: str
    attendee_name: str
    status: str
    starts_local: datetime


async def add_slot_attendee(
    uow: UnitOfWork, series_id: UUID, customer_id: UUID, attendee_id: UUID
) -> SlotAttendee:
    """Give somebody a place in every session of a series; one that was ended begins again.

    Raises `NotBookable` for who may not pay afterwards, and `AlreadyExists`.
    """
    await _require_billable(uow, await uow.get(CompanyCustomer, customer_id))
    standing: SlotAttendee | None = await uow.first(
        select(SlotAttendee)
        .where(
            SlotAttendee.organization_id == uow.tenant,
            SlotAttendee.series_id == series_id,
            SlotAttendee.attendee_id == attendee_id,
            SlotAttendee.status == "cancelled",
        )
        .with_for_update()
    )
    if standing is None:
        standing = SlotAttendee(
            organization_id=uow.tenant,
            series_id=series_id,
            customer_id=customer_id,
            attendee_id=attendee_id,
        )
        await audit.add_row(uow, standing, "sessions.slot_attendee.created")
    else:
        standing.customer_id = customer_id
        await _note(uow, standing, "begin")
    await _enroll_to_come(uow, standing)
    await _tell(uow, standing, is_new=True)
    return standing


async def pause_standing(
    uow: UnitOfWork, slot_attendee_id: UUID, *, scope: SpaceScope = None
) -> SlotAttendee:
    """Pause a standing place: others can have its places until it goes on.

    Raises `IllegalTransition`, and `NotFound` also for who does not see the space.
    """
    standing = await _standing(uow, slot_attendee_id, scope)
    await _note(uow, standing, "pause")
    await _give_up_to_come(uow, standing, PAUSED)
    await _tell(uow, standing)
    return standing


async def resume_standing(
    uow: UnitOfWork, slot_attendee_id: UUID, *, scope: SpaceScope = None
) -> SlotAttendee:
    """Let a standing place go on, in what is not full meanwhile.

    Raises `IllegalTransition`, and `NotBookable` for who may not pay afterwards any more.
    """
    standing = await _standing(uow, slot_attendee_id, scope)
    await _note(uow, standing, "resume")
    await _require_billable(uow, await uow.get(CompanyCustomer, standing.customer_id))
    await _enroll_to_come(uow, standing)
    await _tell(uow, standing)
    return standing


async def end_standing(
    uow: UnitOfWork, slot_attendee_id: UUID, *, scope: SpaceScope = None
) -> SlotAttendee:
    """End a standing place. Raises as `pause_standing` does."""
    standing = await _standing(uow, slot_attendee_id, scope)
    await _note(uow, standing, "end")
    await _give_up_to_come(uow, standing, ENDED)
    await _tell(uow, standing)
    return standing


async def enroll_standing(uow: UnitOfWork, sessions: list[Session]) -> None:
    """Give those who have their place in a series one in its new sessions."""
    for session in sessions:
        standing = await uow.all(
            select(SlotAttendee)
            .where(
                SlotAttendee.organization_id == uow.tenant,
                SlotAttendee.series_id == session.series_id,
                SlotAttendee.status == "active",
            )
            .order_by(SlotAttendee.id)
        )
        for one in standing:
            await _enroll(uow, session, one)


async def standing_places_of(uow: UnitOfWork, customer_id: UUID) -> list[StandingPlace]:
    """Return the standing places that a customer pays for, also paused ones, by name."""
    attendee = aliased(CompanyCustomer)
    rows = await uow.execute(
        select(
            SlotAttendee.id,
            SlotAttendee.series_id,
            Activity.name,
            attendee.name.label("attendee_name"),
            SlotAttendee.status,
            SessionSeries.starts_local,
        )
        .join(
            SessionSeries,
            (SessionSeries.organization_id == SlotAttendee.organization_id)
            & (SessionSeries.id == SlotAttendee.series_id),
        )
        .join(
            Activity,
            (Activity.organization_id == SessionSeries.organization_id)
            & (Activity.id == SessionSeries.activity_id),
        )
        .join(
            attendee,
            (attendee.organization_id == SlotAttendee.organization_id)
            & (attendee.id == SlotAttendee.attendee_id),
        )
        .where(
            SlotAttendee.organization_id == uow.tenant,
            SlotAttendee.customer_id == customer_id,
            SlotAttendee.status != "cancelled",
        )
        .order_by(Activity.name, SlotAttendee.id)
    )
    return [StandingPlace(**row) for row in rows.mappings()]


async def dates_of_standing(
    uow: UnitOfWork, slot_attendee_id: UUID
) -> tuple[list[ShownSession], list[ShownSession]]:
    """Return the sessions to come in which a standing place has its place, and gave it up.

    Each the earliest first.
    """
    standing = await uow.get(SlotAttendee, slot_attendee_id)
    rows = await uow.execute(
        select(SessionBooking.session_id, SessionBooking.place)
        .join(
            Session,
            (Session.organization_id == SessionBooking.organization_id)
            & (Session.id == SessionBooking.session_id),
        )
        .where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.attendee_id == standing.attendee_id,
            SessionBooking.source == STANDING_SOURCE,
            Session.series_id == standing.series_id,
            Session.starts_at > uow.now,
        )
    )
    booked = [(row.session_id, row.place in LIVE_PLACES) for row in rows]
    has = {session_id for session_id, is_live in booked if is_live}
    shown = await sessions_by_id(uow, {session_id for session_id, _ in booked})
    return (
        [one for one in shown.values() if one.id in has],
        [one for one in shown.values() if one.id not in has],
    )


async def read_standing(
    uow: UnitOfWork, slot_attendee_id: UUID, *, scope: SpaceScope = None
) -> SlotAttendee:
    """Return a standing place. Raises `NotFound`, also for who does not see the space."""
    standing = await uow.get(SlotAttendee, slot_attendee_id)
    series = await uow.get(SessionSeries, standing.series_id)
    venues.require_space(scope, series.space_id)
    return standing


async def list_standing(
    uow: UnitOfWork, *, window: Window, scope: SpaceScope = None
) -> tuple[list[SlotAttendee], str | None]:
    """Return one page of standing places, ended ones too, of the spaces that are seen."""
    mine = select(SlotAttendee).where(SlotAttendee.organization_id == uow.tenant)
    if scope is not None:
        seen = select(SessionSeries.id).where(
            SessionSeries.organization_id == uow.tenant, SessionSeries.space_id.in_(scope)
        )
        mine = mine.where(SlotAttendee.series_id.in_(seen))
    return await fetch_page(uow, mine, SlotAttendee, window)


async def _standing(uow: UnitOfWork, slot_attendee_id: UUID, scope: SpaceScope) -> SlotAttendee:
    await read_standing(uow, slot_attendee_id, scope=scope)
    return await uow.get(SlotAttendee, slot_attendee_id, lock=True)


async def _note(uow: UnitOfWork, standing: SlotAttendee, act: str) -> None:
    standing.status = STANDING.next(standing.status, act)
    await audit.record(uow, f"sessions.slot_attendee.{act}", standing)
    await uow.flush()


async def _tell(uow: UnitOfWork, standing: SlotAttendee, *, is_new: bool = False) -> None:
    series = await uow.get(SessionSeries, standing.series_id)
    activity = await uow.get(Activity, series.activity_id)
    await uow.announce(
        StandingPlaceChanged(
            subject_id=standing.id,
            customer_id=standing.customer_id,
            activity_name=activity.name,
            status=standing.status,
            number=standing.version,
            is_new=is_new,
        )
    )


async def _require_billable(uow: UnitOfWork, customer: CompanyCustomer) -> None:
    if not await may_be_billed(uow, customer):
        raise NotBookable("This customer cannot pay afterwards.")


async def _enroll_to_come(uow: UnitOfWork, standing: SlotAttendee) -> None:
    """Give a place in what is to come, but in what its owner has cancelled on its own."""
    given_up = set(
        await uow.all(
            select(SessionBooking.session_id).where(
                SessionBooking.organization_id == uow.tenant,
                SessionBooking.attendee_id == standing.attendee_id,
                SessionBooking.source == STANDING_SOURCE,
                SessionBooking.place.not_in(LIVE_PLACES),
                SessionBooking.reason.not_in([PAUSED, ENDED]),
            )
        )
    )
    for session in await _to_come(uow, standing):
        if session.id not in given_up:
            await _enroll(uow, session, standing)


async def _give_up_to_come(uow: UnitOfWork, standing: SlotAttendee, reason: str) -> None:
    for session in await _to_come(uow, standing):
        booking: SessionBooking | None = await uow.first(
            select(SessionBooking)
            .where(
                SessionBooking.organization_id == uow.tenant,
                SessionBooking.session_id == session.id,
                SessionBooking.attendee_id == standing.attendee_id,
                SessionBooking.source == STANDING_SOURCE,
                SessionBooking.place == "confirmed",
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if booking is None:
            continue
        terms = terms_of(booking, session, uow.now)
        if not (terms.is_possible and terms.is_late):
            await give_up(uow, booking, reason)


async def _to_come(uow: UnitOfWork, standing: SlotAttendee) -> Sequence[Session]:
    return await uow.all(
        select(Session)
        .where(
            Session.organization_id == uow.tenant,
            Session.series_id == standing.series_id,
            Session.status == "open",
            Session.starts_at > uow.now,
        )
        .order_by(Session.starts_at)
    )


async def _enroll(uow: UnitOfWork, session: Session, standing: SlotAttendee) -> None:
    """Give a place that is billed afterwards; a session that is full is passed over."""
    activity = await uow.get(Activity, session.activity_id)
    customer = await uow.get(CompanyCustomer, standing.customer_id)
    attendee = await uow.get(CompanyCustomer, standing.attendee_id)
    if not await may_be_billed(uow, customer):
        return
    wish = Wish(
        session_id=session.id,
        customer_id=customer.id,
        attendee_id=attendee.id,
        source=STANDING_SOURCE,
        payment=Payment(has_card=False),
    )
    try:
        async with uow.savepoint():
            await take_place(uow, session.id)
            booking = await add_booking(uow, session, activity, customer, attendee, wish)
            booking.due_minor = 0
            await confirm(uow, booking)
    except (SessionFull, AlreadyBooked, NotBookable):
        return
