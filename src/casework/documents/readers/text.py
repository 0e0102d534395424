"""Plain text: every line keeps its number as its place; paragraphs are what empty lines part.

Source code, logs and reports whose columns are aligned by blanks keep the columns of their letters.
A form feed begins a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from casework.documents.mails.calendar_lines import calendar_lines, is_calendar
from casework.documents.reading import Reading, Source, too_large
from casework.documents.typesetting.flow import Element, NewPage, Text
from casework.documents.typesetting.typeset import typeset

READER = "text"
VERSION = "3"
MEDIA_TYPE = "text/plain"

_CODE_NAMES = (
    "log ini cfg conf toml yaml yml properties env py pyi js mjs ts tsx jsx java kt scala go rs c "
    "h cc cpp hpp cs rb php pl pm lua r jl swift sh bash zsh ps1 bat cmd sql css scss less vb vbs "
    "bas f f90 for cob cbl asm s diff patch tex bib makefile dockerfile ics vcf"
)
_CODE = frozenset(_CODE_NAMES.split())
_GAP = re.compile(r"\S(?:   |\t)\s*\S|[^\s.!?:;] {2,}\S|[:;] {2,}\S")
_LONGEST_WORD: Final = 400
_PIECE: Final = 100
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD},}}")


def read(source: Source) -> Reading:
    """The pages of a text; `source.text` is its decoded text."""
    if len(source.text) > source.limits.characters:
        raise too_large(f"Its text is longer than {source.limits.characters:,} characters.")
    suffix = source.name.rpartition("/")[2].rpartition(".")[2].lower()
    made = typeset(_flow(source.text, suffix), source)
    return Reading(MEDIA_TYPE, READER, VERSION, made.pages, tables=made.tables, notes=made.notes)


def _flow(text: str, suffix: str) -> Iterator[Element]:
    if is_calendar(text):
        return _calendar(text)
    return code_lines(text) if suffix in _CODE else text_lines(text)


def _calendar(text: str) -> Iterator[Element]:
    joined = False
    for number, line in calendar_lines(text):
        if line:
            yield Text(line, f"line {number}", joined=joined)
        joined = bool(line)


def text_lines(text: str, *, first: int = 1) -> Iterator[Element]:
    """The lines of a text with places `line N`, counted from `first`."""
    number = first
    for index, page in enumerate(text.split("\f")):
        if index:
            yield NewPage()
        lines = page.split("\n")
        for start, end in _paragraphs(lines):
            part = lines[start:end]
            fixed = _is_aligned(part)
            for offset, line in enumerate(part):
                place = f"line {number + start + offset}"
                yield Text(_with_joints(line), place, joined=offset > 0, fixed=fixed)
        number += len(lines) - 1


def code_lines(text: str, *, first: int = 1) -> Iterator[Element]:
    """The lines of source code, a log or a file of settings, as `text_lines`."""
    blank = True
    for number, line in enumerate(text.replace("\f", "\n").split("\n"), first):
        if line.strip():
            place = f"line {number}"
            yield Text(_with_joints(line), place, "code", joined=not blank, fixed=True)
        blank = not line.strip()


def _paragraphs(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Where lines stand without an empty one between them."""
    start = -1
    for index, line in enumerate(lines):
        if line.strip():
            start = index if start < 0 else start
        elif start >= 0:
            yield start, index
            start = -1
    if start >= 0:
        yield start, len(lines)


def _is_aligned(lines: list[str]) -> bool:
    """Whether blanks stand between words so that columns come of it, or a line is indented so far
    that it is meant to stand there."""
    return any(_GAP.search(line) for line in lines)


def _with_joints(line: str) -> str:
    """The line with words of endless length (base64, packed code) taken apart."""
    if len(line) < _LONGEST_WORD:
        return line
    return _LONG_WORD.sub(
        lambda found: " ".join(
            found[0][at : at + _PIECE] for at in range(0, len(found[0]), _PIECE)
        ),
        line,
    )
