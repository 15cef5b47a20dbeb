"""Power cuts: what was acknowledged is there, once."""
