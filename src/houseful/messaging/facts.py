"""What this room announces."""

from houseful.kernel.outbox import Fact


class NotificationQueued(Fact):
    """A message waits to be sent; `subject_id` is the notification."""
