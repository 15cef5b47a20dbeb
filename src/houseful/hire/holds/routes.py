"""Challenges over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.hire.bookings.problems import HoldContested
from houseful.hire.bookings.routes import shown
from houseful.hire.bookings.schemas import Because, BookingView
from houseful.hire.holds import queries, reordering, service
from houseful.hire.holds.problems import (
    AlreadyContested,
    NobodyAhead,
    NotInOneQueue,
    RanksFrozen,
)
from houseful.hire.holds.schemas import (
    ChallengeAnswer,
    ChallengeView,
    HoldPlace,
    NewChallenge,
    StandingView,
)
from houseful.kernel.http import Caller, Page, StatedVersion, get, post
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import IllegalTransition, VersionMismatch

CHALLENGES = "/api/v1/challenges"
BookingId = Annotated[UUID | None, QueryParameter(name="bookingId")]
Status = Annotated[
    str | None,
    QueryParameter(pattern="^(open|confirmed_by_holder|released|expired|withdrawn|void)$"),
]


@post(
    "/api/v1/bookings/{booking_id:uuid}/challenge",
    permission="venue.bookings.update",
    module="venue",
    summary="Challenge the holds ahead",
    raises=[VersionMismatch, NobodyAhead, AlreadyContested, IllegalTransition],
)
async def challenge_holds(
    caller: Caller, booking_id: UUID, data: NewChallenge, stated_version: StatedVersion
) -> Response[ChallengeView]:
    """Ask all that are ahead to confirm, or to make room, until a deadline in business hours."""
    return await caller.create(
        service.challenge_holds,
        booking_id,
        data,
        view=ChallengeView,
        at=CHALLENGES,
        scope=caller.access.space_ids,
        version=stated_version,
    )


@post(
    "/api/v1/bookings/{booking_id:uuid}/answer-challenge",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Answer a challenge",
    raises=[VersionMismatch, NobodyAhead, IllegalTransition],
)
async def answer_challenge(
    caller: Caller, booking_id: UUID, data: ChallengeAnswer, stated_version: StatedVersion
) -> Response[ChallengeView]:
    """Say that the booking will confirm in time, or that it makes room."""
    return await caller.change(
        service.answer_challenge,
        booking_id,
        data,
        view=ChallengeView,
        scope=caller.access.space_ids,
        version=stated_version,
    )


@post(
    "/api/v1/bookings/{booking_id:uuid}/reorder",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Give a hold another place",
    raises=[NotInOneQueue, HoldContested, RanksFrozen, IllegalTransition],
)
async def reorder_hold(caller: Caller, booking_id: UUID, data: HoldPlace) -> Response[BookingView]:
    """Place a hold ahead of another, behind it or joint with it, and say why; all are told."""
    return await caller.change(
        shown(reordering.reorder_hold),
        booking_id,
        data,
        view=BookingView,
        scope=caller.access.space_ids,
    )


@get(
    "/api/v1/bookings/{booking_id:uuid}/standing",
    permission="venue.bookings.read",
    module="venue",
    summary="Read why a hold stands where it does",
)
async def read_standing(caller: Caller, booking_id: UUID) -> Response[StandingView]:
    """Read who is ahead of a hold in each of its spaces, and with whom it shares its place."""
    return await caller.read(
        reordering.explain_ranks, booking_id, view=StandingView, scope=caller.access.space_ids
    )


@get(CHALLENGES, permission="venue.bookings.read", module="venue", summary="List the challenges")
async def list_challenges(
    caller: Caller, window: Window, booking_id: BookingId = None, status: Status = None
) -> Page[ChallengeView]:
    """List challenges, perhaps those that one booking made or has to answer."""
    return await caller.read_page(
        queries.list_challenges,
        window=window,
        view=ChallengeView,
        booking_id=booking_id,
        status=status,
        scope=caller.access.space_ids,
    )


@get(
    CHALLENGES + "/{challenge_id:uuid}",
    permission="venue.bookings.read",
    module="venue",
    summary="Read a challenge",
)
async def read_challenge(caller: Caller, challenge_id: UUID) -> Response[ChallengeView]:
    """Read one challenge, and what was answered."""
    return await caller.read(
        queries.get_challenge, challenge_id, view=ChallengeView, scope=caller.access.space_ids
    )


@post(
    CHALLENGES + "/{challenge_id:uuid}/withdraw",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Withdraw a challenge",
    raises=[VersionMismatch, IllegalTransition],
)
async def withdraw_challenge(
    caller: Caller, challenge_id: UUID, data: Because, stated_version: StatedVersion
) -> Response[ChallengeView]:
    """Take the challenge back; all stay where they are."""
    return await caller.change(
        service.withdraw_challenge,
        challenge_id,
        data,
        view=ChallengeView,
        scope=caller.access.space_ids,
        version=stated_version,
    )


handlers = [
    challenge_holds,
    answer_challenge,
    reorder_hold,
    read_standing,
    list_challenges,
    read_challenge,
    withdraw_challenge,
]
