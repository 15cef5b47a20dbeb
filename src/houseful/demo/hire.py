"""The demo's season of hires: bookings in every state, on a calendar as a venue has it."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from houseful import hire
from houseful.calendar import NewBlock, create_block
from houseful.demo.house import ZONE
from houseful.directory import NewCompany, create_company
from houseful.hire.customers.schemas import LocalContact, NewCustomer
from houseful.hire.customers.service import create_customer
from houseful.hire.holds.schemas import NewChallenge
from houseful.hire.rates.offers import create_add_on, create_rate_card
from houseful.hire.rates.rules import Rate
from houseful.hire.rates.schemas import NewAddOn, NewCharge, NewRateCard, Pricing
from houseful.hire.rates.service import add_charge, price_booking
from houseful.hire.series.schemas import NewSeries, RecurringSpace
from houseful.kernel.database import UnitOfWork
from houseful.venues import Space

CURRENCY = "EUR"
WHY = "Signed on paper"


class Hire(NamedTuple):
    """One booking of the season: whose, in which spaces, on which day, and how far it is."""

    title: str
    who: str
    spaces: str
    day: int
    begins: int
    hours: float
    state: str
    people: int = 200


WAYS: Mapping[str, tuple[str, ...]] = {
    "inquiry": (),
    "hold": (),
    "offered": ("offer",),
    "contracted": ("offer", "contract"),
    "confirmed": ("offer", "contract", "confirm"),
    "completed": ("contract", "confirm", "complete"),
    "closed": ("contract", "confirm", "complete", "close"),
    "released": ("release",),
    "lost": ("lose",),
    "cancelled": ("contract", "confirm", "cancel"),
}

CUSTOMERS = (
    ("Northlight Concerts", "low", "Our best promoter. Pays within the week.", "Jonas Weber"),
    ("Kestrel Events", "medium", "Late with two deposits last year.", "Petra Kranich"),
    ("Hansa Congress", "low", "Wants the foyer with everything.", "Dr. Ines Hartmann"),
    ("Blue Door Theatre", "", "First season with us.", "Tom Ashby"),
    ("Weddings by Mara", "low", "Needs the studio until three in the morning.", "Mara Lindt"),
)

SEASON = (
    Hire("Winter Gala", "Hansa Congress", "Main Hall+Foyer", -52, 18, 6, "closed", 2400),
    Hire("Rock im Kanal", "Northlight Concerts", "Main Hall", -45, 19, 4, "closed", 8800),
    Hire("Founders' Dinner", "Hansa Congress", "Studio", -38, 18, 5, "closed", 70),
    Hire("Hedda Gabler", "Blue Door Theatre", "Studio", -30, 19, 3, "completed", 110),
    Hire("Hedda Gabler", "Blue Door Theatre", "Studio", -29, 19, 3, "completed", 110),
    Hire("Champions of Chess", "Kestrel Events", "Foyer", -24, 10, 9, "completed", 250),
    Hire("Wedding Berger & Lang", "Weddings by Mara", "Studio", -17, 15, 12, "completed", 80),
    Hire("The Hollow Coves", "Northlight Concerts", "Main Hall", -10, 19, 4, "completed", 7600),
    Hire("Trade Night", "Kestrel Events", "Foyer", -6, 17, 5, "cancelled", 300),
    Hire("Night of Short Films", "Blue Door Theatre", "Studio", -3, 19, 4, "completed", 95),
    Hire("Product Launch Helio", "Hansa Congress", "Foyer", 3, 9, 9, "confirmed", 350),
    Hire("The Tidal Choir", "Northlight Concerts", "Main Hall", 5, 19, 4, "confirmed", 6200),
    Hire("Wedding Okafor", "Weddings by Mara", "Studio", 6, 15, 12, "confirmed", 75),
    Hire("Startup Breakfast", "Kestrel Events", "Foyer", 8, 8, 4, "contracted", 180),
    Hire("Annual Meeting", "Hansa Congress", "Main Hall+Foyer", 9, 9, 8, "confirmed", 3100),
    Hire("Lights over the Canal", "Northlight Concerts", "Main Hall", 15, 19, 5, "hold", 9000),
    Hire("Lanterns on Tour", "Kestrel Events", "Main Hall+Foyer", 15, 18, 6, "hold", 8000),
    Hire("Comedy Marathon", "Blue Door Theatre", "Main Hall", 15, 20, 3, "hold", 4000),
    Hire("Cabaret Noir", "Blue Door Theatre", "Studio", 13, 20, 3, "offered", 100),
    Hire("Cabaret Noir", "Blue Door Theatre", "Studio", 14, 20, 3, "offered", 100),
    Hire("Book Fair", "Hansa Congress", "Main Hall+Foyer", 18, 8, 34, "contracted", 5000),
    Hire("Gaming Finals", "Kestrel Events", "Main Hall", 21, 12, 10, "offered", 7000),
    Hire("Piano Evenings", "Northlight Concerts", "Studio", 22, 19, 3, "confirmed", 115),
    Hire("Wedding Fair", "Weddings by Mara", "Foyer", 23, 10, 8, "hold", 380),
    Hire("Jazz Brunch", "Northlight Concerts", "Foyer", 24, 11, 4, "inquiry", 150),
    Hire("Brass at Midnight", "Northlight Concerts", "Main Hall", 26, 17, 7, "confirmed", 7200),
    Hire("Orchestra of the Bay", "Northlight Concerts", "Main Hall", 29, 19, 4, "hold", 7400),
    Hire("Dance Gala", "Kestrel Events", "Main Hall", 29, 18, 5, "hold", 5200),
    Hire("Charity Ball", "Hansa Congress", "Main Hall+Foyer", 30, 17, 9, "confirmed", 2800),
    Hire("Poetry Slam", "Blue Door Theatre", "Studio", 36, 19, 4, "hold", 120),
    Hire("Wedding Sørensen", "Weddings by Mara", "Studio", 41, 15, 12, "confirmed", 78),
    Hire("The Long Cold Sea", "Northlight Concerts", "Main Hall", 44, 19, 4, "contracted", 8600),
    Hire("Dentists' Congress", "Hansa Congress", "Main Hall+Foyer", 50, 8, 58, "offered", 1500),
    Hire("Silent Disco", "Kestrel Events", "Foyer", 56, 21, 5, "hold", 400),
    Hire("Spring Awakening", "Blue Door Theatre", "Studio", 62, 19, 3, "hold", 110),
    Hire("Big Band Ball", "Northlight Concerts", "Main Hall", 72, 19, 6, "hold", 3000),
    Hire("Robotics Cup", "Kestrel Events", "Main Hall+Foyer", 79, 9, 10, "inquiry", 2200),
    Hire("Opera in Jeans", "Northlight Concerts", "Main Hall", 93, 19, 4, "hold", 6900),
    Hire("Science Night", "Hansa Congress", "Foyer", 100, 17, 7, "released", 350),
    Hire("Ska Weekender", "Kestrel Events", "Main Hall", 107, 16, 9, "lost", 5000),
)


CONTACTS: Mapping[str, str] = {name: contact for name, _, _, contact in CUSTOMERS}
"""Who signs for a customer."""


async def book_season(
    uow: UnitOfWork, spaces: dict[str, Space], shows: Mapping[str, UUID] | None = None
) -> None:
    """Make the customers, the prices and the season; the spaces are the demo's, by name.

    `shows` are the house's own, by the title of the booking in which each of them stands.
    """
    companies = await _meet_customers(uow)
    venue_id = spaces["Main Hall"].venue_id
    piano = await _set_prices(uow, venue_id, spaces)
    last_on_saturday: UUID | None = None
    for each in SEASON:
        show_id = (shows or {}).get(each.title)
        booking_id = await _book(uow, each, spaces, companies[each.who], show_id)
        if each.state not in {"inquiry", "released", "lost"}:
            await _price_if_open(uow, booking_id, piano)
        if each.title == "Comedy Marathon":
            last_on_saturday = booking_id
    assert last_on_saturday is not None
    await hire.challenge_holds(
        uow, last_on_saturday, NewChallenge(note="The artist signs this week.")
    )
    await _come_again(uow, spaces["Studio"].id)
    await _varnish(uow, spaces["Foyer"].id)


async def _price_if_open(uow: UnitOfWork, booking_id: UUID, piano: UUID) -> None:
    """Price a booking that is not over, and lend it the grand piano."""
    booking = await hire.get_booking(uow, booking_id)
    if booking.status in {"hold", "offered", "contracted", "confirmed"}:
        await price_booking(uow, booking_id, Pricing())
        await add_charge(uow, booking_id, NewCharge(add_on_id=piano))


async def _meet_customers(uow: UnitOfWork) -> dict[str, UUID]:
    companies: dict[str, UUID] = {}
    for name, risk, notes, contact in CUSTOMERS:
        company = await create_company(uow, NewCompany(name=name))
        companies[name] = company.id
        data = NewCustomer(
            company_id=company.id,
            notes=notes,
            risk=risk,  # type: ignore[arg-type]
            preferred_terms={"payment": "14 days"},
            local_contacts=[LocalContact(name=contact, role="Production")],
        )
        await create_customer(uow, data)
    return companies


async def _set_prices(uow: UnitOfWork, venue_id: UUID, spaces: dict[str, Space]) -> UUID:
    def rate(space: str, label: str, amount: int, **fields: object) -> Rate:
        return Rate(
            label=label,
            unit="day",
            amount_minor=amount * 100,
            space_id=spaces[space].id,
            **fields,  # type: ignore[arg-type]
        )

    card = NewRateCard(
        venue_id=venue_id,
        name="House rates",
        currency=CURRENCY,
        tax_basis_points=1900,
        rates=[
            rate("Main Hall", "Main Hall, weekday", 9500),
            rate("Main Hall", "Main Hall, Friday and Saturday", 12500, weekdays=[5, 6]),
            rate("Studio", "Studio", 1400),
            rate("Studio", "Studio, December", 1900, season_from="12-01", season_until="12-31"),
            rate("Foyer", "Foyer", 1800),
        ],
    )
    await create_rate_card(uow, card)
    offers = (
        ("Grand piano, tuned", "equipment", "each", 380, 2),
        ("Stage hand", "service", "hour", 42, None),
        ("Banquet table", "equipment", "each", 18, 120),
        ("Security", "service", "hour", 36, None),
    )
    made = [
        await create_add_on(
            uow,
            NewAddOn(
                venue_id=venue_id,
                name=name,
                kind=kind,  # type: ignore[arg-type]
                unit=unit,  # type: ignore[arg-type]
                amount_minor=amount * 100,
                currency=CURRENCY,
                tax_basis_points=1900,
                stock=stock,
            ),
        )
        for name, kind, unit, amount, stock in offers
    ]
    return made[0].id


async def _book(
    uow: UnitOfWork,
    wanted: Hire,
    spaces: dict[str, Space],
    company_id: UUID,
    show_id: UUID | None,
) -> UUID:
    starts_at = _at(uow, wanted.day, wanted.begins)
    wishes = [
        hire.SpaceWish(
            space_id=spaces[name].id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=wanted.hours),
            attendance=wanted.people,
        )
        for name in wanted.spaces.split("+")
    ]
    is_inquiry = wanted.state == "inquiry"
    booking = await hire.create_booking(
        uow,
        hire.NewBooking(
            title=wanted.title,
            spaces=wishes,
            status="inquiry" if is_inquiry else "hold",
            company_id=company_id,
            event_id=show_id,
            hold_expires_at=None if is_inquiry else answer_by(uow.now, starts_at),
        ),
    )
    for act in WAYS[wanted.state]:
        await _do(uow, booking.id, act)
    return booking.id


async def _do(uow: UnitOfWork, booking_id: UUID, act: str) -> None:
    match act:
        case "offer":
            await hire.offer_booking(uow, booking_id, hire.Because(reason="Proposal sent"))
        case "contract":
            await hire.contract_booking(uow, booking_id)
        case "confirm":
            await hire.confirm_booking(
                uow, booking_id, hire.Confirmation(reason=WHY, pass_over=True)
            )
        case "complete":
            await hire.complete_booking(uow, booking_id)
        case "close":
            await hire.close_booking(uow, booking_id)
        case "release":
            await hire.release_booking(uow, booking_id, hire.Release(reason="Date moved"))
        case "lose":
            await hire.lose_booking(uow, booking_id, hire.Refusal(reason="Went to the arena"))
        case _:
            await hire.cancel_booking(uow, booking_id, hire.Cancellation(reason="Tour called off"))


async def _come_again(uow: UnitOfWork, studio_id: UUID) -> None:
    """Let a choir rehearse in the Studio every week; dates that are taken are left out."""
    first = (uow.now.astimezone(ZONE) + timedelta(days=2)).date()
    series = NewSeries(
        title="Canal Choir rehearsal",
        rule="FREQ=WEEKLY;COUNT=6",
        starts_on=first,
        spaces=[RecurringSpace(space_id=studio_id, starts=time(10), ends=time(12, 30))],
        on_conflict="skip",
    )
    await hire.create_series(uow, series)


async def _varnish(uow: UnitOfWork, foyer_id: UUID) -> None:
    block = NewBlock(
        space_id=foyer_id,
        starts_at=_at(uow, 34, 6),
        ends_at=_at(uow, 36, 6),
        reason="The floor is varnished",
    )
    await create_block(uow, block)


def answer_by(now: datetime, night: datetime) -> datetime:
    """Return until when a customer is waited for: three weeks, and no later than the day before."""
    latest, usual = night - timedelta(days=1), now + timedelta(days=21)
    return min(usual, latest) if latest > now else usual


def _at(uow: UnitOfWork, day: int, hour: int) -> datetime:
    """Return the instant so many days from today, at a full hour on the wall."""
    then = uow.now.astimezone(ZONE) + timedelta(days=day)
    return then.replace(hour=hour, minute=0, second=0, microsecond=0)
