"""What is on sale, and who holds it, on the wire. Amounts called `…Minor` are in minor units."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.kernel.http import Body, View
from houseful.kernel.money import Money
from houseful.ticketing.hold_commands import HoldState
from houseful.ticketing.pricing import TraceStep

Name = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"\S")]
Text = Annotated[str, Meta(max_length=2000)]
CategoryKey = Annotated[str, Meta(min_length=1, max_length=64)]
BasisPoints = Annotated[int, Meta(ge=0, le=10_000, description="100 are one per cent.")]
Amount = Annotated[int, Meta(ge=0, le=10**12, description="In minor units: 12500 is 125.00.")]
SeatNumber = Annotated[int, Meta(ge=0, le=1_000_000)]
Seconds = Annotated[int, Meta(ge=0, le=14_400)]
Instant = Annotated[datetime, Meta(tz=True, description="RFC 3339 with an offset.")]
Channels = Annotated[list[Literal["online", "box_office"]], Meta(min_length=1, max_length=2)]
Token = Annotated[str, Meta(min_length=20, max_length=100)]


class SaleSettings(Body):
    """How an event is sold; what is left out stays."""

    fee_fixed: Amount | UnsetType = UNSET
    fee_basis_points: BasisPoints | UnsetType = UNSET
    is_fee_passed_on: bool | UnsetType = UNSET
    is_fee_refundable: bool | UnsetType = UNSET
    tax_basis_points: BasisPoints | UnsetType = UNSET
    is_tax_inclusive: bool | UnsetType = UNSET
    hold_ttl_seconds: Annotated[int, Meta(ge=30, le=3600)] | UnsetType = UNSET
    hold_cap_seconds: Annotated[int, Meta(ge=30, le=14_400)] | UnsetType = UNSET
    max_tickets_per_hold: Annotated[int, Meta(ge=1, le=100)] | UnsetType = UNSET
    payment_deadline_seconds: Annotated[int, Meta(ge=60, le=14_400)] | UnsetType = UNSET
    refuses_orphans: bool | UnsetType = UNSET


class LayoutBinding(Body):
    """Which published layout's places an event sells, and how; what is left out stays."""

    layout_id: UUID | None = None
    settings: SaleSettings = msgspec.field(default_factory=SaleSettings)


class NewPool(Body):
    """Places without numbers."""

    name: Name
    category_key: CategoryKey
    capacity: Annotated[int, Meta(ge=0, le=1_000_000)]


class NewCapacity(Body):
    """How many places a pool has from now on."""

    capacity: Annotated[int, Meta(ge=0, le=1_000_000)]


class SeatBlocking(Body):
    """Seats to be taken off sale, or put back on."""

    seats: Annotated[list[SeatNumber], Meta(min_length=1, max_length=10_000)]
    blocked: bool


class SaleView(View):
    """How an event is sold."""

    event_id: UUID
    layout_id: UUID | None
    currency: str
    fee_fixed: int
    fee_basis_points: int
    is_fee_passed_on: bool
    is_fee_refundable: bool
    tax_basis_points: int
    is_tax_inclusive: bool
    hold_ttl_seconds: int
    hold_cap_seconds: int
    max_tickets_per_hold: int
    payment_deadline_seconds: int
    refuses_orphans: bool
    version: int


class PoolView(View):
    """Places without numbers, and how many are taken."""

    id: UUID
    event_id: UUID
    name: str
    category_key: str
    capacity: int
    sold: int
    held: int


class NewTicketType(Body):
    """Something to be bought: seats of some categories, or places of one pool."""

    event_id: UUID
    name: Name
    description: Text = ""
    categories: Annotated[list[CategoryKey], Meta(max_length=100)] = msgspec.field(
        default_factory=list[str]
    )
    pool_id: UUID | None = None
    sale_starts_at: Instant | None = None
    sale_ends_at: Instant | None = None
    channels: Channels = msgspec.field(default_factory=lambda: ["online", "box_office"])
    min_per_order: Annotated[int, Meta(ge=1, le=100)] = 1
    max_per_order: Annotated[int, Meta(ge=1, le=100)] = 10
    price_kind: Literal["base", "absolute", "percentage"] = "base"
    price_value: Amount | None = None
    display_order: Annotated[int, Meta(ge=0, le=10_000)] = 0
    is_active: bool = True


class TicketTypeChanges(Body):
    """What is to change about a ticket type; what is left out stays."""

    name: Name | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    categories: Annotated[list[CategoryKey], Meta(min_length=1, max_length=100)] | UnsetType = UNSET
    sale_starts_at: Instant | UnsetType | None = UNSET
    sale_ends_at: Instant | UnsetType | None = UNSET
    channels: Channels | UnsetType = UNSET
    min_per_order: Annotated[int, Meta(ge=1, le=100)] | UnsetType = UNSET
    max_per_order: Annotated[int, Meta(ge=1, le=100)] | UnsetType = UNSET
    price_kind: Literal["base", "absolute", "percentage"] | UnsetType = UNSET
    price_value: Amount | UnsetType | None = UNSET
    display_order: Annotated[int, Meta(ge=0, le=10_000)] | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class TicketTypeView(View):
    """A ticket type."""

    id: UUID
    event_id: UUID
    name: str
    description: str
    categories: list[str]
    pool_id: UUID | None
    sale_starts_at: datetime | None
    sale_ends_at: datetime | None
    channels: list[str]
    min_per_order: int
    max_per_order: int
    price_kind: str
    price_value: int | None
    display_order: int
    is_active: bool
    created_at: datetime
    updated_at: datetime
    version: int


class NewCategoryPrice(Body):
    """What a category costs at an event."""

    event_id: UUID
    category_key: CategoryKey
    amount: Amount
    name: Annotated[str, Meta(max_length=120)] = ""
    color: Annotated[str, Meta(pattern=r"^(#[0-9a-fA-F]{3,8})?$")] = ""


class CategoryPriceView(View):
    """What a category costs at an event."""

    id: UUID
    event_id: UUID
    category_key: str
    name: str
    color: str
    amount: int
    version: int


class PoolWishBody(Body):
    """So many places of a pool as one ticket type; on an existing hold, how many there shall be."""

    pool_id: UUID
    ticket_type_id: UUID
    quantity: Annotated[int, Meta(ge=0, le=100)]


class BestAvailable(Body):
    """Let us choose the seats, `wheelchairSpaces` of them. Without seats left: a standing area."""

    quantity: Annotated[int, Meta(ge=1, le=100)]
    wheelchair_spaces: Annotated[int, Meta(ge=0, le=10)] = 0
    category_key: CategoryKey | None = None
    ticket_type_id: UUID | None = None


class NewHold(Body):
    """Places to be kept: seats by number, best available, or places of pools. All or nothing.

    `hasWheelchair`: somebody of the party needs a wheelchair space, or goes with who does.
    """

    event_id: UUID | None = None
    event_slug: Annotated[str, Meta(max_length=80)] | None = None
    seats: Annotated[list[SeatNumber], Meta(max_length=100)] = msgspec.field(
        default_factory=list[int]
    )
    ticket_types: dict[str, UUID] = msgspec.field(default_factory=dict[str, UUID])
    pools: Annotated[list[PoolWishBody], Meta(max_length=20)] = msgspec.field(
        default_factory=list[PoolWishBody]
    )
    best_available: BestAvailable | None = None
    has_wheelchair: bool = False


class HoldChanges(Body):
    """Seats to add and to give back, and how many places of pools there shall be.

    `hasWheelchair`: somebody of the party needs a wheelchair space, or goes with who does.
    """

    seats: Annotated[list[SeatNumber], Meta(max_length=100)] = msgspec.field(
        default_factory=list[int]
    )
    give_back: Annotated[list[SeatNumber], Meta(max_length=100)] = msgspec.field(
        default_factory=list[int]
    )
    ticket_types: dict[str, UUID] = msgspec.field(default_factory=dict[str, UUID])
    pools: Annotated[list[PoolWishBody], Meta(max_length=20)] = msgspec.field(
        default_factory=list[PoolWishBody]
    )
    best_available: BestAvailable | None = None
    has_wheelchair: bool = False


class BasketLine(View):
    """One place in the basket, with its price."""

    seat_number: int | None
    pool_id: UUID | None
    ticket_type_id: UUID
    ticket_type_name: str
    category_key: str
    section_label: str
    row_label: str
    seat_label: str
    unit_price: Money
    charged_fee: Money
    tax: Money
    total: Money
    trace: list[TraceStep]


class BasketView(View):
    """What is held, until when, and for how much. `token` is shown once, to who took the hold."""

    id: UUID
    event_id: UUID
    status: str
    acquired_at: datetime
    expires_at: datetime
    cap_at: datetime
    now: datetime
    version: int
    lines: list[BasketLine]
    charged_fee: Money
    tax: Money
    total: Money
    token: str | None = None


class HoldView(View):
    """A hold as it is after a change; `token` is shown once, to who took it."""

    id: UUID
    event_id: UUID
    status: str
    acquired_at: datetime
    expires_at: datetime
    cap_at: datetime
    version: int
    seats: list[int]
    pools: list[dict[str, Any]]
    token: str | None = None

    @classmethod
    def of(cls, row: HoldState) -> Self:
        """Make the view of a hold's state."""
        return cls(
            id=row.id,
            event_id=row.event_id,
            status=row.status,
            acquired_at=row.acquired_at,
            expires_at=row.expires_at,
            cap_at=row.cap_at,
            version=row.version,
            seats=[seat.seat_number for seat in row.seats],
            pools=[
                {
                    "poolId": str(pool.pool_id),
                    "ticketTypeId": str(pool.ticket_type_id),
                    "quantity": pool.quantity,
                }
                for pool in row.pools
            ],
        )


class OfferedType(View):
    """A ticket type as the public sees it; `price` is the lowest that it can cost, all in."""

    id: UUID
    name: str
    description: str
    categories: list[str]
    pool_id: UUID | None
    sale_state: str
    sale_starts_at: datetime | None
    sale_ends_at: datetime | None
    min_per_order: int
    max_per_order: int
    prices: dict[str, Money]
    available: int | None


class OfferedCategory(View):
    """A category of seats or a pool's, with its price as listed."""

    key: str
    name: str
    color: str
    price: Money


class OfferView(View):
    """What can be bought for an event, and whether it can be bought now."""

    event_id: UUID
    currency: str
    is_on_sale: bool
    has_seats: bool
    max_tickets_per_hold: int
    hold_ttl_seconds: int
    is_fee_passed_on: bool
    ticket_types: list[OfferedType]
    categories: list[OfferedCategory]
