"""Bookings with their extras and tenders, the waiting list, refund requests."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from houseful.kernel.tables import Base, TenantKey, Times, Versioned
from houseful.sessions.covering import BONUS, WALLET
from houseful.sessions.states import booking_status

PRIVATE = {"is_private": True}


class SessionBooking(TenantKey, Versioned, Base):
    """A customer's place in a session: who, at what price, under which rules (`ENT-003`).

    Place, attendance and money are three things that change on their own; the status shown is
    derived from them. `policy` is the activity's rules as they were; `due_minor` is what has still
    to be paid, by card before the session or as a debt after it.
    """

    __tablename__ = "session_bookings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "session_id"], ["sessions.organization_id", "sessions.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["company_customers.organization_id", "company_customers.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "attendee_id"],
            ["company_customers.organization_id", "company_customers.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "customer_entitlement_id"],
            ["customer_passes.organization_id", "customer_passes.id"],
        ),
        CheckConstraint(
            "place IN ('held', 'confirmed', 'expired', 'cancelled', 'late_cancelled',"
            " 'seller_cancelled')",
            name="place",
        ),
        CheckConstraint("attendance IN ('unknown', 'attended', 'no_show')", name="attendance"),
        CheckConstraint(
            "money IN ('none', 'awaiting', 'paid', 'due', 'waived', 'written_off',"
            " 'refund_pending', 'part_refunded', 'refunded')",
            name="money",
        ),
        CheckConstraint("source IN ('self_booked', 'slot_attendee')", name="source"),
        CheckConstraint("attendance = 'unknown' OR place = 'confirmed'", name="attended"),
        CheckConstraint("place <> 'held' OR held_until IS NOT NULL", name="held"),
        CheckConstraint(
            "paid_minor >= 0 AND due_minor >= 0 AND refunded_minor >= 0"
            " AND refunded_minor <= paid_minor",
            name="amounts",
        ),
        Index(
            "session_bookings_one_place_idx",
            "organization_id",
            "session_id",
            "attendee_id",
            unique=True,
            postgresql_where=text("place IN ('held', 'confirmed')"),
        ),
        Index("session_bookings_session_idx", "organization_id", "session_id"),
        Index("session_bookings_customer_idx", "organization_id", "customer_id"),
        Index(
            "session_bookings_held_idx",
            "organization_id",
            "held_until",
            postgresql_where=text("place = 'held'"),
        ),
        Index(
            "session_bookings_due_idx",
            "organization_id",
            "customer_id",
            postgresql_where=text("money = 'due'"),
        ),
    )

    session_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    attendee_id: Mapped[UUID]
    source: Mapped[str] = mapped_column(default="self_booked")
    place: Mapped[str]
    attendance: Mapped[str] = mapped_column(default="unknown")
    money: Mapped[str]
    price: Mapped[int]
    total: Mapped[int]
    currency: Mapped[str]
    tax_basis_points: Mapped[int]
    policy: Mapped[dict[str, Any]]
    paid_minor: Mapped[int] = mapped_column(default=0)
    due_minor: Mapped[int] = mapped_column(default=0)
    fee_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)
    earned_minor: Mapped[int] = mapped_column(default=0)
    customer_entitlement_id: Mapped[UUID | None] = mapped_column(default=None)
    explanation: Mapped[list[Any]] = mapped_column(default=list)
    contact_name: Mapped[str] = mapped_column(default="", info=PRIVATE)
    contact_email: Mapped[str] = mapped_column(default="", info=PRIVATE)
    held_until: Mapped[datetime | None] = mapped_column(default=None)
    reminder_sent_at: Mapped[datetime | None] = mapped_column(default=None)
    billed_at: Mapped[datetime | None] = mapped_column(default=None)
    dunned_at: Mapped[datetime | None] = mapped_column(default=None)
    dunned_times: Mapped[int] = mapped_column(default=0)
    checked_in_at: Mapped[datetime | None] = mapped_column(default=None)
    verifier_user_id: Mapped[UUID | None] = mapped_column(default=None)
    verifier_scanner_credential_id: Mapped[UUID | None] = mapped_column(default=None)
    cancelled_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="")
    return_path: Mapped[str] = mapped_column(default="")

    extras: Mapped[list["SessionBookingExtra"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="SessionBookingExtra.id"
    )
    tenders: Mapped[list["Tender"]] = relationship(lazy="selectin", order_by="Tender.id")

    @property
    def wallet_debited(self) -> bool:
        """Whether money of the wallet paid for it."""
        return self._is_paid_with(WALLET)

    @property
    def bonus_debited(self) -> bool:
        """Whether bonus paid for it."""
        return self._is_paid_with(BONUS)

    def _is_paid_with(self, kind: str) -> bool:
        return any(one.kind == kind and not one.is_taken_back for one in self.tenders)

    @property
    def status(self) -> str:
        """The status that is shown."""
        return booking_status(self.place, self.attendance, self.money)

    @property
    def is_offer(self) -> bool:
        """Whether it is a place that is offered to who waited, and was not taken yet."""
        return self.place == "held" and self.money == "none"

    def is_payable(self, now: datetime) -> bool:
        """Whether money is asked for it: it is held until it is paid, or was billed."""
        is_held = self.place == "held" and self.money == "awaiting"
        return self.money == "due" or (
            is_held and self.held_until is not None and self.held_until > now
        )

    @property
    def is_billed_afterwards(self) -> bool:
        """Whether it is paid for once its session is over, as a standing place is."""
        return self.source == "slot_attendee"

    @property
    def is_fee(self) -> bool:
        """Whether it is billed a fee instead of its price: cancelled late, or missed."""
        return self.is_billed_afterwards and self.fee_minor > 0

    @property
    def activity_name(self) -> str:
        """What it was booked as, whatever that is called now."""
        return self.policy.get("activityName", "")

    @property
    def policy_text(self) -> str:
        """The rules of cancelling that it was made under, in words."""
        return self.policy.get("text", "")


class SessionBookingExtra(TenantKey, Base):
    """What was had with a place, as it was sold (`ENT-004`); `price_paid` is per unit."""

    __tablename__ = "session_booking_extras"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "booking_id"],
            ["session_bookings.organization_id", "session_bookings.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "extra_id"],
            ["session_extras.organization_id", "session_extras.id"],
        ),
        CheckConstraint("quantity BETWEEN 1 AND 100", name="quantity"),
        CheckConstraint("price >= 0 AND price_paid >= 0", name="price"),
        UniqueConstraint("organization_id", "booking_id", "id"),
    )

    booking_id: Mapped[UUID]
    extra_id: Mapped[UUID]
    name: Mapped[str]
    price: Mapped[int]
    quantity: Mapped[int]
    tax_basis_points: Mapped[int]
    price_paid: Mapped[int]
    covered_by_entitlement_id: Mapped[UUID | None] = mapped_column(default=None)


class ExtraTaking(TenantKey, Times, Base):
    """So many of an extra that a booking has for the time of its session.

    The trigger `session_extra_takings_within_stock` refuses what would be more at once than there
    is.
    """

    __tablename__ = "session_extra_takings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "booking_id"],
            ["session_bookings.organization_id", "session_bookings.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "extra_id"],
            ["session_extras.organization_id", "session_extras.id"],
        ),
        UniqueConstraint("organization_id", "booking_id", "extra_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("starts_at < ends_at", name="times"),
        Index("session_extra_takings_until_idx", "organization_id", "extra_id", "ends_at"),
    )

    booking_id: Mapped[UUID]
    extra_id: Mapped[UUID]
    quantity: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Tender(TenantKey, Times, Base):
    """What paid a line of a booking: the place, one of its extras, or a fee.

    Those of a line are its price (trigger `session_tenders_make_up_lines`). `source_id` is the
    pass, the lot of bonus, the wallet or the transaction; `returned_minor` went back the same way.
    `worth_minor` is what it is in the books: of a pass, what its visit is worth, and that is with
    the place. `is_taken_back`: it paid for what was billed by mistake, and pays for nothing now.
    """

    __tablename__ = "session_tenders"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "booking_id"],
            ["session_bookings.organization_id", "session_bookings.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "booking_id", "booking_extra_id"],
            [
                "session_booking_extras.organization_id",
                "session_booking_extras.booking_id",
                "session_booking_extras.id",
            ],
        ),
        CheckConstraint("line IN ('place', 'extra', 'fee')", name="line"),
        CheckConstraint("(line = 'extra') = (booking_extra_id IS NOT NULL)", name="extra"),
        CheckConstraint("kind IN ('pass', 'bonus', 'wallet', 'card', 'cash')", name="kind"),
        CheckConstraint(
            "amount_minor > 0 AND returned_minor >= 0 AND returned_minor <= amount_minor",
            name="amounts",
        ),
        CheckConstraint(
            "CASE kind WHEN 'pass' THEN worth_minor >= 0 AND returned_minor IN (0, amount_minor)"
            " ELSE worth_minor = amount_minor END",
            name="worth",
        ),
        Index("session_tenders_booking_idx", "organization_id", "booking_id"),
    )

    booking_id: Mapped[UUID]
    line: Mapped[str]
    booking_extra_id: Mapped[UUID | None] = mapped_column(default=None)
    kind: Mapped[str]
    source_id: Mapped[UUID]
    amount_minor: Mapped[int]
    worth_minor: Mapped[int]
    returned_minor: Mapped[int] = mapped_column(default=0)
    is_taken_back: Mapped[bool] = mapped_column(default=False)


class WaitingEntry(TenantKey, Versioned, Base):
    """Somebody who waits for a place. What is offered is held for them: nobody can snatch it.

    `positions` is where they stood, `{at, position}`, whenever that changed.
    """

    __tablename__ = "waiting_entries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "session_id"], ["sessions.organization_id", "sessions.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["company_customers.organization_id", "company_customers.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "attendee_id"],
            ["company_customers.organization_id", "company_customers.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "booking_id"],
            ["session_bookings.organization_id", "session_bookings.id"],
        ),
        CheckConstraint(
            "status IN ('waiting', 'offered', 'accepted', 'lapsed', 'declined', 'left', 'closed')",
            name="status",
        ),
        CheckConstraint("status <> 'offered' OR booking_id IS NOT NULL", name="offered"),
        Index(
            "waiting_entries_one_idx",
            "organization_id",
            "session_id",
            "attendee_id",
            unique=True,
            postgresql_where=text("status IN ('waiting', 'offered')"),
        ),
        Index("waiting_entries_order_idx", "organization_id", "session_id", "priority", "sequence"),
    )

    session_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    attendee_id: Mapped[UUID]
    priority: Mapped[int] = mapped_column(default=0)
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    status: Mapped[str] = mapped_column(default="waiting")
    books_itself: Mapped[bool] = mapped_column(default=False)
    positions: Mapped[list[Any]] = mapped_column(default=list)
    booking_id: Mapped[UUID | None] = mapped_column(default=None)
    offered_until: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_passed_over(self) -> bool:
        """Whether it was their turn, and nothing could be offered."""
        return self.status == "lapsed" and self.booking_id is None


class RefundRequest(TenantKey, Versioned, Base):
    """A customer asks for their money; at most one per booking, which can be asked again.

    Above a limit two people approve it. `log` keeps what happened before it was asked again.
    """

    __tablename__ = "session_refund_requests"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "booking_id"],
            ["session_bookings.organization_id", "session_bookings.id"],
        ),
        UniqueConstraint("organization_id", "booking_id"),
        CheckConstraint(
            "status IN ('requested', 'approved', 'processing', 'succeeded', 'failed', 'rejected',"
            " 'withdrawn')",
            name="status",
        ),
        CheckConstraint("target IN ('origin', 'wallet')", name="target"),
        CheckConstraint("amount_minor > 0", name="amount"),
    )

    booking_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(default="requested")
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    target: Mapped[str] = mapped_column(default="origin")
    answer: Mapped[str] = mapped_column(default="")
    approved_by: Mapped[UUID | None] = mapped_column(default=None)
    card_refund_id: Mapped[UUID | None] = mapped_column(default=None)
    log: Mapped[list[Any]] = mapped_column(default=list)

    @property
    def asked_minor(self) -> int:
        """What was asked for, the last time; `amount_minor` may be a part of it."""
        asked = self.amount_minor
        for before in reversed(self.log):
            if before["status"] not in ("requested", "failed"):
                break
            asked = before["amountMinor"]
        return asked
