"""An organisation's customers, and those for whom they book."""

from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Versioned

PRIVATE = {"is_private": True}


class CompanyCustomer(TenantKey, Versioned, Base):
    """Somebody who books at the organisation; a guest has no user until they claim it.

    A member of a family is a customer with a `guardian_id`: they attend, the guardian pays.
    `may_owe` says whether sessions can be billed afterwards.
    """

    __tablename__ = "company_customers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "guardian_id"],
            ["company_customers.organization_id", "company_customers.id"],
        ),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("guardian_id <> id", name="guardian"),
        CheckConstraint("guardian_id IS NULL OR user_id IS NULL", name="family"),
        Index(
            "company_customers_user_idx",
            "organization_id",
            "user_id",
            unique=True,
            postgresql_where=text("user_id IS NOT NULL"),
        ),
        Index("company_customers_guardian_idx", "organization_id", "guardian_id"),
    )

    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), default=None)
    guardian_id: Mapped[UUID | None] = mapped_column(default=None)
    name: Mapped[str] = mapped_column(info=PRIVATE)
    email: Mapped[str] = mapped_column(default="", info=PRIVATE)
    phone: Mapped[str] = mapped_column(default="", info=PRIVATE)
    may_owe: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="", info=PRIVATE)


class SlotAttendee(TenantKey, Versioned, Base):
    """Somebody who has their place in every session of a series, billed when each is over."""

    __tablename__ = "slot_attendees"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "series_id"],
            ["session_series.organization_id", "session_series.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["company_customers.organization_id", "company_customers.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "attendee_id"],
            ["company_customers.organization_id", "company_customers.id"],
        ),
        UniqueConstraint("organization_id", "series_id", "attendee_id"),
        CheckConstraint("status IN ('active', 'paused', 'cancelled')", name="status"),
    )

    series_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    attendee_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(default="active")
