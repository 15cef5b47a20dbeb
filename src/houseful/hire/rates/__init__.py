"""What hiring costs: rate cards, add-ons, and the price lines of a booking with their reasons."""
