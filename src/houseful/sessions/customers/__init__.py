"""Who books: an organisation's customers, registered or not, and their families."""
