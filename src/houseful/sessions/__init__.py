"""Sessions: a place in a class, on a court or a tour, paid by pass, wallet or card."""
