"""Courses of events that nobody thought of."""
