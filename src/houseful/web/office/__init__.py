"""The office: what a house's people work with."""
