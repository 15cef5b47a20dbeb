"""Reckoning prices: by a rate card, and anew when a booking was moved."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from houseful import audit, venues
from houseful.accounts import organization_of
from houseful.hire.bookings.models import Booking, BookingSpace
from houseful.hire.bookings.story import tell
from houseful.hire.rates.models import Charge, RateCard
from houseful.hire.rates.problems import NoRate
from houseful.hire.rates.rules import PricedTime, Rate, business_days, price_time
from houseful.hire.rates.schemas import QuotedSpace, QuoteView
from houseful.kernel.business_day import business_day
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid

RECKONED = (
    "rate_card_id",
    "description",
    "unit_minor",
    "amount_minor",
    "currency",
    "tax_basis_points",
    "trace",
)
"""What a rate card says of a line's rent."""


class PricedBefore(msgspec.Struct, frozen=True):
    """How a booking was priced before it is moved: by which card, which of its lines, at what."""

    rate_card_id: UUID | None
    line_ids: frozenset[UUID]
    total_minor: int


async def priced_minor(uow: UnitOfWork, booking: Booking) -> int:
    """Return what the booking's price lines come to, in its currency."""
    total: int | None = await uow.first(
        select(func.sum(Charge.amount_minor)).where(
            Charge.organization_id == uow.tenant,
            Charge.booking_id == booking.id,
            Charge.currency == booking.currency,
        )
    )
    return int(total or 0)


async def priced_before(uow: UnitOfWork, booking: Booking) -> PricedBefore:
    """Return how the booking is priced: to be asked before it is moved."""
    charges = await _charges(uow, booking.id)
    cards = [one.rate_card_id for one in charges if one.rate_card_id is not None]
    return PricedBefore(
        cards[0] if cards else None,
        frozenset(line.id for line in booking.spaces),
        sum(one.amount_minor for one in charges),
    )


async def price_anew(uow: UnitOfWork, booking: Booking, before: PricedBefore) -> None:
    """Reckon anew what a rate card, or an add-on by hour or day, gave before a booking was moved.

    What was set by hand stays. By the same card while it is valid, else by the one that is then;
    where none has a rate, the rent is taken off: no price is better than a wrong one. The booking's
    story says what it came to before, and now.
    """
    charges = await _charges(uow, booking.id)
    house = await organization_of(uow)
    for charge in charges:
        if charge.add_on_id is not None and not charge.is_overridden:
            _time_add_on(charge, booking, house.day_begins_hour)
    details: dict[str, Any] = {}
    if before.rate_card_id is not None:
        details = await _rents_anew(uow, booking, charges, before)
    await uow.flush()
    total = sum(one.amount_minor for one in await _charges(uow, booking.id))
    if total == before.total_minor and "missing" not in details:
        return
    await audit.record(
        uow, "hire.booking.priced", booking, changes={"total": [before.total_minor, total]}
    )
    reason = str(details.pop("missing", ""))
    details |= {"fromMinor": before.total_minor, "toMinor": total}
    await tell(uow, booking, "unprice" if reason else "price", reason=reason, details=details)


async def _rents_anew(
    uow: UnitOfWork, booking: Booking, charges: Sequence[Charge], before: PricedBefore
) -> dict[str, Any]:
    rents = {one.booking_space_id: one for one in charges if one.kind == "rent"}
    lines = [line for line in booking.spaces if line.id in rents or line.id not in before.line_ids]
    try:
        card = await _card_now(uow, booking, before.rate_card_id)
        quote = await quote_lines(uow, booking, lines, card)
        require_rates(card, quote)
    except NoRate as problem:
        for rent in rents.values():
            if not rent.is_overridden:
                await uow.session.delete(rent)
        return {"missing": problem.detail}
    for space in quote.spaces:
        fresh = rent_of(uow.tenant, booking, card, space)
        old = rents.get(space.booking_space_id)
        if old is None:
            uow.add(fresh)
        elif not old.is_overridden:
            for name in RECKONED:
                setattr(old, name, getattr(fresh, name))
    return {"rateCard": card.name}


async def _card_now(uow: UnitOfWork, booking: Booking, rate_card_id: UUID | None) -> RateCard:
    assert rate_card_id is not None
    had = await uow.get(RateCard, rate_card_id)
    day = await _first_day(uow, booking)
    is_valid = (
        had.is_active
        and (had.valid_from is None or had.valid_from <= day)
        and (had.valid_until is None or had.valid_until >= day)
    )
    return had if is_valid else await card_for(uow, booking, None)


def _time_add_on(charge: Charge, booking: Booking, day_begins_hour: int) -> None:
    """Let an add-on be had for as many hours or days as the booking is now."""
    unit = str(charge.trace[0].get("unit", "")) if charge.trace else ""
    times = times_of(unit, booking, charge.booking_space_id, day_begins_hour)
    if unit and charge.trace[0].get("times") != times:
        charge.amount_minor = charge.unit_minor * charge.quantity * times
        charge.trace = [{"unit": unit, "times": times}]


async def _charges(uow: UnitOfWork, booking_id: UUID) -> list[Charge]:
    return list(
        await uow.all(
            select(Charge)
            .where(Charge.organization_id == uow.tenant, Charge.booking_id == booking_id)
            .order_by(Charge.id)
            .execution_options(populate_existing=True)
        )
    )


def require_rates(card: RateCard, quote: QuoteView) -> None:
    """Raise `NoRate` when the card has no rate for some day that is hired."""
    missing = sorted({str(day) for space in quote.spaces for day in space.missing_days})
    if missing:
        raise NoRate(f"{card.name} has no rate for: {', '.join(missing)}.", missingDays=missing)


async def card_for(uow: UnitOfWork, booking: Booking, rate_card_id: UUID | None) -> RateCard:
    """Return the rate card that is named, or the newest that is valid then.

    Raises `NotFound`, `Invalid` for another venue's, and `NoRate` when none is valid.
    """
    if rate_card_id is not None:
        card = await uow.get(RateCard, rate_card_id)
        if card.venue_id != booking.venue_id:
            raise Invalid.at("/rateCardId", "That rate card is another venue's.")
        return card
    day = await _first_day(uow, booking)
    found = await uow.first(
        select(RateCard)
        .where(
            RateCard.organization_id == uow.tenant,
            RateCard.venue_id == booking.venue_id,
            RateCard.is_active,
            RateCard.valid_from.is_(None) | (RateCard.valid_from <= day),
            RateCard.valid_until.is_(None) | (RateCard.valid_until >= day),
        )
        .order_by(RateCard.valid_from.desc().nulls_last(), RateCard.id.desc())
    )
    if found is None:
        raise NoRate("The venue has no rate card that is valid then.")
    return found


async def quote_lines(
    uow: UnitOfWork, booking: Booking, lines: Sequence[BookingSpace], card: RateCard
) -> QuoteView:
    """Return what the lines cost by the card, with every step."""
    rates = msgspec.convert(card.rates, list[Rate])
    spaces = await venues.spaces_by_id(uow, {line.space_id for line in lines})
    house = await organization_of(uow)
    quoted: list[QuotedSpace] = []
    for line in lines:
        price = price_time(rates, _priced(line, booking, house.day_begins_hour))
        quoted.append(
            QuotedSpace(
                booking_space_id=line.id,
                space_id=line.space_id,
                description=spaces[line.space_id].name,
                amount_minor=price.amount_minor,
                trace=price.trace,
                missing_days=price.missing,
            )
        )
    return QuoteView(
        rate_card_id=card.id,
        currency=card.currency,
        total_minor=sum(each.amount_minor for each in quoted),
        spaces=quoted,
    )


def rent_of(tenant: UUID, booking: Booking, card: RateCard, space: QuotedSpace) -> Charge:
    """Return the price line of a space, as the card gives it."""
    return Charge(
        organization_id=tenant,
        id=new_id(),
        booking_id=booking.id,
        booking_space_id=space.booking_space_id,
        rate_card_id=card.id,
        kind="rent",
        description=space.description,
        unit_minor=space.amount_minor,
        amount_minor=space.amount_minor,
        currency=card.currency,
        tax_basis_points=card.tax_basis_points,
        trace=msgspec.to_builtins(space.trace),
    )


def times_of(
    unit: str, booking: Booking, booking_space_id: UUID | None, day_begins_hour: int
) -> int:
    """Return how many hours or days an add-on is had for; once for what is not by time."""
    lines = [
        line for line in booking.spaces if booking_space_id is None or line.id == booking_space_id
    ]
    days = [business_days(_priced(line, booking, day_begins_hour)) for line in lines]
    if unit == "day":
        return len({day for of_line in days for day, _ in of_line})
    if unit == "hour":
        return max(sum(-(-minutes // 60) for _, minutes in of_line) for of_line in days)
    return 1


def _priced(line: BookingSpace, booking: Booking, day_begins_hour: int) -> PricedTime:
    return PricedTime(
        space_id=line.space_id,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        setup_style=line.setup_style,
        timezone=booking.timezone,
        day_begins_hour=day_begins_hour,
    )


async def _first_day(uow: UnitOfWork, booking: Booking) -> date:
    begins_hour = (await organization_of(uow)).day_begins_hour
    return business_day(booking.starts_at, booking.timezone, begins_hour)
