"""The tables of sessions: classes, places, passes, wallets."""

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create them."""
