"""Deposits: what is due before the night, invoiced without gaps, and paid as finance says."""
