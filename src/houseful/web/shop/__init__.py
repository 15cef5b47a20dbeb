"""The shop: what the public sees of a house, and buys."""
