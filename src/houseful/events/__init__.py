"""The shows, owned by who puts them on: from draft to archive."""
