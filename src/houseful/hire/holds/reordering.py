"""Giving a hold another place in the queue, with a reason; and saying why it stands where it does.

Between any two priorities there is room for another (they are not whole numbers), so nobody else's
changes. Equal ones are joint: both are 1st, and who comes after them is 3rd.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from houseful import audit
from houseful.hire.bookings.models import Booking, BookingSpace
from houseful.hire.bookings.problems import HoldContested
from houseful.hire.bookings.queries import get_booking
from houseful.hire.bookings.rules import LIFE, SOFT_STATES
from houseful.hire.bookings.service import lock_bookings
from houseful.hire.bookings.story import tell
from houseful.hire.bookings.times import require_lines
from houseful.hire.holds import contest, moving_up
from houseful.hire.holds.problems import NotInOneQueue, RanksFrozen
from houseful.hire.holds.queries import freeze_in_force
from houseful.hire.holds.ranks import LineKey, Queue, queue_around
from houseful.hire.holds.rules import Queued, gaps_ahead, line_reasons, meetings
from houseful.hire.holds.schemas import (
    HoldPlace,
    LineStanding,
    NeighbourView,
    StandingView,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.states import IllegalAct
from houseful.venues import SpaceScope

HALF = Decimal("0.5")
DIGITS_MAX = 200
"""Each place taken between two neighbours is a digit more; nobody reorders so often by hand."""


async def reorder_hold(
    uow: UnitOfWork, booking_id: UUID, data: HoldPlace, *, scope: SpaceScope = None
) -> Booking:
    """Place a hold ahead of another, behind it, or joint with it, wherever the two meet.

    All whose rank changes are told. Raises `NotInOneQueue`, `HoldContested` while a challenge has
    frozen the order of one of them, `RanksFrozen` while the venue has, and `IllegalTransition` for
    what is no hold.
    """
    booking, other = await _lock_queue(uow, booking_id, data.other_booking_id)
    for each in (booking, other):
        require_lines(each, scope)
        if each.status not in SOFT_STATES:
            raise IllegalAct(LIFE.thing, each.status, "reorder")
        if await contest.is_frozen(uow, each.id):
            raise HoldContested("The order stays as it is until the challenge is decided.")
    if await freeze_in_force(uow, booking.venue_id):
        raise RanksFrozen("Nobody is given another place until the freeze is lifted.")
    queue = (await queue_around(uow, booking.id)).held
    before = await moving_up.places_of(uow, {one.holder for one in queue})
    await _place(uow, booking, meetings(queue, booking.id, other.id), data.place)
    await _write_down(uow, booking, other, data)
    await moving_up.tell_moved_up(uow, before)
    await moving_up.tell_moved_back(uow, before, reason=data.reason)
    return booking


async def explain_ranks(
    uow: UnitOfWork, booking_id: UUID, *, scope: SpaceScope = None
) -> StandingView:
    """Say of each space of a hold who is ahead of it and who is joint, as far as `scope` sees.

    And whose places are kept, where ranks are frozen. Raises `NotFound`, also for who sees none of
    its spaces.
    """
    shown = await get_booking(uow, booking_id, scope=scope)
    freeze = await freeze_in_force(uow, shown.venue_id)
    held, kept = await queue_around(uow, booking_id) if shown.rank else Queue([], [])
    titles = await titles_of(uow, {one.holder for one in [*held, *kept]}, scope)
    lines: list[LineStanding] = []
    for line in shown.spaces:
        key = LineKey(booking_id, line.space_id, line.starts_at)
        ahead, joint = line_reasons(held, key)
        gaps = dict.fromkeys(one.holder for one in gaps_ahead(held, kept, key))
        lines.append(
            LineStanding(
                booking_space_id=line.id,
                space_name=line.space_name,
                rank=line.rank,
                is_backup=line.is_backup,
                ahead=[_neighbour(each, titles) for each in ahead],
                joint_with=[_neighbour(each, titles) for each in joint],
                kept_for=[_neighbour(each, titles) for each in gaps],
            )
        )
    return StandingView(
        booking_id=booking_id,
        rank=shown.rank,
        frozen_since=freeze.frozen_at if freeze else None,
        lines=lines,
    )


async def neighbours_of(
    uow: UnitOfWork, booking_id: UUID, *, scope: SpaceScope = None
) -> list[tuple[UUID, str]]:
    """Return the holds that meet the booking's, with their titles, as far as `scope` sees them."""
    queue = (await queue_around(uow, booking_id)).held
    met = {
        one.holder
        for one in queue
        if one.holder != booking_id and meetings(queue, booking_id, one.holder)
    }
    titles = await titles_of(uow, met, scope)
    return sorted(titles.items(), key=lambda pair: (pair[1], pair[0]))


async def _lock_queue(uow: UnitOfWork, booking_id: UUID, other_id: UUID) -> tuple[Booking, Booking]:
    """Lock both and all who meet them, in the order of their ids: two reorderings do not cross."""
    if booking_id == other_id:
        raise NotInOneQueue
    await uow.get(Booking, booking_id)
    await uow.get(Booking, other_id)
    queues = [await queue_around(uow, each) for each in (booking_id, other_id)]
    around = {one.holder for queue in queues for one in queue.held}
    rows = await lock_bookings(uow, sorted({booking_id, other_id, *around}))
    by_id = {row.id: row for row in rows}
    return by_id[booking_id], by_id[other_id]


async def _place(
    uow: UnitOfWork,
    booking: Booking,
    met: Collection[tuple[Queued, Queued]],
    place: Literal["ahead", "joint", "behind"],
) -> None:
    """Give every line that meets the other's a priority beside the ones that it meets."""
    if not met:
        raise NotInOneQueue
    lines = {
        LineKey(line.booking_id, line.space_id, line.starts_at): line for line in booking.spaces
    }
    for key in {mine.line for mine, _ in met}:
        theirs = [other.priority for mine, other in met if mine.line == key]
        line = next(line for each, line in lines.items() if each == key)
        line.priority = await _beside(uow, line, theirs, place)
    flag_modified(booking, "status")  # the version must change with the order
    await uow.flush()


async def _beside(
    uow: UnitOfWork, line: BookingSpace, theirs: Sequence[Decimal], place: str
) -> Decimal:
    if place == "joint":
        return min(theirs)
    others = select(BookingSpace.priority).where(
        BookingSpace.organization_id == uow.tenant, BookingSpace.id != line.id
    )
    if place == "ahead":
        first = min(theirs)
        before = await uow.session.scalar(
            others.with_only_columns(func.max(BookingSpace.priority)).where(
                BookingSpace.priority < first
            )
        )
        found = (before + first) * HALF if before is not None else first - 1
    else:
        last = max(theirs)
        after = await uow.session.scalar(
            others.with_only_columns(func.min(BookingSpace.priority)).where(
                BookingSpace.priority > last
            )
        )
        found = (last + min(after or last + 1, last + 1)) * HALF
    if len(found.as_tuple().digits) > DIGITS_MAX:
        raise NotInOneQueue("There is no room left between these two.")
    return found


async def _write_down(uow: UnitOfWork, booking: Booking, other: Booking, data: HoldPlace) -> None:
    await audit.record(
        uow,
        "hire.booking.reorder",
        booking,
        changes={"place": [None, f"{data.place} {other.id}"]},
        sentence=f"gave a hold another place: {data.reason}",
    )
    details = {"place": data.place, "otherId": str(other.id)}
    await tell(uow, booking, "reorder", reason=data.reason, details=details)


async def titles_of(
    uow: UnitOfWork, booking_ids: Collection[UUID], scope: SpaceScope
) -> dict[UUID, str]:
    """Return the titles of those bookings of which `scope` sees a space."""
    rows = await uow.all(
        select(Booking).where(Booking.organization_id == uow.tenant, Booking.id.in_(booking_ids))
    )
    return {
        row.id: row.title
        for row in rows
        if scope is None or any(line.space_id in scope for line in row.spaces)
    }


def _neighbour(booking_id: UUID, titles: dict[UUID, str]) -> NeighbourView:
    is_seen = booking_id in titles
    return NeighbourView(
        booking_id=booking_id if is_seen else None, title=titles.get(booking_id, "")
    )
