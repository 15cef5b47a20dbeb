"""Deals: what was agreed about the money, versioned, and what it comes to."""
