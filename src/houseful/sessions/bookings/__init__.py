"""A place in a session: taken, paid for, used, given back."""
