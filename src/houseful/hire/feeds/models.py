"""The secret addresses of calendar feeds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Versioned


class CalendarFeed(TenantKey, Versioned, Base):
    """A feed of a venue, or of one space. Whoever knows the token may read it, until revoked."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "venue_id"], ["venues.organization_id", "venues.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "space_id"], ["spaces.organization_id", "spaces.id"]
        ),
        UniqueConstraint("organization_id", "token_hash"),
        Index("calendar_feeds_token_idx", "token_hash"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("detail IN ('busy', 'titles', 'full')", name="detail"),
    )

    venue_id: Mapped[UUID]
    space_id: Mapped[UUID | None] = mapped_column(default=None)
    name: Mapped[str]
    detail: Mapped[str]
    token_hash: Mapped[bytes]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
