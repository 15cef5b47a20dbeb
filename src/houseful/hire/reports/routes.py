"""The venue's reports over HTTP, as JSON, CSV or XLSX."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.hire.reports import making
from houseful.hire.reports.schemas import (
    Bucket,
    CustomerReport,
    ProfitabilityReport,
    ReportQuery,
    RevenueReport,
    UtilizationReport,
)
from houseful.hire.reports.writing import CSV, XLSX, as_csv, as_xlsx
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
    summary="Report how much of the spaces' time was taken",
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
    """Report what was firmly taken of the time there was: pure truth of the venue's."""
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
    return await making.utilization(caller, query)


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
    return await making.revenue(caller, query)


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
    return await making.profitability(caller, query)


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
    return await making.customers(caller, query)


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
    table = await making.make_table(caller, report, query)
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
    table = await making.make_table(caller, report, query)
    return _file(as_xlsx(table), XLSX, f"{report}.xlsx")


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


handlers = [
    report_utilization,
    report_revenue,
    report_profitability,
    report_customers,
    export_report_csv,
    export_report_xlsx,
]
