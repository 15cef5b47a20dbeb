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
        CheckConstraint("(key_hash IS NOT NULL) = (status = 'enrolled')", name="key"),
        UniqueConstraint("organization_id", "name"),
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
    enrolled_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    last_seen_at: Mapped[datetime | None] = mapped_column(default=None)


class GateAssignment(TenantKey, Versioned, Base):
    """Where a device stands on an event's evening."""

    __tablename__ = "gate_assignments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "device_id"], ["devices.organization_id", "devices.id"]
        ),
        ForeignKeyConstraint(["organization_id", "gate_id"], ["gates.organization_id", "gates.id"]),
        ForeignKeyConstraint(
            ["organization_id", "event_id"], ["events.organization_id", "events.id"]
        ),
        UniqueConstraint("organization_id", "device_id", "event_id"),
        Index("gate_assignments_event_idx", "organization_id", "event_id"),
    )

    device_id: Mapped[UUID]
    gate_id: Mapped[UUID]
    event_id: Mapped[UUID]


class ScanSession(TenantKey, Base):
    """The time that a device, or a person with a phone of their own, works at an event's gate."""

    __tablename__ = "scan_sessions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "device_id"], ["devices.organization_id", "devices.id"]
        ),
        ForeignKeyConstraint(["organization_id", "gate_id"], ["gates.organization_id", "gates.id"]),
        ForeignKeyConstraint(
            ["organization_id", "event_id"], ["events.organization_id", "events.id"]
        ),
        CheckConstraint("num_nonnulls(device_id, user_id) = 1", name="worker"),
        CheckConstraint("ended_at >= started_at", name="times"),
        Index("scan_sessions_event_idx", "organization_id", "event_id"),
        Index(
            "scan_sessions_one_open_idx",
            "organization_id",
            text("coalesce(device_id, user_id)"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    device_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    gate_id: Mapped[UUID | None]
    event_id: Mapped[UUID]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Scan(TenantKey, Base):
    """One attempt, whatever its result. `id` is the device's, so that a repeat is known.

    `scanned_at` is the device's time, `occurred_at` the same by our clock: what is uploaded late
    is put where it belongs.
    """

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
    user_id: Mapped[UUID | None]
    scan_session_id: Mapped[UUID | None]
    direction: Mapped[str]
    result: Mapped[str]
    is_offline: Mapped[bool]
    scanned_at: Mapped[datetime]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    details: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)


class InOutEvent(TenantKey, Base):
    """Somebody came in or went out, or it was taken back: three different facts of one scan."""

    __tablename__ = "in_out_events"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "scan_id"], ["scans.organization_id", "scans.id"]),
        CheckConstraint("kind IN ('in', 'out', 'revert')", name="kind"),
        CheckConstraint("people IN (-1, 1)", name="people"),
        Index("in_out_events_event_idx", "organization_id", "event_id", "at"),
        Index("in_out_events_ticket_idx", "organization_id", "ticket_id"),
        Index(
            "in_out_events_one_move_idx",
            "organization_id",
            "scan_id",
            unique=True,
            postgresql_where=text("kind <> 'revert'"),
        ),
        Index(
            "in_out_events_one_revert_idx",
            "organization_id",
            "scan_id",
            unique=True,
            postgresql_where=text("kind = 'revert'"),
        ),
    )

    event_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    scan_id: Mapped[UUID]
    gate_id: Mapped[UUID | None]
    kind: Mapped[str]
    people: Mapped[int]
    at: Mapped[datetime]


class Presence(Base):
    """How many people are inside on a ticket; locked while a scan of it is judged.

    More than one only after a conflict: two gates without a network each let somebody in.
    """

    __tablename__ = "presences"
    __table_args__ = (
        CheckConstraint("inside >= 0", name="inside"),
        CheckConstraint("entries >= 0", name="entries"),
        Index(
            "presences_inside_idx",
            "organization_id",
            "event_id",
            postgresql_where=text("inside > 0"),
        ),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    ticket_id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    inside: Mapped[int]
    entries: Mapped[int]


class ScanIncident(TenantKey, Versioned, Base):
    """Somebody is inside whom our verdict would have kept out: let in without a network.

    `rightful_scan_id` is the earlier of two entries on one ticket.
    """

    __tablename__ = "scan_incidents"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "scan_id"], ["scans.organization_id", "scans.id"]),
        ForeignKeyConstraint(
            ["organization_id", "other_scan_id"], ["scans.organization_id", "scans.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "rightful_scan_id"], ["scans.organization_id", "scans.id"]
        ),
        UniqueConstraint("organization_id", "scan_id"),
        CheckConstraint("kind IN ('double_entry', 'let_in_wrongly')", name="kind"),
        Index("scan_incidents_event_idx", "organization_id", "event_id"),
    )

    event_id: Mapped[UUID]
    ticket_id: Mapped[UUID | None]
    scan_id: Mapped[UUID]
    other_scan_id: Mapped[UUID | None]
    rightful_scan_id: Mapped[UUID | None]
    kind: Mapped[str]
    result: Mapped[str]
    occurred_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    resolution: Mapped[str] = mapped_column(default="")
