"""Markdown as it is written, line by line; headings, lists, code and tables are seen as such."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casework.documents.reading import Reading, Source
from casework.documents.typesetting.flow import Element, Grid, GridCell, Hidden, Text
from casework.documents.typesetting.grid_heads import heads
from casework.documents.typesetting.typeset import typeset
from casework.types.document import BlockKind

READER = "markdown"
VERSION = "2"
MEDIA_TYPE = "text/markdown"

_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)\s*$")
_ITEM = re.compile(r"(\s*)(?:[-*+]|\d{1,9}[.)])\s+")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_BAR = re.compile(r"(?<!\\)\|")
_COMMENT = re.compile(r"\s*<!--")
_MOST_FRONT = 200
_INDENT = 2
"""Blanks before an item for each step that it is set in."""


def read(source: Source) -> Reading:
    """The pages of a Markdown text, with places `line N`; `source.text` is its decoded text."""
    made = typeset(_flow(source.text.split("\n")), source)
    return Reading(MEDIA_TYPE, READER, VERSION, made.pages, notes=made.notes, tables=made.tables)


def _flow(lines: list[str]) -> Iterator[Element]:
    index = _front_end(lines)
    for number in range(index):
        yield Text(lines[number], f"line {number + 1}", "code", joined=number > 0, fixed=True)
    fence = ""
    before: BlockKind | None = None
    while index < len(lines):
        line = lines[index]
        place = f"line {index + 1}"
        heading = None if fence else _heading(lines, index)
        kind: BlockKind | None = None
        found = _FENCE.match(line)
        if found and (not fence or found[1].startswith(fence)):
            fence = "" if fence else found[1]
        elif fence:
            kind = "code"
            yield Text(line, place, kind, joined=before == kind, fixed=True)
        elif heading:
            text, level, used = heading
            yield Text(text, place, "heading", level)
            index += used - 1
        elif _begins_table(lines, index):
            end = _table_end(lines, index)
            yield _table(lines, index, end)
            index = end - 1
        elif _COMMENT.match(line):
            end = _comment_end(lines, index)
            yield Hidden("\n".join(lines[index:end]).strip(" <!->\n"), f"comment in {place}")
            index = end - 1
        elif line.strip():
            item = _ITEM.match(line)
            kind = "list" if item or before == "list" else "paragraph"
            depth = len(item[1].expandtabs(4)) // _INDENT if item else 0
            yield Text(line, place, kind, joined=before == kind, indent=depth)
        before = kind
        index += 1


def _front_end(lines: list[str]) -> int:
    """How many lines at the top are the properties of the document (YAML between `---`)."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    for index in range(1, min(len(lines), _MOST_FRONT)):
        if lines[index].rstrip() in ("---", "..."):
            return index + 1 if index > 1 else 0
    return 0


def _comment_end(lines: list[str], start: int) -> int:
    for index in range(start, len(lines)):
        if "-->" in lines[index]:
            return index + 1
    return start + 1


def _heading(lines: list[str], index: int) -> tuple[str, int, int] | None:
    """Text, level and number of lines of a heading that begins here."""
    found = _HEADING.match(lines[index])
    if found:
        return found[2] or "", len(found[1]), 1
    if index + 1 < len(lines) and lines[index].strip() and not _ITEM.match(lines[index]):
        under = _UNDERLINE.match(lines[index + 1])
        if under and "|" not in lines[index]:
            return lines[index].strip(), 1 if under[1][0] == "=" else 2, 2
    return None


def _begins_table(lines: list[str], index: int) -> bool:
    if "|" not in lines[index] or index + 1 >= len(lines) or "-" not in lines[index + 1]:
        return False
    return bool(_RULE.match(lines[index + 1])) and "|" in lines[index + 1] + lines[index]


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
        place = f"line {index + 1}"
        rows.append(
            [
                GridCell(column, cell.replace("\\|", "|").strip(), f"{place}, column {column + 1}")
                for column, cell in enumerate(_cells(lines[index]))
            ]
        )
    found = heads([[(cell.column, cell.text) for cell in row] for row in rows])
    return Grid(rows, header_rows=1, header_columns=found.columns)


def _cells(line: str) -> list[str]:
    """The cells of a line; a bar at its beginning or end bounds no cell."""
    cells = _BAR.split(line.strip())
    if len(cells) > 1 and not cells[0].strip():
        cells = cells[1:]
    if len(cells) > 1 and not cells[-1].strip():
        cells = cells[:-1]
    return cells
