"""A deposit that is a share of the price follows it, until it is invoiced."""

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Say of each deposit whether it follows the price; those that are there do not."""
    op.execute("ALTER TABLE deposits ADD COLUMN follows_price boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE deposits ALTER COLUMN follows_price DROP DEFAULT")
    op.execute(
        "ALTER TABLE deposits ADD CONSTRAINT deposits_follows_price_check"
        " CHECK (NOT follows_price OR share IS NOT NULL)"
    )


def downgrade() -> None:
    """Let all be as they are."""
    op.execute("ALTER TABLE deposits DROP COLUMN follows_price")
