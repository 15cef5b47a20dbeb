"""A prompt with an open database: `run(use_case, …)` runs one use case to its end."""

import asyncio
import code
from typing import Any
from uuid import UUID

from houseful.accounts import find_organization
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.runtime import DatabaseUrls

BANNER = """Houseful's prompt. `tenant("slug")` finds an organisation's id;
`run(tenant_id, use_case, …)` runs a use case in a unit of work of its own. Ctrl-D ends it."""


def open_shell(urls: DatabaseUrls) -> None:
    """Read, run, print, until Ctrl-D."""
    with asyncio.Runner() as runner:
        database = Database(urls.app)

        def run(tenant_id: UUID | None, use_case: Any, *args: Any, **kwargs: Any) -> Any:
            return runner.run(database.run(tenant_id, use_case, *args, **kwargs))

        def tenant(slug: str) -> UUID | None:
            async def find(uow: UnitOfWork) -> UUID | None:
                organization = await find_organization(uow, slug)
                return organization.id if organization is not None else None

            return run(None, find)

        code.interact(BANNER, local={"database": database, "run": run, "tenant": tenant})
        runner.run(database.close())
