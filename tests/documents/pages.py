"""Small documents for tests, typeset on a grid of 6 by 12 points a letter."""

from __future__ import annotations

import re

from casework.types.document import Block, Box, Document, Line, Page, Word

WIDTH_PT = 6.0
HEIGHT_PT = 12.0


def page(number: int, text: str, blocks: tuple[Block, ...] = ()) -> Page:
    """A page whose lines are the lines of the text; the native place of a line is its number."""
    words: list[Word] = []
    lines: list[Line] = []
    offset = 0
    for at, line in enumerate(text.split("\n")):
        top = at * HEIGHT_PT
        for match in re.finditer(r"\S+", line):
            left, right = match.start() * WIDTH_PT, match.end() * WIDTH_PT
            box = Box(left, top, right, top + HEIGHT_PT)
            words.append(Word(offset + match.start(), offset + match.end(), box, at))
        box = Box(0, top, len(line) * WIDTH_PT, top + HEIGHT_PT)
        lines.append(Line(offset, offset + len(line), box, f"line {at + 1}"))
        offset += len(line) + 1
    return Page(number, 595.0, 842.0, text, tuple(words), tuple(lines), blocks)


def document(*texts: str | Page) -> Document:
    """A document of these pages."""
    pages = tuple(
        text if isinstance(text, Page) else page(at + 1, text) for at, text in enumerate(texts)
    )
    return Document("ab" * 32, "text/plain", "grid", "1", "read", pages=pages)
