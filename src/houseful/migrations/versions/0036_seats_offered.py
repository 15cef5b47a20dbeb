"""An order that was paid in vain names the hold of the places that are offered instead."""

from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Add the hold."""
    op.execute(
        """
        ALTER TABLE orders
            ADD COLUMN offered_hold_id uuid,
            ADD CONSTRAINT orders_organization_id_offered_hold_id_fkey
                FOREIGN KEY (organization_id, offered_hold_id) REFERENCES holds (organization_id, id)
        """
    )


def downgrade() -> None:
    """Forget it again."""
    op.execute("ALTER TABLE orders DROP COLUMN offered_hold_id")
