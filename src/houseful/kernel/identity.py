"""Who acts, and what they may do: plain values that every room can ask."""

from typing import Literal
from uuid import UUID

import msgspec

from houseful.kernel.problems import Forbidden

ActorKind = Literal["user", "device", "system", "api_key", "guest"]


class Actor(msgspec.Struct, frozen=True):
    """Who does something; `id` is the user's, device's or key's, None for system and guests."""

    kind: ActorKind
    id: UUID | None = None

    @property
    def principal(self) -> str:
        """One text for one actor: `user:0192…`, `system`."""
        return f"{self.kind}:{self.id}" if self.id else self.kind


SYSTEM = Actor("system")
GUEST = Actor("guest")


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A proven identity, before any organisation is named."""

    actor: Actor
    name: str = ""
    email: str = ""
    is_platform_admin: bool = False
    is_platform_staff: bool = False
    organization_id: UUID | None = None
    """Set where the credential itself belongs to one organisation (devices, API keys)."""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """What an identity may do in one organisation."""

    organization_id: UUID
    organization_status: Literal["active", "suspended", "closed"] = "active"
    role: str = ""
    permissions: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    space_ids: frozenset[UUID] | None = None
    """The spaces that the membership is limited to; None means all."""

    def allows(self, permission: str) -> bool:
        """Whether `permission` is granted, itself or by a wildcard such as `venue.*`."""
        if permission in self.permissions or "*" in self.permissions:
            return True
        parts = permission.split(".")
        return any(
            ".".join([*parts[:length], "*"]) in self.permissions for length in range(1, len(parts))
        )

    def sees_space(self, space_id: UUID) -> bool:
        """Whether this membership may see and touch the space."""
        return self.space_ids is None or space_id in self.space_ids


def require_whole_house(scope: frozenset[UUID] | None) -> None:
    """Raise `Forbidden` for who is limited to some spaces."""
    if scope is not None:
        raise Forbidden("Your membership is limited to some spaces.")
