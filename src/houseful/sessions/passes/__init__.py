"""Passes: so many visits, or as many as one likes, paid for in advance."""
