"""Sessions with their bookings over HTTP, for staff: there is no other way to bookings."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.audit import AlreadyExists
from houseful.calendar import SpaceNotInUse, SpaceTaken
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, ExpectedVersion, Page, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.kernel.instants import query_instant
from houseful.kernel.problems import IllegalTransition, PreconditionRequired, VersionMismatch
from houseful.payments import NothingToPay
from houseful.sessions import problems
from houseful.sessions.bookings import desk, queries, refunds
from houseful.sessions.bookings.models import RefundRequest
from houseful.sessions.bookings.schemas import (
    Approval,
    AttendanceBody,
    CallOff,
    DebtBody,
    DeskBooking,
    NewRefundRequest,
    RefundRequestView,
    Rejection,
    SessionBookingView,
    SessionResponse,
    Taking,
)
from houseful.sessions.catalogue.queries import SlotFilter, sessions_between
from houseful.sessions.catalogue.schemas import (
    Listed,
    NewSession,
    SessionCancellation,
    SessionChanges,
)

FromAt = Annotated[datetime, QueryParameter(name="fromAt")]
ToAt = Annotated[datetime, QueryParameter(name="toAt")]
ActivityId = Annotated[UUID | None, QueryParameter(name="activityId")]
SpaceId = Annotated[UUID | None, QueryParameter(name="spaceId")]
InstructorId = Annotated[UUID | None, QueryParameter(name="instructorId")]
CustomerId = Annotated[UUID | None, QueryParameter(name="customerId")]
Status = Annotated[str | None, QueryParameter(name="status", max_length=20)]
MODULE = "sessions"
SESSION = "/api/v1/sessions/{session_id:uuid}"
BOOKING = SESSION + "/bookings/{booking_id:uuid}"


@get(
    "/api/v1/sessions",
    permission="sessions.sessions.read",
    module=MODULE,
    summary="List sessions between two instants",
)
async def list_sessions(
    caller: Caller,
    from_at: FromAt,
    to_at: ToAt,
    activity_id: ActivityId = None,
    space_id: SpaceId = None,
    instructor_id: InstructorId = None,
) -> Response[Listed]:
    """List the sessions that begin between two instants, 100 days apart at most."""
    wanted = SlotFilter(
        from_at=query_instant("fromAt", from_at),
        until_at=query_instant("toAt", to_at),
        activity_id=activity_id,
        space_id=space_id,
        instructor_id=instructor_id,
    )
    return await caller.read(sessions_between, wanted, scope=caller.access.space_ids, view=Listed)


@post(
    "/api/v1/sessions",
    permission="sessions.sessions.create",
    module=MODULE,
    summary="Announce a session",
    raises=[SpaceTaken, SpaceNotInUse, problems.AlreadyInUse, problems.NotBookable],
)
async def create_session(caller: Caller, data: NewSession) -> Response[SessionResponse]:
    """Announce a session: its space is claimed, and whom and what it needs."""
    return await caller.create(
        desk.announce_session,
        data,
        scope=caller.access.space_ids,
        view=SessionResponse,
        at="/api/v1/sessions",
    )


@get(
    SESSION,
    permission="sessions.bookings.read",
    module=MODULE,
    summary="Read a session with its bookings",
)
async def read_session(caller: Caller, session_id: UUID) -> Response[SessionResponse]:
    """Read a session, its bookings, how many are active, and who waits."""
    return await caller.read(
        queries.read_sheet, session_id, scope=caller.access.space_ids, view=SessionResponse
    )


@patch(
    SESSION,
    permission="sessions.sessions.update",
    module=MODULE,
    summary="Change a session, or a series from it on",
    raises=[
        SpaceTaken,
        SpaceNotInUse,
        problems.AlreadyInUse,
        problems.BookedSessionsAffected,
        problems.CapacityInUse,
        IllegalTransition,
        AlreadyExists,
    ],
)
async def update_session(
    caller: Caller, session_id: UUID, data: SessionChanges, expected_version: ExpectedVersion
) -> Response[SessionResponse]:
    """Change this session, this and the following, or all to come; booked ones are listed first."""
    return await caller.change(
        desk.change_session,
        session_id,
        expected_version,
        data,
        scope=caller.access.space_ids,
        view=SessionResponse,
    )


@post(
    SESSION + "/cancel",
    status=200,
    permission="sessions.sessions.cancel",
    module=MODULE,
    with_key=True,
    summary="Call a session off, or a series from it on",
    raises=[
        problems.BookedSessionsAffected,
        IllegalTransition,
        VersionMismatch,
        PreconditionRequired,
    ],
)
async def cancel_session(
    caller: Caller, session_id: UUID, data: SessionCancellation, expected_version: ExpectedVersion
) -> Response[SessionResponse]:
    """Call it off: the space is free again, and everybody gets back what they paid with."""
    return await caller.change(
        desk.cancel_session,
        session_id,
        expected_version,
        data,
        scope=caller.access.space_ids,
        view=SessionResponse,
    )


@post(
    SESSION + "/bookings",
    permission="sessions.bookings.create",
    module=MODULE,
    with_key=True,
    summary="Book for a customer at the desk",
    raises=[
        problems.NotBookable,
        problems.SessionFull,
        problems.AlreadyBooked,
        problems.OutOfStock,
        problems.NotEnoughFunds,
        problems.InDebt,
    ],
)
async def create_desk_booking(
    caller: Caller, session_id: UUID, data: DeskBooking
) -> Response[SessionBookingView]:
    """Book for a customer, paid by pass, bonus and wallet, and the rest in cash or by a card."""
    return await caller.create(
        desk.book_at_desk,
        session_id,
        data,
        scope=caller.access.space_ids,
        view=SessionBookingView,
        at=f"/api/v1/sessions/{session_id}/bookings",
    )


@post(
    BOOKING + "/attendance",
    status=200,
    permission="sessions.bookings.attend",
    module=MODULE,
    with_key=True,
    summary="Check somebody in, or note that they did not come",
    raises=[IllegalTransition],
)
async def mark_attendance(
    caller: Caller, session_id: UUID, booking_id: UUID, data: AttendanceBody
) -> Response[SessionBookingView]:
    """Note who was there; until two days after the end it can be corrected."""
    return await caller.change(
        desk.mark,
        session_id,
        booking_id,
        data,
        scope=caller.access.space_ids,
        view=SessionBookingView,
    )


@post(
    BOOKING + "/call-off",
    status=200,
    permission="sessions.bookings.cancel",
    module=MODULE,
    with_key=True,
    summary="Cancel a booking for the house",
    raises=[IllegalTransition],
)
async def call_off_booking(
    caller: Caller, session_id: UUID, booking_id: UUID, data: CallOff
) -> Response[SessionBookingView]:
    """Cancel a booking for the house: everything comes back."""
    return await caller.change(
        desk.call_off,
        session_id,
        booking_id,
        data,
        scope=caller.access.space_ids,
        view=SessionBookingView,
    )


@post(
    BOOKING + "/cash",
    status=200,
    permission="sessions.bookings.create",
    module=MODULE,
    with_key=True,
    summary="Take cash for a booking",
    raises=[NothingToPay],
)
async def take_cash_for_booking(
    caller: Caller, session_id: UUID, booking_id: UUID
) -> Response[SessionBookingView]:
    """Take cash for a place that is held, or for a debt."""
    return await caller.change(
        desk.take_money_for,
        session_id,
        booking_id,
        Taking(),
        scope=caller.access.space_ids,
        view=SessionBookingView,
    )


@post(
    BOOKING + "/refund-request",
    permission="sessions.refunds.create",
    module=MODULE,
    summary="Ask for a customer's money back",
    raises=[problems.NothingToGiveBack, IllegalTransition],
)
async def create_refund_request(
    caller: Caller, session_id: UUID, booking_id: UUID, data: NewRefundRequest
) -> Response[RefundRequestView]:
    """Ask for a customer's money back, all of it or a part; somebody else decides."""

    async def ask(uow: UnitOfWork) -> RefundRequest:
        await queries.booking_of_session(uow, session_id, booking_id, scope=caller.access.space_ids)
        return await refunds.request_money_back(uow, booking_id, data.reason, data.amount_minor)

    return await caller.create(ask, view=RefundRequestView, at="/api/v1/refund-requests")


@get(
    "/api/v1/refund-requests",
    permission="sessions.refunds.read",
    module=MODULE,
    summary="List refund requests",
)
async def list_refund_requests(
    caller: Caller, window: Window, status: Status = None
) -> Page[RefundRequestView]:
    """List who asks for money back."""
    return await caller.read_page(
        refunds.list_requests, window=window, view=RefundRequestView, status=status
    )


@get(
    "/api/v1/refund-requests/{request_id:uuid}",
    permission="sessions.refunds.read",
    module=MODULE,
    summary="Read a refund request",
)
async def read_refund_request(caller: Caller, request_id: UUID) -> Response[RefundRequestView]:
    """Read who asks for money back, and why."""
    return await caller.read(UnitOfWork.get, RefundRequest, request_id, view=RefundRequestView)


@post(
    "/api/v1/refund-requests/{request_id:uuid}/approve",
    status=200,
    permission="sessions.refunds.approve",
    module=MODULE,
    with_key=True,
    summary="Approve a refund request",
    raises=[IllegalTransition, problems.NothingToGiveBack, problems.SecondApprovalNeeded],
)
async def approve_refund_request(
    caller: Caller, request_id: UUID, data: Approval
) -> Response[RefundRequestView]:
    """Give the money back; above the organisation's limit two people have to approve it."""
    return await caller.change(
        refunds.approve_request,
        request_id,
        data.target,
        data.amount_minor,
        view=RefundRequestView,
    )


@post(
    "/api/v1/refund-requests/{request_id:uuid}/reject",
    status=200,
    permission="sessions.refunds.approve",
    module=MODULE,
    summary="Reject a refund request",
    raises=[IllegalTransition],
)
async def reject_refund_request(
    caller: Caller, request_id: UUID, data: Rejection
) -> Response[RefundRequestView]:
    """Turn it down, with an answer for the customer."""
    return await caller.change(
        refunds.reject_request, request_id, data.answer, view=RefundRequestView
    )


@get(
    "/api/v1/session-debts",
    permission="sessions.debts.read",
    module=MODULE,
    summary="List what customers owe",
)
async def list_session_debts(
    caller: Caller, window: Window, customer_id: CustomerId = None
) -> Page[SessionBookingView]:
    """List bookings that were billed afterwards and are not paid."""
    return await caller.read_page(
        queries.list_debts, window=window, view=SessionBookingView, customer_id=customer_id
    )


@post(
    "/api/v1/session-debts/{booking_id:uuid}/end",
    status=200,
    permission="sessions.debts.waive",
    module=MODULE,
    with_key=True,
    summary="Waive a debt, or write it off",
    raises=[IllegalTransition],
)
async def end_session_debt(
    caller: Caller, booking_id: UUID, data: DebtBody
) -> Response[SessionBookingView]:
    """Let a debt end without money, with a reason."""
    return await caller.change(desk.end_debt, booking_id, data, view=SessionBookingView)


handlers = [
    list_sessions,
    create_session,
    read_session,
    update_session,
    cancel_session,
    create_desk_booking,
    mark_attendance,
    call_off_booking,
    take_cash_for_booking,
    create_refund_request,
    list_refund_requests,
    read_refund_request,
    approve_refund_request,
    reject_refund_request,
    list_session_debts,
    end_session_debt,
]
