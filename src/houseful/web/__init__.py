"""The pages: shop, office, door. Rendered on the server; islands make them better, not possible."""
