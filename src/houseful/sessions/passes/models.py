"""Passes, those that customers hold, and every visit that was taken from one or given back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Times, Versioned


class PassTerms:
    """What a pass is good for; the customer's keeps what was sold, whatever is offered later.

    `sessions_limit` None is as often as one likes; `validity_days` from the first use, None for
    ever; `activity_ids` empty is all of them; a visit includes one of each of `extra_ids`;
    `weekdays` (0 is Monday) and the local times say when sessions must begin.
    """

    name: Mapped[str]
    price: Mapped[int]
    currency: Mapped[str]
    tax_basis_points: Mapped[int] = mapped_column(default=0)
    sessions_limit: Mapped[int | None] = mapped_column(default=None)
    validity_days: Mapped[int | None] = mapped_column(default=None)
    activity_ids: Mapped[list[Any]] = mapped_column(default=list)
    extra_ids: Mapped[list[Any]] = mapped_column(default=list)
    weekdays: Mapped[list[Any]] = mapped_column(default=list)
    from_time: Mapped[str] = mapped_column(default="")
    until_time: Mapped[str] = mapped_column(default="")
    daily_cap: Mapped[int | None] = mapped_column(default=None)
    weekly_cap: Mapped[int | None] = mapped_column(default=None)
    freeze_days_max: Mapped[int] = mapped_column(default=0)
    is_shared: Mapped[bool] = mapped_column(default=False)
    cancel_refund_policy: Mapped[str] = mapped_column(default="none")


TERMS_CHECKS = (
    ("name <> ''", "name"),
    ("price >= 0", "price"),
    ("tax_basis_points BETWEEN 0 AND 10000", "tax"),
    ("sessions_limit > 0", "limit"),
    ("validity_days > 0", "validity"),
    ("daily_cap > 0 AND weekly_cap > 0", "caps"),
    ("cancel_refund_policy IN ('none', 'full', 'proportional')", "refund_policy"),
)


class Pass(TenantKey, PassTerms, Versioned, Base):
    """A pass as it is offered."""

    __tablename__ = "passes"
    __table_args__ = (
        UniqueConstraint("organization_id", "name"),
        *(CheckConstraint(rule, name=name) for rule, name in TERMS_CHECKS),
    )

    description: Mapped[str] = mapped_column(default="")
    is_on_sale: Mapped[bool] = mapped_column(default=True)


class CustomerPass(TenantKey, PassTerms, Versioned, Base):
    """A pass that a customer has bought. Its clock starts at its first use.

    `deferred_minor` is what of its price has not yet been earned or moved to a booking.
    """

    __tablename__ = "customer_passes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["company_customers.organization_id", "company_customers.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "pass_id"], ["passes.organization_id", "passes.id"]
        ),
        *(CheckConstraint(rule, name=name) for rule, name in TERMS_CHECKS),
        CheckConstraint(
            "status IN ('awaiting_payment', 'pending', 'active', 'paused', 'expired', 'cancelled')",
            name="status",
        ),
        CheckConstraint(
            "sessions_used >= 0 AND (sessions_limit IS NULL OR sessions_used <= sessions_limit)",
            name="used",
        ),
        CheckConstraint("deferred_minor >= 0", name="deferred"),
        Index("customer_passes_customer_idx", "organization_id", "customer_id"),
    )

    customer_id: Mapped[UUID]
    pass_id: Mapped[UUID]
    status: Mapped[str]
    sessions_used: Mapped[int] = mapped_column(default=0)
    deferred_minor: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime | None] = mapped_column(default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    frozen_from: Mapped[datetime | None] = mapped_column(default=None)
    frozen_days_used: Mapped[int] = mapped_column(default=0)
    return_path: Mapped[str] = mapped_column(default="")


class EntitlementMovement(TenantKey, Times, Base):
    """A visit taken from a pass for a booking, or given back to it: each once in a turn.

    There is another turn only where a place that is billed afterwards is billed anew. `local_day`
    is the session's day in its zone, which the caps count; `value_minor` moved with it.
    """

    __tablename__ = "entitlement_movements"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "customer_pass_id"],
            ["customer_passes.organization_id", "customer_passes.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "booking_id"],
            ["session_bookings.organization_id", "session_bookings.id"],
        ),
        UniqueConstraint("organization_id", "booking_id", "kind", "turn"),
        CheckConstraint("kind IN ('consume', 'restore')", name="kind"),
        Index("entitlement_movements_pass_idx", "organization_id", "customer_pass_id", "local_day"),
    )

    customer_pass_id: Mapped[UUID]
    booking_id: Mapped[UUID]
    kind: Mapped[str]
    turn: Mapped[int] = mapped_column(default=1)
    local_day: Mapped[str]
    value_minor: Mapped[int]
