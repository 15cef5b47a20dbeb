"""The demo is made once, and in it everything holds."""

from datetime import timedelta
from uuid import UUID

from houseful import ledger, sessions, ticketing, venues
from houseful.accounts import find_organization
from houseful.calendar import busy_times, without_shows_within
from houseful.demo import SLUG, load_demo
from houseful.events import upcoming_events
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.scanning import occupancy
from tests.builders.ticketing import SECRET


async def _shows_in_hires(uow: UnitOfWork) -> set[UUID | None]:
    """Return the shows that the calendar shows within what was hired for them."""
    spaces = [space.id for space in await venues.active_spaces(uow)]
    busy = await busy_times(uow, spaces, uow.now, uow.now + timedelta(days=60))
    staged = {each.claim.source_id for each in busy}
    staged -= {each.claim.source_id for each in without_shows_within(busy)}
    return {each.claim.show_id for each in busy if each.claim.source == "hire"} & staged


async def test_the_demo_is_a_house_whose_books_balance(database: Database) -> None:
    first = await load_demo(database, SECRET)
    again = await load_demo(database, SECRET)

    assert first == again
    organization = await database.run(None, find_organization, SLUG)
    assert organization is not None

    async def look(uow: UnitOfWork) -> None:
        shown = {event.name: event for event in await upcoming_events(uow)}
        assert list(shown) == ["Open Stage", "The Glass Orchard", "Brass at Midnight"]
        assert shown["Brass at Midnight"].id in await _shows_in_hires(uow)
        assert await occupancy(uow, shown["Open Stage"].id) == 21
        assert await ticketing.violations(uow) == []
        assert await sessions.faults(uow) == []
        debts, _ = await sessions.list_debts(uow, window=Window())
        assert [(one.booking.contact_name, one.booking.due_minor) for one in debts] == [
            ("Noah Weber", 600)
        ]
        assert await ledger.unbalanced_entries(uow) == []

    await database.run(organization.id, look)
