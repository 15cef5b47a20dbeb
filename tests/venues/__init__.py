"""Tests of the venues room."""
