"""What rooms that stand beside each other need of one another: joined here, above them all."""

from uuid import UUID

from houseful.calendar import register_statuses
from houseful.events import statuses_of as statuses_of_events
from houseful.hire.bookings.queries import statuses_of as statuses_of_bookings
from houseful.hire.deals.terms import BoxOffice
from houseful.hire.settlements.box_office import register_box_office
from houseful.kernel.database import UnitOfWork
from houseful.ticketing.orders.takings import takings_of


def connect_rooms() -> None:
    """Let settlements read what ticketing has taken, and conflicts say what state things are in."""
    register_box_office(ticket_receipts)
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
    )
