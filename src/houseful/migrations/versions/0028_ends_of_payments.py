"""An attempt to pay has an end: its provider has said that it takes no more money for it.

The sandbox says so too, and tells when it was paid. What is open is what the index has.
"""

from alembic import op

revision = "0028"
down_revision = "0027"

INDEX = """
    CREATE INDEX transactions_waiting_idx ON transactions (organization_id, created_at)
    WHERE status IN ('initiated', 'pending', 'canceled', 'failed') AND closed_at IS NULL
"""
INDEX_BEFORE = """
    CREATE INDEX transactions_waiting_idx ON transactions (organization_id, created_at)
    WHERE status IN ('pending', 'canceled', 'failed')
"""


def upgrade() -> None:
    """Add when an attempt was closed, and let the index have what is open."""
    op.execute("ALTER TABLE transactions ADD COLUMN closed_at timestamptz")
    op.execute(
        """
        ALTER TABLE sandbox_payments
            ADD COLUMN is_closed boolean NOT NULL DEFAULT false,
            ADD COLUMN paid_at timestamptz
        """
    )
    op.execute("ALTER TABLE sandbox_payments ALTER COLUMN is_closed DROP DEFAULT")
    op.execute("DROP INDEX transactions_waiting_idx")
    op.execute(INDEX)


def downgrade() -> None:
    """Forget it again."""
    op.execute("DROP INDEX transactions_waiting_idx")
    op.execute(INDEX_BEFORE)
    op.execute("ALTER TABLE sandbox_payments DROP COLUMN is_closed, DROP COLUMN paid_at")
    op.execute("ALTER TABLE transactions DROP COLUMN closed_at")
