"""Activities, who leads them and what they need, series, sessions, extras."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Times, Versioned
from houseful.sessions.catalogue.rules import picture_address


class SessionSettings(TenantKey, Versioned, Base):
    """An organisation's ways with sessions; its `id` is the organisation's.

    Debts over `debt_limit_minor`, or older than `debt_age_days`, keep a customer from being billed
    afterwards; whether they may still book and pay at once is `debtors_may_book`. Refunds above
    `refund_second_above` need two people. Offers that the quiet hours interrupt last longer.
    """

    __tablename__ = "session_settings"
    __table_args__ = (
        CheckConstraint("hold_minutes BETWEEN 1 AND 1440", name="hold"),
        CheckConstraint("offer_minutes BETWEEN 5 AND 10080", name="offer"),
        CheckConstraint(
            "quiet_from BETWEEN 0 AND 24 AND quiet_until BETWEEN 0 AND 24", name="quiet"
        ),
        CheckConstraint("id = organization_id", name="one"),
    )

    takes_guests: Mapped[bool] = mapped_column(default=True)
    debtors_may_book: Mapped[bool] = mapped_column(default=True)
    debt_limit_minor: Mapped[int] = mapped_column(default=10_000)
    debt_age_days: Mapped[int] = mapped_column(default=30)
    hold_minutes: Mapped[int] = mapped_column(default=15)
    offer_minutes: Mapped[int] = mapped_column(default=120)
    quiet_from: Mapped[int] = mapped_column(default=22)
    quiet_until: Mapped[int] = mapped_column(default=8)
    refund_second_above: Mapped[int] = mapped_column(default=50_000)


class Activity(TenantKey, Versioned, Base):
    """What a session is one of: yoga, a course, a guided tour; with its prices and its rules.

    `booking_opens_hours` before the start booking begins, None from the day it is announced;
    `cancellation_window_hours` before the start it can be cancelled for nothing, None never;
    `late_fee` and `no_show_fee` are what is kept then, None everything. `bonus_share_percent` of a
    price can be paid with bonus. A pass that is bound to activities names theirs. Of its picture it
    keeps the hash, which the public address has, and what it shows in words.
    """

    __tablename__ = "activities"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "picture_id", "picture_hash"],
            [
                "activity_pictures.organization_id",
                "activity_pictures.id",
                "activity_pictures.hash",
            ],
        ),
        UniqueConstraint("organization_id", "name"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint(
            "(picture_id IS NULL) = (picture_hash IS NULL)"
            " AND (picture_id IS NULL) = (picture_alt = '')",
            name="picture",
        ),
        CheckConstraint("duration_minutes BETWEEN 5 AND 1440", name="duration"),
        CheckConstraint("capacity BETWEEN 1 AND 10000", name="capacity"),
        CheckConstraint(
            "price >= 0 AND drop_in_price >= 0 AND late_fee >= 0 AND no_show_fee >= 0",
            name="prices",
        ),
        CheckConstraint("tax_basis_points BETWEEN 0 AND 10000", name="tax"),
        CheckConstraint("bonus_share_percent BETWEEN 0 AND 100", name="bonus_share"),
    )

    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    picture_id: Mapped[UUID | None] = mapped_column(default=None)
    picture_hash: Mapped[str | None] = mapped_column(default=None)
    picture_alt: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(default="")
    color: Mapped[str] = mapped_column(default="")
    duration_minutes: Mapped[int]
    setup_minutes: Mapped[int] = mapped_column(default=0)
    teardown_minutes: Mapped[int] = mapped_column(default=0)
    capacity: Mapped[int]
    price: Mapped[int]
    drop_in_price: Mapped[int | None] = mapped_column(default=None)
    currency: Mapped[str]
    tax_basis_points: Mapped[int] = mapped_column(default=0)
    booking_opens_hours: Mapped[int | None] = mapped_column(default=None)
    booking_closes_minutes: Mapped[int] = mapped_column(default=0)
    cancellation_window_hours: Mapped[int | None] = mapped_column(default=None)
    late_fee: Mapped[int | None] = mapped_column(default=None)
    no_show_fee: Mapped[int | None] = mapped_column(default=None)
    is_refundable: Mapped[bool] = mapped_column(default=True)
    allowed_payment_methods: Mapped[list[Any]]
    bonus_share_percent: Mapped[int] = mapped_column(default=100)
    is_active: Mapped[bool] = mapped_column(default=True)

    @property
    def picture_url(self) -> str:
        """The public address of the picture, or an empty text."""
        return picture_address(self.organization_id, self.picture_hash)


class ActivityPicture(TenantKey, Times, Base):
    """A picture of an activity as WebP, in two sizes; it is added and removed, never changed."""

    __tablename__ = "activity_pictures"
    __table_args__ = (
        UniqueConstraint("organization_id", "id", "hash"),
        CheckConstraint("hash = encode(sha256(content), 'hex')", name="hash"),
        Index("activity_pictures_hash_idx", "organization_id", "hash"),
    )

    hash: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    small: Mapped[bytes] = mapped_column(deferred=True)


class Instructor(TenantKey, Versioned, Base):
    """Who leads sessions; one at a time."""

    __tablename__ = "instructors"
    __table_args__ = (CheckConstraint("name <> ''", name="name"),)

    name: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)


class SessionResource(TenantKey, Versioned, Base):
    """A thing that a session needs and no other can have meanwhile: a projector, a court."""

    __tablename__ = "session_resources"
    __table_args__ = (
        UniqueConstraint("organization_id", "name"),
        CheckConstraint("name <> ''", name="name"),
    )

    name: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)


class Extra(TenantKey, Versioned, Base):
    """What can be had with a place: a mat, a pair of shoes. `stock` is how many there are at a
    time, as it comes back when its session is over; None never runs out.
    """

    __tablename__ = "session_extras"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "activity_id"], ["activities.organization_id", "activities.id"]
        ),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("tax_basis_points BETWEEN 0 AND 10000", name="tax"),
        CheckConstraint("stock >= 0", name="stock"),
    )

    activity_id: Mapped[UUID | None] = mapped_column(default=None)
    name: Mapped[str]
    price: Mapped[int]
    currency: Mapped[str]
    tax_basis_points: Mapped[int] = mapped_column(default=0)
    stock: Mapped[int | None] = mapped_column(default=None)
    is_active: Mapped[bool] = mapped_column(default=True)


class SessionSeries(TenantKey, Versioned, Base):
    """Sessions that repeat by a rule, in the local time of their zone.

    `starts_local` is the first one's wall time; `materialised_until` is how far there are sessions.
    """

    __tablename__ = "session_series"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "activity_id"], ["activities.organization_id", "activities.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "space_id"], ["spaces.organization_id", "spaces.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "instructor_id"],
            ["instructors.organization_id", "instructors.id"],
        ),
        CheckConstraint("rrule <> ''", name="rrule"),
        CheckConstraint("duration_minutes BETWEEN 5 AND 1440", name="duration"),
    )

    activity_id: Mapped[UUID]
    space_id: Mapped[UUID]
    instructor_id: Mapped[UUID | None] = mapped_column(default=None)
    resource_ids: Mapped[list[Any]] = mapped_column(default=list)
    starts_local: Mapped[datetime] = mapped_column(DateTime())
    timezone: Mapped[str]
    duration_minutes: Mapped[int]
    rrule: Mapped[str]
    exdates: Mapped[list[Any]] = mapped_column(default=list)
    rdates: Mapped[list[Any]] = mapped_column(default=list)
    capacity: Mapped[int]
    price: Mapped[int]
    drop_in_price: Mapped[int | None] = mapped_column(default=None)
    materialised_until: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Session(TenantKey, Versioned, Base):
    """A slot of an activity that can be booked, in a space that it has claimed.

    `taken` counts held and confirmed places; it changes by guarded updates only, beside the
    version. `recurrence_local` is which one of its series it is, whatever became of its times.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "activity_id"], ["activities.organization_id", "activities.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "space_id"], ["spaces.organization_id", "spaces.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "series_id"],
            ["session_series.organization_id", "session_series.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "instructor_id"],
            ["instructors.organization_id", "instructors.id"],
        ),
        UniqueConstraint("organization_id", "series_id", "recurrence_local"),
        CheckConstraint("status IN ('open', 'cancelled', 'ended')", name="status"),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("taken >= 0 AND taken <= capacity", name="taken"),
        CheckConstraint("price >= 0 AND drop_in_price >= 0", name="prices"),
        Index("sessions_starts_at_idx", "organization_id", "starts_at"),
        Index("sessions_activity_idx", "organization_id", "activity_id", "starts_at"),
    )

    activity_id: Mapped[UUID]
    space_id: Mapped[UUID]
    series_id: Mapped[UUID | None] = mapped_column(default=None)
    recurrence_local: Mapped[datetime | None] = mapped_column(DateTime(), default=None)
    is_modified: Mapped[bool] = mapped_column(default=False)
    instructor_id: Mapped[UUID | None] = mapped_column(default=None)
    resource_ids: Mapped[list[Any]] = mapped_column(default=list)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    timezone: Mapped[str]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    price: Mapped[int]
    drop_in_price: Mapped[int | None] = mapped_column(default=None)
    currency: Mapped[str]
    status: Mapped[str] = mapped_column(default="open")
    note: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def sequence(self) -> int:
        """How often it was changed: what calendars compare."""
        return self.version - 1


class SessionUse(TenantKey, Times, Base):
    """An instructor or a resource that a session has for its time: nobody else can."""

    __tablename__ = "session_uses"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "session_id"],
            ["sessions.organization_id", "sessions.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("kind IN ('instructor', 'resource')", name="kind"),
        ExcludeConstraint(
            ("organization_id", "="),
            ("used_id", "="),
            ("during", "&&"),
            using="gist",
            name="session_uses_one_at_a_time",
        ),
        Index("session_uses_session_idx", "organization_id", "session_id"),
        Index(
            "session_uses_taken_idx",
            "organization_id",
            "used_id",
            "taken_from",
            "taken_until",
            postgresql_using="gist",
        ),
    )

    session_id: Mapped[UUID]
    used_id: Mapped[UUID]
    kind: Mapped[str]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    taken_from: Mapped[datetime] = mapped_column(Computed("lower(during)", persisted=True))
    taken_until: Mapped[datetime] = mapped_column(Computed("upper(during)", persisted=True))
