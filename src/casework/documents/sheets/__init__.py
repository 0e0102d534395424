"""Sheets as shown cells and tables."""
