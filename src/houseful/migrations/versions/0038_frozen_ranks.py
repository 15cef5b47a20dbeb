"""A venue may freeze the ranks of its holds: the places of those who leave are kept."""

from alembic import op

from houseful.kernel.migrating import secure_tenant_table

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Create the freezes, and the places that are kept by them."""
    op.execute(
        """
        CREATE TABLE rank_freezes (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            venue_id uuid NOT NULL,
            reason text NOT NULL,
            frozen_at timestamptz NOT NULL,
            lifted_at timestamptz,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT rank_freezes_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT rank_freezes_organization_id_venue_id_fkey FOREIGN KEY (organization_id, venue_id) REFERENCES venues (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT rank_freezes_reason_check CHECK (reason <> ''),
            CONSTRAINT rank_freezes_lifted_at_check CHECK (lifted_at >= frozen_at)
        )
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX rank_freezes_one_in_force_idx ON rank_freezes (organization_id, venue_id) WHERE lifted_at IS NULL
        """
    )
    secure_tenant_table("rank_freezes")
    op.execute(
        """
        CREATE TABLE kept_places (
            organization_id uuid NOT NULL,
            freeze_id uuid NOT NULL,
            booking_id uuid NOT NULL,
            cell_id uuid NOT NULL,
            taken_from timestamptz NOT NULL,
            taken_until timestamptz NOT NULL,
            priority numeric NOT NULL,
            CONSTRAINT kept_places_pkey PRIMARY KEY (organization_id, freeze_id, booking_id, cell_id, taken_from, priority),
            CONSTRAINT kept_places_organization_id_freeze_id_fkey FOREIGN KEY (organization_id, freeze_id) REFERENCES rank_freezes (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT kept_places_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES bookings (organization_id, id),
            CONSTRAINT kept_places_organization_id_cell_id_fkey FOREIGN KEY (organization_id, cell_id) REFERENCES cells (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT kept_places_times_check CHECK (taken_from < taken_until)
        )
        """
    )
    op.execute("CREATE INDEX kept_places_cell_id_idx ON kept_places (organization_id, cell_id)")
    op.execute(
        "CREATE INDEX kept_places_booking_id_idx ON kept_places (organization_id, booking_id)"
    )
    secure_tenant_table("kept_places")


def downgrade() -> None:
    """Let all move up."""
    op.execute("DROP TABLE kept_places")
    op.execute("DROP TABLE rank_freezes")
