"""Words as labels see them: letters or digits, folded. Knows nothing of pages or meaning."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TOKEN = re.compile(r"[^\W\d_]+|\d+|[#%&]")
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l"}
_REST = re.compile(r"[\W_]+")
_PLAIN = {number: chr(number).lower() if chr(number).isalnum() else None for number in range(128)}
"""What is left of the letters of ASCII, which is quicker to look up than to search for."""
_CACHE = 1 << 16


@lru_cache(maxsize=_CACHE)
def fold(word: str) -> str:
    """The word in small letters without accents: `Fällig` and `FALLIG` are one."""
    if word.isascii():
        return word.lower()
    lowered = "".join(_LETTERS.get(letter, letter) for letter in word.casefold())
    plain = unicodedata.normalize("NFKD", lowered)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def spans(text: str) -> list[tuple[int, int]]:
    """Where the tokens of a text stand, in order; `n°` is one token."""
    return [match.span() for match in _TOKEN.finditer(text.replace("°", "º"))]


def tokens(text: str) -> list[str]:
    """The folded tokens of a text."""
    return [fold(match.group()) for match in _TOKEN.finditer(text.replace("°", "º"))]


def letters_and_digits(text: str) -> str:
    """The text case-folded with everything else left out: what two names are compared by."""
    if text.isascii():
        return text.translate(_PLAIN)
    return _REST.sub("", fold(text))
