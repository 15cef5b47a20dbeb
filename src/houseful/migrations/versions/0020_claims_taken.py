"""From when until when a claim takes its cell, as columns that an index is used for.

The application reads under row-level security, where PostgreSQL uses an index only for conditions
whose operators cannot leak: comparing instants can, overlapping ranges cannot. With `during &&` it
read every claim that a cell ever had.
"""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the columns, and one index for firm claims and others."""
    op.execute(
        """
        ALTER TABLE claims
            ADD COLUMN taken_from timestamptz NOT NULL GENERATED ALWAYS AS (lower(during)) STORED,
            ADD COLUMN taken_until timestamptz NOT NULL GENERATED ALWAYS AS (upper(during)) STORED
        """
    )
    op.execute(
        """
        CREATE INDEX claims_taken_idx ON claims
            USING gist (organization_id, cell_id, taken_from, taken_until)
        """
    )
    op.execute("DROP INDEX claims_soft_idx")


def downgrade() -> None:
    """Go back to ranges."""
    op.execute(
        """
        CREATE INDEX claims_soft_idx ON claims USING gist (organization_id, cell_id, during)
            WHERE NOT firm
        """
    )
    op.execute("ALTER TABLE claims DROP COLUMN taken_from, DROP COLUMN taken_until")
