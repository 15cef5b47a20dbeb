"""A payment whose card was declined may still succeed, and is asked about like those that wait."""

from alembic import op

revision = "0026"
down_revision = "0025"

INDEX = """
    CREATE INDEX transactions_waiting_idx ON transactions (organization_id, created_at)
    WHERE status IN ({states})
"""


def upgrade() -> None:
    """Let the index of what may still succeed have those that failed, too."""
    op.execute("DROP INDEX transactions_waiting_idx")
    op.execute(INDEX.format(states="'pending', 'canceled', 'failed'"))


def downgrade() -> None:
    """Leave them out again."""
    op.execute("DROP INDEX transactions_waiting_idx")
    op.execute(INDEX.format(states="'pending', 'canceled'"))
