"""Contract templates over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.audit import AlreadyExists, StillInUse
from houseful.hire.contracts import queries, templates
from houseful.hire.contracts.files import PDF
from houseful.hire.contracts.schemas import NewTemplate, TemplateChanges, TemplateView
from houseful.kernel.http import Caller, ExpectedVersion, Page, delete, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import IllegalTransition

IsActive = Annotated[bool | None, QueryParameter(name="isActive")]
AT = "/api/v1/contract-templates"
ONE = AT + "/{template_id:uuid}"


@get(
    AT,
    permission="venue.contract_templates.read",
    module="venue",
    summary="List the contract templates",
)
async def list_contract_templates(
    caller: Caller, window: Window, is_active: IsActive = None
) -> Page[TemplateView]:
    """List the templates with their versions."""
    return await caller.read_page(
        templates.list_templates, window=window, view=TemplateView, is_active=is_active
    )


@post(
    AT,
    permission="venue.contract_templates.create",
    module="venue",
    summary="Draft a contract template",
    raises=[AlreadyExists],
)
async def create_contract_template(caller: Caller, data: NewTemplate) -> Response[TemplateView]:
    """Draft a template; contracts may begin with it once it is published."""
    return await caller.create(templates.create_template, data, view=TemplateView, at=AT)


@get(
    ONE,
    permission="venue.contract_templates.read",
    module="venue",
    summary="Read a contract template",
)
async def read_contract_template(caller: Caller, template_id: UUID) -> Response[TemplateView]:
    """Read a template with all its versions."""
    return await caller.read(templates.get_template, template_id, view=TemplateView)


@get(
    ONE + "/preview",
    permission="venue.contract_templates.read",
    module="venue",
    summary="Preview a contract template",
    media_type="application/pdf",
)
async def preview_contract_template(caller: Caller, template_id: UUID) -> Response[bytes]:
    """See the newest wording as PDF, its placeholders marked."""
    return Response(await caller.run(queries.preview_template, template_id), media_type=PDF)


@patch(
    ONE,
    permission="venue.contract_templates.update",
    module="venue",
    summary="Change a contract template",
    raises=[AlreadyExists],
)
async def update_contract_template(
    caller: Caller, template_id: UUID, data: TemplateChanges, expected_version: ExpectedVersion
) -> Response[TemplateView]:
    """Change a draft; another wording of a published template is a new version."""
    return await caller.change(
        templates.update_template, template_id, expected_version, data, view=TemplateView
    )


@post(
    ONE + "/publish",
    permission="venue.contract_templates.publish",
    module="venue",
    summary="Publish a contract template",
    status=200,
    raises=[IllegalTransition],
)
async def publish_contract_template(caller: Caller, template_id: UUID) -> Response[TemplateView]:
    """Let contracts begin with the newest wording; the one before is retired."""
    return await caller.change(templates.publish_template, template_id, view=TemplateView)


@delete(
    ONE,
    permission="venue.contract_templates.delete",
    module="venue",
    summary="Remove a contract template",
    raises=[StillInUse],
)
async def remove_contract_template(caller: Caller, template_id: UUID) -> None:
    """Remove a template that no contract began with."""
    await caller.remove(templates.remove_template, template_id)


handlers = [
    list_contract_templates,
    create_contract_template,
    read_contract_template,
    preview_contract_template,
    update_contract_template,
    publish_contract_template,
    remove_contract_template,
]
