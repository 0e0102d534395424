"""Options of a choice as documents write them: in another language, or by another word.

The words are data in `lexicon/options.json`. An option that no list has stands only as itself.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib import resources

from casework.extraction.candidates.table import Found
from casework.extraction.layout import Layout
from casework.extraction.tokens import tokens
from casework.types.values import Json
from casework.values.words import choice_readings

_REMEMBERED = 256


def written_options(layout: Layout, options: tuple[str, ...], *, many: bool) -> list[Found]:
    """Places where another word says an option; the value is the option, a list for `many`."""
    others = other_words(options)
    if not others:
        return []
    words = tuple(others)
    found: list[Found] = []
    for index, page in enumerate(layout.pages):
        for each in choice_readings(page.text, words):
            option = others[str(each.value)]
            value: Json = [option] if many else option
            found.append(Found(index, each.start, each.end, value))
    return found


@lru_cache(maxsize=_REMEMBERED)
def other_words(options: tuple[str, ...]) -> dict[str, str]:
    """Each other word to the one option it means; words that two options could mean are left
    out."""
    own = {_key(option) for option in options}
    found: dict[str, set[str]] = {}
    for option in options:
        for group in _groups().get(_key(option), ()):
            for word in group:
                if _key(word) not in own:
                    found.setdefault(word, set()).add(option)
    return {word: meant.copy().pop() for word, meant in found.items() if len(meant) == 1}


def _key(word: str) -> str:
    return " ".join(tokens(word))


@cache
def _groups() -> dict[str, tuple[tuple[str, ...], ...]]:
    """The lists that each word is in."""
    path = resources.files("casework.extraction") / "lexicon" / "options.json"
    table: list[list[str]] = json.loads(path.read_text(encoding="utf-8"))["same"]
    found: dict[str, list[tuple[str, ...]]] = {}
    for group in table:
        for word in group:
            found.setdefault(_key(word), []).append(tuple(group))
    return {word: tuple(groups) for word, groups in found.items()}
