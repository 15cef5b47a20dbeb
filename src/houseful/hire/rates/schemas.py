"""Rate cards, add-ons and price lines on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.hire.bookings.schemas import RequiredReason, Title
from houseful.hire.rates.rules import AMOUNT_MAX, Amount, Rate, TraceLine
from houseful.kernel.http import Body, View
from houseful.kernel.money import Currency

Tax = Annotated[int, Meta(ge=0, le=100_000, description="Basis points: 1900 is 19 %.")]
Rates = Annotated[list[Rate], Meta(max_length=200)]
Quantity = Annotated[int, Meta(ge=1, le=1_000_000)]
Stock = Annotated[int, Meta(ge=0, le=1_000_000)]
AnyAmount = Annotated[int, Meta(ge=-AMOUNT_MAX, le=AMOUNT_MAX, description="Minor units.")]
AddOnKind = Literal["service", "equipment"]
AddOnUnit = Literal["each", "hour", "day", "person"]


class NewRateCard(Body):
    """A rate card to be made."""

    venue_id: UUID
    name: Title
    currency: Currency
    tax_basis_points: Tax = 0
    valid_from: date | None = None
    valid_until: date | None = None
    is_active: bool = True
    rates: Rates = msgspec.field(default_factory=list[Rate])


class RateCardChanges(Body):
    """What is to change about a rate card; what is left out stays. `rates` replaces all."""

    name: Title | UnsetType = UNSET
    tax_basis_points: Tax | UnsetType = UNSET
    valid_from: date | UnsetType | None = UNSET
    valid_until: date | UnsetType | None = UNSET
    is_active: bool | UnsetType = UNSET
    rates: Rates | UnsetType = UNSET


class RateCardView(View):
    """A rate card."""

    id: UUID
    organization_id: UUID
    venue_id: UUID
    name: str
    currency: str
    tax_basis_points: int
    valid_from: date | None
    valid_until: date | None
    is_active: bool
    rates: list[Any]
    created_at: datetime
    updated_at: datetime
    version: int


class NewAddOn(Body):
    """A service or a piece of equipment to be offered with spaces."""

    venue_id: UUID
    name: Title
    kind: AddOnKind
    unit: AddOnUnit
    amount_minor: Amount
    currency: Currency
    tax_basis_points: Tax = 0
    stock: Stock | None = None
    is_active: bool = True


class AddOnChanges(Body):
    """What is to change about an add-on; what is left out stays."""

    name: Title | UnsetType = UNSET
    kind: AddOnKind | UnsetType = UNSET
    unit: AddOnUnit | UnsetType = UNSET
    amount_minor: Amount | UnsetType = UNSET
    tax_basis_points: Tax | UnsetType = UNSET
    stock: Stock | UnsetType | None = UNSET
    is_active: bool | UnsetType = UNSET


class AddOnView(View):
    """A service or a piece of equipment."""

    id: UUID
    organization_id: UUID
    venue_id: UUID
    name: str
    kind: str
    unit: str
    amount_minor: int
    currency: str
    tax_basis_points: int
    stock: int | None
    is_active: bool
    created_at: datetime
    updated_at: datetime
    version: int


class QuotedSpace(msgspec.Struct, rename="camel", kw_only=True):
    """What one space of a booking costs by a rate card; `missingDays` have no rate."""

    booking_space_id: UUID
    space_id: UUID
    description: str
    amount_minor: int
    trace: list[TraceLine]
    missing_days: list[date]


class QuoteView(View):
    """What a booking's spaces cost by a rate card; nothing is written down yet."""

    rate_card_id: UUID
    currency: str
    total_minor: int
    spaces: list[QuotedSpace]


class Pricing(Body):
    """By which rate card a booking is to be priced; without one, the venue's that is valid."""

    rate_card_id: UUID | None = None


class NewCharge(Body):
    """A price line to be added: an add-on at its price, or anything else at a price of one's own.

    A price of one's own needs a reason, and the permission to override prices.
    """

    add_on_id: UUID | None = None
    booking_space_id: UUID | None = None
    quantity: Quantity = 1
    description: Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$")] = ""
    unit_minor: AnyAmount | None = None
    tax_basis_points: Tax | None = None
    reason: Annotated[str, Meta(max_length=500, pattern=r"^[^\x00]*$")] = ""


class ChargeOverride(Body):
    """Another amount for a price line, and why."""

    amount_minor: AnyAmount
    reason: RequiredReason


class ChargeView(View):
    """A price line of a booking."""

    id: UUID
    booking_id: UUID
    booking_space_id: UUID | None
    rate_card_id: UUID | None
    add_on_id: UUID | None
    kind: str
    description: str
    quantity: int
    unit_minor: int
    amount_minor: int
    currency: str
    tax_basis_points: int
    trace: list[Any]
    is_overridden: bool
    override_reason: str
    created_at: datetime
    updated_at: datetime
    version: int
