"""The schema's history: one small migration at a time, in the order of the rooms."""
