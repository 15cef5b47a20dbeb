"""Use cases of the price lines of bookings: what was reckoned, added, overridden."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from houseful import audit
from houseful.accounts import organization_of
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.rules import EDITABLE_STATES, FIRM_STATES, LIFE
from houseful.hire.bookings.service import lock_booking
from houseful.hire.bookings.story import tell
from houseful.hire.bookings.times import OVERRIDE
from houseful.hire.deposits.following import follow_price
from houseful.hire.holds.ranks import standings
from houseful.hire.rates.models import AddOn, Charge
from houseful.hire.rates.problems import NotEnoughStock
from houseful.hire.rates.reckoning import card_for, quote_lines, rent_of, require_rates, times_of
from houseful.hire.rates.schemas import (
    ChargeOverride,
    NewCharge,
    Pricing,
    QuoteView,
)
from houseful.hire.rates.stock import take_stock, try_stock
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Forbidden, Invalid, NotFound
from houseful.kernel.states import IllegalAct
from houseful.venues import SpaceScope


async def quote_booking(
    uow: UnitOfWork, booking_id: UUID, data: Pricing, *, scope: SpaceScope = None
) -> QuoteView:
    """Say what a booking's spaces cost by a rate card; nothing is written. Raises `NoRate`."""
    booking = await uow.get(Booking, booking_id)
    lines = [line for line in booking.spaces if scope is None or line.space_id in scope]
    if not lines:
        raise NotFound
    card = await card_for(uow, booking, data.rate_card_id)
    return await quote_lines(uow, booking, lines, card)


async def price_booking(
    uow: UnitOfWork, booking_id: UUID, data: Pricing, *, scope: SpaceScope = None
) -> list[Charge]:
    """Write down what the spaces cost by a rate card, in place of what was reckoned before.

    Overridden lines and add-ons stay. Raises `NoRate` when some day has none, and
    `IllegalTransition` once the booking is over.
    """
    booking = await _open_booking(uow, booking_id, scope)
    card = await card_for(uow, booking, data.rate_card_id)
    quote = await quote_lines(uow, booking, booking.spaces, card)
    require_rates(card, quote)
    overridden = await _forget_reckoned(uow, booking.id)
    for space in quote.spaces:
        if space.booking_space_id not in overridden:
            uow.add(rent_of(uow.tenant, booking, card, space))
    await uow.flush()
    await audit.record(
        uow,
        "hire.booking.priced",
        booking,
        changes={"rate_card_id": [None, str(card.id)], "total": [None, quote.total_minor]},
    )
    await follow_price(uow, booking)
    await tell(uow, booking, "price", details={"rateCard": card.name})
    return await charges_of(uow, booking.id)


async def add_charge(
    uow: UnitOfWork,
    booking_id: UUID,
    data: NewCharge,
    *,
    scope: SpaceScope = None,
    may_override: bool = True,
) -> Charge:
    """Add a price line: an add-on, or something at a price of one's own (with a reason).

    Raises `NotEnoughStock`, `Forbidden` without the permission to override, and `Invalid`.
    """
    booking = await _open_booking(uow, booking_id, scope)
    if data.booking_space_id not in {None, *(line.id for line in booking.spaces)}:
        raise NotFound("There is no such space in this booking.")
    if data.add_on_id is None:
        charge = _own_charge(uow.tenant, booking, data, may_override=may_override)
    else:
        charge = await _add_on_charge(uow, booking, data)
    await audit.add_row(uow, charge, "hire.charge.created")
    if charge.add_on_id is not None:
        await _require_stock(uow, booking, charge, scope)
    await follow_price(uow, booking)
    return charge


async def override_charge(
    uow: UnitOfWork,
    charge_id: UUID,
    expected_version: int,
    data: ChargeOverride,
    *,
    scope: SpaceScope = None,
) -> Charge:
    """Set another amount, and say why; pricing anew leaves it alone."""
    found = await uow.get(Charge, charge_id)
    booking = await _open_booking(uow, found.booking_id, scope)
    charge = await uow.get_version(Charge, charge_id, expected_version)
    charge.amount_minor = data.amount_minor
    charge.is_overridden = True
    charge.override_reason = data.reason
    await audit.record(
        uow, "hire.charge.overridden", charge, sentence=f"set another amount: {data.reason}"
    )
    await follow_price(uow, booking)
    return charge


async def remove_charge(
    uow: UnitOfWork,
    charge_id: UUID,
    *,
    booking_id: UUID | None = None,
    scope: SpaceScope = None,
    may_override: bool = True,
) -> None:
    """Take a price line off; with `booking_id`, only one of that booking.

    Raises `NotFound`, `Forbidden` for a price that was set by hand, without the permission to do
    so, and `IllegalTransition` once the booking is over.
    """
    found = await uow.get(Charge, charge_id)
    if booking_id not in {None, found.booking_id}:
        raise NotFound
    if found.is_overridden and not may_override:
        raise Forbidden(
            f"This was set by hand: to take it off needs {OVERRIDE}.", permission=OVERRIDE
        )
    booking = await _open_booking(uow, found.booking_id, scope)
    await audit.remove_row(uow, Charge, charge_id, "hire.charge.removed")
    await follow_price(uow, booking)


async def charges_of(uow: UnitOfWork, booking_id: UUID) -> list[Charge]:
    """Return the price lines of a booking, in the order in which they were made."""
    return list(
        await uow.all(
            select(Charge)
            .where(Charge.organization_id == uow.tenant, Charge.booking_id == booking_id)
            .order_by(Charge.id)
        )
    )


async def _require_stock(
    uow: UnitOfWork, booking: Booking, charge: Charge, scope: SpaceScope
) -> None:
    """Take it for a firm booking; a hold is told what others have by now.

    Behind a firm booking a hold has it only when that one goes away, and its equipment with it.
    """
    if booking.status in FIRM_STATES:
        await take_stock(uow, booking, scope=scope)
    elif not (await standings(uow, [booking.id])).is_backup(booking.id):
        await try_stock(uow, booking, charge, scope=scope)


async def _open_booking(uow: UnitOfWork, booking_id: UUID, scope: SpaceScope) -> Booking:
    booking = await lock_booking(uow, booking_id, scope=scope)
    if booking.status not in EDITABLE_STATES:
        raise IllegalAct(LIFE.thing, booking.status, "price")
    return booking


async def _forget_reckoned(uow: UnitOfWork, booking_id: UUID) -> set[UUID | None]:
    """Delete the rent that was reckoned; return the spaces whose rent is overridden."""
    mine: tuple[Any, ...] = (
        Charge.organization_id == uow.tenant,
        Charge.booking_id == booking_id,
        Charge.kind == "rent",
    )
    await uow.execute(delete(Charge).where(*mine, Charge.is_overridden.is_(False)))
    return set(await uow.all(select(Charge.booking_space_id).where(*mine)))


def _own_charge(tenant: UUID, booking: Booking, data: NewCharge, *, may_override: bool) -> Charge:
    if not may_override:
        raise Forbidden(f"A price of one's own needs {OVERRIDE}.", permission=OVERRIDE)
    if data.unit_minor is None:
        raise Invalid.at("/unitMinor", "Say what one costs, or name an add-on.")
    if not data.description.strip():
        raise Invalid.at("/description", "Say what it is for.")
    if not data.reason.strip():
        raise Invalid.at("/reason", "Say why it costs this.")
    return Charge(
        organization_id=tenant,
        id=new_id(),
        booking_id=booking.id,
        booking_space_id=data.booking_space_id,
        kind="other",
        description=data.description,
        quantity=data.quantity,
        unit_minor=data.unit_minor,
        amount_minor=data.unit_minor * data.quantity,
        currency=booking.currency,
        tax_basis_points=data.tax_basis_points or 0,
        is_overridden=True,
        override_reason=data.reason,
    )


async def _add_on_charge(uow: UnitOfWork, booking: Booking, data: NewCharge) -> Charge:
    assert data.add_on_id is not None
    if data.unit_minor is not None:
        raise Invalid.at("/unitMinor", "An add-on has its price; override it afterwards.")
    add_on = await uow.get(AddOn, data.add_on_id)
    if add_on.venue_id != booking.venue_id or not add_on.is_active:
        raise Invalid.at("/addOnId", "That is not on offer here.")
    if add_on.stock is not None and data.quantity > add_on.stock:
        raise NotEnoughStock(f"There are {add_on.stock}.", stock=add_on.stock, left=add_on.stock)
    house = await organization_of(uow)
    times = times_of(add_on.unit, booking, data.booking_space_id, house.day_begins_hour)
    return Charge(
        organization_id=uow.tenant,
        id=new_id(),
        booking_id=booking.id,
        booking_space_id=data.booking_space_id,
        add_on_id=add_on.id,
        kind=add_on.kind,
        description=add_on.name,
        quantity=data.quantity,
        unit_minor=add_on.amount_minor,
        amount_minor=add_on.amount_minor * data.quantity * times,
        currency=add_on.currency,
        tax_basis_points=add_on.tax_basis_points,
        trace=[{"unit": add_on.unit, "times": times}],
    )
