"""Reports: how full the spaces are, what bookings bring, and who books."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.params import QueryParameter

from houseful.hire.reports import queries
from houseful.hire.reports.schemas import ReportQuery
from houseful.kernel.database import UnitOfWork
from houseful.web.office.papers import WholeHouse
from houseful.web.office.shell import office_page
from houseful.web.pages import show
from houseful.web.visits import Visit

PATH = "/office/{organization:str}/reports"
DAYS = 365
DAYS_MAX = 1100

Day = Annotated[str, QueryParameter(max_length=10)]


@show(PATH, WholeHouse("venue.reports.read", module="venue"))
async def show_reports(visit: Visit, since: Day = "", until: Day = "") -> Response[Any]:
    """Show the reports of a time, by month; the last year unless told otherwise."""
    zone = ZoneInfo(visit.organization.timezone)
    today = datetime.now(zone).date()
    last = _day(until, today)
    first = min(_day(since, last - timedelta(days=DAYS)), last)
    first = max(first, last - timedelta(days=DAYS_MAX))
    query = ReportQuery(
        from_at=datetime.combine(first, time(), zone),
        to_at=datetime.combine(last + timedelta(days=1), time(), zone),
    )
    whole = ReportQuery(from_at=query.from_at, to_at=query.to_at, bucket="all")

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        figures = await queries.read_figures(uow, query)
        return {
            "utilization": await queries.utilization(uow, whole, figures),
            "revenue": queries.revenue(query, figures),
            "customers": await queries.customers(uow, figures),
            "is_paid_known": figures.is_paid_known,
        }

    return office_page(
        visit,
        "reports.html",
        here="/reports",
        heading="Reports",
        since=first.isoformat(),
        until=last.isoformat(),
        **await visit.run(read),
    )


def _day(text: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return found if 1970 <= found.year < 2199 else otherwise


handlers = [show_reports]
