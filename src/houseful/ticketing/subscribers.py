"""What ticketing does when time has passed, or a whole event is to be refunded."""

from uuid import UUID

from houseful.accounts import organization_ids
from houseful.kernel.database import Database
from houseful.kernel.jobs import chore, see_to_each
from houseful.kernel.subscriptions import subscribe_outside
from houseful.ticketing.facts import EventRefundAsked, OrderUnavailable
from houseful.ticketing.orders.funds import events_to_release, release_funds
from houseful.ticketing.orders.offering import offer_instead
from houseful.ticketing.orders.sweeping import stop_overdue_payments, sweep
from houseful.ticketing.refund_runs.service import carry_out

SWEEP_EVERY_SECONDS = 15
RELEASE_EVERY_SECONDS = 60


@subscribe_outside(OrderUnavailable)
async def offer_other_places(
    database: Database, organization_id: UUID, fact: OrderUnavailable
) -> None:
    """Offer other places to who paid when theirs were gone."""
    if fact.reason == "gone":
        await offer_instead(database, organization_id, fact.subject_id)


@chore(every_seconds=SWEEP_EVERY_SECONDS)
async def sweep_all(database: Database) -> None:
    """Expire unpaid orders and holds of every organisation, once nobody can pay for them."""

    async def sweep_house(organization_id: UUID) -> None:
        await stop_overdue_payments(database, organization_id)
        while await database.run(organization_id, sweep):
            pass

    await see_to_each(await database.run(None, organization_ids), sweep_house)


@chore(every_seconds=RELEASE_EVERY_SECONDS)
async def release_what_is_over(database: Database) -> None:
    """Let what past events have taken be payable, each event in its own transaction."""

    async def release_in(organization_id: UUID) -> None:
        for event_id in await database.run(organization_id, events_to_release):
            await database.run(organization_id, release_funds, event_id)

    await see_to_each(await database.run(None, organization_ids), release_in)


@subscribe_outside(EventRefundAsked)
async def refund_event(database: Database, organization_id: UUID, fact: EventRefundAsked) -> None:
    """Give back the orders of a run that wait; again later, where it was broken off."""
    await carry_out(database, organization_id, fact.subject_id)
