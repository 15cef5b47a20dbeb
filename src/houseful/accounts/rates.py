"""Counting attempts: so many in a window, then please wait."""

from datetime import timedelta

from sqlalchemy.dialects.postgresql import insert

from houseful.accounts.models import RateCounter
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import too_many

WINDOW = timedelta(minutes=5)


async def count_attempt(uow: UnitOfWork, name: str, *, limit: int) -> None:
    """Count an attempt under `name`; raises the 429 problem beyond `limit` in five minutes."""
    elapsed = timedelta(seconds=uow.now.timestamp() % WINDOW.total_seconds())
    window_start = uow.now - elapsed
    statement = (
        insert(RateCounter)
        .values(name=name, window_start=window_start, count=1)
        .on_conflict_do_update(
            index_elements=["name", "window_start"], set_={"count": RateCounter.count + 1}
        )
        .returning(RateCounter.count)
    )
    count = (await uow.execute(statement)).scalar_one()
    if count > limit:
        wait = WINDOW - elapsed
        raise too_many(int(wait.total_seconds()) + 1, "Too many attempts. Please wait a little.")
