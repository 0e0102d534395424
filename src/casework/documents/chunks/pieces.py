"""The pieces that chunks are made of: what a page should not be cut within, and where to cut what
is too long all the same. Knows pages and tables, no chunks."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from casework.types.document import BlockKind, Page, Word
from casework.types.table import Table

_BULLET = re.compile(r"\s*(?:[•▪●○◦‣⁃∙·*–—-]|\(?[0-9ivxlc]{1,4}[.)]|\(?[a-zA-Z][.)])\s")
_SENTENCE = re.compile(r"[.!?…;:]['\"”’»)\]]*\s+")
_LINE = re.compile(r"(?<![-\u2010\u00ad])[ \t]*\n\s*")
_CELL = re.compile(r"\t|\n\s*")
_BLANK = re.compile(r"\s+")
_DIGIT = re.compile(r"\d")
_EVEN = 0.6
"""A cut is looked for between this share of the room and all of it."""
_CONTEXT = 300
"""Letters of heading rows that are repeated at most."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A stretch of a page that is best kept whole. `context` are the heading rows of its table,
    where it is a further row of one."""

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    context: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table on one page; `head` says that it is a heading of it."""

    start: int
    end: int
    context: str
    head: bool


def atoms_of(
    pages: Sequence[Page], tables: Sequence[Table]
) -> Iterator[tuple[Page, Sequence[Atom]]]:
    """The atoms of each page that has text; together they hold all of it but blanks."""
    by_number = {page.number: page for page in pages}
    rows = _rows_of(by_number, tables)
    carried = ""
    for page in pages:
        if not page.text.strip():
            continue
        atoms, carried = _atoms(page, rows.get(page.number, []), carried)
        yield page, atoms


def pieces_of(page: Page, atom: Atom, most: int) -> Iterator[tuple[int, int]]:
    """The spans of an atom cut so that each is at most so long: of about equal length, at the ends
    of sentences, lines or cells where there are some, else between words; never within one."""
    start = atom.start
    while atom.end - start > most:
        left = -(-(atom.end - start) // most)
        aim = max(1, min(most, -(-(atom.end - start) // left) + most // 8))
        cut = _cut(page, start, atom.end, aim, most, table=atom.kind == "table")
        if cut >= atom.end:
            break
        text = page.text[start:cut].rstrip()
        if text:
            yield start, start + len(text)
        start = cut
        while start < atom.end and page.text[start].isspace():
            start += 1
    if start < atom.end:
        yield start, atom.end


def _cut(page: Page, start: int, end: int, aim: int, most: int, *, table: bool) -> int:
    """Where to cut a stretch that begins at `start`, best between a share of `aim` and `aim`."""
    for room in (aim, most):
        low, high = start + int(room * _EVEN), min(start + room, end)
        for pattern in (_CELL, _BLANK) if table else (_SENTENCE, _LINE, _BLANK):
            found = [m.end() for m in pattern.finditer(page.text, low, high)]
            for cut in reversed(found):
                if not _within_word(page.words, cut):
                    return cut
    words = page.words
    at = bisect_left(words, start, key=_start) + 1  # the first word stays whole, however long
    best = end
    while at < len(words) and words[at].start < end:
        if words[at].start - start > most and best < end:
            break
        best = words[at].start
        if best - start > most:
            break
        at += 1
    return best


def _within_word(words: Sequence[Word], cut: int) -> bool:
    at = bisect_right(words, cut - 1, key=_start) - 1
    return at >= 0 and words[at].start < cut < words[at].end


def _start(word: Word) -> int:
    return word.start


class _Mark(NamedTuple):
    """What begins at an offset: what kind of atom, and in which block of the page (-1 in none)."""

    kind: BlockKind = "paragraph"
    level: int = 0
    block: int = -1
    context: str = ""


def _atoms(page: Page, rows: Sequence[_Row], carried: str) -> tuple[list[Atom], str]:
    """The atoms of a page, and the headings of a table that may go on upon the next one."""
    marks = _marks(page)
    for row in rows:
        marks[row.start] = _Mark("table", context="" if row.head else row.context)
    covering = _Covering(rows)
    starts = sorted(start for start in marks if not covering.inside(start))
    if not starts or page.text[: starts[0]].strip():
        starts.insert(0, 0)
    atoms: list[Atom] = []
    blocks: list[int] = []
    for start, stop in zip(starts, [*starts[1:], len(page.text)], strict=True):
        text = page.text[start:stop]
        first = start + len(text) - len(text.lstrip())
        end = start + len(text.rstrip())
        if first < end:
            mark = marks.get(start, _Mark())
            atoms.append(Atom(first, end, mark.kind, mark.level, mark.context))
            blocks.append(mark.block)
    if rows:
        return atoms, ""
    return _with_headings(page, atoms, blocks, carried)


def _marks(page: Page) -> dict[int, _Mark]:
    """Where blocks, list items and rows of tables begin, by their offsets."""
    marks: dict[int, _Mark] = {}
    covered = [False] * len(page.lines)
    for number, block in enumerate(page.blocks):
        for at in range(block.first_line, min(block.end_line, len(page.lines))):
            if covered[at]:
                continue
            covered[at] = True
            first, start = at == block.first_line, page.lines[at].start
            if block.kind == "table":
                begins = first or page.text[start - 1 : start] != "\t"
            else:
                begins = first or (block.kind == "list" and _begins_item(page, at))
            if begins:
                marks[start] = _Mark(block.kind, block.level, number)
    for at, line in enumerate(page.lines):
        if not covered[at] and (at == 0 or covered[at - 1]):
            marks.setdefault(line.start, _Mark())
    return marks


def _with_headings(
    page: Page, atoms: list[Atom], blocks: Sequence[int], carried: str
) -> tuple[list[Atom], str]:
    """Atoms of tables that nothing states with the row above them as their context: the first one
    of their block, or of the block at the end of the page before."""
    told: list[Atom] = []
    head, block = "", -1
    for at, atom in enumerate(atoms):
        if atom.kind != "table":
            head, block = "", -1
            told.append(atom)
            continue
        if blocks[at] == block:
            told.append(replace(atom, context=head))
            continue
        block = blocks[at]
        words = " ".join(page.text[atom.start : atom.end].replace("\t", " | ").split())
        if _is_heading(words):
            head = words
            told.append(atom)
        else:
            head = carried if at == 0 else ""
            told.append(replace(atom, context=head))
    return told, head if atoms and atoms[-1].kind == "table" else ""


def _is_heading(words: str) -> bool:
    """Whether the first row of a table reads like its headings: several cells and no figures."""
    return "|" in words and len(words) <= _CONTEXT and not _DIGIT.search(words)


def _begins_item(page: Page, at: int) -> bool:
    line = page.lines[at]
    return _BULLET.match(page.text, line.start, line.end) is not None


class _Covering:
    """Says whether an offset lies inside a row, behind its beginning."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self._starts = [row.start for row in rows]
        self._ends = [row.end for row in rows]

    def inside(self, offset: int) -> bool:
        at = bisect_left(self._starts, offset) - 1
        return at >= 0 and self._starts[at] < offset < self._ends[at]


def _rows_of(pages: dict[int, Page], tables: Sequence[Table]) -> dict[int, list[_Row]]:
    """The rows of tables by page, in the order of the text, none overlapping another one."""
    found: dict[int, list[_Row]] = {}
    for table in tables:
        context = _context(table)
        spans: dict[tuple[int, int], tuple[int, int]] = {}
        for cell in table.cells:
            page = pages.get(cell.page)
            if page is None:
                continue
            for first, end in cell.words:
                if not 0 <= first < end <= len(page.words):
                    continue
                start, stop = page.words[first].start, page.words[end - 1].end
                key = (cell.page, cell.row)
                low, high = spans.get(key, (start, stop))
                spans[key] = (min(low, start), max(high, stop))
        for (number, row), (start, stop) in spans.items():
            is_head = row < table.header_rows
            found.setdefault(number, []).append(_Row(start, stop, context, is_head))
    return {number: _apart(rows) for number, rows in found.items()}


def _apart(rows: list[_Row]) -> list[_Row]:
    """The rows in the order of the text; what overlaps one before it is left out."""
    apart: list[_Row] = []
    for row in sorted(rows, key=lambda row: (row.start, -row.end)):
        if not apart or row.start >= apart[-1].end:
            apart.append(row)
    return apart


def _context(table: Table) -> str:
    """Title, note and heading rows of a table as one line each, cut where they are long."""
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        if cell.row < table.header_rows and cell.text.strip():
            rows.setdefault(cell.row, []).append(" ".join(cell.text.split()))
    lines = [" ".join(part.split()) for part in (table.title, table.note) if part.strip()]
    lines += [" | ".join(cells) for _, cells in sorted(rows.items())]
    told = "\n".join(lines)
    return told if len(told) <= _CONTEXT else told[: _CONTEXT - 1].rstrip() + "…"
