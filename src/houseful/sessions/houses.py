"""Where a person is a customer."""

from uuid import UUID

from sqlalchemy import text

from houseful.kernel.database import UnitOfWork


async def houses_of_customer(uow: UnitOfWork, user_id: UUID) -> list[UUID]:
    """Return the organisations that a person has booked at."""
    rows = await uow.execute(text("SELECT houses_of_customer(:user)"), {"user": user_id})
    return list(rows.scalars())
