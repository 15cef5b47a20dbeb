"""Houseful: the open platform that a venue runs on."""

__version__ = "0.1.0"
