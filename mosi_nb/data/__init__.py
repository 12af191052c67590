"""Segments and where they come from."""
