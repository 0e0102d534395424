"""Plain text: every line keeps its number as its place; paragraphs are what empty lines part."""

from __future__ import annotations

from collections.abc import Iterator

from casework.documents.reading import Reading, Source
from casework.documents.typeset import Text, typeset

READER = "text"
VERSION = "1"
MEDIA_TYPE = "text/plain"


def read(source: Source) -> Reading:
    """The pages of a text; `source.text` is its decoded text."""
    return Reading(MEDIA_TYPE, READER, VERSION, typeset(text_lines(source.text), source))


def text_lines(text: str, *, first: int = 1) -> Iterator[Text]:
    """The lines of a text with places `line N`, counted from `first`."""
    blank = True
    for number, line in enumerate(text.split("\n"), first):
        if line.strip():
            yield Text(line, f"line {number}", joined=not blank)
        blank = not line.strip()
