"""Bookings that come again."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Versioned


class BookingSeries(TenantKey, Versioned, Base):
    """A booking that comes again: its rule, in the venue's wall time, and what each date is like.

    `template` is what a new booking is made of, with wall times; the dates that were taken out are
    `skipped`, each with the reason.
    """

    __tablename__ = "booking_series"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "venue_id"], ["venues.organization_id", "venues.id"]
        ),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("rule <> ''", name="rule"),
    )

    venue_id: Mapped[UUID]
    title: Mapped[str]
    rule: Mapped[str]
    starts_on: Mapped[date] = mapped_column(Date)
    timezone: Mapped[str]
    template: Mapped[dict[str, Any]]
    skipped: Mapped[dict[str, Any]] = mapped_column(default=dict)
