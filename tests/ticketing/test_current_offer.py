"""The copy of the offer that holds look into: read once for a crowd, and never older than said."""

import asyncio
from typing import Any

from sqlalchemy import event

from houseful.kernel.database import Database
from houseful.ticketing import forget_offer, holds
from houseful.ticketing.holds import current_offer
from tests.builders.accounts import House
from tests.builders.ticketing import a_show


async def test_a_crowd_that_asks_at_once_waits_for_one_reading(
    database: Database, house: House
) -> None:
    show = await database.run(house.organization_id, a_show)
    readings: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "FROM event_sales" in statement:
            readings.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)

    async def ask() -> None:
        await asyncio.gather(
            *(current_offer(database, show.tenant, show.event_id) for _ in range(20))
        )

    database.keep(holds.Offers).seconds = 60.0
    await ask()
    after_a_crowd = len(readings)
    forget_offer(database, show.tenant, show.event_id)
    await ask()
    after_a_change = len(readings)
    database.keep(holds.Offers).seconds = 0.0
    await current_offer(database, show.tenant, show.event_id)

    assert (after_a_crowd, after_a_change, len(readings)) == (1, 2, 3)
