"""THE claim on space and time: one table, one exclusion constraint, for all that takes time."""
