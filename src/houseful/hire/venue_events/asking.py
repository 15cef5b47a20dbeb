"""Asking for a promoter's event that somebody names: what is not confirmed is not believed."""

from typing import Protocol
from uuid import UUID

from houseful.hire.services import services_of
from houseful.hire.venue_events.promoter import find_promoter_event
from houseful.kernel.database import Database
from houseful.kernel.problems import Invalid


class Asker(Protocol):
    """Whose house the event is named in."""

    @property
    def database(self) -> Database:
        """The database."""
        ...

    @property
    def organization_id(self) -> UUID:
        """The house."""
        ...


async def known_promoter_event(asker: Asker, named: str) -> str:
    """Return the id by which the promoter's event is referred to; no transaction is open meanwhile.

    Raises `Invalid` where no promoter has such an event, and `PromoterUnreachable`.
    """
    promoter = services_of(asker.database).promoter
    found = await find_promoter_event(asker.database, promoter, named, home=asker.organization_id)
    if found is None:
        raise Invalid.at("/promoterEventId", "No promoter has an event with this id.")
    return found.id
