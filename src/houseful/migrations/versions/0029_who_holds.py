"""A hold knows from where it was taken, and of how many places: nobody holds the whole house.

Holds of before say nothing of it; they end within the hour.
"""

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Add both, and let what one address holds be found, and what one buyer has not paid."""
    op.execute(
        """
        ALTER TABLE holds
            ADD COLUMN client text NOT NULL DEFAULT '',
            ADD COLUMN places bigint NOT NULL DEFAULT 0
        """
    )
    op.execute(
        "ALTER TABLE holds ALTER COLUMN client DROP DEFAULT, ALTER COLUMN places DROP DEFAULT"
    )
    op.execute(
        """
        CREATE INDEX holds_client_idx ON holds (organization_id, event_id, client)
        WHERE status = 'active' AND client <> ''
        """
    )
    op.execute(
        """
        CREATE INDEX orders_unpaid_of_buyer_idx
        ON orders (organization_id, event_id, lower(buyer_email))
        WHERE status = 'awaiting_payment'
        """
    )


def downgrade() -> None:
    """Forget it again."""
    op.execute("DROP INDEX orders_unpaid_of_buyer_idx")
    op.execute("DROP INDEX holds_client_idx")
    op.execute("ALTER TABLE holds DROP COLUMN client, DROP COLUMN places")
