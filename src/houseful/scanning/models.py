"""Devices, where they stand, what they scanned, and who is inside."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Versioned

PRIVATE = {"is_private": True}


class Device(TenantKey, Versioned, Base):
    """A scanner: it is enrolled with a code that works once, and then has a key of its own."""

    __tablename__ = "devices"
    __table_args__ = (
        CheckConstraint("status IN ('invited', 'enrolled', 'revoked')", name="status"),
        UniqueConstraint("organization_id", "key_hash"),
        UniqueConstraint("organization_id", "enrol_hash"),
        Index("devices_enrol_idx", "enrol_hash"),
        Index("devices_key_idx", "key_hash"),
    )

    name: Mapped[str]
    status: Mapped[str] = mapped_column(default="invited")
    enrol_hash: Mapped[bytes | None] = mapped_column(default=None, info=PRIVATE)
    enrol_until: Mapped[datetime | None] = mapped_column(default=None)
    key_hash: Mapped[bytes | None] = mapped_column(default=None, info=PRIVATE)
    last_seen_at: Mapped[datetime | None] = mapped_column(default=None)


class GateAssignment(TenantKey, Versioned, Base):
    """Where a device stands, and for which event."""

    __tablename__ = "gate_assignments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "device_id"], ["devices.organization_id", "devices.id"]
        ),
        ForeignKeyConstraint(["organization_id", "gate_id"], ["gates.organization_id", "gates.id"]),
        ForeignKeyConstraint(
            ["organization_id", "event_id"], ["events.organization_id", "events.id"]
        ),
        UniqueConstraint("organization_id", "device_id"),
    )

    device_id: Mapped[UUID]
    gate_id: Mapped[UUID]
    event_id: Mapped[UUID]


class ScanSession(TenantKey, Base):
    """A device's time at one gate of one event."""

    __tablename__ = "scan_sessions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "device_id"], ["devices.organization_id", "devices.id"]
        ),
        ForeignKeyConstraint(["organization_id", "gate_id"], ["gates.organization_id", "gates.id"]),
        ForeignKeyConstraint(
            ["organization_id", "event_id"], ["events.organization_id", "events.id"]
        ),
        Index("scan_sessions_event_idx", "organization_id", "event_id"),
    )

    device_id: Mapped[UUID]
    gate_id: Mapped[UUID]
    event_id: Mapped[UUID]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Scan(TenantKey, Base):
    """One attempt, whatever its result. `id` is the device's, so that a repeat is known."""

    __tablename__ = "scans"
    __table_args__ = (
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
        Index("scans_event_idx", "organization_id", "event_id", "received_at"),
        Index("scans_ticket_idx", "organization_id", "ticket_id"),
    )

    event_id: Mapped[UUID]
    ticket_id: Mapped[UUID | None]
    gate_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    scan_session_id: Mapped[UUID | None]
    direction: Mapped[str]
    result: Mapped[str]
    scanned_at: Mapped[datetime]
    received_at: Mapped[datetime]
    details: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)


class InOutEvent(TenantKey, Base):
    """Somebody came in or went out."""

    __tablename__ = "in_out_events"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "scan_id"], ["scans.organization_id", "scans.id"]),
        UniqueConstraint("organization_id", "scan_id"),
        Index("in_out_events_event_idx", "organization_id", "event_id"),
    )

    event_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    scan_id: Mapped[UUID]
    direction: Mapped[str]
    at: Mapped[datetime]


class Presence(Base):
    """Whether the bearer of a ticket is inside; locked while a scan of it is judged."""

    __tablename__ = "presences"
    __table_args__ = (
        Index(
            "presences_inside_idx",
            "organization_id",
            "event_id",
            postgresql_where=text("is_inside"),
        ),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    ticket_id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    is_inside: Mapped[bool]
    entries: Mapped[int]
