"""The customer API for guests: book without an account, then by the link that was sent."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, get, post
from houseful.kernel.problems import IllegalTransition
from houseful.payments import NothingToPay
from houseful.sessions import problems
from houseful.sessions.bookings import cancelling, claiming, guests, paying, queries
from houseful.sessions.bookings.client import CANNOT_BOOK, Company, pay_view
from houseful.sessions.bookings.queries import ShownBooking
from houseful.sessions.bookings.schemas import (
    Cancellation,
    CancellationView,
    Claim,
    ClaimView,
    GuestPayBody,
    MyBookingView,
    NewGuestBooking,
    PayView,
)
from houseful.sessions.bookings.wishes import Payment
from houseful.sessions.keys import key_for

Token = Annotated[
    str, QueryParameter(min_length=20, max_length=100, description="As in the link that was sent.")
]
MODULE = "sessions"
GUESTS = "/api/client/guest/bookings/{booking_id:uuid}"


@post(
    "/api/client/guest/companies/{organization:str}/sessions/{session_id:uuid}/bookings",
    public=True,
    module=MODULE,
    with_key=True,
    summary="Book a place as a guest",
    raises=CANNOT_BOOK,
)
async def create_guest_booking(
    caller: Caller,
    organization: Company,  # noqa: ARG001 (the guard has read it)
    session_id: UUID,
    data: NewGuestBooking,
) -> Response[MyBookingView]:
    """Book a place without an account; the answer's `token` opens the booking from now on.

    The answer is the same whether or not the address is known.
    """
    await guests.count_guest(caller.database, session_id, data.email)
    return await caller.create(
        guests.book_as_guest,
        key_for(caller),
        session_id,
        data,
        view=MyBookingView,
        at="/api/client/guest/bookings",
    )


@get(GUESTS, public=True, module=MODULE, summary="Read a guest's booking by its link")
async def read_guest_booking(
    caller: Caller, booking_id: UUID, token: Token
) -> Response[MyBookingView]:
    """Read a booking by the link that was sent."""

    async def read(uow: UnitOfWork) -> ShownBooking:
        booking = await queries.guest_booking(uow, key_for(caller), booking_id, token)
        return await queries.show_booking(uow, booking)

    return await caller.read(read, view=MyBookingView)


@post(
    GUESTS + "/pay",
    status=200,
    public=True,
    module=MODULE,
    with_key=True,
    summary="Pay for a guest's booking",
    raises=[NothingToPay, problems.NotEnoughFunds, IllegalTransition],
)
async def pay_guest_booking(
    caller: Caller, booking_id: UUID, token: Token, data: GuestPayBody
) -> PayView:
    """Begin to pay; send the payer to `redirectUrl`."""

    async def begin(uow: UnitOfWork) -> paying.Begun:
        booking = await queries.guest_booking(uow, key_for(caller), booking_id, token)
        return await paying.begin_payment(
            uow, booking, Payment(avoids_pass=True), return_path=data.return_path
        )

    return await pay_view(caller, await caller.run(begin))


@get(
    GUESTS + "/cancellation",
    public=True,
    module=MODULE,
    summary="Read what cancelling a guest's booking would cost",
)
async def read_guest_cancellation(
    caller: Caller, booking_id: UUID, token: Token
) -> Response[CancellationView]:
    """Read what cancelling costs now, and gives back."""

    async def ask(uow: UnitOfWork) -> cancelling.CancelQuote:
        await queries.guest_booking(uow, key_for(caller), booking_id, token)
        return await cancelling.quote_cancellation(uow, key_for(caller), booking_id)

    return await caller.read(ask, view=CancellationView)


@post(
    GUESTS + "/cancel",
    status=200,
    public=True,
    module=MODULE,
    with_key=True,
    summary="Cancel a guest's booking",
    raises=[problems.CannotCancel, IllegalTransition],
)
async def cancel_guest_booking(
    caller: Caller, booking_id: UUID, token: Token, data: Cancellation
) -> Response[MyBookingView]:
    """Give the place back."""

    async def cancel(uow: UnitOfWork) -> ShownBooking:
        key = key_for(caller)
        await queries.guest_booking(uow, key, booking_id, token)
        booking = await cancelling.cancel_booking(
            uow, key, booking_id, quote_token=data.quote_token, reason=data.reason
        )
        return await queries.show_booking(uow, booking)

    return await caller.change(cancel, view=MyBookingView)


@post(
    "/api/client/guest/claims",
    status=200,
    public=True,
    identity=True,
    module=MODULE,
    summary="Make what I booked as a guest mine",
    raises=[problems.LinkInvalid],
)
async def claim_guest_bookings(caller: Caller, data: Claim) -> ClaimView:
    """Move what was booked with a proven address to the signed-in person; harmless twice."""
    key = key_for(caller)
    return ClaimView(
        claimed=await caller.run(claiming.claim_bookings, key, data.proof, caller.identity)
    )


handlers = [
    create_guest_booking,
    read_guest_booking,
    pay_guest_booking,
    read_guest_cancellation,
    cancel_guest_booking,
    claim_guest_bookings,
]
