"""Acts that are done only to the version that was seen, where `If-Match` names one."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from houseful.kernel.database import UnitOfWork
from houseful.kernel.tables import TenantKey

T = TypeVar("T")


def seen(
    table: type[TenantKey], use_case: Callable[..., Awaitable[T]], version: int | None
) -> Callable[..., Awaitable[T]]:
    """Let an act on a row be done only to the version that was seen, if one is named.

    Raises `VersionMismatch` when somebody has changed the row since.
    """

    async def act(uow: UnitOfWork, row_id: UUID, *args: Any, **options: Any) -> T:
        if version is not None:
            await uow.get_version(table, row_id, version)
        return await use_case(uow, row_id, *args, **options)

    return act
