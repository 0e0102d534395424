"""Formats without pages, set on pages of our own."""
