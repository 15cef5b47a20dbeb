"""Rate cards, add-ons, and the price lines of bookings."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    Date,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Times, Versioned


class RateCard(TenantKey, Versioned, Base):
    """Prices of a venue's spaces, in one currency, for a time."""

    __tablename__ = "rate_cards"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "venue_id"], ["venues.organization_id", "venues.id"]
        ),
        UniqueConstraint("organization_id", "venue_id", "name"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("tax_basis_points BETWEEN 0 AND 100000", name="tax"),
        CheckConstraint("valid_from <= valid_until", name="valid"),
    )

    venue_id: Mapped[UUID]
    name: Mapped[str]
    currency: Mapped[str]
    tax_basis_points: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date | None] = mapped_column(Date, default=None)
    valid_until: Mapped[date | None] = mapped_column(Date, default=None)
    is_active: Mapped[bool] = mapped_column(default=True)
    rates: Mapped[list[Any]] = mapped_column(default=list)


class AddOn(TenantKey, Versioned, Base):
    """A service or a piece of equipment to be had with a space; without `stock`, no end of it."""

    __tablename__ = "hire_add_ons"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "venue_id"], ["venues.organization_id", "venues.id"]
        ),
        UniqueConstraint("organization_id", "venue_id", "name"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("kind IN ('service', 'equipment')", name="kind"),
        CheckConstraint("unit IN ('each', 'hour', 'day', 'person')", name="unit"),
        CheckConstraint("amount_minor >= 0", name="amount"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("tax_basis_points BETWEEN 0 AND 100000", name="tax"),
        CheckConstraint("stock >= 0", name="stock"),
    )

    venue_id: Mapped[UUID]
    name: Mapped[str]
    kind: Mapped[str]
    unit: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    tax_basis_points: Mapped[int] = mapped_column(default=0)
    stock: Mapped[int | None] = mapped_column(default=None)
    is_active: Mapped[bool] = mapped_column(default=True)


class Charge(TenantKey, Versioned, Base):
    """A price line of a booking, as it was reckoned then; `trace` says how.

    An overridden one says why, and is left alone when the booking is priced again.
    """

    __tablename__ = "booking_charges"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "booking_id"], ["bookings.organization_id", "bookings.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "booking_space_id"],
            ["booking_spaces.organization_id", "booking_spaces.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "rate_card_id"], ["rate_cards.organization_id", "rate_cards.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "add_on_id"], ["hire_add_ons.organization_id", "hire_add_ons.id"]
        ),
        CheckConstraint("kind IN ('rent', 'service', 'equipment', 'other')", name="kind"),
        CheckConstraint("description <> ''", name="description"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("tax_basis_points BETWEEN 0 AND 100000", name="tax"),
        CheckConstraint("NOT is_overridden OR override_reason <> ''", name="override"),
        Index("booking_charges_booking_id_idx", "organization_id", "booking_id"),
    )

    booking_id: Mapped[UUID]
    booking_space_id: Mapped[UUID | None] = mapped_column(default=None)
    rate_card_id: Mapped[UUID | None] = mapped_column(default=None)
    add_on_id: Mapped[UUID | None] = mapped_column(default=None)
    kind: Mapped[str]
    description: Mapped[str]
    quantity: Mapped[int] = mapped_column(default=1)
    unit_minor: Mapped[int]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    tax_basis_points: Mapped[int] = mapped_column(default=0)
    trace: Mapped[list[Any]] = mapped_column(default=list)
    is_overridden: Mapped[bool] = mapped_column(default=False)
    override_reason: Mapped[str] = mapped_column(default="")


class AddOnTaking(TenantKey, Times, Base):
    """So many of an add-on that a firm booking takes for a time.

    The trigger `add_on_takings_within_stock` refuses what would be more at once than there is.
    """

    __tablename__ = "add_on_takings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "booking_id"], ["bookings.organization_id", "bookings.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "charge_id"],
            ["booking_charges.organization_id", "booking_charges.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "add_on_id"], ["hire_add_ons.organization_id", "hire_add_ons.id"]
        ),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("NOT isempty(during)", name="during"),
        Index("add_on_takings_booking_id_idx", "organization_id", "booking_id"),
        Index("add_on_takings_charge_id_idx", "organization_id", "charge_id"),
        Index(
            "add_on_takings_taken_idx",
            "organization_id",
            "add_on_id",
            "taken_from",
            "taken_until",
            postgresql_using="gist",
        ),
    )

    booking_id: Mapped[UUID]
    charge_id: Mapped[UUID]
    add_on_id: Mapped[UUID]
    quantity: Mapped[int]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    taken_from: Mapped[datetime] = mapped_column(Computed("lower(during)", persisted=True))
    taken_until: Mapped[datetime] = mapped_column(Computed("upper(during)", persisted=True))
