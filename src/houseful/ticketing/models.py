"""What is on sale for an event: seats, pools, ticket types, prices; and who holds the places."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Times, Versioned

HOLD_TTL_SECONDS = 600
HOLD_CAP_SECONDS = 1800
THIS_TRANSACTION = "(pg_current_xact_id()::text)::bigint"
"""What `touched` is set to by whoever changes a row, so that readers find what is new."""


class EventSale(Versioned, Base):
    """How an event is sold: its layout, money, and the rules of holds and orders.

    `funds` says where its money stands in the books: held until the event is over, then released
    to who put it on, or settled with a promoter.
    """

    __tablename__ = "event_sales"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "event_id"], ["events.organization_id", "events.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "layout_id"], ["layouts.organization_id", "layouts.id"]
        ),
        CheckConstraint("fee_fixed >= 0", name="fee_fixed"),
        CheckConstraint("fee_basis_points BETWEEN 0 AND 10000", name="fee_basis_points"),
        CheckConstraint("tax_basis_points BETWEEN 0 AND 10000", name="tax_basis_points"),
        CheckConstraint("hold_ttl_seconds BETWEEN 30 AND 3600", name="hold_ttl_seconds"),
        CheckConstraint(
            "hold_cap_seconds BETWEEN hold_ttl_seconds AND 14400", name="hold_cap_seconds"
        ),
        CheckConstraint("max_tickets_per_hold BETWEEN 1 AND 100", name="max_tickets_per_hold"),
        CheckConstraint(
            "payment_deadline_seconds BETWEEN 60 AND 14400", name="payment_deadline_seconds"
        ),
        CheckConstraint("funds IN ('held', 'released', 'settled')", name="funds"),
        Index(
            "event_sales_held_idx",
            "organization_id",
            "event_id",
            postgresql_where=text("funds = 'held'"),
        ),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    layout_id: Mapped[UUID | None] = mapped_column(default=None)
    currency: Mapped[str]
    fee_fixed: Mapped[int] = mapped_column(default=0)
    fee_basis_points: Mapped[int] = mapped_column(default=0)
    is_fee_passed_on: Mapped[bool] = mapped_column(default=True)
    is_fee_refundable: Mapped[bool] = mapped_column(default=True)
    tax_basis_points: Mapped[int] = mapped_column(default=0)
    is_tax_inclusive: Mapped[bool] = mapped_column(default=True)
    hold_ttl_seconds: Mapped[int] = mapped_column(default=HOLD_TTL_SECONDS)
    hold_cap_seconds: Mapped[int] = mapped_column(default=HOLD_CAP_SECONDS)
    max_tickets_per_hold: Mapped[int] = mapped_column(default=10)
    payment_deadline_seconds: Mapped[int] = mapped_column(default=900)
    refuses_orphans: Mapped[bool] = mapped_column(default=False)
    funds: Mapped[str] = mapped_column(default="held")

    @property
    def id(self) -> UUID:
        """The event's id: there is one of these for each event."""
        return self.event_id


class EventSeat(Base):
    """One seat of an event: the one row that taking it must win.

    Free means: not blocked, no ticket, and no hold or one whose time is over. `hold_version` grows
    whenever the seat changes hands, so that who held it before cannot convert it.
    """

    __tablename__ = "event_seats"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "event_id"],
            ["event_sales.organization_id", "event_sales.event_id"],
        ),
        CheckConstraint("(hold_id IS NULL) = (held_until IS NULL)", name="hold"),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    seat_number: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[UUID]
    category_key: Mapped[str]
    section_label: Mapped[str]
    row_label: Mapped[str]
    seat_label: Mapped[str]
    blocked: Mapped[bool] = mapped_column(default=False)
    hold_id: Mapped[UUID | None] = mapped_column(default=None)
    held_until: Mapped[datetime | None] = mapped_column(default=None)
    ticket_id: Mapped[UUID | None] = mapped_column(default=None)
    hold_version: Mapped[int] = mapped_column(default=0)
    touched: Mapped[int] = mapped_column(server_default=text(THIS_TRANSACTION))


class EventPool(TenantKey, Times, Base):
    """Places without numbers: a standing area, or free capacity. `held` counts its hold rows."""

    __tablename__ = "event_pools"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "event_id"],
            ["event_sales.organization_id", "event_sales.event_id"],
        ),
        Index("event_pools_event_idx", "organization_id", "event_id"),
        CheckConstraint("capacity >= 0 AND sold >= 0 AND held >= 0", name="counters"),
        CheckConstraint("sold + held <= capacity", name="capacity"),
    )

    event_id: Mapped[UUID]
    standing_area_id: Mapped[UUID | None] = mapped_column(default=None)
    name: Mapped[str]
    category_key: Mapped[str]
    capacity: Mapped[int]
    sold: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)


class TicketType(TenantKey, Versioned, Base):
    """What can be bought: over categories of seats, or over one pool."""

    __tablename__ = "ticket_types"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "event_id"],
            ["event_sales.organization_id", "event_sales.event_id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "pool_id"], ["event_pools.organization_id", "event_pools.id"]
        ),
        UniqueConstraint("organization_id", "event_id", "name"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("(pool_id IS NULL) <> (cardinality(categories) = 0)", name="inventory"),
        CheckConstraint("sale_starts_at < sale_ends_at", name="sale"),
        CheckConstraint("1 <= min_per_order AND min_per_order <= max_per_order", name="per_order"),
        CheckConstraint("price_kind IN ('base', 'absolute', 'percentage')", name="price_kind"),
        CheckConstraint(
            "(price_kind = 'base') = (price_value IS NULL) AND price_value >= 0",
            name="price_value",
        ),
        CheckConstraint("channels <@ ARRAY['online', 'box_office']", name="channels"),
    )

    event_id: Mapped[UUID]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    categories: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    pool_id: Mapped[UUID | None] = mapped_column(default=None)
    sale_starts_at: Mapped[datetime | None] = mapped_column(default=None)
    sale_ends_at: Mapped[datetime | None] = mapped_column(default=None)
    channels: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    min_per_order: Mapped[int] = mapped_column(default=1)
    max_per_order: Mapped[int] = mapped_column(default=10)
    price_kind: Mapped[str] = mapped_column(default="base")
    price_value: Mapped[int | None] = mapped_column(default=None)
    display_order: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)


class CategoryPrice(TenantKey, Versioned, Base):
    """What a place of a category costs at this event, in minor units of the sale's currency."""

    __tablename__ = "category_prices"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "event_id"],
            ["event_sales.organization_id", "event_sales.event_id"],
        ),
        UniqueConstraint("organization_id", "event_id", "category_key"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    event_id: Mapped[UUID]
    category_key: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    color: Mapped[str] = mapped_column(default="")
    amount: Mapped[int]


class Hold(TenantKey, Base):
    """Places kept for somebody for minutes. Whether a seat is still theirs, `event_seats` says.

    `seat_numbers` and `ticket_type_ids` go together. `client` stands for the address that it was
    taken from, `places` says how many they are, with those of pools. `order_id` is set once they
    pay for it; then the hold no longer changes.
    """

    __tablename__ = "holds"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "event_id"],
            ["event_sales.organization_id", "event_sales.event_id"],
        ),
        CheckConstraint(
            "status IN ('active', 'converted', 'released', 'expired', 'superseded')",
            name="status",
        ),
        CheckConstraint("expires_at <= cap_at", name="cap"),
        CheckConstraint(
            "cardinality(seat_numbers) = cardinality(ticket_type_ids)", name="ticket_types"
        ),
        Index(
            "holds_active_idx",
            "organization_id",
            "expires_at",
            postgresql_where=text("status = 'active'"),
        ),
        Index(
            "holds_client_idx",
            "organization_id",
            "event_id",
            "client",
            postgresql_where=text("status = 'active' AND client <> ''"),
        ),
    )

    event_id: Mapped[UUID]
    token_hash: Mapped[bytes] = mapped_column(info={"is_private": True})
    status: Mapped[str] = mapped_column(default="active")
    channel: Mapped[str] = mapped_column(default="online")
    client: Mapped[str] = mapped_column(default="", info={"is_private": True})
    places: Mapped[int] = mapped_column(default=0)
    acquired_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    cap_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    seat_numbers: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    ticket_type_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    order_id: Mapped[UUID | None] = mapped_column(default=None)


class PoolHold(Base):
    """So many places of a pool, kept by a hold. Once the row is gone, `held` counts it no more."""

    __tablename__ = "pool_holds"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "pool_id"], ["event_pools.organization_id", "event_pools.id"]
        ),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("pool_holds_expires_idx", "organization_id", "pool_id", "expires_at"),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    hold_id: Mapped[UUID] = mapped_column(primary_key=True)
    pool_id: Mapped[UUID] = mapped_column(primary_key=True)
    ticket_type_id: Mapped[UUID] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    expires_at: Mapped[datetime]


class EventKey(Base):
    """A key pair that signs an event's ticket codes; the private part is sealed."""

    __tablename__ = "event_keys"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "event_id"],
            ["event_sales.organization_id", "event_sales.event_id"],
        ),
        Index(
            "event_keys_current_idx",
            "organization_id",
            "event_id",
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(primary_key=True)
    public_bytes: Mapped[bytes]
    sealed_private: Mapped[bytes] = mapped_column(info={"is_private": True})
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
