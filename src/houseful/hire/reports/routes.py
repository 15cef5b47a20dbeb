"""The venue's reports over HTTP, as JSON, CSV or XLSX."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.hire.deposits.finance import FinanceRefused, FinanceUnreachable
from houseful.hire.reports import queries
from houseful.hire.reports.schemas import (
    Bucket,
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
from houseful.hire.reports.writing import CSV, XLSX, as_csv, as_xlsx, table_of
from houseful.hire.services import services_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, View, get
from houseful.kernel.instants import query_instant
from houseful.kernel.problems import Invalid, NotFound

AT = "/api/v1/reports"
UNKNOWN = "Finance has not said of every deposit what is paid."
DAYS_MAX = {"day": 800, "week": 1900, "month": 3660, "year": 3660, "all": 3660}

FromAt = Annotated[datetime, QueryParameter(name="fromAt")]
ToAt = Annotated[datetime, QueryParameter(name="toAt")]
VenueId = Annotated[UUID | None, QueryParameter(name="venueId")]
SpaceId = Annotated[UUID | None, QueryParameter(name="spaceId")]
UnitId = Annotated[UUID | None, QueryParameter(name="businessUnitId")]
CompanyNumber = Annotated[int | None, QueryParameter(name="marketCompanyId", ge=1, le=2**62)]
PersonNumber = Annotated[int | None, QueryParameter(name="marketPersonId", ge=1, le=2**62)]


@get(
    AT + "/utilization",
    permission="venue.reports.read",
    module="venue",
    summary="Report how much of the spaces' time was promised",
)
async def report_utilization(
    caller: Caller,
    from_at: FromAt,
    to_at: ToAt,
    bucket: Bucket = "month",
    venue_id: VenueId = None,
    space_id: SpaceId = None,
    business_unit_id: UnitId = None,
    market_company_id: CompanyNumber = None,
    market_person_id: PersonNumber = None,
) -> UtilizationReport:
    """Report firm bookings against the time there was: pure truth of the venue's."""
    query = _query(
        from_at=from_at,
        to_at=to_at,
        bucket=bucket,
        venue_id=venue_id,
        space_id=space_id,
        business_unit_id=business_unit_id,
        market_company_id=market_company_id,
        market_person_id=market_person_id,
    )
    return await _utilization(caller, query)


@get(
    AT + "/revenue",
    permission="venue.reports.read",
    module="finance",
    summary="Report what bookings are to pay and have paid",
)
async def report_revenue(
    caller: Caller,
    from_at: FromAt,
    to_at: ToAt,
    bucket: Bucket = "month",
    venue_id: VenueId = None,
    space_id: SpaceId = None,
    business_unit_id: UnitId = None,
    market_company_id: CompanyNumber = None,
    market_person_id: PersonNumber = None,
) -> RevenueReport:
    """Report deposits and settlements; what only finance knows is null until it has said it."""
    query = _query(
        from_at=from_at,
        to_at=to_at,
        bucket=bucket,
        venue_id=venue_id,
        space_id=space_id,
        business_unit_id=business_unit_id,
        market_company_id=market_company_id,
        market_person_id=market_person_id,
    )
    return await _revenue(caller, query)


@get(
    AT + "/profitability",
    permission="venue.reports.read",
    module="finance",
    summary="Report what the house earned and spent",
)
async def report_profitability(
    caller: Caller,
    from_at: FromAt,
    to_at: ToAt,
    bucket: Bucket = "month",
    venue_id: VenueId = None,
    space_id: SpaceId = None,
    business_unit_id: UnitId = None,
    market_company_id: CompanyNumber = None,
    market_person_id: PersonNumber = None,
) -> ProfitabilityReport:
    """Report the venue's part of settlements less costs: finance's bills, or our own books'.

    While a connected Finance service does not answer, nothing is shown as nought.
    """
    query = _query(
        from_at=from_at,
        to_at=to_at,
        bucket=bucket,
        venue_id=venue_id,
        space_id=space_id,
        business_unit_id=business_unit_id,
        market_company_id=market_company_id,
        market_person_id=market_person_id,
    )
    return await _profitability(caller, query)


@get(
    AT + "/customers",
    permission="venue.reports.read",
    module="venue",
    summary="Report who books, how often, and for how much",
)
async def report_customers(
    caller: Caller,
    from_at: FromAt,
    to_at: ToAt,
    bucket: Bucket = "month",
    venue_id: VenueId = None,
    space_id: SpaceId = None,
    business_unit_id: UnitId = None,
    market_company_id: CompanyNumber = None,
    market_person_id: PersonNumber = None,
) -> CustomerReport:
    """Report bookings by customer, the best first."""
    query = _query(
        from_at=from_at,
        to_at=to_at,
        bucket=bucket,
        venue_id=venue_id,
        space_id=space_id,
        business_unit_id=business_unit_id,
        market_company_id=market_company_id,
        market_person_id=market_person_id,
    )
    return await _customers(caller, query)


@get(
    AT + "/{report:str}/csv",
    permission="venue.reports.export",
    module="finance",
    summary="Export a report as CSV",
    media_type=CSV,
)
async def export_report_csv(
    report: str,
    caller: Caller,
    from_at: FromAt,
    to_at: ToAt,
    bucket: Bucket = "month",
    venue_id: VenueId = None,
    space_id: SpaceId = None,
    business_unit_id: UnitId = None,
    market_company_id: CompanyNumber = None,
    market_person_id: PersonNumber = None,
) -> Response[bytes]:
    """Export `utilization`, `revenue`, `profitability` or `customers` as a table."""
    query = _query(
        from_at=from_at,
        to_at=to_at,
        bucket=bucket,
        venue_id=venue_id,
        space_id=space_id,
        business_unit_id=business_unit_id,
        market_company_id=market_company_id,
        market_person_id=market_person_id,
    )
    table = await _table(caller, report, query)
    return _file(as_csv(table), CSV, f"{report}.csv")


@get(
    AT + "/{report:str}/xlsx",
    permission="venue.reports.export",
    module="finance",
    summary="Export a report as XLSX",
    media_type=XLSX,
)
async def export_report_xlsx(
    report: str,
    caller: Caller,
    from_at: FromAt,
    to_at: ToAt,
    bucket: Bucket = "month",
    venue_id: VenueId = None,
    space_id: SpaceId = None,
    business_unit_id: UnitId = None,
    market_company_id: CompanyNumber = None,
    market_person_id: PersonNumber = None,
) -> Response[bytes]:
    """Export `utilization`, `revenue`, `profitability` or `customers` as a table."""
    query = _query(
        from_at=from_at,
        to_at=to_at,
        bucket=bucket,
        venue_id=venue_id,
        space_id=space_id,
        business_unit_id=business_unit_id,
        market_company_id=market_company_id,
        market_person_id=market_person_id,
    )
    table = await _table(caller, report, query)
    return _file(as_xlsx(table), XLSX, f"{report}.xlsx")


async def _utilization(caller: Caller, query: ReportQuery) -> UtilizationReport:
    async def read(uow: UnitOfWork) -> list[UtilizationRow]:
        return await queries.utilization(uow, query, await queries.read_figures(uow, query))

    return UtilizationReport(rows=await caller.run(read), **_head(query, None))


async def _revenue(caller: Caller, query: ReportQuery) -> RevenueReport:
    figures = await caller.run(queries.read_figures, query)
    problem = None if figures.is_paid_known else UNKNOWN
    return RevenueReport(rows=queries.revenue(query, figures), **_head(query, problem))


async def _profitability(caller: Caller, query: ReportQuery) -> ProfitabilityReport:
    figures = await caller.run(queries.read_figures, query)
    bills, problem = await _bills(caller, query)
    rows = queries.profitability(query, figures, bills, is_known=problem is None)
    return ProfitabilityReport(rows=rows, **_head(query, problem))


async def _customers(caller: Caller, query: ReportQuery) -> CustomerReport:
    async def read(uow: UnitOfWork) -> tuple[list[CustomerRow], bool]:
        figures = await queries.read_figures(uow, query)
        return await queries.customers(uow, figures), figures.is_paid_known

    rows, is_known = await caller.run(read)
    return CustomerReport(rows=rows, **_head(query, None if is_known else UNKNOWN))


_REPORTS: Mapping[str, tuple[Callable[[Caller, ReportQuery], Awaitable[Any]], type[View]]] = {
    "utilization": (_utilization, UtilizationRow),
    "revenue": (_revenue, RevenueRow),
    "profitability": (_profitability, ProfitabilityRow),
    "customers": (_customers, CustomerRow),
}


async def _table(caller: Caller, report: str, query: ReportQuery) -> list[list[Any]]:
    if report not in _REPORTS:
        raise NotFound("There is no such report.")
    make, row = _REPORTS[report]
    return table_of((await make(caller, query)).rows, row)


def _file(content: bytes, media_type: str, name: str) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _query(
    *,
    from_at: datetime,
    to_at: datetime,
    bucket: Bucket,
    venue_id: UUID | None,
    space_id: UUID | None,
    business_unit_id: UUID | None,
    market_company_id: int | None,
    market_person_id: int | None,
) -> ReportQuery:
    start, end = query_instant("fromAt", from_at), query_instant("toAt", to_at)
    if start >= end:
        raise Invalid.at("/toAt", "The time ends after it begins.")
    if (end - start).days > DAYS_MAX[bucket]:
        raise Invalid.at("/toAt", f"At most {DAYS_MAX[bucket]} days in buckets like these.")
    return ReportQuery(
        from_at=start,
        to_at=end,
        bucket=bucket,
        venue_id=venue_id,
        space_id=space_id,
        business_unit_id=business_unit_id,
        market_company_id=market_company_id,
        market_person_id=market_person_id,
    )


async def _bills(caller: Caller, query: ReportQuery) -> tuple[dict[str, int] | None, str | None]:
    """Return finance's bills by currency and bucket, or why there are none to show."""
    finance = services_of(caller.database).finance
    if finance is None:
        return None, None
    try:
        found = await finance.bills(
            caller.organization_id, from_at=query.from_at, to_at=query.to_at
        )
    except (FinanceRefused, FinanceUnreachable) as problem:
        return None, str(problem)
    bills: dict[str, int] = {}
    for bill in found:
        key = bill.booking_id or bill.currency
        bills[key] = bills.get(key, 0) + bill.amount_minor
    return bills, None


def _head(query: ReportQuery, problem: str | None) -> dict[str, Any]:
    return {
        "from_at": query.from_at,
        "to_at": query.to_at,
        "bucket": query.bucket,
        "finance_linked": problem is None,
        "finance_message": problem,
    }


handlers = [
    report_utilization,
    report_revenue,
    report_profitability,
    report_customers,
    export_report_csv,
    export_report_xlsx,
]
