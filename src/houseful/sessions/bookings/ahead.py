"""What is to be known of cancelling before one books."""

from houseful.kernel.database import UnitOfWork
from houseful.sessions.bookings.rules import TermsAhead, terms_ahead
from houseful.sessions.bookings.taking import policy_of
from houseful.sessions.catalogue.models import Activity
from houseful.sessions.catalogue.queries import ShownSession


async def cancelling_ahead(
    uow: UnitOfWork,
    session: ShownSession,
    *,
    to_pay_minor: int | None = None,
    has_visit: bool | None = None,
) -> TermsAhead:
    """Return until when a place can be given back for nothing, and what is kept later.

    `to_pay_minor` is what it costs in money, `has_visit` whether a pass covers it; None: unknown.
    """
    activity = await uow.get(Activity, session.activity_id)
    return terms_ahead(
        policy_of(activity),
        starts_at=session.starts_at,
        now=uow.now,
        to_pay_minor=to_pay_minor,
        has_visit=has_visit,
    )
