"""The tables of hire: spaces promised to others."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create them."""
