"""Ticketing: what is sold for an event and for how much, who holds it, and the signed code that
proves it at the door.
"""
