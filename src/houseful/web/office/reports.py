"""Reports: how full the spaces are, what bookings bring, and who books."""

from datetime import date, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Response
from litestar.params import QueryParameter

from houseful.hire.reports import making
from houseful.hire.reports.schemas import ReportQuery
from houseful.hire.reports.writing import CSV, XLSX, as_csv, as_xlsx
from houseful.kernel.business_day import begin_of, business_day
from houseful.kernel.problems import NotFound
from houseful.web.office.papers import WholeHouse
from houseful.web.office.shell import office_page
from houseful.web.pages import show
from houseful.web.visits import Visit

PATH = "/office/{organization:str}/reports"
DAYS = 365
DAYS_MAX = 1100
FILES = {"csv": (CSV, as_csv), "xlsx": (XLSX, as_xlsx)}

Day = Annotated[str, QueryParameter(max_length=10)]


@show(PATH, WholeHouse("venue.reports.read", module="venue"))
async def show_reports(visit: Visit, since: Day = "", until: Day = "") -> Response[Any]:
    """Show the reports of a time, by month; the last year unless told otherwise."""
    first, last = _span(visit, since, until)
    query = _query(visit, first, last)
    whole = msgspec.structs.replace(query, bucket="all")
    has_finance = visit.access is not None and "finance" in visit.access.modules
    return office_page(
        visit,
        "reports.html",
        here="/reports",
        heading="Reports",
        since=first.isoformat(),
        until=last.isoformat(),
        utilization=await making.utilization(visit, whole),
        revenue=await making.revenue(visit, query) if has_finance else None,
        profitability=await making.profitability(visit, query) if has_finance else None,
        customers=await making.customers(visit, query),
    )


@show(PATH + "/{report:str}/{kind:str}", WholeHouse("venue.reports.export", module="finance"))
async def export_report(
    visit: Visit, report: str, kind: str, since: Day = "", until: Day = ""
) -> Response[bytes]:
    """Hand out a report as CSV or XLSX."""
    if kind not in FILES:
        raise NotFound
    query = _query(visit, *_span(visit, since, until))
    media_type, write = FILES[kind]
    content = write(await making.make_table(visit, report, query))
    headers = {"content-disposition": f'attachment; filename="{report}.{kind}"'}
    return Response(content, media_type=media_type, headers=headers)


def _span(visit: Visit, since: str, until: str) -> tuple[date, date]:
    house = visit.organization
    last = _day(
        until, business_day(visit.database.clock.now(), house.timezone, house.day_begins_hour)
    )
    first = min(_day(since, last - timedelta(days=DAYS)), last)
    return max(first, last - timedelta(days=DAYS_MAX)), last


def _query(visit: Visit, first: date, last: date) -> ReportQuery:
    house = visit.organization
    return ReportQuery(
        from_at=begin_of(first, house.timezone, house.day_begins_hour),
        to_at=begin_of(last + timedelta(days=1), house.timezone, house.day_begins_hour),
    )


def _day(text: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return found if 1970 <= found.year < 2199 else otherwise


handlers = [show_reports, export_report]
