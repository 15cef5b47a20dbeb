"""Accounts on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from houseful.accounts.models import Role
from houseful.accounts.permissions import granted_by
from houseful.accounts.queries import Place
from houseful.accounts.users import EMAIL_PATTERN, NAME_MAX_CHARACTERS
from houseful.kernel.business_day import DAY_BEGINS_HOUR_MAX
from houseful.kernel.http import Body, View

Email = Annotated[str, msgspec.Meta(pattern=EMAIL_PATTERN, max_length=254)]
Password = Annotated[str, msgspec.Meta(max_length=1000, pattern="^[^\\x00]*$")]
Name = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=NAME_MAX_CHARACTERS, pattern="^[^\\x00]*[^\\s\\x00]"),
]
Slug = Annotated[str, msgspec.Meta(min_length=1, max_length=63, pattern="^[a-z0-9-]+$")]
DayBeginsHour = Annotated[
    int,
    msgspec.Meta(
        ge=0,
        le=DAY_BEGINS_HOUR_MAX,
        description="What ends before this hour belongs to the evening before.",
    ),
]
BillingAddress = Annotated[
    str,
    msgspec.Meta(
        max_length=500,
        pattern="^[^\\x00]*$",
        description="As it stands on invoices: the legal name, street, town and country, by line.",
    ),
]
TaxNumber = Annotated[str, msgspec.Meta(max_length=40, pattern="^[^\\x00-\\x1f]*$")]
AccountNumber = Annotated[str, msgspec.Meta(max_length=50, pattern="^[A-Za-z0-9 ]*$")]
Token = Annotated[str, msgspec.Meta(min_length=10, max_length=200, pattern="^[A-Za-z0-9_-]+$")]
Permission = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]+(\.[a-z_]+)*(\.\*)?$", max_length=80)]


class SignInBody(Body):
    """An e-mail address and its password."""

    email: Email
    password: Password


class RefreshBody(Body):
    """The refresh token of the last answer."""

    refresh_token: Token


class TokensView(View):
    """An access token for `expires_in` seconds, and the refresh token for the next."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 (a scheme, not a secret)


class SignUpBody(Body):
    """A new organisation, with its first owner."""

    email: Email
    password: Password
    name: Name
    organization_name: Name
    slug: Slug
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] = "EUR"
    timezone: Annotated[str, msgspec.Meta(max_length=64)] = "Europe/Berlin"
    locale: Annotated[str, msgspec.Meta(max_length=20)] = "en"


class PasswordResetBody(Body):
    """Whose password is forgotten."""

    email: Email


class NewPasswordBody(Body):
    """The link's token and the new password."""

    token: Token
    password: Password


class MeView(View):
    """The signed-in person."""

    id: UUID
    email: str
    name: str
    is_platform_admin: bool
    organizations: list[Place]


class OrganizationView(View):
    """An organisation."""

    id: UUID
    name: str
    slug: str
    status: str
    plan: str
    currency: str
    timezone: str
    locale: str
    day_begins_hour: int
    billing_address: str
    tax_number: str
    iban: str
    bic: str
    created_at: datetime
    version: int


class OrganizationChanges(Body):
    """What is given is changed."""

    name: Name | None = None
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] | None = None
    timezone: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    locale: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    day_begins_hour: DayBeginsHour | None = None
    billing_address: BillingAddress | None = None
    tax_number: TaxNumber | None = None
    iban: AccountNumber | None = None
    bic: AccountNumber | None = None


class EntitlementsView(View):
    """What the plan includes."""

    plan: str
    modules: list[str]
    venue_limit: int


class NewMember(Body):
    """Who joins, and as what; somebody without an account is invited by mail."""

    email: Email
    name: Name
    role: Name
    space_ids: list[UUID] | None = None


class MemberChanges(Body):
    """The member's new role and scope."""

    role: Name
    space_ids: list[UUID] | None = None


class MemberView(View):
    """A member."""

    id: UUID
    user_id: UUID
    email: str
    name: str
    status: str
    role: str
    space_ids: list[Any] | None
    last_login_at: datetime | None
    version: int


class NewRole(Body):
    """A role of the organisation's own."""

    name: Name
    permissions: Annotated[list[Permission], msgspec.Meta(max_length=200)]


class RoleChanges(Body):
    """What the role may do from now on."""

    permissions: Annotated[list[Permission], msgspec.Meta(max_length=200)]


class RoleView(View):
    """A role."""

    id: UUID
    name: str
    permissions: list[str]
    is_built_in: bool
    version: int

    @classmethod
    def of(cls, row: Role) -> "RoleView":
        """Make the view; built-in roles grant what this release says."""
        granted = granted_by(row.name, row.permissions, is_built_in=row.is_built_in)
        return cls(
            id=row.id,
            name=row.name,
            permissions=sorted(granted),
            is_built_in=row.is_built_in,
            version=row.version,
        )


class NewBusinessUnit(Body):
    """A part of the organisation."""

    name: Name


class BusinessUnitView(View):
    """A part of the organisation."""

    id: UUID
    name: str
    version: int
