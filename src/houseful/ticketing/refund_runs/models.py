"""A run that gives every order of an event back, and where each order stands in it."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Versioned


class RefundRun(TenantKey, Versioned, Base):
    """All orders of a cancelled event are to be given back; there is one for an event."""

    __tablename__ = "refund_runs"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "event_id"],
            ["event_sales.organization_id", "event_sales.event_id"],
        ),
        UniqueConstraint("organization_id", "event_id"),
    )

    event_id: Mapped[UUID]
    reason: Mapped[str]


class RefundRunOrder(Base):
    """An order of a run: it waits, is done, or failed for a reason."""

    __tablename__ = "refund_run_orders"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "run_id"], ["refund_runs.organization_id", "refund_runs.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "order_id"], ["orders.organization_id", "orders.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "refund_id"], ["refunds.organization_id", "refunds.id"]
        ),
        CheckConstraint("status IN ('waiting', 'done', 'failed')", name="status"),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(default="waiting")
    failure: Mapped[str] = mapped_column(default="")
    refund_id: Mapped[UUID | None] = mapped_column(default=None)
