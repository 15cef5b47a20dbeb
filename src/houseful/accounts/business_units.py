"""Business units: parts of an organisation that are looked at by themselves."""

from uuid import UUID

from houseful import audit
from houseful.accounts.models import BusinessUnit
from houseful.accounts.problems import NameTaken
from houseful.accounts.schemas import NewBusinessUnit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id


async def create_business_unit(uow: UnitOfWork, name: str) -> BusinessUnit:
    """Add a business unit. Raises `NameTaken`."""
    unit = BusinessUnit(organization_id=uow.tenant, id=new_id(), name=name.strip())
    try:
        return await audit.add_row(uow, unit, "accounts.business_unit.created")
    except audit.AlreadyExists as error:
        raise NameTaken(name=name) from error


async def get_business_unit(uow: UnitOfWork, business_unit_id: UUID) -> BusinessUnit:
    """Return the business unit; raises `NotFound`."""
    return await uow.get(BusinessUnit, business_unit_id)


async def rename_business_unit(
    uow: UnitOfWork, business_unit_id: UUID, expected_version: int, name: str
) -> BusinessUnit:
    """Give a business unit another name. Raises `NameTaken`."""
    changes = NewBusinessUnit(name=name.strip())
    try:
        return await audit.change_row(
            uow,
            BusinessUnit,
            business_unit_id,
            expected_version,
            changes,
            "accounts.business_unit.renamed",
        )
    except audit.AlreadyExists as error:
        raise NameTaken(name=name) from error


async def remove_business_unit(uow: UnitOfWork, business_unit_id: UUID) -> None:
    """Remove a business unit that nothing refers to. Raises `StillInUse`."""
    await audit.remove_row(uow, BusinessUnit, business_unit_id, "accounts.business_unit.removed")
