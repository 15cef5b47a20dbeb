"""The house itself: its name, its money, its clock and its language."""

from typing import Any
from zoneinfo import available_timezones

from litestar import Response

from houseful.accounts import OrganizationChanges, organization_of, update_organization, write_iban
from houseful.kernel.business_day import DAY_BEGINS_HOUR_MAX
from houseful.kernel.database import UnitOfWork
from houseful.kernel.locales import currencies_in_use
from houseful.kernel.problems import Problem, VersionMismatch
from houseful.web.guards import Office
from houseful.web.office.forms import Filled, message_of, read_body, read_number
from houseful.web.office.shell import back_to, office_page
from houseful.web.office.venues import CHANGED_MEANWHILE, VERSION_MAX
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/house"
BILLING = ("billing_address", "tax_number", "iban", "bic")
FIELDS = ("name", "currency", "timezone", "locale", "day_begins_hour", *BILLING)


@show(PATH, Office("accounts.organization.read"))
async def show_house(visit: Visit) -> Response[Any]:
    """Show what the house says about itself, and the form to change it."""
    return await _house(visit)


@act(PATH, Office("accounts.organization.update"))
async def change_house(visit: Visit) -> Response[Any]:
    """Change it."""
    form = await visit.form()
    try:
        version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
        given = {name: form.get(name, "").strip() for name in FIELDS}
        changes = read_body(OrganizationChanges, given)
        await visit.run(
            update_organization,
            version,
            name=changes.name,
            currency=changes.currency,
            timezone=changes.timezone,
            locale=changes.locale,
            day_begins_hour=changes.day_begins_hour,
            **{name: getattr(changes, name) for name in BILLING},
        )
    except Problem as problem:
        return await _house(visit, form=form, problem=problem)
    return back_to(visit, "/house", "Saved.")


async def _house(
    visit: Visit, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> Any:
        return await organization_of(uow)

    house = await visit.run(read)
    values: dict[str, Any] = {name: getattr(house, name) for name in FIELDS}
    values |= {"version": house.version, "iban": write_iban(house.iban)}
    message = ""
    if form is not None and problem is not None:
        values |= {name: form.get(name, "") for name in (*FIELDS, "version")}
        message = message_of(problem, values)
        if isinstance(problem, VersionMismatch):
            message = CHANGED_MEANWHILE
    return office_page(
        visit,
        "house.html",
        here="/house",
        heading="About the house",
        message=message,
        house=house,
        iban=write_iban(house.iban),
        filled=Filled(values, problem),
        currencies=list(currencies_in_use().items()),
        timezones=[(one, one) for one in sorted(available_timezones())],
        hours=[(hour, f"{hour:02}:00") for hour in range(DAY_BEGINS_HOUR_MAX + 1)],
    )


handlers = [show_house, change_house]
