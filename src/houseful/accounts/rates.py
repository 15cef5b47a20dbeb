"""Counting attempts: so many in a window, then please wait."""

import hashlib
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from houseful.accounts.models import RateCounter
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.origin import current_origin
from houseful.kernel.problems import too_many

WINDOW = timedelta(minutes=5)

TRIES_PER_PAIR = 10
TRIES_PER_EMAIL = 100
TRIES_PER_ADDRESS = 100
SIGN_UPS_PER_ADDRESS = 20
RESETS_PER_EMAIL = 3


async def count_sign_in(database: Database, email: str) -> None:
    """Count a try to sign in, in a transaction of its own. Raises the 429 problem.

    Few for one e-mail address from one place; more for each alone, so that nobody locks others out.
    """
    address = current_origin.get().address
    await _count(
        database,
        (f"sign-in pair {address} {_digest(email)}", TRIES_PER_PAIR),
        (f"sign-in email {_digest(email)}", TRIES_PER_EMAIL),
        (f"sign-in address {address}", TRIES_PER_ADDRESS),
    )


async def count_sign_up(database: Database) -> None:
    """Count a sign-up from this address. Raises the 429 problem."""
    await _count(database, (f"sign-up {current_origin.get().address}", SIGN_UPS_PER_ADDRESS))


async def count_reset(database: Database, email: str) -> None:
    """Count a link that is asked for. Raises the 429 problem."""
    await _count(
        database,
        (f"reset email {_digest(email)}", RESETS_PER_EMAIL),
        (f"reset address {current_origin.get().address}", TRIES_PER_ADDRESS),
    )


async def count_new_password(database: Database) -> None:
    """Count a try to use a link. Raises the 429 problem."""
    await _count(database, (f"link {current_origin.get().address}", TRIES_PER_ADDRESS))


async def count_attempt(uow: UnitOfWork, name: str, *, limit: int) -> None:
    """Count an attempt under `name`; raises the 429 problem beyond `limit` in five minutes."""
    elapsed = timedelta(seconds=uow.now.timestamp() % WINDOW.total_seconds())
    statement = (
        insert(RateCounter)
        .values(name=name, window_start=uow.now - elapsed, count=1)
        .on_conflict_do_update(
            index_elements=["name", "window_start"], set_={"count": RateCounter.count + 1}
        )
        .returning(RateCounter.count)
    )
    count = (await uow.execute(statement)).scalar_one()
    if count > limit:
        wait_seconds = int((WINDOW - elapsed).total_seconds()) + 1
        problem = too_many(wait_seconds, "Too many attempts. Please wait a little.")
        problem.headers |= {
            "ratelimit-policy": f'"attempts";q={limit};w={int(WINDOW.total_seconds())}',
            "ratelimit": f'"attempts";r=0;t={wait_seconds}',
        }
        raise problem


async def forget_counters(uow: UnitOfWork) -> None:
    """Remove the counters of windows that are over."""
    await uow.execute(delete(RateCounter).where(RateCounter.window_start <= uow.now - WINDOW))


async def _count(database: Database, *counters: tuple[str, int]) -> None:
    async def count_all(uow: UnitOfWork) -> None:
        for name, limit in counters:
            await count_attempt(uow, name, limit=limit)

    await database.run(None, count_all)


def _digest(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()
