"""Candidates that are sections of an agreement: from a heading to the next of its rank.

A section is numbered (`§ 8 Kündigung.`, `14.1 Either party …`), or, on a page without numbers, a
short line of its own or a short first sentence (`Ending the engagement. You may …`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from casework.extraction.layout import Layout

_HEADING = re.compile(
    r"^[ \t]*[*_#]{0,3}[ \t]*(?P<number>(?i:§+ ?|Article |Artikel |Articolo |Artículo |Art\. ?"
    r"|Section |Clause |Ziffer |Cláusula )?(?:\d+(?:\.\d+)*[.):]?|(?:[IVX]+|[A-Z])[.):])"
    r"|(?:PRIMERA|SEGUNDA|TERCERA|CUARTA|QUINTA|SEXTA|SÉPTIMA|OCTAVA|NOVENA|DÉCIMA)[.:])"
    r"[*_]{0,3}[ \t]+(?:[-–—][ \t]+)?(?P<title>[^\n]{2,200})",
    re.MULTILINE,
)
_CAPITALS = re.compile(r"^[ \t]*(?P<title>[A-ZÄÖÜÉ][A-ZÄÖÜÉ ,&/-]{3,60})[ \t]*$", re.MULTILINE)
_OWN_LINE = re.compile(
    r"(?:\A|\n\s*\n)[ \t*_#]*(?P<title>[A-ZÀ-Þ][^\n.:;]{2,60}?)[ \t*_]*(?=\n\s*\n)"
)
_RUN_IN = re.compile(
    r"(?:\A|\n\s*\n)[ \t*_]*(?P<title>[A-ZÀ-Þ][^\n.:;]{2,60}?)[.:][*_]*\s+(?=[A-ZÀ-Þ])"
)
_TITLE_END = re.compile(r"[.:;–—]|\s{2,}|\n")
_PAGE_FOOT = re.compile(
    r"\n[^\n]{0,60}\b(?:page|seite|página|pagina|p\.)\s*\d+[^\n]{0,20}\s*\Z", re.IGNORECASE
)
_LONGEST = 6000
_LONGEST_TITLE = 80
_TITLE_WORDS = 7
_BARE = re.compile(r"(\d+)(\.\d+)*$")


class Section(NamedTuple):
    """A section: its page index; its span without number and without a heading on a line of its
    own; its title; the spans of its numbered paragraphs."""

    page: int
    start: int
    end: int
    title: str
    parts: tuple[tuple[int, int], ...] = ()


class _Head(NamedTuple):
    """A heading: where it begins, its rank (1 is highest), title, and where its text begins."""

    start: int
    rank: int
    title: str
    body: int


def sections(layout: Layout) -> list[Section]:
    """All sections; one ends where the next of its rank or higher begins."""
    found: list[Section] = []
    for index, page in enumerate(layout.pages):
        heads = _heads(page.text)
        for at, head in enumerate(heads):
            later = heads[at + 1 :]
            end = next((each.start for each in later if each.rank <= head.rank), len(page.text))
            stop = _stop(page.text, head.body, end)
            inner = [each for each in later if each.start < end]
            starts = [*(each.start for each in inner[1:]), end][: len(inner)]
            parts = tuple(
                (each.body, _stop(page.text, each.body, until))
                for each, until in zip(inner, starts, strict=True)
            )
            start = inner[0].body if inner and head.body >= inner[0].start else head.body
            if start < stop:
                found.append(Section(index, start, stop, head.title, parts))
    return found


def _stop(text: str, start: int, end: int) -> int:
    """Where the text of a section ends: not in the foot of the page."""
    piece = text[start : min(end, start + _LONGEST)].rstrip()
    foot = _PAGE_FOOT.search(piece)
    return start + len(piece[: foot.start()].rstrip() if foot else piece)


def _heads(text: str) -> list[_Head]:
    heads = _numbered(text)
    if not heads:
        for pattern in (_RUN_IN, _OWN_LINE):
            for match in pattern.finditer(text):
                if len(match["title"].split()) <= _TITLE_WORDS:
                    start = match.start("title")
                    body = start if pattern is _RUN_IN else _after(text, match.end())
                    heads[start] = _Head(start, 1, match["title"], body)
    for match in _CAPITALS.finditer(text):
        start = match.start("title")
        inside = any(head.start <= start < head.body for head in heads.values())
        if not inside:
            heads[start] = _Head(start, 1, match["title"], _after(text, match.end()))
    return [heads[start] for start in sorted(heads)]


def _numbered(text: str) -> dict[int, _Head]:
    """Numbered headings; a bare number must follow the one before it, else it is a line that
    happens to begin with a figure."""
    heads: dict[int, _Head] = {}
    last = 0
    for match in _HEADING.finditer(text):
        number = match["number"].rstrip(".):")
        bare, plain = _BARE.match(match["number"]), _BARE.match(number)
        if bare and not _follows(bare, last, match["title"]):
            continue
        if plain:
            last = int(plain[1])
        whole = match["title"]
        title = _TITLE_END.split(whole, maxsplit=1)[0]
        alone = len(title.split()) <= _TITLE_WORDS and title.strip(" *_") == whole.strip(" *_.:")
        body = match.start("title")
        if alone and not whole.rstrip(" *_").endswith((",", ";")):
            body = _after(text, match.end())
        start = match.start("number")
        heads[start] = _Head(start, 1 + number.count("."), title[:_LONGEST_TITLE], body)
    return heads


def _follows(number: re.Match[str], last: int, title: str) -> bool:
    """Whether a line that begins with a bare figure is a heading, not a sentence broken there."""
    if not title.lstrip('“"„«(')[:1].isupper():
        return False
    if not last:
        short = len(title.split()) <= _TITLE_WORDS
        return bool(number[2]) or (short and not any(each.isdigit() for each in title))
    return last + (not number[2]) <= int(number[1]) <= last + 2


def _after(text: str, at: int) -> int:
    """Where the text goes on behind a heading."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at
