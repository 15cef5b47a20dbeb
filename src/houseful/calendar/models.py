"""Cells, the claims on them, and blocks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Times, Versioned


class Cell(TenantKey, Base):
    """The atom of space: each space has its own, with the space's id. Claimers lock it."""

    __tablename__ = "cells"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "id"],
            ["spaces.organization_id", "spaces.id"],
            ondelete="CASCADE",
        ),
    )


class SpaceCell(Base):
    """Which cells a space consists of: its own, and those of all spaces within it.

    The triggers `spaces_add_cell` and `spaces_move_cells` keep it true.
    """

    __tablename__ = "space_cells"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "space_id"],
            ["spaces.organization_id", "spaces.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "cell_id"],
            ["cells.organization_id", "cells.id"],
            ondelete="CASCADE",
        ),
        Index("space_cells_cell_id_idx", "organization_id", "cell_id"),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(primary_key=True)
    cell_id: Mapped[UUID] = mapped_column(primary_key=True)


class SpaceBlocking(Base):
    """While a space is taken firmly, another one cannot be had, and not the other way round.

    Such as a theatre and its dressing room: who has the theatre has the room; who has only the room
    does not keep others from the theatre. It is checked under the lock on the cells.
    """

    __tablename__ = "space_blockings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "space_id"],
            ["spaces.organization_id", "spaces.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "blocked_id"],
            ["spaces.organization_id", "spaces.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("space_id <> blocked_id", name="another"),
        Index("space_blockings_blocked_id_idx", "organization_id", "blocked_id"),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(primary_key=True)
    blocked_id: Mapped[UUID] = mapped_column(primary_key=True)


class ClaimRow(TenantKey, Times, Base):
    """One claim's hold on one cell; a claim is the rows that share an `id`.

    `during` is what is taken, with set-up, tear-down and the gap after it; `starts_at` and
    `ends_at` are the thing itself. Who looks for claims compares `taken_from` and `taken_until`,
    the bounds of `during`: under row-level security no index is used for `&&`.

    Firm claims exclude each other, unless they are for one occasion: a hire names the show that it
    is for (`show_id`), and that show may stand in what was hired for it. Two hires exclude each
    other, whatever they are for.
    """

    __tablename__ = "claims"
    __table_args__ = (
        PrimaryKeyConstraint("organization_id", "id", "cell_id"),
        ForeignKeyConstraint(["organization_id", "cell_id"], ["cells.organization_id", "cells.id"]),
        ForeignKeyConstraint(
            ["organization_id", "space_id"], ["spaces.organization_id", "spaces.id"]
        ),
        ExcludeConstraint(
            ("organization_id", "="),
            ("cell_id", "="),
            ("occasion_id", "<>"),
            ("during", "&&"),
            where=text("firm"),
            using="gist",
            name="claims_one_firm_at_a_time",
        ),
        ExcludeConstraint(
            ("organization_id", "="),
            ("cell_id", "="),
            ("during", "&&"),
            where=text("firm AND show_id IS NOT NULL"),
            using="gist",
            name="claims_one_hire_at_a_time",
        ),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint(
            "setup_minutes >= 0 AND teardown_minutes >= 0 AND gap_minutes >= 0", name="buffers"
        ),
        CheckConstraint("lower(during) <= starts_at AND upper(during) >= ends_at", name="during"),
        CheckConstraint("source IN ('hire', 'event', 'session', 'block')", name="source"),
        CheckConstraint("show_id IS NULL OR source = 'hire'", name="show"),
        Index("claims_source_idx", "organization_id", "source", "source_id"),
        Index("claims_space_id_idx", "organization_id", "space_id"),
        Index(
            "claims_taken_idx",
            "organization_id",
            "cell_id",
            "taken_from",
            "taken_until",
            postgresql_using="gist",
        ),
    )

    cell_id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    taken_from: Mapped[datetime] = mapped_column(Computed("lower(during)", persisted=True))
    taken_until: Mapped[datetime] = mapped_column(Computed("upper(during)", persisted=True))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    setup_minutes: Mapped[int]
    teardown_minutes: Mapped[int]
    gap_minutes: Mapped[int]
    firm: Mapped[bool]
    source: Mapped[str]
    source_id: Mapped[UUID]
    show_id: Mapped[UUID | None]
    occasion_id: Mapped[UUID] = mapped_column(
        Computed("COALESCE(show_id, source_id)", persisted=True)
    )
    label: Mapped[str]


class AvailabilityBlock(TenantKey, Versioned, Base):
    """Time in a space that is kept free of everything, for a reason."""

    __tablename__ = "availability_blocks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "space_id"], ["spaces.organization_id", "spaces.id"]
        ),
        CheckConstraint("starts_at < ends_at", name="times"),
        Index(
            "availability_blocks_space_id_starts_at_idx", "organization_id", "space_id", "starts_at"
        ),
    )

    space_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]
    firm: Mapped[bool] = mapped_column(default=True)
