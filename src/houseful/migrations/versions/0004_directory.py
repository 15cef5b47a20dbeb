"""The tables of the directory room."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create them."""


def downgrade() -> None:
    """Drop them."""
