"""Letters to those who want a space: where their hold stands, and what becomes of it.

A letter tells what is so when it is written; when that is over by then, it is not written.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from houseful.hire import BookingView, get_booking
from houseful.hire.bookings.rules import SOFT_STATES
from houseful.hire.customers.reaching import holder_of
from houseful.hire.holds.models import Challenge
from houseful.kernel.database import UnitOfWork
from houseful.messaging.letters.desk import Desk, Written, sit_down
from houseful.messaging.letters.words import fill
from houseful.messaging.mailroom import Mailroom
from houseful.messaging.models import Notification
from houseful.messaging.writing import Writer


async def write_hold_news(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Tell where the hold stands and until when; nothing once it is no hold any more."""
    booking = await get_booking(uow, message.subject_id)
    if booking.status not in SOFT_STATES or booking.rank is None:
        return None
    expected = message.details.get("expires_at")
    if expected is not None and not _expires_at(booking, expected):
        return None
    desk = await sit_down(uow, mailroom, message)
    return await _write(uow, desk, message, booking, until=_until(booking))


async def write_challenged(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Ask for an answer by the deadline; nothing once there is one."""
    booking = await get_booking(uow, message.subject_id)
    challenge = await uow.get(Challenge, UUID(message.details["challenge_id"]))
    is_asked = any(each.booking_id == booking.id and each.is_open for each in challenge.seniors)
    if challenge.status != "open" or not is_asked:
        return None
    desk = await sit_down(uow, mailroom, message)
    return await _write(uow, desk, message, booking, until=challenge.deadline_at)


async def write_challenge_ended(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Tell the challenger how it went, and until when to confirm; nothing once that is done."""
    booking = await get_booking(uow, message.subject_id)
    challenge = await uow.get(Challenge, UUID(message.details["challenge_id"]))
    if booking.status not in SOFT_STATES or challenge.outcome:
        return None
    desk = await sit_down(uow, mailroom, message)
    return await _write(uow, desk, message, booking, until=challenge.confirm_by)


async def write_hire_outcome(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Tell what became of the booking, with its spaces and the reason that was given."""
    booking = await get_booking(uow, message.subject_id)
    desk = await sit_down(uow, mailroom, message)
    return await _write(uow, desk, message, booking, until=None)


async def _write(
    uow: UnitOfWork,
    desk: Desk,
    message: Notification,
    booking: BookingView,
    *,
    until: datetime | None,
) -> Written:
    holder = await holder_of(uow, booking.id)
    writer = desk.writer(booking.timezone)
    labels = desk.labels
    when = f"{writer.day(until)}, {writer.clock(until)}" if until else labels.undated
    place = fill(labels.rank, {"rank": str(booking.rank or "")}) if booking.rank else ""
    is_over = booking.status in {"released", "declined", "cancelled"}
    return Written(
        letter=desk.letter(
            message.kind,
            {"booking": booking.title, "rank": place, "until": when},
            why=labels.why_holder,
            name=holder.name,
            facts=[
                (labels.spaces, _lines(booking, writer)),
                (labels.place, [place] if place and not booking.is_backup else []),
                (labels.place, [labels.backup] if booking.is_backup else []),
                (labels.until, [f"{when} ({writer.zone_at(until)})"] if until else []),
                (labels.reason, [booking.status_reason] if is_over else []),
            ],
        )
    )


def _lines(booking: BookingView, writer: Writer) -> Sequence[str]:
    return [
        f"{line.space_name}: {writer.day(line.starts_at)}, {writer.clock(line.starts_at)} – "
        + (
            writer.clock(line.ends_at)
            if (line.ends_at - line.starts_at).total_seconds() < 24 * 3600
            else f"{writer.day(line.ends_at)}, {writer.clock(line.ends_at)}"
        )
        for line in booking.spaces
    ]


def _until(booking: BookingView) -> datetime | None:
    return booking.hold_expires_at if booking.status in {"hold", "offered"} else None


def _expires_at(booking: BookingView, expected: str) -> bool:
    until = _until(booking)
    return until is not None and until == datetime.fromisoformat(expected)
