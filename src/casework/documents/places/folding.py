"""Text folded for looking up quotes: what typesetting changes is taken away, offsets are kept.

Folded are: runs of white space to one space, hyphens between letters (also at a line end) to
nothing, typographic quotes and dashes to plain ones, Unicode to NFKC, letters to lower case. The
figures of numbers and dates, their separators and signs stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from functools import lru_cache

_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_MARKS = "\u0300-\u036f"
_HIDDEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_BREAK = r"(?:[ \t]*\r?\n[ \t]*)?"
_HYPHEN = rf"(?P<hyphen>(?<=[^\W\d_])[{_DASHES}\u00ad]{_BREAK}(?=[^\W\d_])|[{_HIDDEN}]+)"
_OTHERS = rf"{_HYPHEN}|(?P<space>\s\s+|[^\S ])|[^\x00-\x7f\s][{_MARKS}]*"
_SPECIAL = re.compile(_OTHERS)
_WITH_MARKS = re.compile(rf"{_OTHERS}|[A-Za-z][{_MARKS}]+")
_MARK = re.compile(f"[{_MARKS}]")
_SAME = str.maketrans(
    dict.fromkeys("‘’‚‛′´", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys(_DASHES, "-")
)


class Folded:
    """A folded text. `origin[i]` is the offset in the text that folded letter `i` came from."""

    __slots__ = ("origin", "text")

    def __init__(self, text: str, origin: array[int]) -> None:
        self.text = text
        self.origin = origin

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the text of a stretch of folded letters (end exclusive)."""
        return self.origin[start], self.origin[end - 1] + 1


def fold(text: str, shift: int = 0) -> Folded:
    """The text folded, with the offset (plus `shift`) that each folded letter came from."""
    pieces: list[str] = []
    origin = array("I")
    reached = 0
    pattern = _WITH_MARKS if _MARK.search(text) else _SPECIAL
    for match in pattern.finditer(text):
        start, end = match.span()
        pieces.append(text[reached:start].lower())
        origin.extend(range(shift + reached, shift + start))
        kind = match.lastgroup
        told = "" if kind == "hyphen" else " " if kind == "space" else _plain(match.group())
        if told:
            pieces.append(told)
            origin.extend([shift + start] * len(told))
        reached = end
    pieces.append(text[reached:].lower())
    origin.extend(range(shift + reached, shift + len(text)))
    return Folded("".join(pieces), origin)


def fold_quote(quote: str) -> str:
    """A quote folded in the same way, without white space around it."""
    return fold(quote).text.strip()


def without_accents(text: str) -> str:
    """A folded text with plain letters for those with accents, letter for letter: offsets stay."""
    return text if text.isascii() else "".join(map(_bare, text))


@lru_cache(maxsize=4096)
def _bare(letter: str) -> str:
    """The letter beneath the marks of a letter; it alone where it has none, or is made of more."""
    apart = unicodedata.normalize("NFD", letter)
    return apart[0] if all(unicodedata.combining(mark) for mark in apart[1:]) else letter


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    """A letter beyond ASCII (with its combining marks) in its plain form.

    A superscript or a fraction stays as it is: `10²` is not 102.
    """
    plain = unicodedata.normalize("NFKC", letter).translate(_SAME).lower()
    if any(sign.isdigit() for sign in plain) and not letter[0].isdecimal():
        return letter
    return plain
