"""Whether marks in a prompt make a provider remember what stands before them. Sets no mark."""

from __future__ import annotations

from casework.models.names import Target
from casework.types.message import ModelRequest

_FAMILIES = ("anthropic/", "google/")
"""Whose models OpenRouter makes remember what is marked; others remember alone."""


def marks_in(request: ModelRequest, target: Target) -> bool:
    """Whether shared material of this request is marked for the provider's cache."""
    dialect = target.provider.dialect
    if dialect.caching != "marks" or request.prompt_cache == "off":
        return False
    return dialect.wire != "chat" or target.model.startswith(_FAMILIES)
