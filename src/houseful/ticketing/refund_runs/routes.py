"""Refunding a whole event over HTTP."""

from uuid import UUID

from litestar import Response

from houseful.kernel.http import Caller, get, post
from houseful.ticketing.problems import EventNotCancelled
from houseful.ticketing.refund_runs import service
from houseful.ticketing.refund_runs.schemas import NewRefundRun, RefundRunView

AT = "/api/v1/refund-runs"


@post(
    "/api/v1/promoter/events/{event_id:uuid}/refunds",
    permission="ticketing.refunds.approve",
    module="ticketing",
    with_key=True,
    summary="Refund a cancelled event",
    raises=[EventNotCancelled],
)
async def start_refunds(
    caller: Caller, event_id: UUID, data: NewRefundRun
) -> Response[RefundRunView]:
    """Give every order of a cancelled event back, one after the other; buyers are told by mail.

    Asked again, it goes on with what is left, and tries again what failed.
    """
    return await caller.create(
        service.start_refunds, event_id, reason=data.reason, view=RefundRunView, at=AT
    )


@get(
    AT + "/{run_id:uuid}",
    permission="ticketing.refunds.read",
    module="ticketing",
    summary="Read how far refunds are",
)
async def read_refund_run(caller: Caller, run_id: UUID) -> Response[RefundRunView]:
    """Read how far the refunds of an event are."""
    return await caller.read(service.progress_of, run_id, view=RefundRunView)


handlers = [start_refunds, read_refund_run]
