"""What this room announces."""

from typing import ClassVar
from uuid import UUID

from houseful.kernel.outbox import Fact


class OrganizationOpened(Fact):
    """There is a new organisation, which is the subject, and its first owner."""

    owner_id: UUID


class PasswordResetRequested(Fact):
    """Somebody asked for a link, or was invited; `subject_id` is the reset."""

    priority: ClassVar[int] = 10


class MemberAdded(Fact):
    """A person joined; `subject_id` is the membership."""
