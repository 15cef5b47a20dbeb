"""What contracts know by themselves: the values of placeholders, from the house, deal and show."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from houseful import events, venues
from houseful.accounts import organization_of
from houseful.directory import get_company
from houseful.hire.bookings.models import Booking
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.paper import House
from houseful.hire.contracts.wording import fill_line
from houseful.hire.deals.models import Deal
from houseful.hire.deals.schemas import terms_of
from houseful.hire.deals.terms import DealTerms
from houseful.kernel.database import UnitOfWork
from houseful.kernel.dates import write_clock
from houseful.kernel.dates import write_day as write_long_day
from houseful.kernel.money import Money, format_money, format_percent

KNOWN = (
    "house.name",
    "today",
    "booking.title",
    "booking.purpose",
    "booking.starts",
    "booking.ends",
    "booking.spaces",
    "deal.title",
    "deal.terms",
    "deal.amount",
    "deal.share",
    "deal.payee",
    "event.name",
    "event.date",
    "event.venue",
    "customer.name",
    "customer.email",
)
"""Placeholders that fill themselves where there is something to fill them with."""


async def house_of(uow: UnitOfWork) -> House:
    """Return whose paper it is."""
    organization = await organization_of(uow)
    return House(organization.name, organization.locale, organization.timezone)


async def values_of(uow: UnitOfWork, contract: Contract) -> dict[str, str]:
    """Return every value that the contract's placeholders may use; its own come last and win."""
    known = await known_values(uow, contract)
    return known | {name: value for name, value in contract.values.items() if value}


async def title_of(uow: UnitOfWork, contract: Contract) -> str:
    """Return the contract's title with its placeholders filled. It flushes nothing."""
    with uow.session.no_autoflush:
        return fill_line(contract.title, await values_of(uow, contract))


async def known_values(uow: UnitOfWork, contract: Contract) -> dict[str, str]:
    """Return what is known without being told."""
    house = await house_of(uow)
    values = {"house.name": house.name, "today": write_day(uow.now, house.timezone, house.locale)}
    if contract.booking_id is not None:
        values |= await booking_values(uow, contract.booking_id, house)
    customer = next((one for one in contract.signers if one.role == "customer"), None)
    if customer is not None:
        values = {"customer.name": customer.name, "customer.email": customer.email} | values
    if contract.deal_id is not None:
        deal = await uow.get(Deal, contract.deal_id)
        values |= deal_values(deal.title, terms_of(deal.current), house)
        if deal.event_id is not None:
            values |= event_values(await events.get_event(uow, deal.event_id), house)
    return values


async def booking_values(uow: UnitOfWork, booking_id: UUID, house: House) -> dict[str, str]:
    """Return what a booking tells: what for, when, in which spaces, and for whom."""
    booking = await uow.get(Booking, booking_id)
    spaces = await venues.spaces_by_id(uow, {line.space_id for line in booking.spaces})
    names = dict.fromkeys(spaces[line.space_id].name for line in booking.spaces)
    values = {
        "booking.title": booking.title,
        "booking.purpose": booking.purpose,
        "booking.starts": write_time(booking.starts_at, booking.timezone, house.locale),
        "booking.ends": write_time(booking.ends_at, booking.timezone, house.locale),
        "booking.spaces": ", ".join(names),
    }
    if booking.contact_name:
        values |= {"customer.name": booking.contact_name, "customer.email": booking.contact_email}
    if booking.company_id is not None:
        values["customer.name"] = (await get_company(uow, booking.company_id)).name
    return values


def deal_values(title: str, terms: DealTerms, house: House) -> dict[str, str]:
    """Return what a deal tells: its terms in one sentence, and its figures."""
    texts = house.texts
    amount = format_money(Money(terms.amount_minor, terms.currency), house.locale)
    share = format_percent(terms.share, house.locale)
    base = texts.named(f"of_{terms.base}")
    what = texts.named(terms.shape).format(amount=amount, percent=share, base=base)
    return {
        "deal.title": title,
        "deal.terms": texts.named(f"{terms.payee}_receives").format(what=what),
        "deal.amount": amount,
        "deal.share": share,
        "deal.payee": texts.named(terms.payee),
    }


def event_values(event: events.ShownEvent, house: House) -> dict[str, str]:
    """Return what a show tells."""
    zone = event.timezone or house.timezone
    return {
        "event.name": event.name,
        "event.date": write_time(event.start_at, zone, house.locale),
        "event.venue": event.venue_name or "",
    }


def write_date(on: date, locale: str) -> str:
    """Write a date the way that every document of the house does: `5 June 2026`."""
    return write_long_day(on, "d MMMM y", locale)


def write_day(at: datetime, zone: str, locale: str) -> str:
    """Write the day that an instant falls on in a zone."""
    return write_date(at.astimezone(ZoneInfo(zone)).date(), locale)


def write_time(at: datetime | None, zone: str, locale: str) -> str:
    """Write day and time: `5 June 2026, 20:00`."""
    if at is None:
        return ""
    return f"{write_day(at, zone, locale)}, {write_clock(at, zone, locale)}"
