"""Paying what is owed with a pass that was bought since: over HTTP, by staff and by its owner."""

from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, post
from houseful.sessions.bookings.billing import settle_debts_with_pass
from houseful.sessions.bookings.purses import require_pass_of
from houseful.sessions.bookings.queries import me_of
from houseful.sessions.bookings.schemas import SettledView
from houseful.sessions.problems import PassNotUsable

MODULE = "sessions"


@post(
    "/api/v1/customer-passes/{customer_pass_id:uuid}/settle-debts",
    status=200,
    permission="sessions.passes.update",
    module=MODULE,
    with_key=True,
    summary="Pay what is owed with a pass",
    raises=[PassNotUsable],
)
async def settle_debts_of_customer(caller: Caller, customer_pass_id: UUID) -> Response[SettledView]:
    """Use a pass for sessions before it was bought, the oldest first: only if its owner agrees."""
    return await caller.change(settle_debts_with_pass, customer_pass_id, view=SettledView)


@post(
    "/api/client/my-passes/{customer_pass_id:uuid}/settle-debts",
    status=200,
    public=True,
    identity=True,
    module=MODULE,
    with_key=True,
    summary="Pay what I owe with my pass",
    raises=[PassNotUsable],
)
async def settle_my_debts(caller: Caller, customer_pass_id: UUID) -> Response[SettledView]:
    """Agree that a pass is used for sessions before it was bought, the oldest first."""

    async def settle(uow: UnitOfWork) -> int:
        me = await me_of(uow, caller.identity)
        await require_pass_of(uow, me.id, customer_pass_id)
        return await settle_debts_with_pass(uow, customer_pass_id)

    return await caller.change(settle, view=SettledView)


handlers = [settle_debts_of_customer, settle_my_debts]
