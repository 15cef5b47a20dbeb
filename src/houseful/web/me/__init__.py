"""What belongs to a person, wherever they are a customer."""
