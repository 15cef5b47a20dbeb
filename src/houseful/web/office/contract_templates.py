"""Contract templates: write, look at, publish."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.hire.contracts import queries, templates
from houseful.hire.contracts.files import PDF
from houseful.hire.contracts.models import ContractTemplate
from houseful.hire.contracts.schemas import NewTemplate, TemplateChanges, TemplateView
from houseful.hire.contracts.values import KNOWN
from houseful.hire.contracts.wording import read_wording
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Problem
from houseful.web.office.forms import Filled, message_of, read_body
from houseful.web.office.papers import NEWEST, WholeHouse, do_and_go
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/contract-templates"
ONE = PATH + "/{template_id:uuid}"
CONTRACTS = Crumb("/contracts", "Contracts")
TEMPLATES = Crumb("/contract-templates", "Templates")
FIRST_WORDING = """The house, **{{house.name}}**, lets {{booking.spaces}} to **{{customer.name}}**
for {{booking.title}}, from {{booking.starts}} until {{booking.ends}}.

## Rent

1. {{deal.terms}}
2. What is broken is paid for.
"""


@show(PATH, WholeHouse("venue.contract_templates.read", module="venue"))
async def show_templates(visit: Visit) -> Response[Any]:
    """Show the templates, and the form to write one."""
    return await _templates(visit)


@act(PATH, WholeHouse("venue.contract_templates.create", module="venue"))
async def write_template(visit: Visit) -> Response[Any]:
    """Write a template: a draft, until it is published."""
    form = await visit.form()
    try:
        texts = {name: form.get(name, "").strip() for name in ("name", "title", "body")}
        made: ContractTemplate = await visit.run(
            templates.create_template, read_body(NewTemplate, texts)
        )
    except Problem as problem:
        return await _templates(visit, form=form, problem=problem)
    return back_to(visit, f"/contract-templates/{made.id}", "The template is a draft.")


@show(ONE, WholeHouse("venue.contract_templates.read", module="venue"))
async def show_template(visit: Visit, template_id: UUID) -> Response[Any]:
    """Show a template as it reads, and the form to change it."""
    return await _template(visit, template_id)


@act(ONE, WholeHouse("venue.contract_templates.update", module="venue"))
async def change_template(visit: Visit, template_id: UUID) -> Response[Any]:
    """Change a draft, or begin a new version of what is published."""
    form = await visit.form()

    async def change(uow: UnitOfWork) -> None:
        texts = {name: form.get(name, "").strip() for name in ("name", "title", "body")}
        template = await templates.get_template(uow, template_id)
        changes = read_body(TemplateChanges, texts)
        await templates.update_template(uow, template_id, template.version, changes)

    try:
        await visit.run(change)
    except Problem as problem:
        return await _template(visit, template_id, form=form, problem=problem)
    return back_to(visit, f"/contract-templates/{template_id}", "The wording is kept.")


@act(ONE + "/publish", WholeHouse("venue.contract_templates.publish", module="venue"))
async def publish_template(visit: Visit, template_id: UUID) -> Response[Any]:
    """Let contracts begin with the newest wording."""
    await visit.form()
    path, notice = f"/contract-templates/{template_id}", "Contracts begin with this wording now."
    return await do_and_go(visit, path, notice, templates.publish_template, template_id)


@show(ONE + "/preview", WholeHouse("venue.contract_templates.read", module="venue"))
async def preview_template(visit: Visit, template_id: UUID) -> Response[bytes]:
    """Show the newest wording as PDF."""
    return Response(await visit.run(queries.preview_template, template_id), media_type=PDF)


async def _templates(
    visit: Visit, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    found, _ = await visit.run(templates.list_templates, window=NEWEST)
    values: Any = form or {"title": "Hire of {{booking.spaces}}", "body": FIRST_WORDING}
    return office_page(
        visit,
        "contract_templates.html",
        here="/contracts",
        heading="Templates",
        crumbs=(CONTRACTS,),
        message=message_of(problem, values) if problem else "",
        filled=Filled(values, problem),
        templates=[TemplateView.of(one) for one in found],
        is_writing=problem is not None,
        known=KNOWN,
    )


async def _template(
    visit: Visit, template_id: UUID, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    view = TemplateView.of(await visit.run(templates.get_template, template_id))
    newest = view.versions[-1]
    values: Any = form or {"name": view.name, "title": newest.title, "body": newest.body}
    return office_page(
        visit,
        "contract_template.html",
        here="/contracts",
        heading=view.name,
        crumbs=(CONTRACTS, TEMPLATES),
        message=message_of(problem, values) if problem else "",
        filled=Filled(values, problem),
        shown=view,
        newest=newest,
        blocks=read_wording(newest.body, {}),
        known=KNOWN,
    )


handlers = [
    show_templates,
    write_template,
    show_template,
    change_template,
    publish_template,
    preview_template,
]
