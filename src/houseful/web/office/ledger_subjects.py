"""What entries are of: its page in the office, for who may enter there."""

from collections.abc import Mapping
from uuid import UUID

from houseful.kernel.database import UnitOfWork
from houseful.sessions import customers_of_passes, sessions_of_bookings
from houseful.web.office.shell import can_enter
from houseful.web.visits import Visit

PAGES = {
    "order": ("/orders", "ticketing.orders.read", "ticketing"),
    "session_booking": ("/sessions", "sessions.bookings.read", "sessions"),
    "session_pass": ("/session-customers", "sessions.customers.read", "sessions"),
    "wallet": ("/wallets", "sessions.wallets.read", "sessions"),
    "settlement": ("/settlements", "venue.settlements.read", "venue"),
    "deposit": ("/deposits", "venue.deposits.read", "finance"),
}
"""By kind of subject: where its page is, and what one needs to enter."""

SHOWN_WITH = {"session_booking": sessions_of_bookings, "session_pass": customers_of_passes}
"""What has no page of its own: a booking is on the session's sheet, a pass with its customer."""

OF_THE_WHOLE_HOUSE = frozenset({"settlement", "deposit"})
"""Those whose pages are not for members of some spaces only."""


async def paths_of_subjects(
    uow: UnitOfWork, visit: Visit, kinds: Mapping[UUID, str]
) -> dict[UUID, str]:
    """Return the path below the office of each subject that has a page, by its id.

    `kinds` are the subjects' kinds, by id.
    """
    places = {subject: subject for subject, kind in kinds.items() if kind not in SHOWN_WITH}
    for kind, find in SHOWN_WITH.items():
        subjects = [subject for subject, of in kinds.items() if of == kind]
        if subjects:
            places |= await find(uow, subjects)
    return {
        subject: f"{PAGES[kinds[subject]][0]}/{place}"
        for subject, place in places.items()
        if _may_enter(visit, kinds[subject])
    }


def _may_enter(visit: Visit, kind: str) -> bool:
    if kind not in PAGES or (kind in OF_THE_WHOLE_HOUSE and visit.space_ids is not None):
        return False
    _, permission, module = PAGES[kind]
    return can_enter(visit, permission, module)
