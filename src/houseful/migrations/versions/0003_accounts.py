"""The tables of the accounts room."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create them."""


def downgrade() -> None:
    """Drop them."""
