"""Counting attempts: so many in a window, then please wait."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from houseful.accounts.models import RateCounter
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.origin import current_origin
from houseful.kernel.problems import TooManyRequests, too_many

WINDOW = timedelta(minutes=5)
WAIT = "Too many attempts. Please wait a little."

_COUNT = """
    INSERT INTO rate_counters AS r (name, window_start, count)
    SELECT name, $3, count FROM unnest($1::text[], $2::bigint[]) AS asked(name, count)
    ORDER BY name
    ON CONFLICT (name, window_start) DO UPDATE SET count = r.count + excluded.count
    RETURNING name, count
"""

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
    statement = (
        insert(RateCounter)
        .values(name=name, window_start=uow.now - _elapsed(uow.now), count=1)
        .on_conflict_do_update(
            index_elements=["name", "window_start"], set_={"count": RateCounter.count + 1}
        )
        .returning(RateCounter.count)
    )
    count = (await uow.execute(statement)).scalar_one()
    if count > limit:
        raise too_many_attempts(uow.now, limit)


async def count_on_connection(
    connection: Any, now: datetime, attempts: Mapping[str, int]
) -> dict[str, int]:
    """Count so many attempts under each name, in the transaction of an asyncpg connection.

    Returns how many there were in these five minutes: for lanes, which count for a whole group.
    """
    rows = await connection.fetch(
        _COUNT, list(attempts), list(attempts.values()), now - _elapsed(now)
    )
    return {row["name"]: row["count"] for row in rows}


def too_many_attempts(now: datetime, limit: int, detail: str = WAIT) -> TooManyRequests:
    """Make the 429 problem of who has tried `limit` times in five minutes."""
    wait_seconds = int((WINDOW - _elapsed(now)).total_seconds()) + 1
    problem = too_many(wait_seconds, detail)
    problem.headers |= {
        "ratelimit-policy": f'"attempts";q={limit};w={int(WINDOW.total_seconds())}',
        "ratelimit": f'"attempts";r=0;t={wait_seconds}',
    }
    return problem


async def forget_counters(uow: UnitOfWork) -> None:
    """Remove the counters of windows that are over."""
    await uow.execute(delete(RateCounter).where(RateCounter.window_start <= uow.now - WINDOW))


async def _count(database: Database, *counters: tuple[str, int]) -> None:
    async def count_all(uow: UnitOfWork) -> None:
        for name, limit in counters:
            await count_attempt(uow, name, limit=limit)

    await database.run(None, count_all)


def _elapsed(now: datetime) -> timedelta:
    return timedelta(seconds=now.timestamp() % WINDOW.total_seconds())


def _digest(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()
