"""Markdown to procedure and back: parse, check, compile, edit, compare. Runs nothing."""
