"""Use cases of a booking's life: hold, offer, sign, confirm, and the ways it can end."""

from typing import Any
from uuid import UUID

from houseful import audit, venues
from houseful.calendar import (
    SpaceTaken,
    lock_to_make_firm,
    make_firm,
    move_claims,
    release_claims,
    require_free,
    require_in_use,
    write_firm,
)
from houseful.hire.bookings.alternatives import add_alternatives
from houseful.hire.bookings.conditions import (
    are_deposits_settled,
    require_deposits,
    require_over,
    require_settled,
)
from houseful.hire.bookings.expiry import expire_by_rank, next_expiry, offered_until
from houseful.hire.bookings.facts import (
    BookingCancelled,
    BookingClosed,
    BookingCompleted,
    BookingConfirmed,
    BookingConflicted,
    BookingContracted,
    BookingHeld,
    BookingOffered,
    BookingReleased,
    BookingUnconfirmed,
)
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.problems import OverrideRequired
from houseful.hire.bookings.rules import FIRM_STATES, LIFE, SOFT_STATES
from houseful.hire.bookings.schemas import (
    Because,
    Cancellation,
    Confirmation,
    Hold,
    Refusal,
    Release,
)
from houseful.hire.bookings.service import lock_booking
from houseful.hire.bookings.splitting import rest_of, split_off
from houseful.hire.bookings.story import tell
from houseful.hire.bookings.times import claim_lines, requests_for
from houseful.hire.deposits.cancelling import fee_by_terms, settle_cancellation
from houseful.hire.holds import contest, moving_up, passing
from houseful.hire.rates.problems import NotEnoughStock
from houseful.hire.rates.stock import give_back_stock, take_stock
from houseful.kernel.database import UnitOfWork
from houseful.kernel.outbox import Fact
from houseful.venues import SpaceScope


async def hold_booking(
    uow: UnitOfWork, booking_id: UUID, data: Hold, *, scope: SpaceScope = None
) -> Booking:
    """Hold what an inquiry asks for. Raises `SpaceTaken` (unless a backup), `IllegalTransition`."""
    booking = await lock_booking(uow, booking_id, scope=scope)
    LIFE.next(booking.status, "hold")
    venue = await venues.get_venue(uow, booking.venue_id)
    booking.hold_expires_at = next_expiry(uow, venue, booking.spaces, data.expires_at)
    await claim_lines(uow, booking, booking.spaces, as_backup=data.as_backup, scope=scope)
    if data.expires_at is None:
        await _expire_by_rank(uow, booking)
    await _enter(uow, booking, "hold")
    await uow.announce(BookingHeld(subject_id=booking.id))
    return booking


async def offer_booking(
    uow: UnitOfWork, booking_id: UUID, data: Because, *, scope: SpaceScope = None
) -> Booking:
    """Note that a proposal or contract is with the customer: it lasts as long as offers do.

    Raises `IllegalTransition`.
    """
    booking = await lock_booking(uow, booking_id, scope=scope)
    LIFE.next(booking.status, "offer")
    booking.hold_expires_at = await offered_until(uow, booking)
    booking.expiry_warned_at = None
    await _enter(uow, booking, "offer", reason=data.reason)
    await uow.announce(BookingOffered(subject_id=booking.id))
    return booking


async def withdraw_offer(
    uow: UnitOfWork, booking_id: UUID, data: Because, *, scope: SpaceScope = None
) -> Booking:
    """Take the offer back: it is a hold as before, which expires anew. Raises as above."""
    booking = await lock_booking(uow, booking_id, scope=scope)
    LIFE.next(booking.status, "withdraw_offer")
    await _hold_again(uow, booking)
    await _enter(uow, booking, "withdraw_offer", reason=data.reason)
    await uow.announce(BookingHeld(subject_id=booking.id))
    return booking


async def contract_booking(
    uow: UnitOfWork, booking_id: UUID, *, scope: SpaceScope = None
) -> Booking:
    """Note that all have signed, and make the spaces firmly the customer's.

    What was signed is signed: if somebody else has a space or equipment by now, nothing is raised.
    The booking keeps its state, `conflict_at` says that people must act, and doing this again may
    succeed. Raises `IllegalTransition`.
    """
    booking = await lock_booking(uow, booking_id, scope=scope)
    LIFE.next(booking.status, "contract")
    behind = await moving_up.places_behind(uow, booking.id)
    try:
        async with uow.session.begin_nested():
            await make_firm(uow, "hire", booking.id)
            await take_stock(uow, booking)
    except (SpaceTaken, NotEnoughStock) as taken:
        return await _note_conflict(uow, booking, taken)
    booking.conflict_at = None
    await _enter(uow, booking, "contract")
    await contest.is_firm_now(uow, booking.id, behind)
    await moving_up.tell_moved_up(uow, behind)
    await uow.announce(BookingContracted(subject_id=booking.id))
    return booking


async def confirm_booking(
    uow: UnitOfWork, booking_id: UUID, data: Confirmation, *, scope: SpaceScope = None
) -> Booking:
    """Let it take place: the spaces are firmly the customer's.

    Without a signed contract it takes a reason (`OverrideRequired`), and so it does to go without
    required deposits that are not settled (`DepositsOpen`). With `line_ids` only these spaces are
    confirmed, and the others stay as they were, in a booking of their own. Raises `OthersAhead`
    unless `pass_over` says so, `SpaceTaken` with every conflict and the nearest alternatives,
    `NotEnoughStock`, and `IllegalTransition`.
    """
    booking = await lock_booking(uow, booking_id, scope=scope)
    LIFE.next(booking.status, "confirm")
    if data.line_ids:
        await split_off(uow, booking, rest_of(booking, data.line_ids), scope=scope)
    if booking.status != "contracted" and not data.reason.strip():
        raise OverrideRequired("Nothing is signed yet: say why it is confirmed all the same.")
    if not data.without_deposits:
        await require_deposits(uow, booking)
    elif not data.reason.strip():
        raise OverrideRequired("Say why it is confirmed without its deposits.")
    behind: dict[UUID, moving_up.Place] = {}
    if booking.status not in FIRM_STATES:
        behind, ahead = await _take_firmly(uow, booking, scope)
        await passing.require_said(uow, ahead, is_said=data.pass_over, scope=scope)
    booking.confirmed_at = uow.now
    booking.hold_expires_at = None
    booking.conflict_at = None
    await _enter(uow, booking, "confirm", reason=data.reason)
    await contest.is_firm_now(uow, booking.id, behind)
    await moving_up.tell_moved_up(uow, behind)
    await uow.announce(
        BookingConfirmed(
            subject_id=booking.id,
            event_id=booking.event_id,
            promoter_event_id=booking.promoter_event_id,
        )
    )
    return booking


async def confirm_paid_booking(uow: UnitOfWork, booking_id: UUID) -> Booking:
    """Confirm a booking that is signed, and its deposits paid or waived; harmless otherwise."""
    booking = await lock_booking(uow, booking_id)
    if booking.status != "contracted" or not await are_deposits_settled(uow, booking_id):
        return booking
    return await confirm_booking(uow, booking_id, Confirmation())


async def unconfirm_booking(
    uow: UnitOfWork, booking_id: UUID, data: Refusal, *, scope: SpaceScope = None
) -> Booking:
    """Make it a hold again, with the priority that it had. Raises `IllegalTransition`."""
    booking = await lock_booking(uow, booking_id, scope=scope)
    LIFE.next(booking.status, "unconfirm")
    behind = await moving_up.places_behind(uow, booking.id)
    requests = await requests_for(uow, booking, booking.spaces, firm=False)
    await move_claims(uow, "hire", booking.id, requests)
    await give_back_stock(uow, booking.id)
    booking.confirmed_at = None
    await _hold_again(uow, booking)
    await _enter(uow, booking, "unconfirm", reason=data.reason)
    await moving_up.tell_moved_up(uow, behind)
    await uow.announce(BookingUnconfirmed(subject_id=booking.id))
    return booking


async def release_booking(
    uow: UnitOfWork, booking_id: UUID, data: Release, *, scope: SpaceScope = None
) -> Booking:
    """Give the hold up; all behind it move up and are told. Raises `IllegalTransition`.

    With `line_ids` only these spaces are given up, as a booking of their own; the booking is
    returned as it goes on with the others.
    """
    if data.line_ids:
        booking = await lock_booking(uow, booking_id, scope=scope)
        LIFE.next(booking.status, "release")
        part = await split_off(uow, booking, data.line_ids, scope=scope)
        if part is not None:
            await let_go(uow, part.id, "release", reason=data.reason, scope=scope)
            return booking
    return await let_go(uow, booking_id, "release", reason=data.reason, scope=scope)


async def decline_booking(
    uow: UnitOfWork, booking_id: UUID, data: Refusal, *, scope: SpaceScope = None
) -> Booking:
    """Say no: the venue does not want it. Raises `IllegalTransition`."""
    return await let_go(uow, booking_id, "decline", reason=data.reason, scope=scope)


async def lose_booking(
    uow: UnitOfWork, booking_id: UUID, data: Refusal, *, scope: SpaceScope = None
) -> Booking:
    """Note that the customer went elsewhere, and why. Raises `IllegalTransition`."""
    return await let_go(uow, booking_id, "lose", reason=data.reason, scope=scope)


async def cancel_booking(
    uow: UnitOfWork,
    booking_id: UUID,
    data: Cancellation,
    *,
    scope: SpaceScope = None,
    is_external: bool = False,
) -> Booking:
    """Call off what was promised; the backups are told, and the fee is kept or asked for.

    `is_external`: another service keeps the money. Raises `IllegalTransition`.
    """
    booking = await lock_booking(uow, booking_id, scope=scope)
    LIFE.next(booking.status, "cancel")
    fee_minor = data.fee_minor
    if fee_minor is None:
        is_theirs = data.cancelled_by == "customer"
        fee_minor = await fee_by_terms(uow, booking) if is_theirs else 0
    money = await settle_cancellation(
        uow, booking, fee_minor=fee_minor, decision=data.deposit, is_external=is_external
    )
    booking = await let_go(
        uow,
        booking_id,
        "cancel",
        reason=data.reason,
        scope=scope,
        details={"cancelledBy": data.cancelled_by, "deposit": data.deposit, **money},
    )
    await uow.announce(BookingCancelled(subject_id=booking.id))
    return booking


async def complete_booking(
    uow: UnitOfWork, booking_id: UUID, *, scope: SpaceScope = None
) -> Booking:
    """Note that it has taken place. Raises `NotYetOver`, and `IllegalTransition`."""
    booking = await lock_booking(uow, booking_id, scope=scope)
    LIFE.next(booking.status, "complete")
    require_over(uow, booking)
    await _enter(uow, booking, "complete")
    await uow.announce(BookingCompleted(subject_id=booking.id))
    return booking


async def close_booking(uow: UnitOfWork, booking_id: UUID, *, scope: SpaceScope = None) -> Booking:
    """Put it away: it is settled and nothing is owed. Raises `NotSettled`, `IllegalTransition`."""
    booking = await lock_booking(uow, booking_id, scope=scope)
    LIFE.next(booking.status, "close")
    await require_settled(uow, booking)
    await _enter(uow, booking, "close")
    await uow.announce(BookingClosed(subject_id=booking.id))
    return booking


async def let_go(
    uow: UnitOfWork,
    booking_id: UUID,
    act: str,
    *,
    reason: str,
    scope: SpaceScope = None,
    by_itself: bool = False,
    details: dict[str, Any] | None = None,
) -> Booking:
    """End a booking that holds or has spaces: they are free, and those behind move up."""
    booking = await lock_booking(uow, booking_id, scope=scope)
    LIFE.next(booking.status, act)
    was = booking.status
    behind = await moving_up.places_behind(uow, booking.id)
    await release_claims(uow, "hire", booking.id)
    await give_back_stock(uow, booking.id)
    booking.hold_expires_at = None
    await _enter(uow, booking, act, reason=reason, details=details)
    await contest.has_left(uow, booking.id)
    await moving_up.tell_moved_up(uow, behind)
    if act != "cancel":
        fact: Fact = BookingReleased(
            subject_id=booking.id, status=booking.status, by_itself=by_itself, was=was
        )
        await uow.announce(fact)
    return booking


async def _take_firmly(
    uow: UnitOfWork, booking: Booking, scope: SpaceScope
) -> tuple[dict[UUID, moving_up.Place], set[UUID]]:
    """Claim firmly, also for an inquiry; return where those who met it stood, and who was ahead.

    A loser fails early.
    """
    try:
        if booking.status in SOFT_STATES:
            behind, ahead = await _make_claims_firm(uow, booking, scope)
        else:
            requests = await requests_for(uow, booking, booking.spaces, firm=True)
            await require_free(uow, requests, scope=scope)
            behind = await moving_up.places_behind(uow, booking.id)
            await move_claims(uow, "hire", booking.id, requests, scope=scope)
            behind |= await moving_up.places_behind(uow, booking.id)
            ahead = set(behind)
    except SpaceTaken as taken:
        await add_alternatives(uow, taken, booking, booking.spaces, scope)
        raise
    await take_stock(uow, booking, scope=scope, is_first=True)
    return behind, ahead


async def _make_claims_firm(
    uow: UnitOfWork, booking: Booking, scope: SpaceScope
) -> tuple[dict[UUID, moving_up.Place], set[UUID]]:
    """Make a hold's own claims firm: they say already what its lines ask for."""
    await require_in_use(uow, {line.space_id for line in booking.spaces})
    wanted = await lock_to_make_firm(uow, "hire", booking.id, scope=scope)
    behind = await moving_up.places_behind(uow, booking.id)
    ahead = await passing.ids_ahead(uow, booking) if behind else set[UUID]()
    await write_firm(uow, "hire", booking.id, wanted, scope=scope)
    return behind, ahead


async def _note_conflict(
    uow: UnitOfWork, booking: Booking, taken: SpaceTaken | NotEnoughStock
) -> Booking:
    booking.conflict_at = uow.now
    await audit.record(uow, "hire.booking.conflicted", booking, sentence="signed, but taken")
    await uow.flush()
    await tell(uow, booking, "conflict", reason=taken.detail, details={**taken.fields})
    await uow.announce(BookingConflicted(subject_id=booking.id))
    return booking


async def _hold_again(uow: UnitOfWork, booking: Booking) -> None:
    venue = await venues.get_venue(uow, booking.venue_id)
    booking.hold_expires_at = next_expiry(uow, venue, booking.spaces, None)
    booking.expiry_warned_at = None
    await _expire_by_rank(uow, booking)


async def _expire_by_rank(uow: UnitOfWork, booking: Booking) -> None:
    expires_at = await expire_by_rank(uow, booking, uow.now)
    if expires_at is not None:
        booking.hold_expires_at = expires_at


async def _enter(
    uow: UnitOfWork,
    booking: Booking,
    act: str,
    *,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    booking.status = LIFE.next(booking.status, act)
    booking.status_reason = reason
    await audit.record(uow, f"hire.booking.{act}", booking, sentence=f"{act}: {booking.status}")
    await uow.flush()
    await tell(uow, booking, act, reason=reason, details=details)
