"""Activities, instructors, resources, extras, series and sessions on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.kernel.http import Body, View

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=5000)]
Short = Annotated[str, Meta(max_length=200)]
Color = Annotated[str, Meta(pattern="^(#[0-9a-fA-F]{6})?$", description="Such as #2f6f9f.")]
PICTURE_BYTES_MAX = 10 * 1024 * 1024
Alt = Annotated[str, Meta(min_length=1, max_length=200, description="What it shows, in words.")]
Picture64 = Annotated[
    str, Meta(min_length=4, max_length=PICTURE_BYTES_MAX * 4 // 3 + 4, description="Base64.")
]
Price = Annotated[int, Meta(ge=0, le=100_000_000, description="In minor units.")]
Percent = Annotated[int, Meta(ge=0, le=100)]
BasisPoints = Annotated[int, Meta(ge=0, le=10_000, description="1900 is 19 %.")]
Minutes = Annotated[int, Meta(ge=5, le=1440)]
Around = Annotated[int, Meta(ge=0, le=480)]
Places = Annotated[int, Meta(ge=1, le=10_000)]
Hours = Annotated[int, Meta(ge=0, le=8760)]
Days = Annotated[int, Meta(ge=1, le=3650)]
WallTime = Annotated[
    str,
    Meta(
        pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$",
        description="As the venue's clock says it: 2030-05-01T18:30.",
    ),
]
WallTimes = Annotated[list[WallTime], Meta(max_length=400)]
Method = Literal["pass", "bonus", "wallet", "card"]
Methods = Annotated[list[Method], Meta(min_length=1, max_length=4)]
ResourceIds = Annotated[list[UUID], Meta(max_length=20)]
Scope = Literal["one", "following", "all"]
ALL_METHODS: tuple[Method, ...] = ("pass", "bonus", "wallet", "card")


class NewActivity(Body):
    """What can be booked; amounts in minor units of the organisation's currency."""

    name: Name
    capacity: Places
    price: Price
    description: Text = ""
    level: Short = ""
    color: Color = ""
    duration_minutes: Minutes = 60
    setup_minutes: Around = 0
    teardown_minutes: Around = 0
    drop_in_price: Price | None = None
    tax_basis_points: BasisPoints = 0
    booking_opens_hours: Hours | None = None
    booking_closes_minutes: Annotated[int, Meta(ge=0, le=43_200)] = 0
    cancellation_window_hours: Hours | None = 24
    late_fee: Price | None = None
    no_show_fee: Price | None = None
    is_refundable: bool = True
    allowed_payment_methods: Methods = msgspec.field(default_factory=lambda: [*ALL_METHODS])
    bonus_share_percent: Percent = 100


class ActivityChanges(Body):
    """What is given changes; sessions that exist keep their prices, bookings their rules."""

    name: Name | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    level: Short | UnsetType = UNSET
    color: Color | UnsetType = UNSET
    duration_minutes: Minutes | UnsetType = UNSET
    setup_minutes: Around | UnsetType = UNSET
    teardown_minutes: Around | UnsetType = UNSET
    capacity: Places | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    drop_in_price: Price | UnsetType | None = UNSET
    tax_basis_points: BasisPoints | UnsetType = UNSET
    booking_opens_hours: Hours | UnsetType | None = UNSET
    booking_closes_minutes: Annotated[int, Meta(ge=0, le=43_200)] | UnsetType = UNSET
    cancellation_window_hours: Hours | UnsetType | None = UNSET
    late_fee: Price | UnsetType | None = UNSET
    no_show_fee: Price | UnsetType | None = UNSET
    is_refundable: bool | UnsetType = UNSET
    allowed_payment_methods: Methods | UnsetType = UNSET
    bonus_share_percent: Percent | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class NewPicture(Body):
    """A picture of an activity: JPEG, PNG or WebP, up to 10 MB."""

    content: Picture64
    alt: Alt


class ActivityView(View):
    """What can be booked."""

    id: UUID
    name: str
    description: str
    picture_url: str
    picture_alt: str
    level: str
    color: str
    duration_minutes: int
    setup_minutes: int
    teardown_minutes: int
    capacity: int
    price: int
    drop_in_price: int | None
    currency: str
    tax_basis_points: int
    booking_opens_hours: int | None
    booking_closes_minutes: int
    cancellation_window_hours: int | None
    late_fee: int | None
    no_show_fee: int | None
    is_refundable: bool
    allowed_payment_methods: list[str]
    bonus_share_percent: int
    is_active: bool
    created_at: datetime
    updated_at: datetime
    version: int


class NewInstructor(Body):
    """Who leads sessions."""

    name: Name
    about: Text = ""


class InstructorChanges(Body):
    """What is given changes."""

    name: Name | UnsetType = UNSET
    about: Text | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class InstructorView(View):
    """Who leads sessions."""

    id: UUID
    name: str
    about: str
    is_active: bool
    version: int


class NewResource(Body):
    """A thing that one session at a time can have."""

    name: Name


class ResourceChanges(Body):
    """What is given changes."""

    name: Name | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class ResourceView(View):
    """A thing that one session at a time can have."""

    id: UUID
    name: str
    is_active: bool
    version: int


class NewExtra(Body):
    """What can be had with a place; without an activity, with every place."""

    name: Name
    price: Price
    activity_id: UUID | None = None
    tax_basis_points: BasisPoints = 0
    stock: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None


class ExtraChanges(Body):
    """What is given changes; what was sold keeps its price."""

    name: Name | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    tax_basis_points: BasisPoints | UnsetType = UNSET
    stock: Annotated[int, Meta(ge=0, le=1000000)] | UnsetType | None = UNSET
    is_active: bool | UnsetType = UNSET


class ExtraView(View):
    """What can be had with a place."""

    id: UUID
    activity_id: UUID | None
    name: str
    price: int
    currency: str
    tax_basis_points: int
    stock: int | None
    is_active: bool
    version: int


class NewSession(Body):
    """A session; what is not given is the activity's."""

    activity_id: UUID
    space_id: UUID
    starts_at: datetime
    duration_minutes: Minutes | None = None
    instructor_id: UUID | None = None
    resource_ids: ResourceIds = msgspec.field(default_factory=list[UUID])
    capacity: Places | None = None
    price: Price | None = None
    drop_in_price: Price | None = None
    note: Short = ""


class DaysOff(Body):
    """Holidays, both days among them."""

    from_date: date
    until_date: date


class NewSeries(Body):
    """Sessions that repeat; what is not given is the activity's.

    `exdates` leaves single times out, `daysOff` all of some days, such as a school's holidays.
    """

    activity_id: UUID
    space_id: UUID
    starts_local: WallTime
    rrule: Annotated[str, Meta(min_length=6, max_length=200)]
    exdates: WallTimes = msgspec.field(default_factory=list[str])
    rdates: WallTimes = msgspec.field(default_factory=list[str])
    days_off: Annotated[list[DaysOff], Meta(max_length=50)] = msgspec.field(
        default_factory=list[DaysOff]
    )
    duration_minutes: Minutes | None = None
    instructor_id: UUID | None = None
    resource_ids: ResourceIds = msgspec.field(default_factory=list[UUID])
    capacity: Places | None = None
    price: Price | None = None
    drop_in_price: Price | None = None


class SessionChanges(Body):
    """What is given changes, of this session, this and the following ones, or all to come.

    Without `isConfirmed` a change of time or place that concerns booked sessions is only told.
    """

    scope: Scope = "one"
    is_confirmed: bool = False
    starts_local: WallTime | UnsetType = UNSET
    duration_minutes: Minutes | UnsetType = UNSET
    space_id: UUID | UnsetType = UNSET
    instructor_id: UUID | UnsetType | None = UNSET
    resource_ids: ResourceIds | UnsetType = UNSET
    capacity: Places | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    drop_in_price: Price | UnsetType | None = UNSET
    note: Short | UnsetType = UNSET


class SessionCancellation(Body):
    """Why it is called off, and for which ones."""

    reason: Short = ""
    scope: Scope = "one"
    is_confirmed: bool = False


class SeriesView(View):
    """Sessions that repeat."""

    id: UUID
    activity_id: UUID
    space_id: UUID
    instructor_id: UUID | None
    resource_ids: list[Any]
    starts_local: datetime
    timezone: str
    duration_minutes: int
    rrule: str
    exdates: list[Any]
    rdates: list[Any]
    capacity: int
    price: int
    drop_in_price: int | None
    materialised_until: datetime
    ended_at: datetime | None
    version: int


class SlotView(View):
    """A session as the public sees it; `status` is available, booked (full), cancelled or ended."""

    id: UUID
    activity_id: UUID
    name: str
    description: str
    level: str
    color: str
    picture_url: str
    picture_alt: str
    space_id: UUID
    space_name: str
    instructor_id: UUID | None
    instructor_name: str
    series_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    timezone: str
    capacity: int
    places_left: int
    price: int
    drop_in_price: int | None
    currency: str
    status: str
    note: str
    is_bookable: bool
    version: int


class Listed(msgspec.Struct, rename="camel", kw_only=True):
    """Sessions between two instants, all of them."""

    items: list[SlotView]

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the view of a list of sessions."""
        return cls(items=[SlotView.of(one) for one in row])


Hour = Annotated[int, Meta(ge=0, le=24, description="An hour of the day.")]


class SettingsChanges(Body):
    """What is given changes."""

    takes_guests: bool | UnsetType = UNSET
    debtors_may_book: bool | UnsetType = UNSET
    debt_limit_minor: Price | UnsetType = UNSET
    debt_age_days: Annotated[int, Meta(ge=0, le=3650)] | UnsetType = UNSET
    hold_minutes: Annotated[int, Meta(ge=1, le=1440)] | UnsetType = UNSET
    offer_minutes: Annotated[int, Meta(ge=5, le=10_080)] | UnsetType = UNSET
    quiet_from: Hour | UnsetType = UNSET
    quiet_until: Hour | UnsetType = UNSET
    refund_second_above: Price | UnsetType = UNSET

    def given(self) -> dict[str, Any]:
        """Return the fields that were given."""
        return {
            name: value
            for name in self.__struct_fields__
            if (value := getattr(self, name)) is not UNSET
        }


class SettingsView(View):
    """An organisation's ways with sessions."""

    takes_guests: bool
    debtors_may_book: bool
    debt_limit_minor: int
    debt_age_days: int
    hold_minutes: int
    offer_minutes: int
    quiet_from: int
    quiet_until: int
    refund_second_above: int
    version: int
