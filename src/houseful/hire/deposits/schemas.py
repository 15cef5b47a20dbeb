"""Deposits on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.states import is_overdue, is_stale
from houseful.kernel.http import Body, View
from houseful.kernel.money import Currency

Kind = Literal["booking", "instalment", "security"]
Title = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^(?=.*\S)[^\x00]*$")]
Minor = Annotated[int, Meta(ge=1, le=10**13, description="Minor units.")]
Share = Annotated[int, Meta(ge=1, le=10_000, description="Basis points of the base: 5000 is 50 %.")]
Reason = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^(?=.*\S)[^\x00]*$")]
Reference = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=120,
        pattern=r"^(?=.*\S)[^\x00]*$",
        description="The payer's or the bank's own: the same payment twice is one.",
    ),
]
Note = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00]*$")]
ITEMS_MAX = 24
WHAT_IS_PAID = ("paid_minor", "balance_minor", "credit_minor", "held_minor")


class NewDeposit(Body):
    """A deposit: an amount, or a share of a base such as the rent.

    Without `baseMinor` a share is of what the booking is priced at, and follows that until it is
    invoiced.
    """

    booking_id: UUID
    title: Title
    due_on: date
    kind: Kind = "booking"
    currency: Currency | None = None
    amount_minor: Minor | None = None
    share: Share | None = None
    base_minor: Minor | None = None
    is_required: bool = True


class ScheduleItem(Body):
    """One instalment of a schedule, as a share of the base."""

    title: Title
    share: Share
    due_on: date
    kind: Kind = "instalment"
    is_required: bool = True


class NewSchedule(Body):
    """All deposits of a booking at once; shares of 100 % sum to the base exactly.

    More is refused; less leaves a rest that is due with the settlement. A security stands beside
    the price, and is no part of the whole.

    Without `baseMinor` they are shares of what the booking is priced at, and follow that until they
    are invoiced.
    """

    booking_id: UUID
    items: Annotated[list[ScheduleItem], Meta(min_length=1, max_length=ITEMS_MAX)]
    base_minor: Minor | None = None
    currency: Currency | None = None


class DepositChanges(Body):
    """What is to change about a deposit; once invoiced, only its title and due date."""

    title: Title | UnsetType = UNSET
    due_on: date | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    amount_minor: Minor | UnsetType = UNSET
    is_required: bool | UnsetType = UNSET


class Payment(Body):
    """Money that came."""

    amount_minor: Minor
    reference: Reference
    note: Note = ""


class Waiver(Body):
    """Why a deposit need not be paid, or is called off."""

    reason: Reason


class Return(Body):
    """Money that goes back, or that the house keeps, and why."""

    reason: Reason
    amount_minor: Minor | None = None
    reference: Reference = "return"


class CreditUse(Body):
    """Which deposit what was paid too much is to count for; without an amount, all it needs."""

    deposit_id: UUID
    amount_minor: Minor | None = None
    reference: Reference = "credit"


class DepositView(View):
    """A deposit; `financeState` says whether the Finance service knows what we know.

    `local` means that our own books are the finance. `pending` means that finance has not answered
    yet: what is paid is then what was known at `syncedAt`, and not more. Before it has answered for
    the first time, `isPaidKnown` is false and what depends on it is null. `isStale` says that what
    it last said may have changed.
    """

    id: UUID
    booking_id: UUID
    position: int
    title: str
    kind: str
    status: str
    status_reason: str
    is_overdue: bool | None
    currency: str
    amount_minor: int
    share: int | None
    base_minor: int | None
    follows_price: bool
    due_on: date
    is_required: bool
    is_paid_known: bool
    paid_minor: int | None
    balance_minor: int | None
    credit_minor: int | None
    refunded_minor: int
    forfeited_minor: int
    applied_minor: int
    held_minor: int | None
    invoice_id: UUID | None
    finance_id: str | None
    finance_state: str
    finance_problem: str
    is_stale: bool
    synced_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, row: Any) -> "DepositView":
        """Make the view of a deposit, as its booking's venue sees the calendar."""
        shown: ShownDeposit = row
        deposit = shown.deposit
        derived: dict[str, Any] = {"is_overdue": shown.is_overdue, "is_stale": shown.is_stale}
        if not deposit.is_paid_known:
            derived |= dict.fromkeys(WHAT_IS_PAID)
        return cls(
            **derived,
            **{
                name: getattr(deposit, name)
                for name in cls.__struct_fields__
                if name not in derived
            },
        )


class ShownDeposit(msgspec.Struct, frozen=True):
    """A deposit, the instant at which it is looked at, and its venue's zone."""

    deposit: Deposit
    now: datetime
    timezone: str

    @property
    def is_overdue(self) -> bool | None:
        """Whether it should have been paid; None when it is late, and unknown whether it was."""
        deposit = self.deposit
        is_late = is_overdue(
            deposit.status,
            deposit.due_on,
            deposit.balance_minor,
            now=self.now,
            zone=self.timezone,
        )
        return None if is_late and not deposit.is_paid_known else is_late

    @property
    def is_stale(self) -> bool:
        """Whether what finance last said of it may have changed."""
        return is_stale(self.deposit.finance_state, self.deposit.synced_at, now=self.now)


class InvoiceView(View):
    """An invoice, or the credit note of one."""

    id: UUID
    deposit_id: UUID
    name: str
    credits_id: UUID | None
    issued_at: datetime
    amount_minor: int
    currency: str
    hash: str


class FinanceStatusView(View):
    """What finance says about the deposits of an event, never silent zeros."""

    finance_linked: bool
    finance_message: str | None
    currency: str | None
    expected_minor: int | None
    invoiced_minor: int | None
    paid_minor: int | None
    outstanding_minor: int | None
    is_stale: bool
    deposits: list[DepositView]
