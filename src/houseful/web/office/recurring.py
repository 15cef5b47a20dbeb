"""Recurring bookings: a rule, its dates, and what is changed on some or all of them."""

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any
from uuid import UUID

from litestar import Response

from houseful import hire
from houseful.hire.series.rules import hours_into_next_day, local_day
from houseful.hire.series.schemas import (
    NewSeries,
    RestoredDate,
    SeriesChanges,
    SeriesConfirmation,
    SeriesEnd,
    SeriesView,
    SkippedDate,
)
from houseful.hire.series.service import (
    change_series,
    confirm_series,
    end_series,
    get_series,
    list_series,
    restore_date,
    skip_date,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Forbidden, Invalid, Problem
from houseful.venues import Space, active_spaces
from houseful.web.guards import Office
from houseful.web.office.forms import Filled, message_of, read_body, read_number
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.office.venues import VERSION_MAX
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

LIST = "/office/{organization:str}/recurring"
ONE = LIST + "/{series_id:uuid}"
RECURRING = Crumb("/recurring", "Recurring")
ROWS = 3
WEEKDAYS = (
    ("MO", "Monday"),
    ("TU", "Tuesday"),
    ("WE", "Wednesday"),
    ("TH", "Thursday"),
    ("FR", "Friday"),
    ("SA", "Saturday"),
    ("SU", "Sunday"),
)
EVERY = (
    ("DAILY;INTERVAL=1", "every day"),
    ("WEEKLY;INTERVAL=1", "every week"),
    ("WEEKLY;INTERVAL=2", "every second week"),
    ("MONTHLY;INTERVAL=1", "every month"),
)
CONFLICT = (("fail", "do nothing, and tell"), ("skip", "leave those dates out"))
NIGHT_HOURS = 16
"""How long a night is at most that nobody asks about: until noon, if it begins at eight."""
CANCEL, CONFIRM, UPDATE = (f"venue.bookings.{act}" for act in ("cancel", "confirm", "update"))


@show(LIST, Office("venue.bookings.read", module="venue"))
async def show_all(visit: Visit) -> Response[Any]:
    """Show the recurring bookings, the newest first."""
    return await _list(visit)


@act(LIST, Office("venue.bookings.create", module="venue"))
async def add_series(visit: Visit) -> Response[Any]:
    """Hold all dates of a rule, or those that can be had."""
    form = await visit.form()
    try:
        values: dict[str, Any] = {
            name: form.get(name, "").strip() for name in ("title", "purpose", "starts_on")
        }
        values |= {
            "rule": _rule(form),
            "spaces": _rows(form),
            "on_conflict": form.get("on_conflict", "fail"),
        }
        data = read_body(NewSeries, values)
        series = await visit.run(hire.create_series, data, scope=visit.space_ids)
    except Problem as problem:
        return await _list(visit, form=form, problem=problem)
    left_out = f", {len(series.skipped)} left out" if series.skipped else ""
    notice = f"{len(series.occurrences)} dates are held{left_out}."
    return back_to(visit, f"/recurring/{series.id}", notice)


@show(ONE, Office("venue.bookings.read", module="venue"))
async def show_one(visit: Visit, series_id: UUID) -> Response[Any]:
    """Show one recurring booking with its dates."""
    return await _one(visit, series_id)


@act(ONE, Office(UPDATE, module="venue"))
async def change(visit: Visit, series_id: UUID) -> Response[Any]:
    """Change all dates to come, or those from one on; never the past."""
    form = await visit.form()

    async def save(uow: UnitOfWork) -> SeriesView:
        version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
        values: dict[str, Any] = {
            "title": form.get("title", "").strip(),
            "from_on": form.get("from_on") or None,
            "on_conflict": form.get("on_conflict", "fail"),
        }
        series = await get_series(uow, series_id, scope=visit.space_ids)
        rows = _rows(form)
        if rows != _rows(Form(_row_texts(series).items())):
            values["spaces"] = rows
        return await change_series(
            uow,
            series_id,
            version,
            read_body(SeriesChanges, values),
            scope=visit.space_ids,
            may_move_firm=visit.may(CONFIRM),
        )

    return await _try(visit, series_id, save, "The dates to come were changed.", form)


@act(ONE + "/skip", Office(UPDATE, module="venue"))
async def skip(visit: Visit, series_id: UUID) -> Response[Any]:
    """Take one date out, with the reason."""
    form = await visit.form()
    return await _do(
        visit,
        series_id,
        form,
        skip_date,
        SkippedDate,
        ("on", "reason"),
        "The date was taken out.",
        may_cancel=visit.may(CANCEL),
    )


@act(ONE + "/restore", Office(UPDATE, module="venue"))
async def restore(visit: Visit, series_id: UUID) -> Response[Any]:
    """Put a date back that was taken out."""
    form = await visit.form()
    return await _do(
        visit, series_id, form, restore_date, RestoredDate, ("on",), "The date is held again."
    )


@act(ONE + "/end", Office(UPDATE, module="venue"))
async def end(visit: Visit, series_id: UUID) -> Response[Any]:
    """Give back all dates from one on."""
    form = await visit.form()
    return await _do(
        visit,
        series_id,
        form,
        end_series,
        SeriesEnd,
        ("from_on", "reason"),
        "The dates from then on were given back.",
        may_cancel=visit.may(CANCEL),
    )


@act(ONE + "/confirm", Office(UPDATE, module="venue"))
async def confirm(visit: Visit, series_id: UUID) -> Response[Any]:
    """Confirm all dates to come, or none."""
    form = await visit.form()
    if not visit.may(CONFIRM):
        raise Forbidden(f"This needs the permission {CONFIRM}.")
    form["pass_over"] = form.get("pass_over") or "false"
    return await _do(
        visit,
        series_id,
        form,
        confirm_series,
        SeriesConfirmation,
        ("reason", "pass_over"),
        "All dates to come are confirmed.",
    )


async def _do(
    visit: Visit,
    series_id: UUID,
    form: Form,
    use_case: Callable[..., Any],
    body: type[Any],
    names: tuple[str, ...],
    notice: str,
    **permissions: bool,
) -> Response[Any]:
    async def run(uow: UnitOfWork) -> Any:
        data = read_body(body, {name: form.get(name, "").strip() for name in names})
        return await use_case(uow, series_id, data, scope=visit.space_ids, **permissions)

    return await _try(visit, series_id, run, notice, form)


async def _try(
    visit: Visit, series_id: UUID, run: Callable[..., Any], notice: str, form: Form
) -> Response[Any]:
    try:
        await visit.run(run)
    except Problem as problem:
        return await _one(visit, series_id, form=form, problem=problem)
    return back_to(visit, f"/recurring/{series_id}", notice)


async def _list(
    visit: Visit, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> tuple[list[SeriesView], list[Space]]:
        window = Window(limit=LIMIT_MAX, is_newest_first=True)
        rows, _ = await list_series(uow, window=window, scope=visit.space_ids)
        return rows, await active_spaces(uow, scope=visit.space_ids)

    rows, spaces = await visit.run(read)
    typed = form if form is not None else Form([])
    filled = Filled(dict(typed) | {"days": typed.all("days")}, problem)
    return office_page(
        visit,
        "recurring.html",
        here="/recurring",
        heading="Recurring bookings",
        message=message_of(problem, typed) if problem else "",
        all_series=rows,
        spaces=spaces,
        rows=range(ROWS),
        weekdays=WEEKDAYS,
        every=EVERY,
        conflict=CONFLICT,
        filled=filled,
    )


async def _one(
    visit: Visit, series_id: UUID, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        series = await get_series(uow, series_id, scope=visit.space_ids)
        taken = {each.on.isoformat() for each in series.occurrences}
        return {
            "series": series,
            "today": local_day(uow.now, series.timezone),
            "left_out": sorted(
                (day, why) for day, why in series.skipped.items() if day not in taken
            ),
            "spaces": await active_spaces(uow, scope=visit.space_ids),
        }

    found = await visit.run(read)
    series = found["series"]
    texts = {"title": series.title, **_row_texts(series)} | dict(form or {})
    texts["version"] = str(series.version)
    return office_page(
        visit,
        "recurring_one.html",
        here="/recurring",
        heading=series.title,
        crumbs=(RECURRING,),
        message=message_of(problem, {}) if problem else "",
        filled=Filled(texts, problem),
        rows=range(max(ROWS, len(series.template["spaces"]) + 1)),
        conflict=CONFLICT,
        **found,
    )


def _rule(form: Form) -> str:
    """Write the rule that was chosen; an own one, in the words of RFC 5545, comes first."""
    own = form.get("rule", "").strip().removeprefix("RRULE:")
    if own:
        return own
    every = form.get("every", "")
    if every not in {value for value, _ in EVERY}:
        raise Invalid.at("/every", "Please choose one.")
    parts = [f"FREQ={every}"]
    days = [day for day in form.all("days") if day in dict(WEEKDAYS)]
    if days:
        parts.append("BYDAY=" + ",".join(days))
    count, until = form.get("count", "").strip(), form.get("until", "").strip()
    if until:
        parts.append("UNTIL=" + until.replace("-", ""))
    elif count:
        parts.append(f"COUNT={read_number(count, '/count', maximum=999)}")
    else:
        raise Invalid.at("/count", "Say how often, or until when.")
    return ";".join(parts)


def _rows(form: Form) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number in range(20):
        if not form.get(f"space-{number}"):
            continue
        starts, ends = _clock(form, f"starts-{number}"), _clock(form, f"ends-{number}")
        if form.get(f"overnight-{number}") != "yes":
            _require_short_night(starts, ends, f"/ends-{number}")
        row: dict[str, Any] = {
            "spaceId": form[f"space-{number}"],
            "starts": starts.isoformat(),
            "ends": ends.isoformat(),
            "setupStyle": form.get(f"style-{number}", "").strip(),
        }
        people = form.get(f"people-{number}", "").strip()
        if people:
            row["attendance"] = read_number(people, f"/people-{number}", maximum=10_000_000)
        rows.append(row)
    if not rows:
        raise Invalid.at("/space-0", "Please choose a space.")
    return rows


def _require_short_night(starts: time, ends: time, pointer: str) -> None:
    """Raise `Invalid` for what would last nearly a day: a slip, more often than not."""
    hours = hours_into_next_day(starts, ends)
    if hours > NIGHT_HOURS:
        detail = (
            f"That is until {ends:%H:%M} on the next day, {hours:.3g} hours."
            " If it is meant, say so below."
        )
        raise Invalid.at(pointer, detail)


def _is_long(space: Mapping[str, Any]) -> bool:
    starts, ends = (time.fromisoformat(str(space[name])) for name in ("starts", "ends"))
    return hours_into_next_day(starts, ends) > NIGHT_HOURS


def _clock(form: Form, name: str) -> time:
    try:
        found = time.fromisoformat(form.get(name, "").strip())
    except ValueError as error:
        raise Invalid.at(f"/{name}", "Please give a time, such as 19:30.") from error
    return found.replace(tzinfo=None)


def _row_texts(series: SeriesView) -> dict[str, str]:
    texts: dict[str, str] = {}
    for number, space in enumerate(series.template["spaces"]):
        people = space.get("attendance")
        texts |= {
            f"space-{number}": str(space["spaceId"]),
            f"starts-{number}": str(space["starts"])[:5],
            f"ends-{number}": str(space["ends"])[:5],
            f"style-{number}": str(space.get("setupStyle", "")),
            f"people-{number}": "" if people is None else str(people),
            f"overnight-{number}": "yes" if _is_long(space) else "",
        }
    return texts


handlers = [show_all, add_series, show_one, change, skip, restore, end, confirm]
