"""The four reports, reckoned from bookings, deposits and settlements, and what finance knows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, select

from houseful import directory
from houseful.accounts import organization_of
from houseful.directory.models import Company, Person
from houseful.hire.bookings.models import Booking, BookingSpace
from houseful.hire.bookings.rules import FIRM_STATES
from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.states import is_stale
from houseful.hire.reports.buckets import label_of
from houseful.hire.reports.schemas import (
    CustomerRow,
    ProfitabilityRow,
    ReportQuery,
    RevenueRow,
)
from houseful.hire.settlements.models import Settlement
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid

BOOKINGS_MAX = 20_000
UNASSIGNED = "of no booking"
Amounts = dict[tuple[str, str], int]
"""What finance keeps, by booking (empty for none) and currency."""
ENDED_EARLY = frozenset({"waived", "refund_pending", "partially_refunded", "refunded", "forfeited"})
"""The states of a deposit that asks for no more than what came."""
LOST_STATES = frozenset({"cancelled", "declined", "released", "lost"})


class Books(msgspec.Struct, kw_only=True):
    """What finance says was earned beside our deposits, and what is to be paid."""

    income: Amounts
    bills: Amounts

    def take(self, bookings: Iterable[Booking], currency: str) -> tuple[int, int]:
        """Take income and costs of bookings out of the books."""
        keys = [(str(one.id), currency) for one in bookings]
        return (
            sum(self.income.pop(key, 0) for key in keys),
            sum(self.bills.pop(key, 0) for key in keys),
        )


class Figures(msgspec.Struct):
    """What is needed of bookings for every report, read once."""

    bookings: list[Booking]
    deposits: dict[UUID, list[Deposit]]
    settlements: dict[UUID, list[Settlement]]
    zone: str
    day_begins_hour: int

    @property
    def is_paid_known(self) -> bool:
        """Whether finance has said of every deposit what is paid."""
        return all(one.is_paid_known for found in self.deposits.values() for one in found)

    def is_stale(self, now: datetime) -> bool:
        """Whether what finance last said of one may have changed."""
        return any(
            is_stale(one.finance_state, one.synced_at, now=now)
            for found in self.deposits.values()
            for one in found
        )


async def read_figures(uow: UnitOfWork, query: ReportQuery) -> Figures:
    """Read the bookings that the query asks about, with what is paid for them. Raises `Invalid`."""
    house = await organization_of(uow)
    bookings = await find_bookings(uow, query)
    ids = [booking.id for booking in bookings]
    return Figures(
        bookings,
        await _by_booking(uow, Deposit, ids),
        await _by_booking(uow, Settlement, ids),
        house.timezone,
        house.day_begins_hour,
    )


async def find_bookings(uow: UnitOfWork, query: ReportQuery) -> list[Booking]:
    """Return the bookings that the query asks about. Raises `Invalid` when they are too many."""
    lines = [
        BookingSpace.organization_id == Booking.organization_id,
        BookingSpace.booking_id == Booking.id,
        BookingSpace.starts_at < query.to_at,
        BookingSpace.ends_at > query.from_at,
    ]
    if query.space_id is not None:
        lines.append(BookingSpace.space_id == query.space_id)
    statement = select(Booking).where(
        Booking.organization_id == uow.tenant, select(BookingSpace.id).where(and_(*lines)).exists()
    )
    if query.venue_id is not None:
        statement = statement.where(Booking.venue_id == query.venue_id)
    if query.business_unit_id is not None:
        statement = statement.where(Booking.business_unit_id == query.business_unit_id)
    if query.market_company_id is not None:
        wanted = select(Company.id).where(Company.market_company_id == query.market_company_id)
        statement = statement.where(Booking.company_id.in_(wanted))
    if query.market_person_id is not None:
        wanted = select(Person.id).where(Person.market_person_id == query.market_person_id)
        statement = statement.where(Booking.person_id.in_(wanted))
    bookings = list(await uow.all(statement.order_by(Booking.id).limit(BOOKINGS_MAX + 1)))
    if len(bookings) > BOOKINGS_MAX:
        raise Invalid.at("/toAt", "That is too much for one report: ask for less time.")
    return bookings


def revenue(query: ReportQuery, figures: Figures) -> list[RevenueRow]:
    """Return what the bookings of each bucket are to pay, were invoiced, and have paid."""
    groups = _grouped(query, figures)
    rows: list[RevenueRow] = []
    for (label, currency), bookings in sorted(groups.items()):
        deposits = _of(figures.deposits, bookings)
        settlements = _of(figures.settlements, bookings)
        rows.append(
            RevenueRow(
                bucket=label,
                currency=currency,
                bookings=len(bookings),
                expected_minor=sum(_to_bring(one) for one in deposits),
                invoiced_minor=sum(_to_bring(one) for one in deposits if one.invoice_id),
                paid_minor=_paid(deposits),
                settled_minor=_settled(settlements),
            )
        )
    return rows


def profitability(
    query: ReportQuery,
    figures: Figures,
    books: Books | None,
    *,
    is_known: bool = True,
) -> list[ProfitabilityRow]:
    """Return income less costs: the venue's part of what was settled, and kept deposits.

    With finance's `books`, what it earned beside our deposits is income too, and its bills are the
    costs; without, the costs are those that settlements say the venue paid. What is of none of
    these bookings stands in rows of its own, unless the query asks for a part of the house only.
    What is not known stays None.
    """
    rows: list[ProfitabilityRow] = []
    left = Books(income=dict(books.income), bills=dict(books.bills)) if books else None
    for (label, currency), bookings in sorted(_grouped(query, figures).items()):
        settlements = _newest(_of(figures.settlements, bookings))
        deposits = _of(figures.deposits, bookings)
        is_income_known = is_known and all(one.is_paid_known for one in deposits)
        kept = sum(one.forfeited_minor for one in deposits)
        income = kept + sum(one.outcome["venueMinor"] for one in settlements)
        costs = _costs(settlements)
        if left is not None:
            earned, costs = left.take(bookings, currency)
            income += earned
        rows.append(
            ProfitabilityRow(
                bucket=label,
                currency=currency,
                income_minor=income if is_income_known else None,
                costs_minor=costs if is_known else None,
                profit_minor=income - costs if is_income_known else None,
            )
        )
    return rows + _unassigned(query, left)


def _to_bring(deposit: Deposit) -> int:
    """Return what a deposit is to bring: a security only what was kept, one waived what came."""
    if deposit.kind == "security":
        return deposit.forfeited_minor
    asked = deposit.paid_minor if deposit.status in ENDED_EARLY else deposit.amount_minor
    return asked - deposit.refunded_minor


def _brought(deposit: Deposit) -> int:
    if deposit.kind == "security":
        return deposit.forfeited_minor
    return deposit.paid_minor - deposit.refunded_minor


def _paid(deposits: Iterable[Deposit]) -> int | None:
    """Return what is paid in all, or None where finance has not said of each."""
    found = list(deposits)
    return sum(map(_brought, found)) if all(one.is_paid_known for one in found) else None


def _costs(settlements: Iterable[Settlement]) -> int:
    return sum(
        expense.amount_minor
        for one in settlements
        for expense in one.expenses
        if expense.paid_by == "venue"
    )


def _unassigned(query: ReportQuery, left: Books | None) -> list[ProfitabilityRow]:
    if left is None or query.is_narrowed:
        return []
    income, costs = _by_currency(left.income), _by_currency(left.bills)
    return [
        ProfitabilityRow(
            bucket=UNASSIGNED,
            currency=currency,
            income_minor=income[currency],
            costs_minor=costs[currency],
            profit_minor=income[currency] - costs[currency],
        )
        for currency in sorted(income.keys() | costs.keys())
    ]


def _by_currency(amounts: Amounts) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for (_, currency), amount_minor in amounts.items():
        found[currency] += amount_minor
    return found


async def customers(uow: UnitOfWork, figures: Figures) -> list[CustomerRow]:
    """Return who books, how often, and for how much; the best customers first."""
    groups: dict[tuple[Any, ...], list[Booking]] = defaultdict(list)
    for booking in figures.bookings:
        who = (booking.company_id, booking.person_id)
        name = "" if any(who) else booking.contact_name or "Unknown"
        groups[(*who, name, booking.currency)].append(booking)
    of_bookings = {one for each in figures.bookings for one in (each.company_id, each.person_id)}
    parties = await directory.parties(uow, [one for one in of_bookings if one is not None])
    rows = [
        CustomerRow(
            company_id=company_id,
            person_id=person_id,
            market_company_id=company.market_company_id if company else None,
            market_person_id=person.market_person_id if person else None,
            name=name or next((one.name for one in (company, person) if one), "Unknown"),
            currency=currency,
            bookings=len(bookings),
            confirmed=sum(booking.status in FIRM_STATES for booking in bookings),
            cancelled=sum(booking.status in LOST_STATES for booking in bookings),
            expected_minor=sum(_to_bring(one) for one in _of(figures.deposits, bookings)),
            paid_minor=_paid(_of(figures.deposits, bookings)),
        )
        for (company_id, person_id, name, currency), bookings in groups.items()
        for company, person in [(parties.get(company_id), parties.get(person_id))]
    ]
    return sorted(rows, key=lambda row: (-row.expected_minor, -row.bookings, row.name))


def _grouped(query: ReportQuery, figures: Figures) -> dict[tuple[str, str], list[Booking]]:
    groups: dict[tuple[str, str], list[Booking]] = defaultdict(list)
    for booking in figures.bookings:
        if booking.status in LOST_STATES and not figures.deposits.get(booking.id):
            continue
        starts = max(booking.starts_at, query.from_at)
        groups[_bucket_of(starts, query, figures), booking.currency].append(booking)
    return groups


def _bucket_of(at: datetime, query: ReportQuery, figures: Figures) -> str:
    return label_of(at, query.bucket, figures.zone, figures.day_begins_hour)


def _of(found: dict[UUID, list[Any]], bookings: Iterable[Booking]) -> list[Any]:
    return [one for booking in bookings for one in found.get(booking.id, [])]


def _newest(settlements: Iterable[Settlement]) -> list[Settlement]:
    newest: dict[UUID, Settlement] = {}
    for one in sorted(settlements, key=lambda one: one.number):
        if one.status != "draft":
            newest[one.booking_id] = one
    return list(newest.values())


def _settled(settlements: Iterable[Settlement]) -> int:
    return sum(one.outcome["venueMinor"] for one in _newest(settlements))


async def _by_booking(uow: UnitOfWork, table: Any, ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in await uow.all(
        select(table)
        .where(table.organization_id == uow.tenant, table.booking_id.in_(ids))
        .order_by(table.id)
    ):
        if row.status != "cancelled":
            found[row.booking_id].append(row)
    return found
