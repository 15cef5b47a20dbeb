"""What becomes of challenges when a booking they concern moves, goes away or is confirmed.

Bookings are locked before this is called, challenges within it: the order that all keep.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, union

from houseful import audit, venues
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.story import tell_of
from houseful.hire.holds.facts import ChallengeEnded
from houseful.hire.holds.models import Challenge, ChallengedHold
from houseful.hire.holds.rules import contest_deadline, read_policy
from houseful.kernel.database import UnitOfWork


async def is_challenged(uow: UnitOfWork, booking_id: UUID) -> bool:
    """Whether somebody challenges the booking now."""
    found = await uow.first(
        select(ChallengedHold.challenge_id).where(
            ChallengedHold.organization_id == uow.tenant,
            ChallengedHold.booking_id == booking_id,
            ChallengedHold.is_open,
        )
    )
    return found is not None


async def is_frozen(uow: UnitOfWork, booking_id: UUID) -> bool:
    """Whether a challenge is open that the booking made, or has to answer."""
    if await is_challenged(uow, booking_id):
        return True
    found = await uow.first(
        select(Challenge.id).where(
            Challenge.organization_id == uow.tenant,
            Challenge.booking_id == booking_id,
            Challenge.status == "open",
        )
    )
    return found is not None


async def is_contested(uow: UnitOfWork, booking_id: UUID) -> bool:
    """Whether a challenge says how long the hold lasts, and not its own time.

    It is challenged, challenges others, or has won and has time to confirm.
    """
    if await is_challenged(uow, booking_id):
        return True
    return await uow.first(select(Challenge.id).where(*_is_own(uow, booking_id))) is not None


async def void_own(uow: UnitOfWork, booking_id: UUID) -> None:
    """End the booking's own challenge: it wants something else now."""
    for challenge in await _own(uow, booking_id):
        await _give_up(uow, challenge, "void")


async def has_left(uow: UnitOfWork, booking_id: UUID) -> None:
    """Note that the booking holds nothing any more: it withdraws, and makes room."""
    for challenge in await _own(uow, booking_id):
        await _give_up(uow, challenge, "withdrawn")
    for challenge in await _against(uow, booking_id):
        answer(uow, challenge, booking_id, "released")
        if not any(senior.is_open for senior in challenge.seniors):
            await win(uow, challenge, "released")


async def is_firm_now(uow: UnitOfWork, booking_id: UUID, met: Collection[UUID]) -> None:
    """Note that the booking has its spaces: whoever challenged it has lost, and it has won.

    Nobody who has `met` it in the queue can win a challenge any more: theirs end, and so does
    their time to confirm.
    """
    for challenge in await _that_concern(uow, {booking_id, *met}):
        if challenge.booking_id == booking_id:
            if challenge.status == "open":
                await close(uow, challenge, "void")
            challenge.outcome = "confirmed"
            await uow.flush()
        elif any(one.booking_id == booking_id and one.is_open for one in challenge.seniors):
            answer(uow, challenge, booking_id, "confirmed")
            await close(uow, challenge, "confirmed_by_holder")
        elif challenge.booking_id in met:
            await _overtake(uow, challenge)


async def win(uow: UnitOfWork, challenge: Challenge, status: str) -> None:
    """Let the challenger confirm: all who were ahead are gone. The time to do so begins."""
    booking = await uow.get(Booking, challenge.booking_id)
    venue = await venues.get_venue(uow, booking.venue_id)
    policy = read_policy(venue.settings)
    challenge.confirm_by = contest_deadline(
        policy,
        uow.now,
        policy.confirm_hours,
        night=booking.starts_at,
        timezone=venue.timezone,
    )
    await close(uow, challenge, status)


async def close(uow: UnitOfWork, challenge: Challenge, status: str, *, reason: str = "") -> None:
    """End an open challenge, and tell the challenger how it went."""
    challenge.status = status
    challenge.ended_at = uow.now
    for senior in challenge.seniors:
        senior.is_open = False
    await audit.record(uow, f"hire.challenge.{status}", challenge)
    booking = await uow.get(Booking, challenge.booking_id)
    await tell_of(
        uow,
        challenge.booking_id,
        booking.status,
        f"challenge_{status}",
        reason=reason,
        details={
            "challengeId": str(challenge.id),
            "confirmBy": challenge.confirm_by.isoformat() if challenge.confirm_by else None,
        },
    )
    await uow.announce(
        ChallengeEnded(
            subject_id=challenge.booking_id,
            challenge_id=challenge.id,
            status=status,
            confirm_by=challenge.confirm_by,
        )
    )


def answer(uow: UnitOfWork, challenge: Challenge, booking_id: UUID, given: str) -> None:
    """Write down what one of the challenged did."""
    for senior in challenge.seniors:
        if senior.booking_id == booking_id:
            senior.answer = given
            senior.answered_at = uow.now
            senior.is_open = senior.is_open and given == "will_confirm"


async def _give_up(uow: UnitOfWork, challenge: Challenge, status: str) -> None:
    challenge.outcome = "given_up"
    if challenge.status == "open":
        await close(uow, challenge, status)
    await uow.flush()


async def _overtake(uow: UnitOfWork, challenge: Challenge) -> None:
    """End a challenge, or the time that was won by it: somebody else has the spaces firmly."""
    for senior in [one for one in challenge.seniors if one.is_open]:
        held = await uow.get(Booking, senior.booking_id)
        await tell_of(uow, held.id, held.status, "challenge_over")
    challenge.outcome, challenge.confirm_by = "given_up", None
    await close(uow, challenge, "void")
    await uow.flush()


async def _that_concern(uow: UnitOfWork, booking_ids: Collection[UUID]) -> Sequence[Challenge]:
    """Return the bookings' own challenges, as `_own` does, and those they must answer, at once."""
    ids = union(
        *(select(Challenge.id).where(*_is_own(uow, each)) for each in booking_ids),
        *(_ids_against(uow, each) for each in booking_ids),
    )
    return await uow.all(
        select(Challenge)
        .where(Challenge.organization_id == uow.tenant, Challenge.id.in_(ids))
        .order_by(Challenge.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def _own(uow: UnitOfWork, booking_id: UUID) -> Sequence[Challenge]:
    """Return the booking's challenge that is open, or won and not yet used."""
    return await uow.all(
        select(Challenge)
        .where(*_is_own(uow, booking_id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def _against(uow: UnitOfWork, booking_id: UUID) -> Sequence[Challenge]:
    return await uow.all(
        select(Challenge)
        .where(
            Challenge.organization_id == uow.tenant,
            Challenge.id.in_(_ids_against(uow, booking_id)),
        )
        .order_by(Challenge.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _is_own(uow: UnitOfWork, booking_id: UUID) -> tuple[Any, ...]:
    is_won = Challenge.confirm_by.is_not(None) & (Challenge.outcome == "")
    return (
        Challenge.organization_id == uow.tenant,
        Challenge.booking_id == booking_id,
        (Challenge.status == "open") | is_won,
    )


def _ids_against(uow: UnitOfWork, booking_id: UUID) -> Any:
    return (
        select(Challenge.id)
        .join(
            ChallengedHold,
            (ChallengedHold.organization_id == Challenge.organization_id)
            & (ChallengedHold.challenge_id == Challenge.id),
        )
        .where(
            Challenge.organization_id == uow.tenant,
            ChallengedHold.booking_id == booking_id,
            Challenge.status == "open",
        )
    )
