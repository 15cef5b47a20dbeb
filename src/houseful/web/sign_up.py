"""Opening a house: a person, an organisation, and straight into its office."""

from typing import Any
from zoneinfo import available_timezones

from litestar import Response
from litestar.response import Redirect

from houseful.accounts import SignUpBody, admit, prove_password, sign_up, start_page_sign_in
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.errors import read_fields
from houseful.kernel.locales import currencies_in_use
from houseful.kernel.problems import Invalid, Problem
from houseful.web.guards import Anybody
from houseful.web.pages import act, show, told
from houseful.web.templating import page
from houseful.web.visits import SIGN_IN, SIGN_IN_TTL_SECONDS, Form, Visit

PATH = "/sign-up"
FIELDS = ("organizationName", "slug", "currency", "timezone", "name", "email", "password")
WORDS = {
    "name": "Please tell us your name.",
    "organizationName": "Please name the house.",
    "email": "This does not look like an e-mail address.",
    "slug": "Use lower-case letters, digits and hyphens.",
}


@show(PATH, Anybody())
async def show_sign_up(visit: Visit) -> Response[Any]:
    """Show the form."""
    return _form_page(visit, Form([]), {})


@act(PATH, Anybody())
async def send_sign_up(visit: Visit) -> Response[Any]:
    """Open the house, and sign its owner in."""
    form = await visit.form()
    try:
        data = _read(form)
        opened = await sign_up(visit.database, data, plan=visit.settings.sign_up_plan)
        token = await _sign_in(visit, data)
    except Problem as problem:
        return _form_page(visit, form, {_field(problem): told(problem)}, status=problem.status)
    answer = Redirect(f"/office/{opened.slug}", status_code=303)
    answer.set_cookie(visit.cookie(SIGN_IN, token, max_age=SIGN_IN_TTL_SECONDS))
    return visit.keep(answer)


async def _sign_in(visit: Visit, data: SignUpBody) -> str:
    proven = await prove_password(visit.database, data.email, data.password)

    async def start(uow: UnitOfWork) -> str:
        return await start_page_sign_in(uow, await admit(uow, proven))

    return await visit.database.run(None, start)


def _field(problem: Problem) -> str:
    """Return the field at fault: of one that is taken already, by what it is called."""
    faults: list[dict[str, str]] = problem.fields.get("errors", [])
    if faults:
        return faults[0]["pointer"].strip("/")
    return {"email-taken": "email", "slug-taken": "slug"}.get(problem.kind, "")


def _read(form: Form) -> SignUpBody:
    """Read what was typed. Raises `Invalid` in the words of people, not of patterns."""
    fields = {name: form.get(name, "").strip() for name in FIELDS}
    try:
        return read_fields(fields | {"password": form.get("password", "")}, SignUpBody)
    except Invalid as problem:
        field = _field(problem)
        raise Invalid.at(f"/{field}", WORDS.get(field, told(problem))) from problem


def _form_page(
    visit: Visit, form: Form, faults: dict[str, str], *, status: int = 200
) -> Response[Any]:
    return page(
        visit,
        "sign_up.html",
        status=status,
        form=form,
        faults=faults,
        currencies=currencies_in_use(),
        timezones=sorted(available_timezones()),
    )


handlers = [show_sign_up, send_sign_up]
