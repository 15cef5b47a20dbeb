"""Calendar feeds: what is booked, for other programs to show, at an address that only some know."""
