"""The version of the embedded extractor: part of the meaning of every step that it fills."""

from __future__ import annotations

EXTRACTOR_VERSION = "1"
"""Raise it with any change of what is found: cells then say so in the plan and run again."""
