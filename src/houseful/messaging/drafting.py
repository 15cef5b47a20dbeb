"""Drafting: that somebody is to be told, written in the transaction of what they are told about.

What a message says is written later, and sent later still (`composing.py`, `delivery.py`).
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.dialects.postgresql import insert

from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.outbox import Fact
from houseful.messaging.facts import LinkQueued, NewsQueued, NotificationQueued
from houseful.messaging.models import Notification

ROWS_PER_STATEMENT = 1000


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to be told what kind of thing, about `subject_id`.

    Of two drafts with one `source_key` the first stands. `details` are ids and dates, nothing
    personal.
    """

    kind: str
    source_key: str
    subject_id: UUID
    recipient: str
    locale: str = "en"
    details: dict[str, Any] = {}
    is_confidential: bool = False


async def draft(uow: UnitOfWork, *drafts: Draft) -> list[UUID]:
    """Put down messages to be written and sent; return the ids of those that are new.

    Who left no address is not told.
    """
    drafted: list[UUID] = []
    addressed = [one for one in drafts if one.recipient.strip()]
    for start in range(0, len(addressed), ROWS_PER_STATEMENT):
        drafted += await _insert(uow, addressed[start : start + ROWS_PER_STATEMENT])
    fact = _fact_of(addressed)
    await uow.announce(*(fact(subject_id=one) for one in drafted))
    return drafted


def _fact_of(drafts: Sequence[Draft]) -> type[Fact]:
    if any(one.is_confidential for one in drafts):
        return LinkQueued
    return NewsQueued if len(drafts) > 1 else NotificationQueued


async def _insert(uow: UnitOfWork, drafts: Sequence[Draft]) -> list[UUID]:
    rows = [
        {
            "organization_id": uow.tenant,
            "id": new_id(),
            "version": 1,
            "status": "drafted",
            "due_at": uow.now,
            "sender_name": "",
            "reply_to": "",
            "subject": "",
            "text": "",
            "html": "",
            "attempts": 0,
            **msgspec.structs.asdict(one),
            "recipient": one.recipient.strip(),
        }
        for one in drafts
    ]
    inserted = await uow.execute(
        insert(Notification)
        .values(rows)
        .on_conflict_do_nothing(index_elements=["organization_id", "source_key"])
        .returning(Notification.id)
    )
    return sorted(inserted.scalars())
