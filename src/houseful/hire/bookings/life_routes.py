"""A booking's life over HTTP: from a hold to a night that is over, or to one of its other ends."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response

from houseful.calendar import SpaceNotInUse, SpaceTaken
from houseful.hire.bookings import life, service
from houseful.hire.bookings.deciding import decide_about_deposits
from houseful.hire.bookings.problems import (
    DepositsOpen,
    HoldContested,
    NotSettled,
    NotYetOver,
    OthersAhead,
    OverrideRequired,
)
from houseful.hire.bookings.routes import BOOKINGS, shown
from houseful.hire.bookings.schemas import (
    Because,
    BookingView,
    Cancellation,
    Confirmation,
    DepositDecision,
    Hold,
    Refusal,
    Release,
)
from houseful.hire.deposits.problems import NothingToDecide
from houseful.hire.rates.problems import NotEnoughStock
from houseful.hire.services import services_of
from houseful.kernel.http import Caller, StatedVersion, post
from houseful.kernel.problems import IllegalTransition, VersionMismatch

ONE = BOOKINGS + "/{booking_id:uuid}"
KEEP_DEPOSITS = "venue.deposits.forfeit"
WAIVE_DEPOSITS = "venue.deposits.waive"


@post(
    ONE + "/hold",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Hold what an inquiry asks for",
    raises=[VersionMismatch, SpaceTaken, SpaceNotInUse, IllegalTransition],
)
async def hold_booking(
    caller: Caller, booking_id: UUID, data: Hold, stated_version: StatedVersion
) -> Response[BookingView]:
    """Hold what an inquiry asks for, in rank behind who was there earlier."""
    return await _change(caller, stated_version, life.hold_booking, booking_id, data)


@post(
    ONE + "/offer",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Note an offer",
    raises=[VersionMismatch, IllegalTransition],
)
async def offer_booking(
    caller: Caller, booking_id: UUID, data: Because, stated_version: StatedVersion
) -> Response[BookingView]:
    """Note that a proposal or contract is with the customer; the hold does not expire meanwhile."""
    return await _change(caller, stated_version, life.offer_booking, booking_id, data)


@post(
    ONE + "/withdraw-offer",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Take an offer back",
    raises=[VersionMismatch, IllegalTransition],
)
async def withdraw_offer(
    caller: Caller, booking_id: UUID, data: Because, stated_version: StatedVersion
) -> Response[BookingView]:
    """Take the offer back: it is a hold as before."""
    return await _change(caller, stated_version, life.withdraw_offer, booking_id, data)


@post(
    ONE + "/contract",
    status=200,
    permission="venue.bookings.confirm",
    module="venue",
    summary="Note that all have signed",
    raises=[VersionMismatch, IllegalTransition],
)
async def contract_booking(
    caller: Caller, booking_id: UUID, stated_version: StatedVersion
) -> Response[BookingView]:
    """Make the spaces firmly the customer's. If somebody has one by now, `conflictAt` is set."""
    return await _change(caller, stated_version, life.contract_booking, booking_id)


@post(
    ONE + "/confirm",
    status=200,
    permission="venue.bookings.confirm",
    module="venue",
    summary="Confirm a booking",
    raises=[
        VersionMismatch,
        SpaceTaken,
        SpaceNotInUse,
        NotEnoughStock,
        OverrideRequired,
        DepositsOpen,
        OthersAhead,
        HoldContested,
        IllegalTransition,
    ],
)
async def confirm_booking(
    caller: Caller, booking_id: UUID, data: Confirmation, stated_version: StatedVersion
) -> Response[BookingView]:
    """Let it take place. Say why without a contract or deposits, and that others are passed."""
    if data.without_deposits:
        caller.require(WAIVE_DEPOSITS)
    return await _change(caller, stated_version, life.confirm_booking, booking_id, data)


@post(
    ONE + "/unconfirm",
    status=200,
    permission="venue.bookings.cancel",
    module="venue",
    summary="Make it a hold again",
    raises=[VersionMismatch, IllegalTransition],
)
async def unconfirm_booking(
    caller: Caller, booking_id: UUID, data: Refusal, stated_version: StatedVersion
) -> Response[BookingView]:
    """Make a firm booking a hold again, with the priority that it had."""
    return await _change(caller, stated_version, life.unconfirm_booking, booking_id, data)


@post(
    ONE + "/release",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Release a hold",
    raises=[VersionMismatch, HoldContested, IllegalTransition],
)
async def release_booking(
    caller: Caller, booking_id: UUID, data: Release, stated_version: StatedVersion
) -> Response[BookingView]:
    """Give the hold up, or some of its spaces: all behind it move up, and are told."""
    return await _change(caller, stated_version, life.release_booking, booking_id, data)


@post(
    ONE + "/decline",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Decline a booking",
    raises=[VersionMismatch, IllegalTransition],
)
async def decline_booking(
    caller: Caller, booking_id: UUID, data: Refusal, stated_version: StatedVersion
) -> Response[BookingView]:
    """Say no to an inquiry or a hold."""
    return await _change(caller, stated_version, life.decline_booking, booking_id, data)


@post(
    ONE + "/lose",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Note a lost booking",
    raises=[VersionMismatch, IllegalTransition],
)
async def lose_booking(
    caller: Caller, booking_id: UUID, data: Refusal, stated_version: StatedVersion
) -> Response[BookingView]:
    """Note that the customer went elsewhere, and why."""
    return await _change(caller, stated_version, life.lose_booking, booking_id, data)


@post(
    ONE + "/cancel",
    status=200,
    permission="venue.bookings.cancel",
    module="venue",
    summary="Cancel a booking",
    raises=[VersionMismatch, IllegalTransition],
)
async def cancel_booking(
    caller: Caller, booking_id: UUID, data: Cancellation, stated_version: StatedVersion
) -> Response[BookingView]:
    """Call off what was promised: why, by whom, and what becomes of the deposit."""
    if data.deposit != "undecided":
        caller.require(KEEP_DEPOSITS)
    is_external = services_of(caller.database).finance is not None
    use_case = partial(life.cancel_booking, is_external=is_external)
    return await _change(caller, stated_version, use_case, booking_id, data)


@post(
    ONE + "/decide-deposits",
    status=200,
    permission=KEEP_DEPOSITS,
    module="venue",
    summary="Decide about the deposits of a cancelled booking",
    raises=[VersionMismatch, NothingToDecide],
)
async def decide_deposits(
    caller: Caller, booking_id: UUID, data: DepositDecision, stated_version: StatedVersion
) -> Response[BookingView]:
    """Decide what was left for later: keep the fee and give back the rest, or keep all."""
    is_external = services_of(caller.database).finance is not None
    use_case = partial(decide_about_deposits, is_external=is_external)
    return await _change(caller, stated_version, use_case, booking_id, data)


@post(
    ONE + "/complete",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Complete a booking",
    raises=[VersionMismatch, NotYetOver, IllegalTransition],
)
async def complete_booking(
    caller: Caller, booking_id: UUID, stated_version: StatedVersion
) -> Response[BookingView]:
    """Note that it has taken place, at the earliest an hour before its end."""
    return await _change(caller, stated_version, life.complete_booking, booking_id)


@post(
    ONE + "/close",
    status=200,
    permission="venue.bookings.confirm",
    module="venue",
    summary="Close a booking",
    raises=[VersionMismatch, NotSettled, IllegalTransition],
)
async def close_booking(
    caller: Caller, booking_id: UUID, stated_version: StatedVersion
) -> Response[BookingView]:
    """Put it away: it is settled, and nothing is owed. What is still open is named if not."""
    return await _change(caller, stated_version, life.close_booking, booking_id)


async def _change(
    caller: Caller, version: int | None, use_case: Any, *args: Any
) -> Response[BookingView]:
    return await caller.change(
        shown(service.at_version(use_case, version)),
        *args,
        view=BookingView,
        scope=caller.access.space_ids,
    )


handlers = [
    hold_booking,
    offer_booking,
    withdraw_offer,
    contract_booking,
    confirm_booking,
    unconfirm_booking,
    release_booking,
    decline_booking,
    lose_booking,
    cancel_booking,
    decide_deposits,
    complete_booking,
    close_booking,
]
