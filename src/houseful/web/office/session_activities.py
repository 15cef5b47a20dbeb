"""Activities: each with its rules, the extras that go with it, and resources."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Problem, VersionMismatch
from houseful.sessions import (
    ALL_METHODS,
    Activity,
    ActivityChanges,
    Extra,
    ExtraChanges,
    NewExtra,
    NewResource,
    ResourceChanges,
    SessionResource,
    create_extra,
    create_resource,
    list_activities,
    list_extras,
    list_resources,
    span_in_words,
    update_activity,
    update_extra,
    update_resource,
)
from houseful.web.guards import Office
from houseful.web.office.forms import (
    Filled,
    message_of,
    read_amount,
    read_body,
    read_number,
    read_percent,
    write_amount,
    write_percent,
)
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.office.venues import CHANGED_MEANWHILE, VERSION_MAX
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

LIST = "/office/{organization:str}/session-activities"
ONE = LIST + "/{activity_id:uuid}"
EXTRAS = LIST + "/extras"
EXTRA = EXTRAS + "/{extra_id:uuid}"
RESOURCES = LIST + "/resources"
RESOURCE = RESOURCES + "/{resource_id:uuid}"
MODULE = "sessions"
READ, CREATE, UPDATE = (f"sessions.activities.{act}" for act in ("read", "create", "update"))
ACTIVITIES = Crumb("/session-activities", "Activities")
AMOUNTS = ("price", "drop_in_price", "late_fee", "no_show_fee")
TEXTS = ("name", "description", "level", "color")
NUMBERS = (
    *("duration_minutes", "setup_minutes", "teardown_minutes", "capacity"),
    *("booking_closes_minutes", "bonus_share_percent"),
)
HOURS = ("booking_opens_hours", "cancellation_window_hours")
TICKS = ("is_refundable", "is_active")
METHODS = tuple((method, f"takes_{method}") for method in ALL_METHODS)


@show(LIST, Office(READ, module=MODULE))
async def show_what_is_put_on(visit: Visit) -> Response[Any]:
    """Show activities, extras and resources."""
    return await _list(visit)


@show(ONE, Office(READ, module=MODULE))
async def show_activity(visit: Visit, activity_id: UUID) -> Response[Any]:
    """Show an activity with its prices and rules."""
    return await activity_page(visit, activity_id)


@act(ONE, Office(UPDATE, module=MODULE))
async def change_activity(visit: Visit, activity_id: UUID) -> Response[Any]:
    """Save an activity; sessions that exist keep their prices, bookings their rules."""
    form = await visit.form()

    async def save(uow: UnitOfWork) -> Activity:
        activity = await uow.get(Activity, activity_id)
        data = read_body(ActivityChanges, _activity_values(form, activity.currency))
        return await update_activity(uow, activity_id, _version(form), data)

    try:
        activity = await visit.run(save)
    except Problem as problem:
        return await activity_page(visit, activity_id, form, problem)
    return back_to(visit, "/session-activities", f"{activity.name} was saved.")


@act(EXTRAS, Office(CREATE, module=MODULE))
async def add_extra(visit: Visit) -> Response[Any]:
    """Offer something with a place."""
    form = await visit.form()
    try:
        values = _extra_values(form, visit.organization.currency)
        values["activity_id"] = form.get("activity_id") or None
        extra = await visit.run(create_extra, read_body(NewExtra, values))
    except Problem as problem:
        return await _list(visit, form, problem, of="extra")
    return back_to(visit, "/session-activities", f"{extra.name} can be had now.")


@show(EXTRA, Office(READ, module=MODULE))
async def show_extra(visit: Visit, extra_id: UUID) -> Response[Any]:
    """Show an extra."""
    return await _extra(visit, extra_id)


@act(EXTRA, Office(UPDATE, module=MODULE))
async def change_extra(visit: Visit, extra_id: UUID) -> Response[Any]:
    """Save an extra; what was sold keeps its price."""
    form = await visit.form()

    async def save(uow: UnitOfWork) -> Extra:
        extra = await uow.get(Extra, extra_id)
        values = _extra_values(form, extra.currency) | {"is_active": "is_active" in form}
        return await update_extra(uow, extra_id, _version(form), read_body(ExtraChanges, values))

    try:
        extra = await visit.run(save)
    except Problem as problem:
        return await _extra(visit, extra_id, form, problem)
    return back_to(visit, "/session-activities", f"{extra.name} was saved.")


@act(RESOURCES, Office(CREATE, module=MODULE))
async def add_resource(visit: Visit) -> Response[Any]:
    """Add a thing that only one session can have at a time."""
    form = await visit.form()
    try:
        values = {"name": form.get("name", "").strip()}
        resource = await visit.run(create_resource, read_body(NewResource, values))
    except Problem as problem:
        return await _list(visit, form, problem, of="resource")
    return back_to(visit, "/session-activities", f"{resource.name} can be planned now.")


@act(RESOURCE, Office(UPDATE, module=MODULE))
async def turn_resource(visit: Visit, resource_id: UUID) -> Response[Any]:
    """Plan a resource no longer, or again."""
    form = await visit.form()

    async def turn(uow: UnitOfWork) -> None:
        resource = await uow.get(SessionResource, resource_id)
        data = ResourceChanges(is_active=not resource.is_active)
        await update_resource(uow, resource_id, resource.version, data)

    try:
        await visit.run(turn)
    except Problem as problem:
        return await _list(visit, form, problem, of="resource")
    return back_to(visit, "/session-activities", "Saved.")


async def _list(
    visit: Visit, form: Form | None = None, problem: Problem | None = None, of: str = ""
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        window = Window(limit=LIMIT_MAX)
        activities, _ = await list_activities(uow, window=window)
        extras, _ = await list_extras(uow, window=window)
        resources, _ = await list_resources(uow, window=window)
        return {"activities": activities, "extras": extras, "resources": resources}

    found = await visit.run(read)
    typed = Filled(dict(form or {}), problem)
    return office_page(
        visit,
        "session_activities.html",
        here="/session-activities",
        heading="Activities",
        message=message_of(problem, form or {}) if problem else "",
        names={one.id: one.name for one in found["activities"]},
        choices=[("", "every activity"), *((one.id, one.name) for one in found["activities"])],
        span_in_words=span_in_words,
        extra_form=typed if of == "extra" else Filled({}),
        resource_form=typed if of == "resource" else Filled({}),
        **found,
    )


async def activity_page(
    visit: Visit,
    activity_id: UUID,
    form: Form | None = None,
    problem: Problem | None = None,
    *,
    picture_form: dict[str, str] | None = None,
) -> Response[Any]:
    """Show an activity: its form, and that of its picture, with what was typed in either."""
    activity = await visit.run(UnitOfWork.get, Activity, activity_id)
    texts = _activity_texts(activity)
    typed = picture_form if picture_form is not None else {"alt": activity.picture_alt}
    is_picture = picture_form is not None
    shown = {
        "activity": activity,
        "methods": METHODS,
        "picture_form": Filled(typed, problem if is_picture else None),
    }
    return _form_page(visit, "session_activity.html", activity, texts, form, problem, **shown)


async def _extra(
    visit: Visit, extra_id: UUID, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    extra = await visit.run(UnitOfWork.get, Extra, extra_id)
    texts = _extra_texts(extra)
    return _form_page(visit, "session_extra.html", extra, texts, form, problem, extra=extra)


def _form_page(
    visit: Visit,
    template: str,
    thing: Activity | Extra,
    texts: dict[str, Any],
    form: Form | None,
    problem: Problem | None,
    **shown: Any,
) -> Response[Any]:
    """Show a form with what was typed, or else with what is kept."""
    return office_page(
        visit,
        template,
        here="/session-activities",
        heading=thing.name,
        crumbs=(ACTIVITIES,),
        message=_message(form, problem),
        filled=Filled(_kept(form, thing.version, problem) if form else texts, problem),
        **shown,
    )


def _activity_values(form: Form, currency: str) -> dict[str, Any]:
    """Return the form as the API names it; an empty field of hours or fees is none."""
    values: dict[str, Any] = {name: form.get(name, "").strip() for name in TEXTS + NUMBERS}
    values |= {name: form.get(name, "").strip() or None for name in HOURS}
    for name in AMOUNTS:
        text = form.get(name, "").strip()
        values[name] = read_amount(text, currency, f"/{name}") if text or name == "price" else None
    values["tax_basis_points"] = read_percent(form.get("tax", "") or "0", "/tax")
    values["allowed_payment_methods"] = [method for method, name in METHODS if name in form]
    return values | {name: name in form for name in TICKS}


def _activity_texts(activity: Activity) -> dict[str, Any]:
    texts = {name: getattr(activity, name) for name in TEXTS + NUMBERS + HOURS + TICKS}
    texts |= {name: write_amount(getattr(activity, name), activity.currency) for name in AMOUNTS}
    texts |= {name: method in activity.allowed_payment_methods for method, name in METHODS}
    return texts | {
        "version": activity.version,
        "tax": write_percent(activity.tax_basis_points),
    }


def _extra_values(form: Form, currency: str) -> dict[str, Any]:
    return {
        "name": form.get("name", "").strip(),
        "price": read_amount(form.get("price", ""), currency, "/price"),
        "tax_basis_points": read_percent(form.get("tax", "") or "0", "/tax"),
        "stock": form.get("stock", "").strip() or None,
    }


def _extra_texts(extra: Extra) -> dict[str, Any]:
    return {
        "name": extra.name,
        "price": write_amount(extra.price, extra.currency),
        "tax": write_percent(extra.tax_basis_points),
        "stock": extra.stock,
        "is_active": extra.is_active,
        "version": extra.version,
    }


def _kept(form: Form, version: int, problem: Problem | None) -> dict[str, Any]:
    """Return what was typed; after somebody else's change saving again replaces that."""
    newer = {"version": version} if isinstance(problem, VersionMismatch) else {}
    return dict(form) | newer


def _message(form: Form | None, problem: Problem | None) -> str:
    if problem is None:
        return ""
    is_newer = isinstance(problem, VersionMismatch)
    return CHANGED_MEANWHILE if is_newer else message_of(problem, form or {})


def _version(form: Form) -> int:
    return read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)


handlers = [
    show_what_is_put_on,
    show_activity,
    change_activity,
    add_extra,
    show_extra,
    change_extra,
    add_resource,
    turn_resource,
]
