"""What this room announces."""

from uuid import UUID

from houseful.kernel.outbox import Fact


class OrganizationOpened(Fact):
    """There is a new organisation, which is the subject, and its first owner."""

    owner_id: UUID


class PasswordResetRequested(Fact):
    """Somebody asked for a link, or was invited; `subject_id` is the reset."""


class MemberAdded(Fact):
    """A person joined; `subject_id` is the membership."""
