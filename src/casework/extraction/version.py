"""The version of the embedded extractor: part of the meaning of every step that it fills."""

from __future__ import annotations

from functools import cache
from importlib import resources

from casework.base.hashing import digest

_CODE = "5"
"""Raise it with any change of code that changes what is found."""


@cache
def extractor_version() -> str:
    """What an extracted value depends on besides its inputs: the code, the lexicon, the weights.

    With another version cells say so in the plan and run again.
    """
    room = resources.files("casework.extraction")
    files = [room / "zero.json", *(room / "lexicon").iterdir()]
    told = {each.name: each.read_text(encoding="utf-8") for each in files if each.is_file()}
    return f"{_CODE}.{digest(told)[:12]}"
