"""The tables of the ticketing room."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create them."""


def downgrade() -> None:
    """Drop them."""
