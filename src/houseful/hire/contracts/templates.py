"""Use cases of contract templates: a draft is written, published, and then only superseded."""

from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from houseful import audit
from houseful.hire.contracts.models import ContractTemplate, ContractTemplateVersion
from houseful.hire.contracts.schemas import NewTemplate, TemplateChanges
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.ids import new_id
from houseful.kernel.states import IllegalAct


class _Header(msgspec.Struct, frozen=True):
    """What is said of a template whatever its wording."""

    name: str | UnsetType
    is_active: bool | UnsetType


async def create_template(uow: UnitOfWork, data: NewTemplate) -> ContractTemplate:
    """Draft a template. Raises `AlreadyExists` for a name that is taken."""
    template_id = new_id()
    template = ContractTemplate(
        organization_id=uow.tenant,
        id=template_id,
        name=data.name,
        number=1,
        versions=[_version(uow, template_id, 1, data.title, data.body)],
    )
    await audit.add_row(uow, template, "hire.contract_template.created")
    return await _fresh(uow, template)


async def update_template(
    uow: UnitOfWork, template_id: UUID, expected_version: int, changes: TemplateChanges
) -> ContractTemplate:
    """Change a draft, or begin a new version of what is published.

    Raises `VersionMismatch`, and `AlreadyExists` for a name that is taken.
    """
    template = await audit.change_row(
        uow,
        ContractTemplate,
        template_id,
        expected_version,
        _Header(changes.name, changes.is_active),
        "hire.contract_template.updated",
    )
    current = template.current
    title = current.title if changes.title is UNSET else changes.title
    body = current.body if changes.body is UNSET else changes.body
    if (title, body) != (current.title, current.body):
        if current.status == "draft":
            current.title, current.body = title, body
        else:
            template.number += 1
            template.versions.append(_version(uow, template_id, template.number, title, body))
        flag_modified(template, "number")
    return await _fresh(uow, template)


async def publish_template(uow: UnitOfWork, template_id: UUID) -> ContractTemplate:
    """Let contracts begin with the newest wording; those before are retired.

    Raises `IllegalTransition` when it is published already.
    """
    template = await uow.get(ContractTemplate, template_id, lock=True)
    if template.current.status != "draft":
        raise IllegalAct("A template", template.current.status, "publish")
    for version in template.versions:
        version.status = "published" if version is template.current else "retired"
    flag_modified(template, "number")
    await audit.record(
        uow,
        "hire.contract_template.published",
        template,
        sentence=f"published version {template.number} of the template",
        changes={"number": [None, template.number]},
    )
    return await _fresh(uow, template)


async def remove_template(uow: UnitOfWork, template_id: UUID) -> None:
    """Remove a template that no contract began with. Raises `StillInUse`."""
    await audit.remove_row(uow, ContractTemplate, template_id, "hire.contract_template.removed")


async def get_template(uow: UnitOfWork, template_id: UUID) -> ContractTemplate:
    """Return the template with its versions; raises `NotFound`."""
    return await uow.get(ContractTemplate, template_id)


async def list_templates(
    uow: UnitOfWork, *, window: Window, is_active: bool | None = None
) -> tuple[list[ContractTemplate], str | None]:
    """Return one page of templates."""
    statement = select(ContractTemplate).where(ContractTemplate.organization_id == uow.tenant)
    if is_active is not None:
        statement = statement.where(ContractTemplate.is_active == is_active)
    return await fetch_page(uow, statement, ContractTemplate, window)


async def _fresh(uow: UnitOfWork, template: ContractTemplate) -> ContractTemplate:
    await uow.flush()
    await uow.session.refresh(template, ["versions"])
    return template


def _version(
    uow: UnitOfWork, template_id: UUID, number: int, title: str, body: str
) -> ContractTemplateVersion:
    return ContractTemplateVersion(
        organization_id=uow.tenant,
        template_id=template_id,
        number=number,
        id=new_id(),
        title=title,
        body=body,
    )
