"""Making the four reports, for whoever asks: over HTTP, or at a page of the office."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

from houseful.hire.deposits.finance import Booked, FinanceRefused, FinanceUnreachable
from houseful.hire.reports import queries, taken
from houseful.hire.reports.queries import Amounts, Books, Figures
from houseful.hire.reports.schemas import (
    CustomerReport,
    CustomerRow,
    ProfitabilityReport,
    ProfitabilityRow,
    ReportQuery,
    RevenueReport,
    RevenueRow,
    UtilizationReport,
    UtilizationRow,
)
from houseful.hire.reports.writing import table_of
from houseful.hire.services import services_of
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http import View
from houseful.kernel.problems import NotFound

UNKNOWN = "Finance has not said of every deposit what is paid."
STALE = "Finance has not answered lately: what is paid is what it said before."


class Asker(Protocol):
    """Whose house a report is about, and how to read in it."""

    @property
    def database(self) -> Database:
        """The database."""
        ...

    @property
    def organization_id(self) -> UUID:
        """The house."""
        ...

    async def run(self, use_case: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Run a use case in its unit of work."""
        ...


async def utilization(asker: Asker, query: ReportQuery) -> UtilizationReport:
    """Report how much of the spaces' time was taken."""
    return UtilizationReport(rows=await asker.run(taken.utilization, query), **_head(query, None))


async def revenue(asker: Asker, query: ReportQuery) -> RevenueReport:
    """Report what bookings are to pay and have paid."""
    figures, problem = await asker.run(_read, query)
    return RevenueReport(rows=queries.revenue(query, figures), **_head(query, problem))


async def profitability(asker: Asker, query: ReportQuery) -> ProfitabilityReport:
    """Report what the house earned and spent, as finance says where it is connected."""
    figures, unsaid = await asker.run(_read, query)
    books, problem = await _books(asker, query)
    rows = queries.profitability(query, figures, books, is_known=problem is None)
    return ProfitabilityReport(rows=rows, **_head(query, problem or unsaid))


async def customers(asker: Asker, query: ReportQuery) -> CustomerReport:
    """Report who books."""

    async def read(uow: UnitOfWork) -> tuple[list[CustomerRow], str | None]:
        figures, problem = await _read(uow, query)
        return await queries.customers(uow, figures), problem

    rows, problem = await asker.run(read)
    return CustomerReport(rows=rows, **_head(query, problem))


_REPORTS: Mapping[str, tuple[Callable[[Asker, ReportQuery], Awaitable[Any]], type[View]]] = {
    "utilization": (utilization, UtilizationRow),
    "revenue": (revenue, RevenueRow),
    "profitability": (profitability, ProfitabilityRow),
    "customers": (customers, CustomerRow),
}


async def make_table(asker: Asker, report: str, query: ReportQuery) -> list[list[Any]]:
    """Return a report as a table with its header. Raises `NotFound` for another name.

    Each row says whether finance stands behind it: a file is read without its report.
    """
    if report not in _REPORTS:
        raise NotFound("There is no such report.")
    make, row = _REPORTS[report]
    made = await make(asker, query)
    header, *lines = table_of(made.rows, row)
    stands = ["yes" if made.finance_linked else "no", made.finance_message or ""]
    return [[*header, "finance_linked", "finance_message"], *([*line, *stands] for line in lines)]


async def _read(uow: UnitOfWork, query: ReportQuery) -> tuple[Figures, str | None]:
    """Return the figures, and what finance has left unsaid of them, if anything."""
    figures = await queries.read_figures(uow, query)
    if not figures.is_paid_known:
        return figures, UNKNOWN
    return figures, STALE if figures.is_stale(uow.now) else None


async def _books(asker: Asker, query: ReportQuery) -> tuple[Books | None, str | None]:
    """Return what finance earned and has to pay, or why there is nothing to show."""
    finance = services_of(asker.database).finance
    if finance is None:
        return None, None
    try:
        income, bills = [
            _added_up(await ask(asker.organization_id, from_at=query.from_at, to_at=query.to_at))
            for ask in (finance.other_income, finance.bills)
        ]
    except (FinanceRefused, FinanceUnreachable) as problem:
        return None, str(problem)
    return Books(income=income, bills=bills), None


def _added_up(found: Iterable[Booked]) -> Amounts:
    amounts: Amounts = {}
    for one in found:
        key = (one.booking_id or "", one.currency)
        amounts[key] = amounts.get(key, 0) + one.amount_minor
    return amounts


def _head(query: ReportQuery, problem: str | None) -> dict[str, Any]:
    return {
        "from_at": query.from_at,
        "to_at": query.to_at,
        "bucket": query.bucket,
        "finance_linked": problem is None,
        "finance_message": problem,
    }
