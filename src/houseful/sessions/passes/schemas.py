"""Passes on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.kernel.http import Body, View

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=2000)]
Price = Annotated[int, Meta(ge=0, le=100_000_000, description="In minor units.")]
BasisPoints = Annotated[int, Meta(ge=0, le=10_000)]
Count = Annotated[int, Meta(ge=1, le=10_000)]
Weekdays = Annotated[list[Annotated[int, Meta(ge=0, le=6)]], Meta(max_length=7)]
Clock = Annotated[str, Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$", description="Such as 09:00.")]
Activities = Annotated[list[UUID], Meta(max_length=200)]
Extras = Annotated[
    list[UUID], Meta(max_length=20, description="One of each is included in a visit.")
]
Policy = Literal["none", "full", "proportional"]
Till = Literal["cash", "card_terminal", "wallet"]


class NewPass(Body):
    """A pass to be offered; without a limit it is unlimited, without validity it never ends."""

    name: Name
    price: Price
    description: Text = ""
    tax_basis_points: BasisPoints = 0
    sessions_limit: Count | None = None
    validity_days: Count | None = None
    activity_ids: Activities = msgspec.field(default_factory=list[UUID])
    extra_ids: Extras = msgspec.field(default_factory=list[UUID])
    weekdays: Weekdays = msgspec.field(default_factory=list[int])
    from_time: Clock = ""
    until_time: Clock = ""
    daily_cap: Count | None = None
    weekly_cap: Count | None = None
    freeze_days_max: Annotated[int, Meta(ge=0, le=3650)] = 0
    is_shared: bool = False
    cancel_refund_policy: Policy = "none"


class PassChanges(Body):
    """What is given changes; what was sold stays as it was sold."""

    name: Name | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    is_on_sale: bool | UnsetType = UNSET
    freeze_days_max: Annotated[int, Meta(ge=0, le=3650)] | UnsetType = UNSET
    cancel_refund_policy: Policy | UnsetType = UNSET


class PassView(View):
    """A pass as it is offered."""

    id: UUID
    name: str
    description: str
    price: int
    currency: str
    tax_basis_points: int
    sessions_limit: int | None
    validity_days: int | None
    activity_ids: list[Any]
    extra_ids: list[Any]
    weekdays: list[Any]
    from_time: str
    until_time: str
    daily_cap: int | None
    weekly_cap: int | None
    freeze_days_max: int
    is_shared: bool
    cancel_refund_policy: str
    is_on_sale: bool
    version: int


class PassSale(Body):
    """A pass is sold at the desk: for cash, by a card at the terminal, or from the wallet.

    `reference` is what the terminal printed.
    """

    customer_id: UUID
    pass_id: UUID
    payment: Till = "cash"
    reference: Annotated[str, Meta(max_length=80)] = ""


class CustomerPassView(View):
    """A pass that a customer has."""

    id: UUID
    customer_id: UUID
    pass_id: UUID
    name: str
    status: str
    price: int
    currency: str
    sessions_limit: int | None
    sessions_used: int
    starts_at: datetime | None
    expires_at: datetime | None
    frozen_from: datetime | None
    is_shared: bool
    created_at: datetime
    version: int


class PassEnd(Body):
    """Why a pass ends."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class PassOrder(Body):
    """A pass is bought on line; the browser goes to `returnPath` after paying."""

    pass_id: UUID
    return_path: Annotated[str, Meta(max_length=300, pattern=r"^(/[^/\\\x00][^\\\x00]*)?$")] = ""
