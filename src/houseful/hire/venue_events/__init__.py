"""Venue events: the venue's reference to a show that a promoter owns, or a placeholder for one."""
