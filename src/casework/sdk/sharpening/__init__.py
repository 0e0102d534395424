"""Sharper instructions from what people corrected."""
