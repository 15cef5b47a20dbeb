"""Changing and removing a row the audited way: what most resources need, and nothing more."""

from typing import TypeVar
from uuid import UUID

import msgspec
from sqlalchemy.exc import IntegrityError

from houseful.audit.service import record
from houseful.kernel.database import UnitOfWork, sqlstate
from houseful.kernel.problems import Conflict, Problem
from houseful.kernel.tables import TenantKey

Row = TypeVar("Row", bound=TenantKey)

FOREIGN_KEY_VIOLATION = "23503"
UNIQUE_VIOLATION = "23505"


class StillInUse(Conflict):
    """Other things refer to it."""

    kind = "still-in-use"
    title = "Other things still need this one"


class AlreadyExists(Conflict):
    """Another one of its kind has this name or code."""

    kind = "already-exists"
    title = "There is already one with this name or code"


async def add_row(uow: UnitOfWork, row: Row, action: str) -> Row:
    """Write a new row and record the act. Raises `AlreadyExists`."""
    try:
        async with uow.savepoint():
            uow.add(row)
    except IntegrityError as error:
        raise _problem(error) from error
    await record(uow, action, row)
    return row


async def change_row(
    uow: UnitOfWork,
    table: type[Row],
    row_id: UUID,
    expected_version: int,
    changes: msgspec.Struct,
    action: str,
) -> Row:
    """Set the fields of `changes` that were given. Raises `VersionMismatch`, `AlreadyExists`."""
    row = await uow.get_version(table, row_id, expected_version)
    try:
        async with uow.savepoint():
            for name in changes.__struct_fields__:
                value = getattr(changes, name)
                if value is not msgspec.UNSET:
                    setattr(row, name, value)
            await record(uow, action, row)
    except IntegrityError as error:
        raise _problem(error) from error
    return row


async def remove_row(uow: UnitOfWork, table: type[Row], row_id: UUID, action: str) -> None:
    """Remove a row that nothing refers to. Raises `StillInUse`."""
    row = await uow.get(table, row_id, lock=True)
    await record(uow, action, row)
    try:
        async with uow.savepoint():
            await uow.session.delete(row)
    except IntegrityError as error:
        raise _problem(error) from error


def _problem(error: IntegrityError) -> Problem:
    if sqlstate(error) == FOREIGN_KEY_VIOLATION:
        return StillInUse()
    if sqlstate(error) == UNIQUE_VIOLATION:
        return AlreadyExists()
    raise error
