"""Rate cards, add-ons and price lines over HTTP."""

from typing import Annotated, Any, Self
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import QueryParameter

from houseful.audit import AlreadyExists, StillInUse
from houseful.hire.bookings.times import OVERRIDE
from houseful.hire.rates import offers, queries, service
from houseful.hire.rates.problems import NoRate, NotEnoughStock
from houseful.hire.rates.schemas import (
    AddOnChanges,
    AddOnView,
    ChargeOverride,
    ChargeView,
    NewAddOn,
    NewCharge,
    NewRateCard,
    Pricing,
    QuoteView,
    RateCardChanges,
    RateCardView,
)
from houseful.kernel.http import Caller, ExpectedVersion, Page, delete, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import IllegalTransition
from houseful.venues import require_whole_house

RATE_CARDS = "/api/v1/rate-cards"
ADD_ONS = "/api/v1/hire-add-ons"
CHARGES = "/api/v1/booking-charges"
VenueId = Annotated[UUID | None, QueryParameter(name="venueId")]
RateCardId = Annotated[UUID | None, QueryParameter(name="rateCardId")]
IsActive = Annotated[bool | None, QueryParameter(name="isActive")]


class Charges(msgspec.Struct, rename="camel", kw_only=True):
    """The price lines of a booking."""

    items: list[ChargeView]

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the view."""
        return cls(items=[ChargeView.of(each) for each in row])


@get(RATE_CARDS, permission="venue.rates.read", module="venue", summary="List the rate cards")
async def list_rate_cards(
    caller: Caller, window: Window, venue_id: VenueId = None, is_active: IsActive = None
) -> Page[RateCardView]:
    """List the rate cards, of one venue or of all."""
    return await caller.read_page(
        queries.list_rate_cards,
        window=window,
        view=RateCardView,
        venue_id=venue_id,
        is_active=is_active,
    )


@post(
    RATE_CARDS,
    permission="venue.rates.create",
    module="venue",
    summary="Make a rate card",
    raises=[AlreadyExists],
)
async def create_rate_card(caller: Caller, data: NewRateCard) -> Response[RateCardView]:
    """Make a rate card: prices by hour, day or event, by space, set-up, weekday and season."""
    require_whole_house(caller.access.space_ids)
    return await caller.create(offers.create_rate_card, data, view=RateCardView, at=RATE_CARDS)


@get(
    RATE_CARDS + "/{rate_card_id:uuid}",
    permission="venue.rates.read",
    module="venue",
    summary="Read a rate card",
)
async def read_rate_card(caller: Caller, rate_card_id: UUID) -> Response[RateCardView]:
    """Read one; its ETag is what a change must name."""
    return await caller.read(queries.get_rate_card, rate_card_id, view=RateCardView)


@patch(
    RATE_CARDS + "/{rate_card_id:uuid}",
    permission="venue.rates.update",
    module="venue",
    summary="Change a rate card",
    raises=[AlreadyExists],
)
async def update_rate_card(
    caller: Caller, rate_card_id: UUID, data: RateCardChanges, expected_version: ExpectedVersion
) -> Response[RateCardView]:
    """Change what is given; what was priced before stays as it was."""
    require_whole_house(caller.access.space_ids)
    return await caller.change(
        offers.update_rate_card, rate_card_id, expected_version, data, view=RateCardView
    )


@delete(
    RATE_CARDS + "/{rate_card_id:uuid}",
    permission="venue.rates.delete",
    module="venue",
    summary="Remove a rate card",
    raises=[StillInUse],
)
async def remove_rate_card(caller: Caller, rate_card_id: UUID) -> None:
    """Remove what no booking was priced by; otherwise switch it off."""
    require_whole_house(caller.access.space_ids)
    await caller.remove(offers.remove_rate_card, rate_card_id)


@get(ADD_ONS, permission="venue.rates.read", module="venue", summary="List the add-ons")
async def list_add_ons(
    caller: Caller, window: Window, venue_id: VenueId = None, is_active: IsActive = None
) -> Page[AddOnView]:
    """List the services and equipment that can be had with spaces."""
    return await caller.read_page(
        queries.list_add_ons,
        window=window,
        view=AddOnView,
        venue_id=venue_id,
        is_active=is_active,
    )


@post(
    ADD_ONS,
    permission="venue.rates.create",
    module="venue",
    summary="Make an add-on",
    raises=[AlreadyExists],
)
async def create_add_on(caller: Caller, data: NewAddOn) -> Response[AddOnView]:
    """Offer a service or a piece of equipment."""
    require_whole_house(caller.access.space_ids)
    return await caller.create(offers.create_add_on, data, view=AddOnView, at=ADD_ONS)


@get(
    ADD_ONS + "/{add_on_id:uuid}",
    permission="venue.rates.read",
    module="venue",
    summary="Read an add-on",
)
async def read_add_on(caller: Caller, add_on_id: UUID) -> Response[AddOnView]:
    """Read one; its ETag is what a change must name."""
    return await caller.read(queries.get_add_on, add_on_id, view=AddOnView)


@patch(
    ADD_ONS + "/{add_on_id:uuid}",
    permission="venue.rates.update",
    module="venue",
    summary="Change an add-on",
    raises=[AlreadyExists, NotEnoughStock],
)
async def update_add_on(
    caller: Caller, add_on_id: UUID, data: AddOnChanges, expected_version: ExpectedVersion
) -> Response[AddOnView]:
    """Change what is given; what was priced before stays as it was."""
    require_whole_house(caller.access.space_ids)
    return await caller.change(
        offers.update_add_on, add_on_id, expected_version, data, view=AddOnView
    )


@delete(
    ADD_ONS + "/{add_on_id:uuid}",
    permission="venue.rates.delete",
    module="venue",
    summary="Remove an add-on",
    raises=[StillInUse],
)
async def remove_add_on(caller: Caller, add_on_id: UUID) -> None:
    """Remove what no booking was priced by; otherwise switch it off."""
    require_whole_house(caller.access.space_ids)
    await caller.remove(offers.remove_add_on, add_on_id)


@get(
    "/api/v1/bookings/{booking_id:uuid}/quote",
    permission="venue.bookings.read",
    module="venue",
    summary="Quote a booking",
    raises=[NoRate],
)
async def quote_booking(
    caller: Caller, booking_id: UUID, rate_card_id: RateCardId = None
) -> Response[QuoteView]:
    """Say what the spaces cost by a rate card, step by step; nothing is written down."""
    return await caller.read(
        service.quote_booking,
        booking_id,
        Pricing(rate_card_id=rate_card_id),
        view=QuoteView,
        scope=caller.access.space_ids,
    )


@get(
    "/api/v1/bookings/{booking_id:uuid}/charges",
    permission="venue.bookings.read",
    module="venue",
    summary="List a booking's price lines",
)
async def list_charges(caller: Caller, booking_id: UUID) -> Response[Charges]:
    """List what the booking costs, line by line."""
    return await caller.read(
        queries.list_charges, booking_id, view=Charges, scope=caller.access.space_ids
    )


@post(
    "/api/v1/bookings/{booking_id:uuid}/price",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Price a booking",
    raises=[NoRate, IllegalTransition],
)
async def price_booking(caller: Caller, booking_id: UUID, data: Pricing) -> Response[Charges]:
    """Write down what the spaces cost; overridden lines and add-ons stay."""
    return await caller.change(
        service.price_booking, booking_id, data, view=Charges, scope=caller.access.space_ids
    )


@post(
    "/api/v1/bookings/{booking_id:uuid}/charges",
    permission="venue.bookings.update",
    module="venue",
    summary="Add a price line",
    raises=[NotEnoughStock, IllegalTransition],
)
async def add_charge(caller: Caller, booking_id: UUID, data: NewCharge) -> Response[ChargeView]:
    """Add a service, a piece of equipment, or a line of one's own with its reason."""
    return await caller.create(
        service.add_charge,
        booking_id,
        data,
        view=ChargeView,
        at=CHARGES,
        scope=caller.access.space_ids,
        may_override=caller.access.allows(OVERRIDE),
    )


@get(
    CHARGES + "/{charge_id:uuid}",
    permission="venue.bookings.read",
    module="venue",
    summary="Read a price line",
)
async def read_charge(caller: Caller, charge_id: UUID) -> Response[ChargeView]:
    """Read one price line, and how it was reckoned."""
    return await caller.read(
        queries.get_charge, charge_id, view=ChargeView, scope=caller.access.space_ids
    )


@patch(
    CHARGES + "/{charge_id:uuid}",
    permission=OVERRIDE,
    module="venue",
    summary="Override a price",
    raises=[IllegalTransition],
)
async def override_charge(
    caller: Caller, charge_id: UUID, data: ChargeOverride, expected_version: ExpectedVersion
) -> Response[ChargeView]:
    """Set another amount, and say why."""
    return await caller.change(
        service.override_charge,
        charge_id,
        expected_version,
        data,
        view=ChargeView,
        scope=caller.access.space_ids,
    )


@delete(
    CHARGES + "/{charge_id:uuid}",
    permission="venue.bookings.update",
    module="venue",
    summary="Remove a price line",
    raises=[IllegalTransition],
)
async def remove_charge(caller: Caller, charge_id: UUID) -> None:
    """Take a price line off; one that was set by hand, only who may override."""
    await caller.remove(
        service.remove_charge,
        charge_id,
        scope=caller.access.space_ids,
        may_override=caller.access.allows(OVERRIDE),
    )


handlers = [
    list_rate_cards,
    create_rate_card,
    read_rate_card,
    update_rate_card,
    remove_rate_card,
    list_add_ons,
    create_add_on,
    read_add_on,
    update_add_on,
    remove_add_on,
    quote_booking,
    list_charges,
    price_booking,
    add_charge,
    read_charge,
    override_charge,
    remove_charge,
]
