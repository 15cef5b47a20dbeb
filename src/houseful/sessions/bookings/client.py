"""The customer API of sessions: the timetable, and what belongs to a signed-in customer."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.params import Parameter, QueryParameter

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, Page, get, post
from houseful.kernel.http.listing import Window
from houseful.kernel.instants import query_instant
from houseful.kernel.problems import IllegalTransition, NotFound
from houseful.payments import NothingToPay
from houseful.sessions import problems
from houseful.sessions.bookings import cancelling, line, paying, queries, refunds, waiting
from houseful.sessions.bookings.models import RefundRequest, WaitingEntry
from houseful.sessions.bookings.queries import ShownBooking
from houseful.sessions.bookings.schemas import (
    Cancellation,
    CancellationView,
    MyBookingView,
    NewBooking,
    NewRefundRequest,
    PayBody,
    PayView,
    QuoteView,
    RefundRequestView,
)
from houseful.sessions.bookings.taking import book, quote
from houseful.sessions.bookings.waiting_schemas import NewWaiting, WaitingView
from houseful.sessions.bookings.wishes import Payment, Wish
from houseful.sessions.catalogue.queries import SlotFilter, sessions_between
from houseful.sessions.catalogue.schemas import Listed
from houseful.sessions.keys import key_for

Company = Annotated[
    str, Parameter(max_length=63, description="The organisation's id, or its name in addresses.")
]
FromAt = Annotated[datetime, QueryParameter(name="fromAt")]
ToAt = Annotated[datetime, QueryParameter(name="toAt")]
ActivityId = Annotated[UUID | None, QueryParameter(name="activityId")]
SessionId = Annotated[UUID | None, QueryParameter(name="sessionId")]
MODULE = "sessions"
MINE = "/api/client/my-bookings/{booking_id:uuid}"
CANNOT_BOOK = (
    problems.NotBookable,
    problems.SessionFull,
    problems.AlreadyBooked,
    problems.OutOfStock,
    problems.NotEnoughFunds,
    problems.InDebt,
    problems.PassNotUsable,
)


@get(
    "/api/client/companies/{organization:str}/sessions",
    public=True,
    module=MODULE,
    summary="List a company's sessions",
)
async def list_company_sessions(
    caller: Caller,
    organization: Company,  # noqa: ARG001 (the guard has read it)
    from_at: FromAt,
    to_at: ToAt,
    activity_id: ActivityId = None,
) -> Response[Listed]:
    """List the sessions that begin between two instants, with the places that are left."""
    wanted = SlotFilter(
        from_at=query_instant("fromAt", from_at),
        until_at=query_instant("toAt", to_at),
        activity_id=activity_id,
    )
    return await caller.read(sessions_between, wanted, view=Listed)


@post(
    "/api/client/sessions/{session_id:uuid}/quote",
    status=200,
    public=True,
    identity=True,
    module=MODULE,
    summary="Ask what a booking would be paid with",
)
async def quote_session_booking(
    caller: Caller, session_id: UUID, data: NewBooking
) -> Response[QuoteView]:
    """Read what would be used of passes, bonus and wallet, what is left for a card, and why."""

    async def ask(uow: UnitOfWork) -> Any:
        me = await queries.me_of(uow, caller.identity)
        return await quote(uow, _wish(session_id, me.id, data))

    return await caller.read(ask, view=QuoteView)


@post(
    "/api/client/sessions/{session_id:uuid}/bookings",
    public=True,
    identity=True,
    module=MODULE,
    with_key=True,
    summary="Book a place",
    raises=CANNOT_BOOK,
)
async def create_session_booking(
    caller: Caller, session_id: UUID, data: NewBooking
) -> Response[MyBookingView]:
    """Book a place; what a card has to pay is held for some minutes, `pay` leads to it."""

    async def take(uow: UnitOfWork) -> ShownBooking:
        me = await queries.me_of(uow, caller.identity)
        booking = await book(uow, _wish(session_id, me.id, data))
        return await queries.show_booking(uow, booking)

    return await caller.create(take, view=MyBookingView, at="/api/client/my-bookings")


@get(
    "/api/client/my-bookings",
    public=True,
    identity=True,
    module=MODULE,
    summary="List my bookings",
)
async def list_my_bookings(
    caller: Caller, window: Window, session_id: SessionId = None
) -> Page[MyBookingView]:
    """List the signed-in customer's bookings at the company, perhaps those of a session."""
    return await caller.read_page(
        queries.my_bookings,
        caller.identity,
        window=window,
        view=MyBookingView,
        session_id=session_id,
    )


@get(MINE, public=True, identity=True, module=MODULE, summary="Read a booking of mine")
async def read_my_booking(caller: Caller, booking_id: UUID) -> Response[MyBookingView]:
    """Read a booking with its session."""

    async def read(uow: UnitOfWork) -> ShownBooking:
        booking = await queries.my_booking(uow, caller.identity, booking_id)
        return await queries.show_booking(uow, booking)

    return await caller.read(read, view=MyBookingView)


@post(
    MINE + "/pay",
    status=200,
    public=True,
    identity=True,
    module=MODULE,
    with_key=True,
    summary="Pay for a booking of mine",
    raises=[NothingToPay, problems.NotEnoughFunds, problems.PassNotUsable, IllegalTransition],
)
async def pay_my_booking(caller: Caller, booking_id: UUID, data: PayBody) -> PayView:
    """Pay for a place that is held or offered, or for what is owed; the rest is for a card."""

    async def begin(uow: UnitOfWork) -> paying.Begun:
        booking = await queries.my_booking(uow, caller.identity, booking_id)
        payment = Payment(pass_id=data.customer_pass_id, avoids_pass=data.avoids_pass)
        return await paying.begin_payment(uow, booking, payment, return_path=data.return_path)

    return await pay_view(caller, await caller.run(begin))


@get(
    MINE + "/cancellation",
    public=True,
    identity=True,
    module=MODULE,
    summary="Read what cancelling would cost",
)
async def read_my_cancellation(caller: Caller, booking_id: UUID) -> Response[CancellationView]:
    """Read what cancelling costs now, and gives back; `quoteToken` keeps it for five minutes."""

    async def ask(uow: UnitOfWork) -> cancelling.CancelQuote:
        await queries.my_booking(uow, caller.identity, booking_id)
        return await cancelling.quote_cancellation(uow, key_for(caller), booking_id)

    return await caller.read(ask, view=CancellationView)


@post(
    MINE + "/cancel",
    status=200,
    public=True,
    identity=True,
    module=MODULE,
    with_key=True,
    summary="Cancel a booking of mine",
    raises=[problems.CannotCancel, IllegalTransition],
)
async def cancel_my_booking(
    caller: Caller, booking_id: UUID, data: Cancellation
) -> Response[MyBookingView]:
    """Give the place back, on the terms of now or those that were just shown."""

    async def cancel(uow: UnitOfWork) -> ShownBooking:
        await queries.my_booking(uow, caller.identity, booking_id)
        booking = await cancelling.cancel_booking(
            uow,
            key_for(caller),
            booking_id,
            quote_token=data.quote_token,
            reason=data.reason,
        )
        return await queries.show_booking(uow, booking)

    return await caller.change(cancel, view=MyBookingView)


@post(
    MINE + "/refund-request",
    public=True,
    identity=True,
    module=MODULE,
    summary="Ask for my money back",
    raises=[problems.NothingToGiveBack, IllegalTransition],
)
async def create_my_refund_request(
    caller: Caller, booking_id: UUID, data: NewRefundRequest
) -> Response[RefundRequestView]:
    """Ask for what was paid, or a part of it; asking again reopens the request."""

    async def ask(uow: UnitOfWork) -> RefundRequest:
        await queries.my_booking(uow, caller.identity, booking_id)
        return await refunds.request_money_back(uow, booking_id, data.reason, data.amount_minor)

    return await caller.create(
        ask, view=RefundRequestView, at=f"/api/client/my-bookings/{booking_id}/refund-request"
    )


@post(
    MINE + "/refund-request/withdraw",
    status=200,
    public=True,
    identity=True,
    module=MODULE,
    summary="Take back that I asked for my money",
    raises=[IllegalTransition],
)
async def withdraw_my_refund_request(
    caller: Caller, booking_id: UUID
) -> Response[RefundRequestView]:
    """Take the request back while nobody has decided it."""

    async def withdraw(uow: UnitOfWork) -> RefundRequest:
        await queries.my_booking(uow, caller.identity, booking_id)
        return await refunds.withdraw_money_back(uow, booking_id)

    return await caller.change(withdraw, view=RefundRequestView)


@post(
    "/api/client/sessions/{session_id:uuid}/waiting-list",
    public=True,
    identity=True,
    module=MODULE,
    summary="Wait for a place",
    raises=[problems.NotBookable, problems.AlreadyBooked],
)
async def join_waiting_list(
    caller: Caller, session_id: UUID, data: NewWaiting
) -> Response[WaitingView]:
    """Wait for a place; what is offered is held, and listed among my bookings."""

    async def join(uow: UnitOfWork) -> tuple[WaitingEntry, int]:
        me = await queries.me_of(uow, caller.identity)
        entry = await waiting.join_waiting_list(
            uow, session_id, me.id, data.attendee_id, books_itself=data.books_itself
        )
        return entry, await line.position_of(uow, entry)

    return await caller.create(join, view=WaitingView, at="/api/client/my-waiting")


@get(
    "/api/client/my-waiting",
    public=True,
    identity=True,
    module=MODULE,
    summary="List what I wait for",
)
async def list_my_waiting(caller: Caller, window: Window) -> Page[WaitingView]:
    """List what the customer waits for with their position, and what became of it."""
    return await caller.read_page(
        queries.my_waiting, caller.identity, window=window, view=WaitingView
    )


@post(
    "/api/client/my-waiting/{entry_id:uuid}/leave",
    status=200,
    public=True,
    identity=True,
    module=MODULE,
    summary="Wait no longer",
    raises=[IllegalTransition],
)
async def leave_waiting_list(caller: Caller, entry_id: UUID) -> Response[WaitingView]:
    """Wait no longer."""

    async def leave(uow: UnitOfWork) -> tuple[WaitingEntry, int]:
        me = await queries.me_of(uow, caller.identity)
        entry = await uow.get(WaitingEntry, entry_id)
        if entry.customer_id != me.id:
            raise NotFound
        return await waiting.leave_waiting_list(uow, entry_id), 0

    return await caller.change(leave, view=WaitingView)


async def pay_view(caller: Caller, begun: paying.Begun) -> PayView:
    """Say that all is paid, or where the payer goes."""
    address = await paying.address_of(caller.database, caller.organization_id, begun)
    return PayView(is_paid=not address, redirect_url=address)


def _wish(session_id: UUID, customer_id: UUID, data: NewBooking) -> Wish:
    return Wish(
        session_id=session_id,
        customer_id=customer_id,
        attendee_id=data.attendee_id,
        extras=data.wishes(),
        payment=data.payment(),
        return_path=data.return_path,
    )


handlers = [
    list_company_sessions,
    quote_session_booking,
    create_session_booking,
    list_my_bookings,
    read_my_booking,
    pay_my_booking,
    read_my_cancellation,
    cancel_my_booking,
    create_my_refund_request,
    withdraw_my_refund_request,
    join_waiting_list,
    list_my_waiting,
    leave_waiting_list,
]
