"""The outbox: facts are rows, written in the transaction of what they tell about.

A plain insert, no trigger, no NOTIFY (which would take a cluster-wide lock at commit). The relay
(`jobs.py`) claims rows afterwards and hands each to its subscribers.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey


class Fact(msgspec.Struct, kw_only=True):
    """What happened, in the past tense: `OrderPaid`. Rooms name theirs in `facts.py`.

    `subject_id` is the thing it happened to; facts about one subject are delivered in order.
    Payloads carry ids, no personal data. Of all that wait, the highest `priority` goes first.
    """

    subject_id: UUID

    priority: ClassVar[int] = 0
    registry: ClassVar[dict[str, type["Fact"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Fact.registry[cls.kind()] = cls

    @classmethod
    def kind(cls) -> str:
        """Return the stable name: room and class, such as `ticketing.OrderPaid`."""
        return f"{cls.__module__.split('.')[1]}.{cls.__name__}"


class OutboxRow(TenantKey, Base):
    """A fact on its way to its subscribers.

    `number` grows as facts are written: whoever changes one thing does so one after another, under
    its lock, so its facts are numbered as they happened. When their transactions began is no order.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "outbox_pending_idx",
            "number",
            postgresql_where=text("relayed_at IS NULL"),
        ),
    )

    kind: Mapped[str]
    subject_id: Mapped[UUID]
    payload: Mapped[dict[str, Any]]
    occurred_at: Mapped[datetime]
    relayed_at: Mapped[datetime | None] = mapped_column(default=None)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
