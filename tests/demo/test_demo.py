"""The demo is made once, and in it everything holds."""

from houseful import ledger, sessions, ticketing
from houseful.accounts import find_organization
from houseful.demo import SLUG, load_demo
from houseful.events import upcoming_events
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.scanning import occupancy
from tests.builders.ticketing import SECRET


async def test_the_demo_is_a_house_whose_books_balance(database: Database) -> None:
    first = await load_demo(database, SECRET)
    again = await load_demo(database, SECRET)

    assert first == again
    organization = await database.run(None, find_organization, SLUG)
    assert organization is not None

    async def look(uow: UnitOfWork) -> None:
        shown = {event.name: event for event in await upcoming_events(uow)}
        assert list(shown) == ["Open Stage", "The Glass Orchard", "Brass at Midnight"]
        assert await occupancy(uow, shown["Open Stage"].id) == 21
        assert await ticketing.violations(uow) == []
        assert await sessions.faults(uow) == []
        debts, _ = await sessions.list_debts(uow, window=Window())
        assert [(one.booking.contact_name, one.booking.due_minor) for one in debts] == [
            ("Noah Weber", 600)
        ]
        assert await ledger.unbalanced_entries(uow) == []

    await database.run(organization.id, look)
