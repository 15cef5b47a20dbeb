"""What this room does by itself: it forgets what is over."""

from datetime import timedelta

from sqlalchemy import delete

from houseful.accounts.models import PasswordReset, SignIn
from houseful.accounts.rates import forget_counters
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import chore

FORGET_EVERY_SECONDS = 3600
ENDED_ARE_KEPT = timedelta(days=30)


@chore(every_seconds=FORGET_EVERY_SECONDS)
async def forget_what_is_over(database: Database) -> None:
    """Remove counters, and a month later sign-ins and links that ended."""
    await database.run(None, forget_counters)
    await database.run(None, _forget_ended)


async def _forget_ended(uow: UnitOfWork) -> None:
    limit = uow.now - ENDED_ARE_KEPT
    await uow.execute(
        delete(SignIn).where((SignIn.expires_at < limit) | (SignIn.revoked_at < limit))
    )
    await uow.execute(delete(PasswordReset).where(PasswordReset.expires_at < limit))
