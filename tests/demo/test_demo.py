"""The demo is made once, and in it everything holds."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from houseful import hire, ledger, sessions, ticketing, venues
from houseful.accounts import find_organization
from houseful.calendar import busy_times, without_shows_within
from houseful.demo import SLUG, load_demo
from houseful.events import upcoming_events
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.rules import SOFT_STATES
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.states import OUT_FOR_SIGNATURE
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.scanning import occupancy
from tests.builders.ticketing import SECRET


async def _shows_in_hires(uow: UnitOfWork) -> set[UUID | None]:
    """Return the shows that the calendar shows within what was hired for them."""
    spaces = [space.id for space in await venues.active_spaces(uow)]
    busy = await busy_times(uow, spaces, uow.now, uow.now + timedelta(days=60))
    staged = {each.claim.source_id for each in busy}
    staged -= {each.claim.source_id for each in without_shows_within(busy)}
    return {each.claim.show_id for each in busy if each.claim.source == "hire"} & staged


async def _classes_where_shows_are(uow: UnitOfWork) -> None:
    """Three weeks of classes, with pictures, in the spaces that have shows, too."""
    for week in range(3):
        begins = uow.now + timedelta(weeks=week)
        within = sessions.SlotFilter(from_at=begins, until_at=begins + timedelta(weeks=1))
        shown = await sessions.sessions_between(uow, within)
        assert len({one.name for one in shown}) >= 5
        assert {"Studio", "Main Hall"} <= {one.space_name for one in shown}
        assert all(one.picture_url and one.picture_alt for one in shown)


async def _members_who_book(uow: UnitOfWork) -> None:
    """Who has a wallet has an account, and pays a member's price; some take a mat with them."""
    booked = await uow.execute(
        """
        SELECT b.contact_name AS who, b.price = s.price AS is_members,
               EXISTS (SELECT FROM session_booking_extras e
                       WHERE e.organization_id = b.organization_id AND e.booking_id = b.id) AS mat
        FROM session_bookings b
        JOIN sessions s ON s.organization_id = b.organization_id AND s.id = b.session_id
        WHERE b.organization_id = :tenant AND s.drop_in_price IS NOT NULL
        """,
        {"tenant": uow.tenant},
    )
    rows = booked.all()
    assert len(rows) >= 3
    assert all(one.is_members for one in rows)
    assert 2 <= sum(one.mat for one in rows) < len(rows)


async def _three_holds_of_one_evening(uow: UnitOfWork) -> None:
    """The README's evening: whatever weekday it is, no class is in the way of who competes."""
    found, _ = await hire.list_bookings(
        uow, window=Window(limit=LIMIT_MAX), matching=hire.BookingFilter(status="hold")
    )
    night = {"Lights over the Canal": 1, "Lanterns on Tour": 2, "Comedy Marathon": 3}
    competing = [each for each in found if each.title in night]
    assert {each.title: each.rank for each in competing} == night
    assert not any(each.is_backup for each in competing)


async def _nobody_is_waited_for_after_the_night(uow: UnitOfWork) -> None:
    """Holds, offers, and contracts that are out end before what they are for begins."""
    rows = await uow.all(select(Booking))
    begins = {one.id: one.starts_at for one in rows}
    ends = [(one.id, one.hold_expires_at) for one in rows if one.status in SOFT_STATES]
    contracts = await uow.all(select(Contract).where(Contract.status.in_(OUT_FOR_SIGNATURE)))
    ends += [(one.booking_id, one.expires_at) for one in contracts if one.booking_id]
    assert len(ends) > len(contracts) > 0
    assert all(end is not None and end <= begins[booking_id] for booking_id, end in ends)


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
        await _members_who_book(uow)
        await _classes_where_shows_are(uow)
        await _three_holds_of_one_evening(uow)
        await _nobody_is_waited_for_after_the_night(uow)

    await database.run(organization.id, look)
