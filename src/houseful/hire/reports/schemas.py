"""Reports on the wire."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from houseful.kernel.http import View

Bucket = Literal["day", "week", "month", "year", "all"]


class ReportQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the venue's life is asked about; None means all."""

    from_at: datetime
    to_at: datetime
    bucket: Bucket = "month"
    venue_id: UUID | None = None
    space_id: UUID | None = None
    business_unit_id: UUID | None = None
    market_company_id: int | None = None
    market_person_id: int | None = None

    @property
    def is_of_some(self) -> bool:
        """Whether it asks for a unit's or a customer's bookings only."""
        return any((self.business_unit_id, self.market_company_id, self.market_person_id))

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for a part of the house only."""
        return self.is_of_some or any((self.venue_id, self.space_id))


class UtilizationRow(View):
    """How much of a space's time was taken in a bucket, in minutes; what is kept free is not there.

    `bookings` are the hires. What is taken twice, such as a foyer by a hire of the house and by a
    show, counts once in `bookedMinutes`, and for each in the three that follow.
    """

    bucket: str
    space_id: UUID
    space_name: str
    bookings: int
    booked_minutes: int
    hired_minutes: int
    show_minutes: int
    session_minutes: int
    available_minutes: int
    utilization_basis_points: int


class RevenueRow(View):
    """What the bookings of a bucket are to bring and have brought, in one currency.

    What was waived or given back is not revenue, nor is a security deposit unless it was kept.
    `invoicedMinor` and `paidMinor` are null where finance has not said.
    """

    bucket: str
    currency: str
    bookings: int
    expected_minor: int
    invoiced_minor: int | None
    paid_minor: int | None
    settled_minor: int


class ProfitabilityRow(View):
    """What a bucket brought and cost, in one currency; null where finance has not said."""

    bucket: str
    currency: str
    income_minor: int | None
    costs_minor: int | None
    profit_minor: int | None


class CustomerRow(View):
    """What a customer has booked, in one currency; who is not of the directory has no ids."""

    company_id: UUID | None
    person_id: UUID | None
    market_company_id: int | None
    market_person_id: int | None
    name: str
    currency: str
    bookings: int
    confirmed: int
    cancelled: int
    expected_minor: int
    paid_minor: int | None


Row = UtilizationRow | RevenueRow | ProfitabilityRow | CustomerRow


class ReportView(View):
    """A report: its rows, and whether finance stands behind its figures.

    While it does not, `financeMessage` says why, and what finance has never said is null.
    """

    from_at: datetime
    to_at: datetime
    bucket: str
    finance_linked: bool
    finance_message: str | None


class UtilizationReport(ReportView):
    """How much of the spaces' time was taken."""

    rows: list[UtilizationRow]


class RevenueReport(ReportView):
    """What bookings are to pay and have paid."""

    rows: list[RevenueRow]


class ProfitabilityReport(ReportView):
    """What the house earned and spent."""

    rows: list[ProfitabilityRow]


class CustomerReport(ReportView):
    """Who books, how often, and for how much."""

    rows: list[CustomerRow]
