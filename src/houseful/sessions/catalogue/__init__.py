"""What can be booked: activities, who leads them, what they need, their sessions and series."""
