"""Contracts: from a template to a paper that everybody has signed."""
