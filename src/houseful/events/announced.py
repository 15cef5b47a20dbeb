"""Events that anybody may refer to, whosever they are: by their id, or by the one before it."""

import re
from typing import Any
from uuid import UUID

import msgspec

from houseful.events.problems import SourceIdAmbiguous
from houseful.kernel.database import UnitOfWork

_OBJECT_ID = re.compile("[0-9a-fA-F]{24}")


class AnnouncedEvent(msgspec.Struct, frozen=True):
    """An event that is no draft any more, and whose it is."""

    id: UUID
    organization_id: UUID
    name: str


def is_object_id(text: str) -> bool:
    """Whether it is an id as older systems have them, of 24 hexadecimal digits."""
    return _OBJECT_ID.fullmatch(text) is not None


async def announced_event(uow: UnitOfWork, event_id: str) -> AnnouncedEvent | None:
    """Return the event of this id, a UUID or an object id; None when there is none.

    Raises `SourceIdAmbiguous` when more than one organisation has brought it in: which one is meant
    is not guessed.
    """
    if is_object_id(event_id):
        wanted: Any = event_id.lower()
        function = "promoter_events_of_source"
    else:
        function = "promoter_event"
        try:
            wanted = UUID(event_id)
        except ValueError:
            return None
    rows = (
        await uow.execute(
            f"SELECT id, organization_id, name FROM {function}(:wanted)",  # noqa: S608 (one of two)
            {"wanted": wanted},
        )
    ).all()
    if len(rows) > 1:
        raise SourceIdAmbiguous
    return AnnouncedEvent(*rows[0]) if rows else None
