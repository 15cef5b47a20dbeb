"""The calendar: spaces × time, where holds are placed, moved and stretched."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Response

from houseful.hire import BookingChanges, NewBooking, SpaceWish, create_booking, get_booking
from houseful.hire import update_booking as update
from houseful.hire.holds.queries import freeze_in_force
from houseful.kernel.business_day import begin_of, business_day
from houseful.kernel.database import UnitOfWork
from houseful.kernel.dates import write_day
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.locales import english_of
from houseful.kernel.problems import Invalid, Problem
from houseful.venues import Space, Venue, active_spaces, list_venues
from houseful.web.guards import Office
from houseful.web.office.calendar_items import calendar_items
from houseful.web.office.forms import read_id, read_number
from houseful.web.office.shell import back_to, office_page
from houseful.web.office.timeline import Grid, Item, lanes_of, make_grid, stepped
from houseful.web.office.wishes import read_instant, shift_wish, wish_of
from houseful.web.pages import act, show, told
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/calendar"
VIEWS = ("day", "week", "month", "year")
SOURCES = ("inquiry", "hold", "offered", "firm", "event", "session", "block")
FIRM = frozenset({"contracted", "confirmed", "completed", "closed"})
MINUTES_MAX = 60 * 24 * 400
VERSION_MAX = 10**9


@show(PATH, Office("venue.bookings.read", module="venue"))
async def show_calendar(visit: Visit) -> Response[Any]:
    """Show a day, a week, a month or a year of the spaces."""
    return await _calendar(visit)


@act(PATH + "/hold", Office("venue.bookings.create", module="venue"))
async def place_hold(visit: Visit) -> Response[Any]:
    """Place a hold, or write down an inquiry, where the pointer was drawn over."""
    form = await visit.form()
    try:
        booking = await visit.run(_place, form, scope=visit.space_ids)
    except Problem as problem:
        return await _calendar(visit, message=_told_with_alternatives(problem), form=form)
    return back_to(visit, _address(form), f"{booking.title} is on the calendar.")


@act(PATH + "/move", Office("venue.bookings.update", module="venue"))
async def move_booking(visit: Visit) -> Response[Any]:
    """Move or stretch one space of a booking; answers the calendar's script."""
    visit.check_csrf()
    form = Form((name, str(value)) for name, value in (await visit.request.form()).multi_items())
    assert visit.access is not None
    try:
        await visit.run(
            _move,
            form,
            scope=visit.space_ids,
            may_move_firm=visit.access.allows("venue.bookings.confirm"),
        )
    except Problem as problem:
        return Response({"said": _told_with_alternatives(problem)}, status_code=problem.status)
    return Response({"said": "Moved."})


async def _place(uow: UnitOfWork, form: Form, *, scope: Any) -> Any:
    space_id = read_id(form.get("space", ""), "/space")
    spaces = {space.id: space for space in await active_spaces(uow, scope=scope)}
    if space_id not in spaces:
        raise Invalid.at("/space", "Please choose one.")
    zone = (await _venues(uow))[spaces[space_id].venue_id].timezone
    if not form.get("title", "").strip():
        raise Invalid.at("/title", "Please give it a name.")
    wish = SpaceWish(
        space_id=space_id,
        starts_at=read_instant(form, "starts_at", zone),
        ends_at=read_instant(form, "ends_at", zone),
    )
    data = NewBooking(
        title=form["title"].strip()[:200],
        spaces=[wish],
        status="inquiry" if form.get("kind") == "inquiry" else "hold",
        as_backup=form.get("kind") == "backup",
    )
    return await create_booking(uow, data, scope=scope, may_override=False)


async def _move(uow: UnitOfWork, form: Form, *, scope: Any, may_move_firm: bool) -> None:
    booking = await get_booking(uow, read_id(form.get("booking", ""), "/booking"), scope=scope)
    line_id = read_id(form.get("line", ""), "/line")
    version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
    shift, stretch = (_minutes(form.get(name, "0")) for name in ("shift", "stretch"))
    wishes: list[SpaceWish] = []
    for line in booking.spaces:
        wish = wish_of(line)
        if line.id == line_id:
            shift_wish(wish, shift=shift, stretch=stretch, timezone=booking.timezone)
            if form.get("space"):
                wish.space_id = read_id(form["space"], "/space")
            if wish.space_id != line.space_id:
                wish.setup_minutes = wish.teardown_minutes = wish.gap_minutes = None
        wishes.append(wish)
    await update(
        uow,
        booking.id,
        version,
        BookingChanges(spaces=wishes),
        scope=scope,
        may_move_firm=may_move_firm,
    )


async def _calendar(visit: Visit, *, message: str = "", form: Form | None = None) -> Response[Any]:
    query = visit.request.query_params
    typed = form if form is not None else Form([])

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        houses = await _venues(uow)
        if not houses:
            return {"venue": None}
        venue = _chosen(houses, query.get("venue", ""))
        spaces = await active_spaces(uow, venue_id=venue.id, scope=visit.space_ids)
        today = business_day(uow.now, venue.timezone, visit.organization.day_begins_hour)
        day = _day(query.get("day", typed.get("day", "")), today)
        view = query.get("view", typed.get("view", ""))
        view = view if view in VIEWS else "month"
        found = _year if view == "year" else _span
        return {
            "venue": venue,
            "venues": list(houses.values()),
            "spaces": spaces,
            "view": view,
            "day": day,
            "today": today,
            "freeze": await freeze_in_force(uow, venue.id),
            **await found(uow, visit, venue, spaces, view, day, today),
        }

    values = await visit.run(read)
    return office_page(
        visit,
        "calendar.html",
        here="/calendar",
        heading="Calendar",
        message=message,
        form=typed,
        views=VIEWS,
        sources=SOURCES,
        chosen=query.getall("show", []),
        before=stepped(values["view"], values["day"], -1) if values["venue"] else None,
        after=stepped(values["view"], values["day"], 1) if values["venue"] else None,
        **values,
    )


async def _span(
    uow: UnitOfWork,
    visit: Visit,
    venue: Venue,
    spaces: list[Space],
    view: Any,
    day: date,
    today: date,
) -> dict[str, Any]:
    locale = english_of(visit.organization.locale)
    hour = visit.organization.day_begins_hour
    grid = make_grid(view, day, venue.timezone, today, locale, hour)
    items = await _items(uow, visit, spaces, grid.starts_at, grid.ends_at)
    by_space: dict[UUID, list[Item]] = {space.id: [] for space in spaces}
    for item in items:
        by_space[item.space_id].append(item)
    return {
        "grid": grid,
        "title": _title(grid, locale),
        "rows": [(space, lanes_of(by_space[space.id], grid)) for space in spaces],
        "agenda": sorted((item for item in items if not item.via), key=lambda item: item.starts_at),
        "slot_minutes": {"day": 60, "week": 360, "month": 1440}[view],
    }


async def _year(
    uow: UnitOfWork,
    visit: Visit,
    venue: Venue,
    spaces: list[Space],
    view: str,
    day: date,
    today: date,
) -> dict[str, Any]:
    del view, today
    locale = english_of(visit.organization.locale)
    hour = visit.organization.day_begins_hour
    months = [date(day.year, month, 1) for month in range(1, 13)]
    edges = [begin_of(first, venue.timezone, hour) for first in [*months, date(day.year + 1, 1, 1)]]
    items = await _items(uow, visit, spaces, edges[0], edges[-1])
    rows: list[tuple[Space, list[tuple[date, int, int, int]]]] = []
    for space in spaces:
        mine = [item for item in items if item.space_id == space.id]
        cells: list[tuple[date, int, int, int]] = []
        for number, first in enumerate(months):
            span = edges[number], edges[number + 1]
            days = round((span[1] - span[0]) / timedelta(days=1))
            firm = _days(mine, span, venue.timezone, hour, firm=True)
            held = _days(mine, span, venue.timezone, hour, firm=False) - firm
            cells.append((first, len(firm), len(held), days))
        rows.append((space, cells))
    return {
        "grid": None,
        "title": str(day.year),
        "year_rows": rows,
        "agenda": [],
        "months": [(first, write_day(first, "LLL", locale)) for first in months],
    }


async def _items(
    uow: UnitOfWork, visit: Visit, spaces: list[Space], from_at: datetime, until_at: datetime
) -> list[Item]:
    office = f"/office/{visit.organization.slug}"
    pages: dict[str, str] = {}
    if visit.may("promoter.events.read"):
        pages["event"] = f"{office}/events"
    if visit.may("sessions.bookings.read"):
        pages["session"] = f"{office}/sessions"
    found = await calendar_items(
        uow,
        {space.id: space for space in spaces},
        from_at,
        until_at,
        scope=visit.space_ids,
        may_move=visit.may("venue.bookings.update"),
        may_move_firm=visit.may("venue.bookings.confirm"),
        office=office,
        pages=pages,
    )
    wanted = set(visit.request.query_params.getall("show", []))
    return [item for item in found if not wanted or _kind(item) in wanted or item.via]


def _kind(item: Item) -> str:
    if item.status in FIRM:
        return "firm"
    return "hold" if item.status == "backup" else item.status


def _days(
    items: list[Item],
    span: tuple[datetime, datetime],
    zone: str,
    day_begins_hour: int,
    *,
    firm: bool,
) -> set[date]:
    """Return the days of a span on which something is, firmly or in rank."""
    soft = {"inquiry", "hold", "offered", "backup"}
    days: set[date] = set()
    for item in items:
        if (item.status not in soft) != firm:
            continue
        begins, ends = max(item.starts_at, span[0]), min(item.ends_at, span[1])
        if begins >= ends:
            continue
        first = business_day(begins, zone, day_begins_hour)
        last = business_day(ends - timedelta(microseconds=1), zone, day_begins_hour)
        days |= {first + timedelta(days=number) for number in range((last - first).days + 1)}
    return days


async def _venues(uow: UnitOfWork) -> dict[UUID, Venue]:
    found, _ = await list_venues(uow, window=Window(limit=LIMIT_MAX))
    return {venue.id: venue for venue in found}


def _chosen(houses: dict[UUID, Venue], wanted: str) -> Venue:
    return next((venue for venue in houses.values() if str(venue.id) == wanted), None) or next(
        iter(houses.values())
    )


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if 2000 <= day.year <= 2150 else today


def _title(grid: Grid, locale: str) -> str:
    first = grid.first_day
    if grid.view == "day":
        return write_day(first, "EEEE, d MMMM y", locale)
    if grid.view == "month":
        return write_day(first, "LLLL y", locale)
    last = first + timedelta(days=6)
    begins = write_day(first, "d MMM", locale)
    return f"{begins} – {write_day(last, 'd MMM y', locale)}"


def _minutes(text: str) -> int:
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    return sign * read_number(digits, "/shift", maximum=MINUTES_MAX)


def _told_with_alternatives(problem: Problem) -> str:
    free: list[dict[str, Any]] = problem.fields.get("alternatives") or []
    offers = [_offer(each) for each in free[:3]]
    return told(problem) + (f" Free instead: {'; '.join(offers)}." if offers else "")


def _offer(alternative: dict[str, Any]) -> str:
    space = alternative["spaces"][0]
    days = alternative["days"]
    if not days:
        return f"{space['spaceName']} at the same time"
    how_far = f"{abs(days)} day{'s' if abs(days) > 1 else ''} {'later' if days > 0 else 'earlier'}"
    on = write_day(date.fromisoformat(alternative["on"]), "EEE, d MMM y", "en")
    return f"{space['spaceName']} on {on} ({how_far})"


def _address(form: Form) -> str:
    view = form.get("view", "")
    day = _day(form.get("day", ""), date(2000, 1, 1))
    return f"/calendar?view={view if view in VIEWS else 'month'}&day={day}"


handlers = [show_calendar, place_hold, move_booking]
