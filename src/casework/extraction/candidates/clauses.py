"""Candidates that are whole sections of an agreement: from a heading to the next of its rank."""

from __future__ import annotations

import re
from typing import NamedTuple

from casework.extraction.layout import Layout

_HEADING = re.compile(
    r"^[ \t]*(?P<number>(?:§+ ?|Article |Artikel |Art\. ?|Section |Clause |Ziffer |Cláusula )?"
    r"(?:\d+(?:\.\d+)*|[IVX]+|[A-Z])[.):]?"
    r"|(?:PRIMERA|SEGUNDA|TERCERA|CUARTA|QUINTA|SEXTA)[.:])[ \t]+"
    r"(?P<title>[^\n]{2,200})",
    re.MULTILINE,
)
_TITLE_END = re.compile(r"[.:;–—]|\s{2,}|\n")
_PLAIN_HEADING = re.compile(r"^[ \t]*(?P<title>[A-ZÄÖÜÉ][A-ZÄÖÜÉ ,&/-]{3,60})[ \t]*$", re.MULTILINE)
_LONGEST = 6000
_LONGEST_TITLE = 80


class Section(NamedTuple):
    """A section: its page index, its span, and its title."""

    page: int
    start: int
    end: int
    title: str


def sections(layout: Layout) -> list[Section]:
    """All numbered or titled sections; one ends where the next of its rank or higher begins."""
    found: list[Section] = []
    for index, page in enumerate(layout.pages):
        heads = _heads(page.text)
        for at, (start, rank, title) in enumerate(heads):
            end = next((s for s, r, _ in heads[at + 1 :] if r <= rank), len(page.text))
            stop = start + len(page.text[start : min(end, start + _LONGEST)].rstrip())
            found.append(Section(index, start, stop, title))
    return found


def _heads(text: str) -> list[tuple[int, int, str]]:
    """Start, rank (1 is highest) and title of each heading, in order."""
    heads: dict[int, tuple[int, str]] = {}
    for match in _PLAIN_HEADING.finditer(text):
        heads[match.start("title")] = (1, match.group("title"))
    for match in _HEADING.finditer(text):
        number = match.group("number").rstrip(".):")
        title = _TITLE_END.split(match.group("title"), maxsplit=1)[0]
        heads[match.start("number")] = (1 + number.count("."), title[:_LONGEST_TITLE])
    return [(start, rank, title) for start, (rank, title) in sorted(heads.items())]
