"""What is sent to people: notifications, the attempts to deliver them, and tickets by mail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Times, Versioned

PRIVATE = {"is_private": True}


class Template(TenantKey, Versioned, Base):
    """An organisation's own wording of a kind of message; the built-in one holds without it."""

    __tablename__ = "templates"
    __table_args__ = (UniqueConstraint("organization_id", "kind", "locale"),)

    kind: Mapped[str]
    locale: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]


class Notification(TenantKey, Versioned, Base):
    """A message to somebody; `source_key` makes it one, however often it is asked for."""

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'sent', 'kept', 'failed')", name="status"),
        UniqueConstraint("organization_id", "source_key"),
    )

    kind: Mapped[str]
    source_key: Mapped[str]
    recipient: Mapped[str] = mapped_column(info=PRIVATE)
    subject: Mapped[str]
    text: Mapped[str] = mapped_column(info=PRIVATE)
    status: Mapped[str] = mapped_column(default="queued")
    sent_at: Mapped[datetime | None] = mapped_column(default=None)


class Attachment(TenantKey, Times, Base):
    """A file that goes with a notification."""

    __tablename__ = "attachments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "notification_id"],
            ["notifications.organization_id", "notifications.id"],
        ),
        Index("attachments_notification_idx", "organization_id", "notification_id"),
    )

    notification_id: Mapped[UUID]
    name: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(info=PRIVATE)


class DeliveryAttempt(TenantKey, Base):
    """One try to deliver a notification, and how it ended."""

    __tablename__ = "delivery_attempts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "notification_id"],
            ["notifications.organization_id", "notifications.id"],
        ),
        Index("delivery_attempts_notification_idx", "organization_id", "notification_id"),
    )

    notification_id: Mapped[UUID]
    channel: Mapped[str]
    at: Mapped[datetime]
    is_delivered: Mapped[bool]
    error: Mapped[str]


class TicketDelivery(TenantKey, Times, Base):
    """The tickets of an order, on their way to the buyer."""

    __tablename__ = "ticket_deliveries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "notification_id"],
            ["notifications.organization_id", "notifications.id"],
        ),
        UniqueConstraint("organization_id", "notification_id"),
        Index("ticket_deliveries_order_idx", "organization_id", "order_id"),
    )

    order_id: Mapped[UUID]
    notification_id: Mapped[UUID]
