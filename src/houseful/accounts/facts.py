"""What this room announces."""

from houseful.kernel.outbox import Fact


class PasswordResetRequested(Fact):
    """Somebody asked for a link, or was invited; `subject_id` is the reset."""


class MemberAdded(Fact):
    """A person joined; `subject_id` is the membership."""
