"""Bookings: somebody wants spaces, holds them, signs for them, has them."""
