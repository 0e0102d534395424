"""A file split into documents: its parts, who said so, and what became of them. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SplitHow = Literal["accepted", "cut", "joined", "each page", "whole"]
Made = Literal["cases", "documents"]
"""What the parts became: cases of their own, or documents of the case that has the file."""


@dataclass(frozen=True, slots=True)
class PlacedPart:
    """A part of a file: its first and last page, its name as a document, the kinds that it answers
    to, and the case that holds it ('' for one that is still to be made)."""

    first: int
    last: int
    name: str
    kinds: tuple[str, ...] = ()
    case_id: str = ""


@dataclass(frozen=True, slots=True)
class SplitRecord:
    """How a file was split at one time. `home` is the case that had all of it; `parts` are empty
    where it was made whole again."""

    worksheet_id: str
    document: str
    home: str
    how: SplitHow
    made: Made
    parts: tuple[PlacedPart, ...]
    who: str
    at: str = ""
