"""Organisations, people, and what connects them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.business_day import DAY_BEGINS_HOUR
from houseful.kernel.ids import new_id
from houseful.kernel.tables import Base, TenantKey, Versioned

PRIVATE = {"is_private": True}


class Organization(Versioned, Base):
    """A tenant: a venue's company, a promoter.

    Its business day begins at `day_begins_hour`: a show that ends at two belongs to the evening.
    `billing_address` (with the legal name), `tax_number`, `iban` and `bic` stand on its invoices.
    """

    __tablename__ = "organizations"
    __table_args__ = (
        CheckConstraint("status IN ('active', 'suspended', 'closed')", name="status"),
        CheckConstraint("day_begins_hour BETWEEN 0 AND 12", name="day_begins_hour"),
        UniqueConstraint("slug"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    slug: Mapped[str]
    status: Mapped[str] = mapped_column(default="active")
    plan: Mapped[str]
    currency: Mapped[str]
    timezone: Mapped[str]
    locale: Mapped[str]
    day_begins_hour: Mapped[int] = mapped_column(default=DAY_BEGINS_HOUR)
    billing_address: Mapped[str] = mapped_column(default="")
    tax_number: Mapped[str] = mapped_column(default="")
    iban: Mapped[str] = mapped_column(default="")
    bic: Mapped[str] = mapped_column(default="")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    module_overrides: Mapped[dict[str, Any]] = mapped_column(default=dict)


class User(Versioned, Base):
    """A person who signs in, whatever organisations they belong to."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("status IN ('invited', 'active', 'disabled')", name="status"),
        UniqueConstraint("email"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(CITEXT, info=PRIVATE)
    hashed_password: Mapped[str | None] = mapped_column(default=None, info=PRIVATE)
    name: Mapped[str] = mapped_column(info=PRIVATE)
    status: Mapped[str] = mapped_column(default="active")
    is_platform_admin: Mapped[bool] = mapped_column(default=False)
    is_platform_staff: Mapped[bool] = mapped_column(default=False)
    last_login_at: Mapped[datetime | None] = mapped_column(default=None)


class Role(TenantKey, Versioned, Base):
    """A named set of permissions in one organisation."""

    __tablename__ = "roles"
    __table_args__ = (UniqueConstraint("organization_id", "name"),)

    name: Mapped[str]
    permissions: Mapped[list[Any]]
    is_built_in: Mapped[bool] = mapped_column(default=False)


class Membership(TenantKey, Versioned, Base):
    """A person's place in an organisation, perhaps limited to some spaces."""

    __tablename__ = "memberships"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "role_id"], ["roles.organization_id", "roles.id"]),
        UniqueConstraint("organization_id", "user_id"),
        Index("memberships_user_idx", "user_id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    role_id: Mapped[UUID]
    space_ids: Mapped[list[Any] | None] = mapped_column(default=None)


class BusinessUnit(TenantKey, Versioned, Base):
    """A part of an organisation that is looked at by itself."""

    __tablename__ = "business_units"
    __table_args__ = (UniqueConstraint("organization_id", "name"),)

    name: Mapped[str]


class SignIn(Base):
    """A person signed in on one browser or program: a family of refresh tokens, or a page's cookie.

    `token_hash` is of the newest token; `previous_hash` of the one it replaced, so that reuse is
    known for what it is.
    """

    __tablename__ = "sign_ins"
    __table_args__ = (
        CheckConstraint("kind IN ('refresh', 'page')", name="kind"),
        UniqueConstraint("token_hash"),
        Index("sign_ins_user_idx", "user_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str]
    token_hash: Mapped[bytes]
    previous_hash: Mapped[bytes | None] = mapped_column(default=None)
    successor_sealed: Mapped[bytes | None] = mapped_column(default=None)
    rotated_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)


class PasswordReset(Base):
    """A one-time link to a new password: for who forgot theirs, and for who was invited."""

    __tablename__ = "password_resets"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    token_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class SigningKey(Base):
    """A key pair of our token issuer; the private half is sealed."""

    __tablename__ = "signing_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    private_sealed: Mapped[bytes]
    public_jwk: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None] = mapped_column(default=None)


class RateCounter(Base):
    """How often something was tried in a window of time."""

    __tablename__ = "rate_counters"

    name: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
