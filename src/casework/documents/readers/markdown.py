"""Markdown as it is written, line by line; headings, lists, code and tables are seen as such."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casework.documents.reading import Reading, Source
from casework.documents.typeset import Grid, GridCell, Text, typeset
from casework.types.document import BlockKind

READER = "markdown"
VERSION = "1"
MEDIA_TYPE = "text/markdown"

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"(=+|-+)\s*$")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")
_FENCE = re.compile(r"\s*(```|~~~)")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
_BAR = re.compile(r"(?<!\\)\|")


def read(source: Source) -> Reading:
    """The pages of a Markdown text, with places `line N`; `source.text` is its decoded text."""
    return Reading(MEDIA_TYPE, READER, VERSION, typeset(_flow(source.text.split("\n")), source))


def _flow(lines: list[str]) -> Iterator[Text | Grid]:
    fenced = False
    before: BlockKind | None = None
    index = 0
    while index < len(lines):
        line = lines[index]
        place = f"line {index + 1}"
        heading = None if fenced else _heading(lines, index)
        kind: BlockKind | None = None
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            kind = "code"
            yield Text(line, place, kind, joined=before == kind)
        elif heading:
            text, level, used = heading
            yield Text(text, place, "heading", level)
            index += used - 1
        elif _begins_table(lines, index):
            end = _table_end(lines, index)
            yield _table(lines, index, end)
            index = end - 1
        elif line.strip():
            kind = "list" if _ITEM.match(line) or before == "list" else "paragraph"
            yield Text(line, place, kind, joined=before == kind)
        before = kind
        index += 1


def _heading(lines: list[str], index: int) -> tuple[str, int, int] | None:
    """Text, level and number of lines of a heading that begins here."""
    found = _HEADING.match(lines[index])
    if found:
        return found[2], len(found[1]), 1
    if index + 1 < len(lines) and lines[index].strip() and not _ITEM.match(lines[index]):
        under = _UNDERLINE.match(lines[index + 1])
        if under and "|" not in lines[index]:
            return lines[index].strip(), 1 if under[1][0] == "=" else 2, 2
    return None


def _begins_table(lines: list[str], index: int) -> bool:
    return "|" in lines[index] and index + 1 < len(lines) and bool(_RULE.match(lines[index + 1]))


def _table_end(lines: list[str], index: int) -> int:
    end = index + 2
    while end < len(lines) and "|" in lines[end]:
        end += 1
    return end


def _table(lines: list[str], start: int, end: int) -> Grid:
    """The rows of a table without the rule under its head; the place is the line."""
    rows: list[list[GridCell]] = []
    for index in range(start, end):
        if index == start + 1:
            continue
        cells = _BAR.split(lines[index].strip().strip("|"))
        place = f"line {index + 1}"
        rows.append(
            [
                GridCell(column, cell.replace("\\|", "|"), f"{place}, column {column + 1}")
                for column, cell in enumerate(cells)
            ]
        )
    return Grid(rows)
