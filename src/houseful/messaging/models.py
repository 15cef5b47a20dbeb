"""What is sent to people: notifications, the attempts to deliver them, and tickets by mail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Times, Versioned

PRIVATE = {"is_private": True}
SIGNATURES = frozenset({"signature_requested", "signature_reminded"})
"""The kinds of message whose link signs a contract in its recipient's name."""


class MailIdentity(Versioned, Base):
    """How an organisation's mail looks, and where answers go."""

    __tablename__ = "mail_identities"
    __table_args__ = (CheckConstraint("color ~ '^(#[0-9a-f]{6})?$'", name="color"),)

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    reply_to: Mapped[str] = mapped_column(default="")
    color: Mapped[str] = mapped_column(default="")
    signature: Mapped[str] = mapped_column(default="")

    @property
    def id(self) -> UUID:
        """The organisation's id: there is one of these for each."""
        return self.organization_id


class Template(TenantKey, Versioned, Base):
    """An organisation's own subject and opening of a kind of message; without it the built-in."""

    __tablename__ = "templates"
    __table_args__ = (UniqueConstraint("organization_id", "kind", "locale"),)

    kind: Mapped[str]
    locale: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]


class Notification(TenantKey, Versioned, Base):
    """A message to somebody; `source_key` makes it one, however often it is asked for.

    It is drafted in the transaction of what it tells about (`subject_id`), written and sent
    afterwards. Between `leased_until` and now nobody else sends it. A `confidential` one holds a
    link that is somebody's password: its content is forgotten once it was sent.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint(
            "status IN ('drafted', 'queued', 'sent', 'kept', 'failed', 'withdrawn')", name="status"
        ),
        CheckConstraint("recipient <> ''", name="recipient"),
        UniqueConstraint("organization_id", "source_key"),
        Index(
            "notifications_due_idx",
            "organization_id",
            "due_at",
            postgresql_where=text("status IN ('drafted', 'queued')"),
        ),
        Index("notifications_subject_idx", "organization_id", "subject_id"),
    )

    kind: Mapped[str]
    source_key: Mapped[str]
    subject_id: Mapped[UUID]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    recipient: Mapped[str] = mapped_column(info=PRIVATE)
    locale: Mapped[str] = mapped_column(default="en")
    is_confidential: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(default="drafted")
    sender_name: Mapped[str] = mapped_column(default="")
    reply_to: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="", info=PRIVATE)
    html: Mapped[str] = mapped_column(default="", info=PRIVATE)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    forgotten_at: Mapped[datetime | None] = mapped_column(default=None)


class Attachment(TenantKey, Times, Base):
    """A file that goes with a notification; its content is forgotten after a while."""

    __tablename__ = "attachments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "notification_id"],
            ["notifications.organization_id", "notifications.id"],
        ),
        UniqueConstraint("organization_id", "notification_id", "name"),
    )

    notification_id: Mapped[UUID]
    name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(default=None, info=PRIVATE)


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
