"""The tables of the seating room."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create them."""


def downgrade() -> None:
    """Drop them."""
