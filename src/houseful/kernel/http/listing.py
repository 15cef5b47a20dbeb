"""Lists in cursor pages: keyset pagination on the time-ordered id, newest first or oldest first."""

import base64
import binascii
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar.params import Parameter
from sqlalchemy import Select

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid
from houseful.kernel.tables import TenantKey

LIMIT_DEFAULT = 50
LIMIT_MAX = 200


class Window(msgspec.Struct, frozen=True):
    """Which part of a list is wanted; `after` is the id that the previous page ended with."""

    limit: int = LIMIT_DEFAULT
    after: UUID | None = None
    is_newest_first: bool = False


def provide_window(
    limit: Annotated[
        int, Parameter(ge=1, le=LIMIT_MAX, description="How many at most.")
    ] = LIMIT_DEFAULT,
    cursor: Annotated[
        str | None, Parameter(max_length=64, description="`nextCursor` of the page before.")
    ] = None,
    sort: Annotated[
        str,
        Parameter(
            pattern="^-?createdAt$", description="`createdAt`, or `-createdAt` for newest first."
        ),
    ] = "createdAt",
) -> Window:
    """Read `limit`, `cursor` and `sort` of a list's request."""
    return Window(limit, _read_cursor(cursor), sort.startswith("-"))


async def fetch_page(
    uow: UnitOfWork, statement: Select[Any], table: type[TenantKey], window: Window
) -> tuple[list[Any], str | None]:
    """Return the rows of one page of `statement`, and the cursor of the next page, or None."""
    order = table.id.desc() if window.is_newest_first else table.id.asc()
    if window.after is not None:
        beyond = table.id < window.after if window.is_newest_first else table.id > window.after
        statement = statement.where(beyond)
    rows = list(await uow.all(statement.order_by(order).limit(window.limit + 1)))
    if len(rows) <= window.limit:
        return rows, None
    return rows[: window.limit], _write_cursor(rows[window.limit - 1].id)


def _write_cursor(last_id: UUID) -> str:
    return base64.urlsafe_b64encode(last_id.bytes).decode().rstrip("=")


def _read_cursor(cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise Invalid.at("/cursor", "This cursor is not one of ours.") from error
