"""Use cases of rate cards and add-ons: what a venue offers, and at which price."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from houseful import audit, venues
from houseful.calendar import Span
from houseful.hire.rates.models import AddOn, RateCard
from houseful.hire.rates.problems import NotEnoughStock
from houseful.hire.rates.rules import Rate
from houseful.hire.rates.schemas import AddOnChanges, NewAddOn, NewRateCard, RateCardChanges
from houseful.hire.rates.stock import most_taken
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound

FORESEEN = timedelta(days=366 * 30)
"""As far as anybody promises equipment."""


async def create_rate_card(uow: UnitOfWork, data: NewRateCard) -> RateCard:
    """Make a rate card. Raises `NotFound` (venue, space), `AlreadyExists` (name), `Invalid`."""
    await venues.get_venue(uow, data.venue_id)
    await _check_rates(uow, data.venue_id, data.rates)
    _check_validity(data.valid_from, data.valid_until)
    card = RateCard(
        organization_id=uow.tenant,
        id=new_id(),
        **{name: getattr(data, name) for name in data.__struct_fields__ if name != "rates"},
        rates=msgspec.to_builtins(data.rates),
    )
    return await audit.add_row(uow, card, "hire.rate_card.created")


async def update_rate_card(
    uow: UnitOfWork, rate_card_id: UUID, expected_version: int, changes: RateCardChanges
) -> RateCard:
    """Change what is given; what was priced by it stays. Raises as above."""
    card = await uow.get_version(RateCard, rate_card_id, expected_version)
    stored: Any = changes
    if not isinstance(changes.rates, UnsetType):
        await _check_rates(uow, card.venue_id, changes.rates)
        stored = msgspec.structs.replace(changes, rates=msgspec.to_builtins(changes.rates))
    _check_validity(
        card.valid_from if changes.valid_from is UNSET else changes.valid_from,
        card.valid_until if changes.valid_until is UNSET else changes.valid_until,
    )
    return await audit.change_row(
        uow, RateCard, rate_card_id, expected_version, stored, "hire.rate_card.updated"
    )


async def remove_rate_card(uow: UnitOfWork, rate_card_id: UUID) -> None:
    """Remove a rate card that nothing was priced by. Raises `StillInUse`."""
    await audit.remove_row(uow, RateCard, rate_card_id, "hire.rate_card.removed")


async def create_add_on(uow: UnitOfWork, data: NewAddOn) -> AddOn:
    """Offer a service or a piece of equipment. Raises `NotFound` (venue), `AlreadyExists`."""
    await venues.get_venue(uow, data.venue_id)
    add_on = AddOn(
        organization_id=uow.tenant,
        id=new_id(),
        **{name: getattr(data, name) for name in data.__struct_fields__},
    )
    return await audit.add_row(uow, add_on, "hire.add_on.created")


async def update_add_on(
    uow: UnitOfWork, add_on_id: UUID, expected_version: int, changes: AddOnChanges
) -> AddOn:
    """Change what is given; what was sold of it stays.

    Raises `AlreadyExists` (name), and `NotEnoughStock` for fewer than are promised to come.
    """
    if isinstance(changes.stock, int):
        await uow.get(AddOn, add_on_id, lock=True)
        promised = await most_taken(uow, add_on_id, Span(uow.now, uow.now + FORESEEN))
        if promised > changes.stock:
            raise NotEnoughStock(
                f"{promised} are promised at once already.", stock=changes.stock, promised=promised
            )
    return await audit.change_row(
        uow, AddOn, add_on_id, expected_version, changes, "hire.add_on.updated"
    )


async def remove_add_on(uow: UnitOfWork, add_on_id: UUID) -> None:
    """Remove an add-on that no booking has. Raises `StillInUse`."""
    await audit.remove_row(uow, AddOn, add_on_id, "hire.add_on.removed")


async def _check_rates(uow: UnitOfWork, venue_id: UUID, rates: Sequence[Rate]) -> None:
    wanted = {rate.space_id for rate in rates if rate.space_id is not None}
    known = await venues.spaces_by_id(uow, wanted)
    for place, rate in enumerate(rates):
        if rate.space_id is None:
            continue
        if rate.space_id not in known:
            raise NotFound("There is no such space.")
        if known[rate.space_id].venue_id != venue_id:
            raise Invalid.at(f"/rates/{place}/spaceId", "That space is in another venue.")


def _check_validity(valid_from: Any, valid_until: Any) -> None:
    if valid_from and valid_until and valid_until < valid_from:
        raise Invalid.at("/validUntil", "The end must not be before the start.")
