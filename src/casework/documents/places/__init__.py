"""Quotes found in documents, and compared with values."""
