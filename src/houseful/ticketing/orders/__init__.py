"""Orders and the tickets that come of them."""
