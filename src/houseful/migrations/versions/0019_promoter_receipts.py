"""Receipts of a show in a promoter's own books, as they handed them over for a settlement."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the columns."""
    op.execute(
        """
        ALTER TABLE settlements
            ADD COLUMN promoter_event_id uuid,
            ADD COLUMN receipts jsonb NOT NULL DEFAULT '{}',
            ADD COLUMN receipts_at timestamptz
        """
    )
    op.execute("ALTER TABLE settlements ALTER COLUMN receipts DROP DEFAULT")


def downgrade() -> None:
    """Drop them."""
    op.execute(
        """
        ALTER TABLE settlements
            DROP COLUMN promoter_event_id,
            DROP COLUMN receipts,
            DROP COLUMN receipts_at
        """
    )
