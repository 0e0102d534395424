"""Fits local models from what people decided. Everything works without it."""
