"""Use cases of frozen ranks: a venue decides itself who moves up, and when.

While the ranks of a venue are frozen, a hold keeps its rank whoever goes away ahead of it, and
nobody is given another place.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from houseful import audit, venues
from houseful.calendar import Span
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.rules import LIFE, SOFT_STATES
from houseful.hire.bookings.service import lock_booking
from houseful.hire.bookings.story import tell
from houseful.hire.holds import moving_up
from houseful.hire.holds.keeping import give_up, queue_at
from houseful.hire.holds.models import KeptPlace, RankFreeze
from houseful.hire.holds.problems import NoGapAhead, RanksFrozen
from houseful.hire.holds.ranks import queue_around
from houseful.hire.holds.rules import Queued, gaps_ahead
from houseful.hire.holds.schemas import NewRankFreeze, RankChange
from houseful.kernel.database import UnitOfWork, constraint_of
from houseful.kernel.ids import new_id
from houseful.kernel.states import IllegalAct
from houseful.venues import SpaceScope


async def freeze_ranks(
    uow: UnitOfWork, data: NewRankFreeze, *, scope: SpaceScope = None
) -> RankFreeze:
    """Freeze the ranks of a venue's holds, until it is lifted.

    Raises `NotFound` (venue), `Forbidden` for who is limited to some spaces, and `RanksFrozen`.
    """
    venues.require_whole_house(scope)
    venue = await venues.get_venue(uow, data.venue_id)
    freeze = RankFreeze(
        organization_id=uow.tenant,
        id=new_id(),
        venue_id=venue.id,
        reason=data.reason,
        frozen_at=uow.now,
    )
    try:
        async with uow.session.begin_nested():
            uow.add(freeze)
    except IntegrityError as error:
        if constraint_of(error) == "rank_freezes_one_in_force_idx":
            raise RanksFrozen(f"The ranks of {venue.name} are frozen already.") from error
        raise
    await audit.record(uow, "hire.ranks.frozen", venue, sentence=f"froze the ranks: {data.reason}")
    return freeze


async def lift_freeze(
    uow: UnitOfWork,
    freeze_id: UUID,
    data: RankChange,
    *,
    scope: SpaceScope = None,
    version: int | None = None,
) -> RankFreeze:
    """Let the ranks of a venue move again: all who are behind a kept place move up, and are told.

    Raises `NotFound`, `Forbidden` as above, and `IllegalTransition` when it is lifted already.
    """
    venues.require_whole_house(scope)
    freeze = await uow.get(RankFreeze, freeze_id, lock=True)
    if version is not None:
        await uow.get_version(RankFreeze, freeze_id, version)
    if freeze.lifted_at is not None:
        raise IllegalAct("A freeze", "lifted", "lift")
    rows = await uow.all(
        select(KeptPlace).where(
            KeptPlace.organization_id == uow.tenant, KeptPlace.freeze_id == freeze.id
        )
    )
    freeze.lifted_at = uow.now
    venue = await venues.get_venue(uow, freeze.venue_id)
    await audit.record(
        uow, "hire.ranks.thawed", venue, sentence=f"let the ranks move again: {data.reason}"
    )
    await uow.flush()
    await _close_up(uow, [_as_queued(row) for row in rows])
    return freeze


async def close_gaps(
    uow: UnitOfWork, booking_id: UUID, data: RankChange, *, scope: SpaceScope = None
) -> Booking:
    """Give up the places that are kept ahead of one hold: it moves up, and all with it.

    Raises `NoGapAhead`, `NotFound`, and `IllegalTransition` for what is no hold.
    """
    booking = await lock_booking(uow, booking_id, scope=scope)
    if booking.status not in SOFT_STATES:
        raise IllegalAct(LIFE.thing, booking.status, "close the gaps ahead of")
    held, kept = await queue_around(uow, booking_id)
    lines = {one.line for one in held if one.holder == booking_id}
    gaps = {gap for line in lines for gap in gaps_ahead(held, kept, line)}
    if not gaps:
        raise NoGapAhead
    await audit.record(
        uow, "hire.booking.close_gaps", booking, sentence=f"closed the gaps ahead: {data.reason}"
    )
    await tell(uow, booking, "close_gaps", reason=data.reason)
    await _close_up(uow, list(gaps))
    return booking


async def _close_up(uow: UnitOfWork, places: list[Queued]) -> None:
    around = await queue_at(uow, places)
    before = await moving_up.places_of(uow, {one.holder for one in around.held})
    await give_up(uow, places)
    await moving_up.tell_moved_up(uow, before)


def _as_queued(row: KeptPlace) -> Queued:
    span = Span(row.taken_from, row.taken_until)
    return Queued(row.cell_id, span, row.booking_id, None, row.priority)
