"""When a house's business day begins: what ends at two in the night belongs to the evening."""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Let every house say it; six in the morning until it does."""
    op.execute(
        """
        ALTER TABLE organizations
            ADD COLUMN day_begins_hour bigint NOT NULL DEFAULT 6,
            ADD CONSTRAINT organizations_day_begins_hour_check
                CHECK (day_begins_hour BETWEEN 0 AND 12)
        """
    )
    op.execute("ALTER TABLE organizations ALTER COLUMN day_begins_hour DROP DEFAULT")


def downgrade() -> None:
    """Forget it."""
    op.execute("ALTER TABLE organizations DROP COLUMN day_begins_hour")
