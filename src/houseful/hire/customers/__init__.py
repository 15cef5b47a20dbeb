"""Customers: what the house knows about companies and people of the directory; never a copy."""
