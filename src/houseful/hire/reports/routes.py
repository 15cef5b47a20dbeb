"""The venue's reports over HTTP, as JSON, CSV or XLSX."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import QueryParameter

from houseful.hire.deposits.finance import FinanceRefused, FinanceUnreachable
from houseful.hire.reports import queries
from houseful.hire.reports.schemas import (
    Bucket,
    CustomerReport,
    CustomerRow,
    Format,
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
from houseful.kernel.http import Caller, get
from houseful.kernel.instants import query_instant
from houseful.kernel.problems import Invalid

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
    format: Format = "json",  # noqa: A002 (as it stands in the address)
) -> Response[UtilizationReport]:
    """Report firm bookings against the time there was: pure truth of the venue's."""
    query = _query(
        from_at,
        to_at,
        bucket,
        venue_id,
        space_id,
        business_unit_id,
        market_company_id,
        market_person_id,
    )

    async def read(uow: UnitOfWork) -> list[UtilizationRow]:
        return await queries.utilization(uow, query, await queries.read_figures(uow, query))

    rows = await caller.run(read)
    report = UtilizationReport(rows=rows, **_head(query, None))
    return _written(caller, format, "utilization", report, UtilizationRow)


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
    format: Format = "json",  # noqa: A002 (as it stands in the address)
) -> Response[RevenueReport]:
    """Report deposits and settlements; what only finance knows is null until it has said it."""
    query = _query(
        from_at,
        to_at,
        bucket,
        venue_id,
        space_id,
        business_unit_id,
        market_company_id,
        market_person_id,
    )
    figures = await caller.run(queries.read_figures, query)
    problem = None if figures.is_paid_known else UNKNOWN
    report = RevenueReport(rows=queries.revenue(query, figures), **_head(query, problem))
    return _written(caller, format, "revenue", report, RevenueRow)


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
    format: Format = "json",  # noqa: A002 (as it stands in the address)
) -> Response[ProfitabilityReport]:
    """Report the venue's part of settlements less costs: finance's bills, or our own books'.

    While a connected Finance service does not answer, nothing is shown as nought.
    """
    query = _query(
        from_at,
        to_at,
        bucket,
        venue_id,
        space_id,
        business_unit_id,
        market_company_id,
        market_person_id,
    )
    figures = await caller.run(queries.read_figures, query)
    bills, problem = await _bills(caller, query)
    rows = queries.profitability(query, figures, bills, is_known=problem is None)
    report = ProfitabilityReport(rows=rows, **_head(query, problem))
    return _written(caller, format, "profitability", report, ProfitabilityRow)


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
    format: Format = "json",  # noqa: A002 (as it stands in the address)
) -> Response[CustomerReport]:
    """Report bookings by customer, the best first."""
    query = _query(
        from_at,
        to_at,
        bucket,
        venue_id,
        space_id,
        business_unit_id,
        market_company_id,
        market_person_id,
    )

    async def read(uow: UnitOfWork) -> tuple[list[CustomerRow], bool]:
        figures = await queries.read_figures(uow, query)
        return await queries.customers(uow, figures), figures.is_paid_known

    rows, is_known = await caller.run(read)
    report = CustomerReport(rows=rows, **_head(query, None if is_known else UNKNOWN))
    return _written(caller, format, "customers", report, CustomerRow)


def _query(
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


def _written(
    caller: Caller, kind: str, name: str, report: Any, row: type[msgspec.Struct]
) -> Response[Any]:
    if kind == "json":
        return Response(report)
    caller.require("venue.reports.export")
    write, media_type = (as_csv, CSV) if kind == "csv" else (as_xlsx, XLSX)
    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(write(table_of(report.rows, row)), media_type=media_type, headers=headers)


handlers = [report_utilization, report_revenue, report_profitability, report_customers]
