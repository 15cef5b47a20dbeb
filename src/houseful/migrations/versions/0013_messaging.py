"""The tables of the messaging room."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create them."""


def downgrade() -> None:
    """Drop them."""
