"""Promises about errors: what was drawn, what the audit shows, what passes without a person."""
