"""A quote as a model writes it: without the marks it adds, and cut where it leaves something out.

Models set quotes in Markdown, leave out words (`Supplier … shall pay`), put words of their own in
brackets, and join the cells of a row with `|` or tabs. Knows no document.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import NamedTuple

_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#[0-9]{1,6});")
_TAG = re.compile(r"</?(?:b|i|u|em|strong|mark|span|sup|sub|br|p|td|th|tr)\b[^<>]{0,80}>", re.I)
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\([^()\s]{1,500}\)")
_BOLD = re.compile(
    r"(?<![*_~`])(\*\*|__|~~|``?|\*)(?![*_~`\s])(.{1,400}?)(?<![*_~`\s])\1(?![*_~`])", re.DOTALL
)
_ITALIC = re.compile(r"(?<!\w)_(?=\S)([^_]{1,400}?)(?<=\S)_(?!\w)", re.DOTALL)
_LINE_MARK = re.compile(r"^[ \t]{0,3}(?:>[ \t]?|#{1,6}[ \t]+|[-*•][ \t]+)+", re.MULTILINE)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|\"'>~$])")
_RULE = re.compile(r"^[ \t|:=-]{3,}$", re.MULTILINE)
_LETTER = re.compile(r"\[([^\W\d_])\](?=[^\W\d_])")
_SIC = re.compile(r"\s*\[sic\]", re.IGNORECASE)
_HYPHENED = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010][ \u00a0]{1,3}(?=[^\W\d_])")
_BROKEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]$")
_DOTS = r"(?:\.[ \u00a0]?){2,}\.|…+"
_LEFT_OUT = re.compile(rf"\s*(?:[\[(]\s*(?:{_DOTS})\s*[\])]|{_DOTS}|\[[^\[\]\n0-9]{{1,80}}\])\s*")
_DOTTED = re.compile(rf"\s*(?:[\[(]\s*(?:{_DOTS})\s*[\])]|{_DOTS})\s*")
_CELLS = re.compile(r"\s*\|[\s|]*|\s*(?:\t|\n)\s*|[ \u00a0]{3,}")
_EDGES = " \t\r\n\u00a0\"'“”„‟«»‘’‚‛`*_|"
_MOST_PIECES = 24


class Cut(NamedTuple):
    """A quote in pieces. `row` says that it was cut at marks between cells and not where words
    were left out. A single piece is what is left of a quote without a remark in brackets."""

    pieces: tuple[str, ...]
    row: bool
    lost: float = 0.0
    """The share of the quote's letters that are in no piece."""


def forms(quote: str) -> list[str]:
    """The quote without marks that are not of the document, in forms that differ from it, the one
    with the least taken away first."""
    found: list[str] = []
    bare = _unmarked(quote).strip()
    trimmed = _DOTTED.sub(_at_edge(bare), bare).strip(_EDGES)
    joined = _HYPHENED.sub("", trimmed)
    for form in (bare, trimmed, joined, _BROKEN.sub("", joined)):
        if form and form != quote and form not in found:
            found.append(form)
    return found


def cuts(quote: str) -> list[Cut]:
    """The ways in which a quote may leave words out or join cells, the likeliest first; none when
    it is of one piece."""
    bare = _unmarked(quote)
    found: list[Cut] = []
    for text, pattern, row in (
        (quote, _DOTTED, False),
        (bare, _LEFT_OUT, False),
        (bare, _CELLS, True),
    ):
        pieces = tuple(
            piece.strip(_EDGES) for piece in pattern.split(text) if _says_something(piece)
        )
        one = Cut(pieces, row, 1.0 - sum(map(len, pieces)) / max(1, len(text)))
        least = 1 if pattern is _LEFT_OUT and pattern.search(text) else 2
        if least <= len(pieces) <= _MOST_PIECES and all(
            one.pieces != other.pieces for other in found
        ):
            found.append(one)
    return found


def _unmarked(quote: str) -> str:
    told = html.unescape(quote) if _ENTITY.search(quote) else quote
    told = _SIC.sub("", _TAG.sub("", told))
    told = _LINK.sub(r"\1", told)
    for _ in range(2):
        told = _ITALIC.sub(r"\1", _BOLD.sub(r"\2", told))
    told = _LINE_MARK.sub("", _RULE.sub("", told))
    return _LETTER.sub(r"\1", _ESCAPED.sub(r"\1", told))


def _at_edge(text: str) -> Callable[[re.Match[str]], str]:
    """Takes away what is left out at the beginning or end, and nothing in between."""

    def replaced(match: re.Match[str]) -> str:
        return "" if match.start() == 0 or match.end() == len(text) else match.group()

    return replaced


def _says_something(piece: str) -> bool:
    return any(letter.isalnum() for letter in piece)
