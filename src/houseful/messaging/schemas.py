"""Messages on the wire: that they were sent, to whom and about what, never what they said."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from litestar.params import QueryParameter

from houseful.kernel.http import View
from houseful.messaging.queries import ShownMessage

Status = Annotated[
    str | None, QueryParameter(pattern="^(drafted|queued|sent|kept|failed|withdrawn)$")
]
Kind = Annotated[str | None, QueryParameter(max_length=60)]
SubjectId = Annotated[
    UUID | None, QueryParameter(name="subjectId", description="What it is about, as an order.")
]


class NotificationView(View):
    """A message; `subjectId` is what it is about, an order for example."""

    id: UUID
    kind: str
    subject_id: UUID
    recipient: str
    locale: str
    status: str
    subject: str
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


class FileView(View):
    """A file that goes with a message."""

    id: UUID
    name: str
    media_type: str
    size_bytes: int


class AttemptView(View):
    """One try to deliver it, and what was in the way."""

    at: datetime
    channel: str
    is_delivered: bool
    error: str


class ShownNotificationView(NotificationView):
    """A message with its files, and every attempt to deliver it."""

    files: list[FileView]
    deliveries: list[AttemptView]

    @classmethod
    def of(cls, row: ShownMessage) -> Self:
        """Make the view of a message that was read with what belongs to it."""
        message = row.message
        known = {name: getattr(message, name) for name in NotificationView.__struct_fields__}
        return cls(
            **known,
            files=[FileView.of(file) for file in row.files],
            deliveries=[AttemptView.of(attempt) for attempt in row.attempts],
        )
