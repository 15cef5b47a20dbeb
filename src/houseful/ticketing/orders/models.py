"""Orders, their lines, and tickets."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from houseful.kernel.tables import Base, TenantKey, Versioned

PRIVATE = {"is_private": True}


class Order(TenantKey, Versioned, Base):
    """Places somebody pays for. The sums are those of the lines, in minor units.

    `total = net + fee + tax + rounding`; `charged_fee` is what the buyer sees of the fee.
    `payable_until` is until when it can be paid; then the places are free for others, as soon as no
    attempt to pay is open. `offered_hold_id` keeps others for who paid in vain.
    """

    __tablename__ = "orders"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "event_id"],
            ["event_sales.organization_id", "event_sales.event_id"],
        ),
        ForeignKeyConstraint(["organization_id", "hold_id"], ["holds.organization_id", "holds.id"]),
        ForeignKeyConstraint(
            ["organization_id", "offered_hold_id"], ["holds.organization_id", "holds.id"]
        ),
        UniqueConstraint("organization_id", "number"),
        UniqueConstraint("organization_id", "hold_id"),
        CheckConstraint(
            "status IN ('awaiting_payment', 'paid', 'partially_refunded', 'refunded', 'expired',"
            " 'canceled')",
            name="status",
        ),
        CheckConstraint("channel IN ('online', 'box_office')", name="channel"),
        CheckConstraint("total = net + fee + tax + rounding AND total >= 0", name="total"),
        CheckConstraint("refunded BETWEEN 0 AND total", name="refunded"),
        Index("orders_event_idx", "organization_id", "event_id", "status"),
        Index(
            "orders_payable_until_idx",
            "organization_id",
            "payable_until",
            postgresql_where=text("status = 'awaiting_payment'"),
        ),
        Index(
            "orders_unpaid_of_buyer_idx",
            "organization_id",
            "event_id",
            text("lower(buyer_email)"),
            postgresql_where=text("status = 'awaiting_payment'"),
        ),
    )

    event_id: Mapped[UUID]
    hold_id: Mapped[UUID]
    offered_hold_id: Mapped[UUID | None] = mapped_column(default=None)
    number: Mapped[str]
    status: Mapped[str] = mapped_column(default="awaiting_payment")
    channel: Mapped[str] = mapped_column(default="online")
    buyer_name: Mapped[str] = mapped_column(info=PRIVATE)
    buyer_email: Mapped[str] = mapped_column(info=PRIVATE)
    buyer_phone: Mapped[str] = mapped_column(default="", info=PRIVATE)
    locale: Mapped[str] = mapped_column(default="en")
    token_hash: Mapped[bytes] = mapped_column(info=PRIVATE)
    currency: Mapped[str]
    net: Mapped[int]
    fee: Mapped[int]
    charged_fee: Mapped[int]
    tax: Mapped[int]
    rounding: Mapped[int]
    total: Mapped[int]
    refunded: Mapped[int] = mapped_column(default=0)
    placed_at: Mapped[datetime]
    payable_until: Mapped[datetime]
    paid_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    status_reason: Mapped[str] = mapped_column(default="")
    return_path: Mapped[str] = mapped_column(default="")

    lines: Mapped[list["OrderLine"]] = relationship(
        lazy="raise", order_by="OrderLine.position", viewonly=True
    )


class OrderLine(TenantKey, Base):
    """One place, with the price as it was when it was ordered; nothing prices it again.

    Its id is also that of the ticket it becomes.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "order_id"], ["orders.organization_id", "orders.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "ticket_type_id"],
            ["ticket_types.organization_id", "ticket_types.id"],
        ),
        UniqueConstraint("organization_id", "order_id", "position"),
        CheckConstraint("(seat_number IS NULL) <> (pool_id IS NULL)", name="place"),
        CheckConstraint("total = net + fee + tax + rounding AND total >= 0", name="total"),
        Index("order_lines_ticket_type_idx", "organization_id", "ticket_type_id"),
    )

    order_id: Mapped[UUID]
    position: Mapped[int]
    ticket_type_id: Mapped[UUID]
    ticket_type_name: Mapped[str]
    category_key: Mapped[str]
    seat_number: Mapped[int | None] = mapped_column(default=None)
    hold_version: Mapped[int | None] = mapped_column(default=None)
    seat_id: Mapped[UUID | None] = mapped_column(default=None)
    pool_id: Mapped[UUID | None] = mapped_column(default=None)
    section_label: Mapped[str] = mapped_column(default="")
    row_label: Mapped[str] = mapped_column(default="")
    seat_label: Mapped[str] = mapped_column(default="")
    currency: Mapped[str]
    unit_price: Mapped[int]
    net: Mapped[int]
    fee: Mapped[int]
    charged_fee: Mapped[int]
    tax: Mapped[int]
    rounding: Mapped[int]
    total: Mapped[int]
    trace: Mapped[list[Any]]
    secure_token_hash: Mapped[bytes] = mapped_column(info=PRIVATE)


class Ticket(TenantKey, Versioned, Base):
    """The right to a place. `credential_id` is what its signed code carries.

    `price` is what was paid for it, in minor units. Attendance is derived from scans.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "event_id"],
            ["event_sales.organization_id", "event_sales.event_id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "order_id"], ["orders.organization_id", "orders.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "order_line_id"],
            ["order_lines.organization_id", "order_lines.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "event_id", "seat_number"],
            [
                "event_seats.organization_id",
                "event_seats.event_id",
                "event_seats.seat_number",
            ],
        ),
        ForeignKeyConstraint(
            ["organization_id", "pool_id"], ["event_pools.organization_id", "event_pools.id"]
        ),
        UniqueConstraint("organization_id", "public_id"),
        UniqueConstraint("organization_id", "credential_id"),
        CheckConstraint(
            "status IN ('reserved', 'sold', 'refunded', 'canceled', 'voided', 'transferred',"
            " 'expired')",
            name="status",
        ),
        CheckConstraint("(seat_number IS NULL) <> (pool_id IS NULL)", name="place"),
        Index(
            "tickets_seat_idx",
            "organization_id",
            "event_id",
            "seat_number",
            unique=True,
            postgresql_where=text("status IN ('reserved', 'sold')"),
        ),
        Index(
            "tickets_order_line_idx",
            "organization_id",
            "order_line_id",
            unique=True,
            postgresql_where=text("status IN ('reserved', 'sold')"),
        ),
        Index("tickets_order_idx", "organization_id", "order_id"),
        Index("tickets_pool_idx", "organization_id", "pool_id"),
        Index("tickets_public_id_idx", "public_id"),
    )

    event_id: Mapped[UUID]
    order_id: Mapped[UUID]
    order_line_id: Mapped[UUID]
    public_id: Mapped[str]
    secure_token_hash: Mapped[bytes] = mapped_column(info=PRIVATE)
    credential_id: Mapped[UUID]
    sequence: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(default="sold")
    ticket_type_id: Mapped[UUID]
    ticket_type: Mapped[str]
    seat_number: Mapped[int | None] = mapped_column(default=None)
    seat_id: Mapped[UUID | None] = mapped_column(default=None)
    pool_id: Mapped[UUID | None] = mapped_column(default=None)
    section_label: Mapped[str] = mapped_column(default="")
    row_label: Mapped[str] = mapped_column(default="")
    seat_label: Mapped[str] = mapped_column(default="")
    holder_name: Mapped[str] = mapped_column(default="", info=PRIVATE)
    price: Mapped[int]
    currency: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)
    sold_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
