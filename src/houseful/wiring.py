"""What rooms that stand beside each other need of one another: joined here, above them all."""

from uuid import UUID

from houseful.calendar import register_statuses
from houseful.events import statuses_of as statuses_of_events
from houseful.hire.bookings.queries import statuses_of as statuses_of_bookings
from houseful.hire.deals.queries import is_shared
from houseful.hire.deals.terms import BoxOffice
from houseful.hire.settlements.box_office import register_box_office
from houseful.hire.settlements.queries import promised_minor
from houseful.hire.venue_events.shows import bookings_for
from houseful.kernel.database import UnitOfWork
from houseful.payments import register_promise
from houseful.ticketing.orders.funds import mark_settled, register_keeper
from houseful.ticketing.orders.takings import takings_of


def connect_rooms() -> None:
    """Let settlements read what ticketing has taken and decide about it, and what they promise not
    be paid out to the house; let conflicts say what state things are in.
    """
    register_box_office(ticket_receipts, mark_settled)
    register_keeper(waits_for_settlement)
    register_promise(promised_minor)
    register_statuses("event", statuses_of_events)
    register_statuses("hire", statuses_of_bookings)


async def ticket_receipts(uow: UnitOfWork, event_id: UUID, currency: str) -> BoxOffice:
    """Return an event's receipts from tickets, as a deal reckons with them."""
    takings = await takings_of(uow, event_id, currency)
    return BoxOffice(
        gross_minor=takings.gross_minor,
        sold=takings.sold,
        fees_minor=takings.fees_minor,
        tax_minor=takings.tax_minor,
        released_minor=takings.released_minor,
        owed_minor=takings.owed_minor,
    )


async def waits_for_settlement(uow: UnitOfWork, event_id: UUID) -> bool:
    """Whether an event's receipts are shared under a deal, so that its settlement takes them."""
    return await is_shared(uow, event_id, await bookings_for(uow, event_id))
