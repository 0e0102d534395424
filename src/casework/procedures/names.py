"""Names of steps: when two are the same name, what a first name was, and "did you mean"."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from casework.base.ids import slug

RESERVED_IDS = frozenset({"documents", "today"})
"""Ids that mean something else among the inputs of a cell."""

_CUTOFF = 0.6


def fold(name: str) -> str:
    """What is compared when a name is looked up: case and runs of white space do not count."""
    return " ".join(name.split()).casefold()


def spoken(name: str) -> str:
    """The words of a name in small letters: what survives of a first name in `- id:`."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def id_text(first_name: str) -> str:
    """What `- id:` says for a step that was first given this name.

    The slug, where the words can be read back from it; otherwise (accents, `&`) the name itself.
    """
    kept = slug(first_name)
    return kept if spoken(kept) == spoken(first_name) else first_name


def nearest(word: str, among: Iterable[str], *, cutoff: float = _CUTOFF) -> str:
    """The most similar of some words, or '' when none comes near."""
    by_fold: dict[str, str] = {}
    for candidate in among:
        by_fold.setdefault(fold(candidate), candidate)
    if fold(word) in by_fold:
        return by_fold[fold(word)]
    found = difflib.get_close_matches(fold(word), by_fold, n=1, cutoff=cutoff)
    return by_fold[found[0]] if found else ""


def listed(words: Iterable[str], last: str = "or") -> str:
    """`a, b or c`."""
    *before, final = list(words) or [""]
    return f"{', '.join(before)} {last} {final}" if before else final
