"""Bookings, waiting, refunds on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import msgspec
from msgspec import Meta

from houseful.kernel.http import Body, View
from houseful.sessions.bookings.cancelling import CancelQuote
from houseful.sessions.bookings.lines import paid_parts
from houseful.sessions.bookings.waiting_schemas import WaitingView
from houseful.sessions.bookings.wishes import ExtraWish, Payment
from houseful.sessions.catalogue.schemas import SlotView

Reason = Annotated[str, Meta(min_length=1, max_length=500)]
Path = Annotated[str, Meta(max_length=300, pattern=r"^(/[^/\\\x00][^\\\x00]*)?$")]


class ExtraBody(Body):
    """So many of an extra."""

    extra_id: UUID
    quantity: Annotated[int, Meta(ge=1, le=100)] = 1


Extras = Annotated[list[ExtraBody], Meta(max_length=20)]


class NewBooking(Body):
    """A place for oneself, or for somebody of the family, and how to pay for it."""

    attendee_id: UUID | None = None
    extras: Extras = msgspec.field(default_factory=list[ExtraBody])
    customer_pass_id: UUID | None = None
    avoids_pass: bool = False
    return_path: Path = ""

    def wishes(self) -> list[ExtraWish]:
        """Return the extras as they are booked."""
        return [ExtraWish(one.extra_id, one.quantity) for one in self.extras]

    def payment(self) -> Payment:
        """Return how it is to be paid."""
        return Payment(pass_id=self.customer_pass_id, avoids_pass=self.avoids_pass)


class NewGuestBooking(Body):
    """A place for a guest, who need not sign in."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    email: Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
    phone: Annotated[str, Meta(max_length=40)] = ""
    extras: Extras = msgspec.field(default_factory=list[ExtraBody])
    return_path: Path = ""


class DeskBooking(Body):
    """A place for a customer, booked at the desk.

    `takesCash` pays there what is missing, `takesCard` at the terminal, which prints `reference`.
    """

    customer_id: UUID
    attendee_id: UUID | None = None
    extras: Extras = msgspec.field(default_factory=list[ExtraBody])
    customer_pass_id: UUID | None = None
    avoids_pass: bool = False
    takes_cash: bool = False
    takes_card: bool = False
    reference: Annotated[str, Meta(max_length=80)] = ""

    def payment(self) -> Payment:
        """Return how it is to be paid."""
        return Payment(
            pass_id=self.customer_pass_id,
            avoids_pass=self.avoids_pass,
            has_card=self.takes_cash or self.takes_card,
            is_at_desk=True,
        )


class Taking(Body):
    """How what is open is paid at the desk; `reference` is what the terminal printed."""

    payment: Literal["cash", "card_terminal"] = "cash"
    reference: Annotated[str, Meta(max_length=80)] = ""


class BookingExtraView(View):
    """What was had with a place, as it was sold."""

    id: UUID
    extra_id: UUID
    name: str
    price: int
    quantity: int
    tax_basis_points: int
    price_paid: int
    covered_by_entitlement_id: UUID | None


class PaidPartView(View):
    """So much of a line, the `place`, an `extra` or a `fee`, was paid in one way.

    Of a pass it is the price that was not asked for; `returnedMinor` of it went back.
    """

    line: str
    booking_extra_id: UUID | None
    kind: str
    customer_entitlement_id: UUID | None
    amount_minor: int
    returned_minor: int


class SessionBookingView(View):
    """A place in a session; `status` follows from place, attendance and money."""

    id: UUID
    session_id: UUID
    customer_id: UUID
    attendee_id: UUID
    attendee_name: str
    activity_name: str
    policy_text: str
    source: str
    status: str
    place: str
    attendance: str
    money: str
    price: int
    total: int
    currency: str
    paid_minor: int
    due_minor: int
    fee_minor: int
    refunded_minor: int
    wallet_debited: bool
    bonus_debited: bool
    customer_entitlement_id: UUID | None
    refund_request_id: UUID | None
    extras: list[BookingExtraView]
    paid_with: list[PaidPartView]
    explanation: list[Any]
    contact_name: str
    contact_email: str
    held_until: datetime | None
    reminder_sent_at: datetime | None
    checked_in_at: datetime | None
    verifier_user_id: UUID | None
    verifier_scanner_credential_id: UUID | None
    cancelled_at: datetime | None
    reason: str
    created_at: datetime
    version: int

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the view of a `ShownBooking`."""
        own = {
            name: getattr(row.booking, name)
            for name in cls.__struct_fields__
            if name not in {"attendee_name", "refund_request_id", "extras", "paid_with"}
        }
        return cls(
            attendee_name=row.attendee_name,
            refund_request_id=row.refund_request_id,
            extras=[BookingExtraView.of(extra) for extra in row.booking.extras],
            paid_with=[PaidPartView.of(part) for part in paid_parts(row.booking)],
            **own,
        )


class SessionResponse(SlotView):
    """A session as staff see it, with its bookings and who waits.

    After a change of several `keptOwn` is how many of them keep what was changed of them alone.
    """

    taken: int
    bookings: list[SessionBookingView]
    active_bookings_count: int
    waiting: list[WaitingView]
    kept_own: int

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the view of a `SessionSheet`."""
        slot = {name: getattr(row.session, name) for name in SlotView.__struct_fields__}
        return cls(
            taken=row.session.taken,
            bookings=[SessionBookingView.of(one) for one in row.bookings],
            active_bookings_count=row.active_bookings_count,
            waiting=[WaitingView.of(one) for one in row.waiting],
            kept_own=row.kept_own,
            **slot,
        )


class MyBookingView(View):
    """A customer's booking, with its session."""

    booking: SessionBookingView
    session: SlotView
    token: str = ""

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the view of a `ShownBooking`."""
        return cls(
            booking=SessionBookingView.of(row),
            session=SlotView.of(row.session),
            token=row.token,
        )

    @property
    def id(self) -> UUID:
        """The booking's."""
        return self.booking.id


class QuoteView(View):
    """What booking would be paid with, and why."""

    total: int
    currency: str
    customer_pass_id: UUID | None
    covered_extra_ids: list[UUID]
    bonus_minor: int
    wallet_minor: int
    missing_minor: int
    explanation: list[str]

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the view of a bill and its cover."""
        bill, decided = row
        return cls(
            total=bill.total,
            currency=bill.currency,
            customer_pass_id=decided.pass_id,
            covered_extra_ids=sorted(decided.covered_extra_ids),
            bonus_minor=decided.bonus_minor,
            wallet_minor=decided.wallet_minor,
            missing_minor=decided.missing_minor,
            explanation=decided.explanation,
        )


class CancellationView(View):
    """What cancelling costs now, and gives back; the token keeps it until `standsUntil`."""

    is_possible: bool
    is_late: bool
    fee_minor: int
    back_minor: int
    visit_comes_back: bool
    why: str
    currency: str
    stands_until: datetime
    quote_token: str

    @classmethod
    def of(cls, row: CancelQuote) -> Self:
        """Make the view of a quote."""
        return cls(
            currency=row.booking.currency,
            stands_until=row.stands_until,
            quote_token=row.token,
            **msgspec.structs.asdict(row.terms),
        )


class Cancellation(Body):
    """Why, and the token of the terms that were shown."""

    quote_token: Annotated[str, Meta(max_length=100)] = ""
    reason: Annotated[str, Meta(max_length=500)] = ""


class CallOff(Body):
    """Why the house cancels a booking."""

    reason: Reason


class PayBody(Body):
    """How to pay for what is held or owed."""

    customer_pass_id: UUID | None = None
    avoids_pass: bool = False
    return_path: Path = ""


class GuestPayBody(Body):
    """Where the guest's browser goes after paying."""

    return_path: Path = ""


class PayView(View):
    """What is paid already, or where the payer goes now."""

    is_paid: bool
    redirect_url: str


class NewRefundRequest(Body):
    """Why, and how much; without an amount all that was paid."""

    reason: Reason
    amount_minor: Annotated[int, Meta(ge=1, le=100_000_000)] | None = None


class Approval(Body):
    """Where the money goes, the way it came or to the wallet; perhaps a part of what was asked."""

    target: Literal["origin", "wallet"] = "origin"
    amount_minor: Annotated[int, Meta(ge=1, le=100_000_000)] | None = None


class Rejection(Body):
    """What the customer is told."""

    answer: Reason


class RefundRequestView(View):
    """A customer asks for money back."""

    id: UUID
    booking_id: UUID
    status: str
    amount_minor: int
    currency: str
    reason: str
    target: str
    answer: str
    approved_by: UUID | None
    log: list[Any]
    created_at: datetime
    updated_at: datetime
    version: int


class AttendanceBody(Body):
    """What is noted of somebody: there, not there, or nothing again."""

    mark: Literal["check_in", "miss", "undo"]


class DebtBody(Body):
    """How a debt ends without money, and why."""

    act: Literal["waive", "write_off"]
    reason: Reason


class SettledView(View):
    """How many debts were paid."""

    settled: int

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the view of a number."""
        return cls(settled=row)


class Claim(Body):
    """The proof that a mailed link carries."""

    proof: Annotated[str, Meta(min_length=20, max_length=500)]


class ClaimView(View):
    """How many bookings came into the account."""

    claimed: int


class NewCheckIn(Body):
    """A code that was scanned, perhaps at the door of one session."""

    code: Annotated[str, Meta(min_length=1, max_length=200)]
    session_id: UUID | None = None


class CheckInView(View):
    """Who has checked in; `wasIn` when they had already."""

    was_in: bool
    session_name: str
    booking: SessionBookingView

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the view of a `CheckIn`."""
        return cls(
            was_in=row.was_in,
            session_name=row.shown.session.name,
            booking=SessionBookingView.of(row.shown),
        )
