"""What the platform's own people do: every act needs a reason, and stands in the audit log."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from houseful import audit
from houseful.accounts.models import Organization
from houseful.accounts.organizations import organization_of
from houseful.accounts.permissions import MODULES, MODULES_BY_PLAN
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.identity import Identity
from houseful.kernel.problems import Forbidden, Invalid, VersionMismatch


def require_admin(identity: Identity) -> None:
    """Raise `Forbidden` unless the person may administer the platform."""
    if not identity.is_platform_admin:
        raise Forbidden("This is for the platform's administrators.")


def require_staff(identity: Identity) -> None:
    """Raise `Forbidden` unless the person works for the platform."""
    if not (identity.is_platform_staff or identity.is_platform_admin):
        raise Forbidden("This is for the platform's staff.")


async def list_organizations(
    uow: UnitOfWork, *, window: Window, status: str | None
) -> tuple[list[Any], str | None]:
    """Return one page of organisations, and the next cursor."""
    table: Any = Organization
    statement = select(table)
    if status is not None:
        statement = statement.where(table.status == status)
    return await fetch_page(uow, statement, table, window)


async def govern_organization(
    uow: UnitOfWork,
    expected_version: int,
    *,
    status: str | None,
    plan: str | None,
    modules: Mapping[str, bool] | None,
    reason: str,
) -> Organization:
    """Suspend, reopen or close an organisation; set its plan, and modules that differ from it.

    Raises `NotFound`, `VersionMismatch` and `Invalid`.
    """
    organization = await organization_of(uow)
    if organization.version != expected_version:
        raise VersionMismatch(current=organization.version)
    organization.status = status or organization.status
    if plan is not None:
        if plan not in MODULES_BY_PLAN:
            raise Invalid.at("/plan", f"There is no plan {plan}.")
        organization.plan = plan
    if modules is not None:
        unknown = sorted(set(modules) - MODULES)
        if unknown:
            raise Invalid.at("/modules", "There is no module " + ", ".join(unknown) + ".")
        organization.module_overrides = dict(modules)
    await audit.record(uow, "platform.organization.governed", organization, sentence=reason.strip())
    await uow.flush()
    return organization
