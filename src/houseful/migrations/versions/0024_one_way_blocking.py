"""Spaces that keep others from being had while they are taken, and not the other way round."""

from alembic import op

from houseful.kernel.migrating import secure_tenant_table

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """
        CREATE TABLE space_blockings (
            organization_id uuid NOT NULL,
            space_id uuid NOT NULL,
            blocked_id uuid NOT NULL,
            CONSTRAINT space_blockings_pkey PRIMARY KEY (organization_id, space_id, blocked_id),
            CONSTRAINT space_blockings_organization_id_space_id_fkey FOREIGN KEY (organization_id, space_id) REFERENCES spaces (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT space_blockings_organization_id_blocked_id_fkey FOREIGN KEY (organization_id, blocked_id) REFERENCES spaces (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT space_blockings_another_check CHECK (space_id <> blocked_id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX space_blockings_blocked_id_idx ON space_blockings (organization_id, blocked_id)
        """
    )
    secure_tenant_table("space_blockings")


def downgrade() -> None:
    """Drop it."""
    op.execute("DROP TABLE space_blockings")
