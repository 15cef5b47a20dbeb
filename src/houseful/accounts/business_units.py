"""Business units: parts of an organisation that are looked at by themselves."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from houseful import audit
from houseful.accounts.models import BusinessUnit
from houseful.accounts.problems import NameTaken
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id


async def create_business_unit(uow: UnitOfWork, name: str) -> BusinessUnit:
    """Add a business unit. Raises `NameTaken`."""
    unit = BusinessUnit(organization_id=uow.tenant, id=new_id(), name=name.strip())
    try:
        async with uow.session.begin_nested():
            uow.add(unit)
    except IntegrityError as error:
        raise NameTaken(name=name) from error
    await audit.record(uow, "accounts.business_unit.created", unit)
    return unit


async def remove_business_unit(uow: UnitOfWork, business_unit_id: UUID) -> None:
    """Remove a business unit."""
    unit = await uow.get(BusinessUnit, business_unit_id, lock=True)
    await audit.record(uow, "accounts.business_unit.removed", unit)
    await uow.session.delete(unit)
    await uow.flush()
