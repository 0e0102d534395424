"""Worksheets from dropped files: what the files suggest as steps, and drafts of worksheets."""
