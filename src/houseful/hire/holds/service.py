"""Use cases of challenges, and of what time does to holds."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from houseful import audit, venues
from houseful.hire.bookings.expiry import out_until
from houseful.hire.bookings.life import let_go
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.rules import LIFE, SOFT_STATES
from houseful.hire.bookings.schemas import Because
from houseful.hire.bookings.service import lock_booking, lock_bookings
from houseful.hire.bookings.story import tell, tell_of
from houseful.hire.bookings.times import require_lines
from houseful.hire.holds import contest
from houseful.hire.holds.facts import ChallengeEscalated, HoldChallenged, HoldExpiring
from houseful.hire.holds.models import Challenge, ChallengedHold
from houseful.hire.holds.problems import AlreadyContested, NobodyAhead
from houseful.hire.holds.ranks import queue_around, standings
from houseful.hire.holds.reordering import titles_of
from houseful.hire.holds.rules import contest_deadline, read_policy, seniors_of
from houseful.hire.holds.schemas import ChallengeAnswer, NewChallenge
from houseful.kernel.database import UnitOfWork, constraint_of
from houseful.kernel.ids import new_id
from houseful.kernel.states import IllegalAct
from houseful.venues import SpaceScope

EXPIRED = {"hold": "The hold expired.", "offered": "The offer expired."}
ONE_OPEN = frozenset({"hold_challenges_one_open_idx", "challenged_holds_one_open_idx"})


async def challenge_holds(
    uow: UnitOfWork,
    booking_id: UUID,
    data: NewChallenge,
    *,
    scope: SpaceScope = None,
    version: int | None = None,
) -> Challenge:
    """Challenge all that are ahead of the booking, with one deadline in business hours.

    Until then nobody who is challenged falls away by their own time, and it is never later than
    the night begins.

    Raises `NobodyAhead`, `AlreadyContested`, and `IllegalTransition` when the booking is no hold.
    Who has the space firmly cannot be challenged: a hold behind them only is first in the queue.
    """
    booking, seniors = await _lock_contest(uow, booking_id)
    require_lines(booking, scope)
    if version is not None:
        await uow.get_version(Booking, booking_id, version)
    if booking.status not in SOFT_STATES:
        raise IllegalAct(LIFE.thing, booking.status, "challenge")
    if not seniors:
        raise NobodyAhead
    if (await standings(uow, [booking_id])).is_backup(booking_id):
        raise NobodyAhead("Somebody has the space firmly: that cannot be challenged.")
    venue = await venues.get_venue(uow, booking.venue_id)
    policy = read_policy(venue.settings)
    deadline_at = contest_deadline(
        policy,
        uow.now,
        data.hours or policy.challenge_hours,
        night=min(one.starts_at for one in (booking, *seniors)),
        timezone=venue.timezone,
    )
    for senior in seniors:
        if senior.hold_expires_at is not None and senior.hold_expires_at < deadline_at:
            senior.hold_expires_at, senior.expiry_warned_at = deadline_at, None
    challenge = Challenge(
        organization_id=uow.tenant,
        id=new_id(),
        booking_id=booking_id,
        note=data.note,
        opened_at=uow.now,
        deadline_at=deadline_at,
        on_expiry=policy.on_challenge_expiry,
        seniors=[
            ChallengedHold(organization_id=uow.tenant, booking_id=senior.id) for senior in seniors
        ],
    )
    await _write(uow, challenge, scope)
    await _tell_opened(uow, booking, seniors, challenge)
    return challenge


async def answer_challenge(
    uow: UnitOfWork,
    booking_id: UUID,
    data: ChallengeAnswer,
    *,
    scope: SpaceScope = None,
    version: int | None = None,
) -> Challenge:
    """Let one of the challenged answer: it makes room, or will confirm.

    An announced confirmation counts once the booking is firm, before the deadline. Raises
    `NotFound` when nobody challenges it.
    """
    booking = await lock_booking(uow, booking_id, scope=scope, version=version)
    challenge = await _challenge_of_senior(uow, booking_id)
    if data.answer == "release":
        await let_go(uow, booking_id, "release", reason="Made room for a challenge.")
    else:
        contest.answer(uow, challenge, booking_id, "will_confirm")
        await tell(uow, booking, "will_confirm", details={"challengeId": str(challenge.id)})
    await uow.session.refresh(challenge)
    return challenge


async def withdraw_challenge(
    uow: UnitOfWork,
    challenge_id: UUID,
    data: Because,
    *,
    scope: SpaceScope = None,
    version: int | None = None,
) -> Challenge:
    """Take the challenge back; all stay where they are. Raises `IllegalTransition`."""
    found = await uow.get(Challenge, challenge_id)
    await lock_booking(uow, found.booking_id, scope=scope)
    challenge = await uow.get(Challenge, challenge_id, lock=True)
    if version is not None:
        await uow.get_version(Challenge, challenge_id, version)
    if challenge.status != "open":
        raise IllegalAct("A challenge", challenge.status, "withdraw")
    challenge.outcome = "given_up"
    await contest.close(uow, challenge, "withdrawn", reason=data.reason)
    await uow.flush()
    return challenge


async def decide_challenge(uow: UnitOfWork, challenge_id: UUID) -> None:
    """Do what the deadline says: release those who did not confirm, or call for people.

    Harmless twice, and in parallel.
    """
    found = await uow.get(Challenge, challenge_id)
    ids = [found.booking_id, *(senior.booking_id for senior in found.seniors)]
    bookings = {booking.id: booking for booking in await lock_bookings(uow, ids)}
    challenge = await uow.get(Challenge, challenge_id, lock=True)
    is_due = challenge.status == "open" and challenge.deadline_at <= uow.now
    if not is_due or challenge.escalated_at is not None:
        return
    if challenge.on_expiry == "escalate":
        challenge.escalated_at = uow.now
        await tell(uow, bookings[challenge.booking_id], "challenge_escalated")
        await uow.announce(
            ChallengeEscalated(subject_id=challenge.booking_id, challenge_id=challenge.id)
        )
        return
    late = [senior.booking_id for senior in challenge.seniors if senior.is_open]
    for senior in challenge.seniors:
        senior.is_open = False
    await contest.win(uow, challenge, "expired")
    await uow.flush()
    for booking_id in late:
        if bookings[booking_id].status in SOFT_STATES:
            await let_go(
                uow, booking_id, "release", reason="Did not confirm in time.", by_itself=True
            )


async def lapse_challenge(uow: UnitOfWork, challenge_id: UUID) -> None:
    """Let go a winner who did not confirm in time. Harmless twice, and in parallel."""
    found = await uow.get(Challenge, challenge_id)
    (booking,) = await lock_bookings(uow, [found.booking_id])
    challenge = await uow.get(Challenge, challenge_id, lock=True)
    if challenge.outcome or challenge.confirm_by is None or challenge.confirm_by > uow.now:
        return
    challenge.outcome = "lapsed"
    await audit.record(uow, "hire.challenge.lapsed", challenge)
    await uow.flush()
    if booking.status in SOFT_STATES:
        await let_go(
            uow,
            booking.id,
            "release",
            reason="Won the challenge, and did not confirm in time.",
            by_itself=True,
        )


async def expire_hold(uow: UnitOfWork, booking_id: UUID) -> None:
    """Release a hold or an offer whose time is over. Harmless twice, and in parallel.

    A challenge has its own time, and a signed booking in conflict waits for people; an offer lasts
    while its contract may still be signed.
    """
    (booking,) = await lock_bookings(uow, [booking_id])
    if not await _is_over(uow, booking):
        return
    if booking.status == "offered":
        until = await out_until(uow, booking)
        if until is not None:
            booking.hold_expires_at, booking.expiry_warned_at = until, None
            await uow.flush()
            return
    await let_go(uow, booking_id, "release", reason=EXPIRED[booking.status], by_itself=True)


async def warn_of_expiry(uow: UnitOfWork, booking_id: UUID) -> None:
    """Say that a hold or an offer falls away soon; once. Harmless in parallel."""
    (booking,) = await lock_bookings(uow, [booking_id])
    if booking.status not in SOFT_STATES or booking.expiry_warned_at:
        return
    if booking.hold_expires_at is None or await contest.is_contested(uow, booking_id):
        return
    booking.expiry_warned_at = uow.now
    await uow.flush()
    await tell(uow, booking, "expires_soon")
    await uow.announce(HoldExpiring(subject_id=booking.id, expires_at=booking.hold_expires_at))


async def _is_over(uow: UnitOfWork, booking: Booking) -> bool:
    expires_at = booking.hold_expires_at
    return (
        booking.status in SOFT_STATES
        and booking.conflict_at is None
        and expires_at is not None
        and expires_at <= uow.now
        and not await contest.is_contested(uow, booking.id)
    )


async def _lock_contest(uow: UnitOfWork, booking_id: UUID) -> tuple[Booking, list[Booking]]:
    """Lock the booking and those ahead of it together, so that nobody waits in a circle."""
    await uow.get(Booking, booking_id)
    ahead = seniors_of((await queue_around(uow, booking_id)).held, booking_id)
    rows = await lock_bookings(uow, sorted({booking_id, *ahead}))
    still_ahead = seniors_of((await queue_around(uow, booking_id)).held, booking_id)
    mine = next(row for row in rows if row.id == booking_id)
    return mine, [row for row in rows if row.id in still_ahead]


async def _write(uow: UnitOfWork, challenge: Challenge, scope: SpaceScope) -> None:
    concerned = {challenge.booking_id, *(senior.booking_id for senior in challenge.seniors)}
    try:
        async with uow.session.begin_nested():
            uow.add(challenge)
    except IntegrityError as error:
        if constraint_of(error) in ONE_OPEN:
            raise AlreadyContested(await _whose(uow, concerned, scope)) from error
        raise
    await audit.record(uow, "hire.challenge.created", challenge)


async def _whose(uow: UnitOfWork, concerned: set[UUID], scope: SpaceScope) -> str:
    """Return a sentence that says whose challenge is open, as far as `scope` sees it."""
    against = select(ChallengedHold.challenge_id).where(
        ChallengedHold.organization_id == uow.tenant,
        ChallengedHold.booking_id.in_(concerned),
        ChallengedHold.is_open,
    )
    challengers = await uow.all(
        select(Challenge.booking_id).where(
            Challenge.organization_id == uow.tenant,
            Challenge.status == "open",
            Challenge.booking_id.in_(concerned) | Challenge.id.in_(against),
        )
    )
    titles = sorted((await titles_of(uow, challengers, scope)).values())
    names = ", ".join(f"“{title}”" for title in titles) or "somebody else"
    return f"To be decided first: the challenge by {names}."


async def _tell_opened(
    uow: UnitOfWork, booking: Booking, seniors: Sequence[Booking], challenge: Challenge
) -> None:
    deadline = {"challengeId": str(challenge.id), "deadlineAt": challenge.deadline_at.isoformat()}
    await tell(uow, booking, "challenge", reason=challenge.note, details=deadline)
    for senior in seniors:
        await tell_of(uow, senior.id, senior.status, "challenged", details=deadline)
        await uow.announce(
            HoldChallenged(
                subject_id=senior.id,
                challenge_id=challenge.id,
                deadline_at=challenge.deadline_at,
            )
        )


async def _challenge_of_senior(uow: UnitOfWork, booking_id: UUID) -> Challenge:
    challenge_id = await uow.first(
        select(ChallengedHold.challenge_id).where(
            ChallengedHold.organization_id == uow.tenant,
            ChallengedHold.booking_id == booking_id,
            ChallengedHold.is_open,
        )
    )
    if challenge_id is None:
        raise NobodyAhead("Nobody challenges this booking.")
    return await uow.get(Challenge, challenge_id, lock=True)
