"""What this room announces: messages that wait to be written and sent.

Mail waits for everything else; what somebody sits and waits for waits for nothing, and what goes to
a whole house lets single messages pass.
"""

from typing import ClassVar

from houseful.kernel.outbox import Fact


class NotificationQueued(Fact):
    """A message waits; `subject_id` is the notification."""

    priority: ClassVar[int] = -5


class MessageGivenUp(Fact):
    """A message does not arrive, and is not tried again; the subject is the message."""


class LinkQueued(Fact):
    """A message with a link waits, and so does who asked for it; the subject is the message."""

    priority: ClassVar[int] = 10


class NewsQueued(Fact):
    """One of many messages about the same thing waits; the subject is the message."""

    priority: ClassVar[int] = -10
