"""Settlements: what a night came to, reckoned from the books and never typed."""
