"""Passes over HTTP, for staff."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.audit import AlreadyExists
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, ExpectedVersion, Page, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import IllegalTransition
from houseful.sessions.passes import selling, service
from houseful.sessions.passes.models import CustomerPass, Pass
from houseful.sessions.passes.schemas import (
    CustomerPassView,
    NewPass,
    PassChanges,
    PassEnd,
    PassSale,
    PassView,
)
from houseful.sessions.problems import FrozenTimeBooked, NotEnoughFunds, PassNotUsable

CustomerId = Annotated[UUID | None, QueryParameter(name="customerId")]
READ, UPDATE = "sessions.passes.read", "sessions.passes.update"
MODULE = "sessions"
HELD = "/api/v1/customer-passes/{customer_pass_id:uuid}"


@get("/api/v1/passes", permission=READ, module=MODULE, summary="List passes")
async def list_passes(caller: Caller, window: Window) -> Page[PassView]:
    """List the passes that are offered, or were."""
    return await caller.read_page(service.list_passes, window=window, view=PassView)


@post(
    "/api/v1/passes",
    permission="sessions.passes.create",
    module=MODULE,
    summary="Offer a pass",
    raises=[AlreadyExists],
)
async def create_pass(caller: Caller, data: NewPass) -> Response[PassView]:
    """Offer a pass: so many visits or unlimited; for some activities, days, hours; for a time."""
    return await caller.create(service.create_pass, data, view=PassView, at="/api/v1/passes")


@get("/api/v1/passes/{pass_id:uuid}", permission=READ, module=MODULE, summary="Read a pass")
async def read_pass(caller: Caller, pass_id: UUID) -> Response[PassView]:
    """Read a pass."""
    return await caller.read(UnitOfWork.get, Pass, pass_id, view=PassView)


@patch(
    "/api/v1/passes/{pass_id:uuid}",
    permission=UPDATE,
    module=MODULE,
    summary="Change a pass",
    raises=[AlreadyExists],
)
async def update_pass(
    caller: Caller, pass_id: UUID, data: PassChanges, expected_version: ExpectedVersion
) -> Response[PassView]:
    """Change what is offered; what was sold stays as it was sold."""
    return await caller.change(service.update_pass, pass_id, expected_version, data, view=PassView)


@get("/api/v1/customer-passes", permission=READ, module=MODULE, summary="List customers' passes")
async def list_customer_passes(
    caller: Caller, window: Window, customer_id: CustomerId = None
) -> Page[CustomerPassView]:
    """List the passes that customers have."""
    return await caller.read_page(
        service.list_customer_passes, window=window, view=CustomerPassView, customer_id=customer_id
    )


@post(
    "/api/v1/customer-passes",
    permission="sessions.passes.sell",
    module=MODULE,
    with_key=True,
    summary="Sell a pass at the desk",
    raises=[PassNotUsable, NotEnoughFunds],
)
async def sell_pass(caller: Caller, data: PassSale) -> Response[CustomerPassView]:
    """Sell a pass for cash, by a card at the terminal, or from the customer's wallet."""
    return await caller.create(
        selling.sell_pass, data, view=CustomerPassView, at="/api/v1/customer-passes"
    )


@get(HELD, permission=READ, module=MODULE, summary="Read a customer's pass")
async def read_customer_pass(caller: Caller, customer_pass_id: UUID) -> Response[CustomerPassView]:
    """Read a customer's pass."""
    return await caller.read(UnitOfWork.get, CustomerPass, customer_pass_id, view=CustomerPassView)


@post(
    HELD + "/freeze",
    status=200,
    permission=UPDATE,
    module=MODULE,
    summary="Freeze a customer's pass",
    raises=[FrozenTimeBooked, PassNotUsable, IllegalTransition],
)
async def freeze_customer_pass(
    caller: Caller, customer_pass_id: UUID
) -> Response[CustomerPassView]:
    """Stop its clock; what is booked with it has to be cancelled first."""
    return await caller.change(service.freeze_pass, customer_pass_id, view=CustomerPassView)


@post(
    HELD + "/resume",
    status=200,
    permission=UPDATE,
    module=MODULE,
    summary="Let a frozen pass go on",
    raises=[IllegalTransition],
)
async def resume_customer_pass(
    caller: Caller, customer_pass_id: UUID
) -> Response[CustomerPassView]:
    """Let its clock go on; its end is later by as long as it was frozen."""
    return await caller.change(service.resume_pass, customer_pass_id, view=CustomerPassView)


@post(
    HELD + "/cancel",
    status=200,
    permission=UPDATE,
    module=MODULE,
    with_key=True,
    summary="End a customer's pass",
    raises=[IllegalTransition],
)
async def cancel_customer_pass(
    caller: Caller, customer_pass_id: UUID, data: PassEnd
) -> Response[CustomerPassView]:
    """End it for good; what its policy gives back goes the way it came."""
    return await caller.change(
        service.cancel_pass, customer_pass_id, data.reason, view=CustomerPassView
    )


handlers = [
    list_passes,
    create_pass,
    read_pass,
    update_pass,
    list_customer_passes,
    sell_pass,
    read_customer_pass,
    freeze_customer_pass,
    resume_customer_pass,
    cancel_customer_pass,
]
