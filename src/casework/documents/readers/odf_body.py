"""The body of an OpenDocument text or of a slide in its order: paragraphs, lists, tables, notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from casework.documents.readers.odf_lists import Lists
from casework.documents.readers.odf_text import (
    DRAW,
    OFFICE,
    TABLE,
    TEXT,
    XLINK,
    Said,
    author_of,
    lines_of,
    said,
)
from casework.documents.typesetting.flow import Element, Grid, GridCell, Hidden, Text
from casework.documents.typesetting.grid_heads import heads
from casework.types.document import BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element

_PARAGRAPHS = frozenset({f"{TEXT}p", f"{TEXT}h"})
_SKIPPED = frozenset(
    {
        f"{TEXT}tracked-changes",
        f"{TEXT}sequence-decls",
        f"{TEXT}variable-decls",
        f"{TEXT}user-field-decls",
        f"{OFFICE}forms",
    }
)
_ROW_GROUPS = frozenset(f"{TABLE}{name}" for name in ("table-rows", "table-row-group"))
_CELLS = frozenset({f"{TABLE}table-cell", f"{TABLE}covered-table-cell"})
MOST_REPEATED = 60
"""Of rows and of cells in a row that a text says are alike; sheets are read elsewhere."""
_MOST_SPAN = 1_000
_DEEPEST_TABLE = 4
_DEEPEST_LIST = 10
_DEEPEST = 60
_DEEPEST_HEADING = 6

Objects = Callable[[str], "list[_Element]"]
"""The tables in an embedded object (a chart, a sheet) by its address in the package."""


class Body:
    """Walks a document in order; counts paragraphs, tables, notes and pictures. `shortened`: rows
    or cells with text were repeated too often to be read as often."""

    def __init__(self, lists: Lists, hidden: frozenset[str], objects: Objects) -> None:
        self.pictures = 0
        self.shortened = False
        self._lists = lists
        self._hidden = hidden
        self._objects = objects
        self._paragraphs = 0
        self._tables = 0
        self._numbers: dict[str, int] = {}
        self._listed = False
        self._lists_kept: dict[str, dict[int, int]] = {}

    def flow(self, parent: _Element, place: str = "", depth: int = 0) -> Iterator[Element]:
        """What stands in an element of the body. A place given stands for all of it."""
        for child in parent:
            tag = child.tag
            if tag in _PARAGRAPHS:
                yield from self._paragraph(child, place)
            elif tag == f"{TEXT}list":
                yield from self._list(child, place, "", 1, {})
            elif tag == f"{TABLE}table":
                yield from self._table(child, place, 0)
            elif tag == f"{TEXT}section" and child.get(f"{TEXT}display") == "none":
                yield Hidden("\n".join(lines_of(child)), "hidden section")
            elif tag in (f"{DRAW}frame", f"{DRAW}custom-shape", f"{DRAW}g"):
                yield from self.box(child, place)
            elif tag in _SKIPPED or not isinstance(tag, str):
                continue
            elif depth < _DEEPEST:
                yield from self.flow(child, place, depth + 1)
            else:
                for line in lines_of(child):
                    yield Text(line, place)

    def box(self, frame: _Element, place: str) -> Iterator[Element]:
        """What stands in a frame: text, a table, an object, a picture."""
        if frame.tag == f"{DRAW}custom-shape":
            yield from self.flow(frame, place)
            return
        for child in frame:
            if child.tag in (f"{DRAW}text-box", f"{DRAW}frame", f"{DRAW}custom-shape"):
                yield from self.flow(child, place)
            elif child.tag == f"{TABLE}table":
                yield from self._table(child, place, 0)
            elif child.tag == f"{DRAW}object":
                tables = [child] if len(child) else self._objects(child.get(f"{XLINK}href", ""))
                for root in tables:
                    for table in root.iter(f"{TABLE}table"):
                        yield from self._table(table, place, 0)
                return
            elif child.tag == f"{DRAW}image":
                self.pictures += 1

    def _paragraph(
        self, element: _Element, place: str, label: str = "", depth: int = 0
    ) -> Iterator[Element]:
        if not place:
            self._paragraphs += 1
        shown = place or f"paragraph {self._paragraphs}"
        level = 0
        content = said(element, self._hidden)
        if element.tag == f"{TEXT}h":
            text = element.get(f"{TEXT}outline-level", "1")
            outline = int(text) if text.isdecimal() and len(text) < 3 else 1
            level = min(max(outline, 1), _DEEPEST_HEADING)
            if content.text.strip() and not element.get(f"{TEXT}is-list-header"):
                label = label or self._lists.heading(outline)
        kind: BlockKind = "heading" if level else "list" if label or depth else "paragraph"
        lines = f"{label} {content.text}".split("\n") if label else content.text.split("\n")
        if content.text.strip() or label:
            for index, line in enumerate(lines):
                joined = index > 0 or (kind == "list" and self._listed)
                yield Text(line, shown, kind, level, joined, max(depth - 1, 0))
            self._listed = kind == "list"
        yield from self._beside(content, place)

    def _beside(self, content: Said, place: str) -> Iterator[Element]:
        if any(part.strip() for part in content.hidden):
            yield Hidden("".join(content.hidden))
        for box in content.boxes:
            yield from self.box(box, place)
        for aside in content.asides:
            yield from self._aside(aside)

    def _aside(self, element: _Element) -> Iterator[Element]:
        who = ""
        if element.tag == f"{OFFICE}annotation":
            kind, who, lines = "comment", author_of(element), lines_of(element)
        else:
            kind = element.get(f"{TEXT}note-class", "footnote")
            body = element.find(f"{TEXT}note-body")
            lines = lines_of(body) if body is not None else []
        self._listed = False
        number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
        head = f"[{kind} {number}, {who}]" if who else f"[{kind} {number}]"
        for index, line in enumerate(lines):
            yield Text(line if index else f"{head} {line}", f"{kind} {number}", joined=index > 0)

    def _list(
        self, element: _Element, place: str, style: str, level: int, counted: dict[int, int]
    ) -> Iterator[Element]:
        style = element.get(f"{TEXT}style-name") or style
        if level == 1:
            goes_on = element.get(f"{TEXT}continue-numbering") == "true"
            counted = self._lists_kept.get(style, {}) if goes_on else {}
            self._lists_kept[style] = counted
        for item in element:
            if item.tag not in (f"{TEXT}list-item", f"{TEXT}list-header"):
                continue
            start = item.get(f"{TEXT}start-value", "")
            if start.isdecimal() and len(start) < 7:
                counted[level] = int(start) - 1
            label = ""
            if item.tag == f"{TEXT}list-item" and any(each.tag in _PARAGRAPHS for each in item):
                label = self._lists.label(style, counted, level)
            for child in item:
                if child.tag in _PARAGRAPHS:
                    yield from self._paragraph(child, place, label, level)
                    label = ""
                elif child.tag == f"{TEXT}list" and level < _DEEPEST_LIST:
                    yield from self._list(child, place, style, level + 1, counted)
                elif child.tag == f"{TEXT}list":
                    for line in lines_of(child):
                        yield Text(line, place, "list", joined=True)

    def _table(self, element: _Element, place: str, depth: int) -> Iterator[Element]:
        self._tables += 1
        self._listed = False
        name = f"{place}, table {self._tables}" if place else f"table {self._tables}"
        rows: list[list[GridCell]] = []
        insets: dict[int, Sequence[Text | Grid]] = {}
        after: list[Element] = []
        head_rows = 0
        for row, is_head in _rows(element):
            times = _count(row, "number-rows-repeated")
            repeated = min(times, MOST_REPEATED)
            cells, nested = self._row(row, f"{name}, row {len(rows) + 1}", depth, after)
            if nested:
                insets[len(rows)] = nested
            if is_head and head_rows == len(rows):
                head_rows += repeated
            filled = any(cell.text for cell in cells)
            self.shortened |= filled and times > repeated
            rows += [cells] * (repeated if filled else 1)
        found = heads([[(cell.column, cell.text) for cell in row] for row in rows])
        yield Grid(
            rows,
            header_rows=head_rows or found.rows,
            header_columns=found.columns,
            title=_title(element),
            insets=insets,
        )
        yield from after

    def _row(
        self, row: _Element, place: str, depth: int, after: list[Element]
    ) -> tuple[list[GridCell], list[Text | Grid]]:
        cells: list[GridCell] = []
        nested: list[Text | Grid] = []
        column = 0
        for cell in row:
            if cell.tag not in _CELLS:
                continue
            times = _count(cell, "number-columns-repeated")
            repeated = min(times, MOST_REPEATED)
            if cell.tag == f"{TABLE}table-cell":
                lines, tables = self._cell(cell, place, depth, after)
                nested += tables
                text = "\n".join(lines).strip()
                self.shortened |= bool(text) and times > repeated
                down, across = (
                    min(_count(cell, f"number-{name}-spanned"), _MOST_SPAN)
                    for name in ("rows", "columns")
                )
                cells += [
                    GridCell(at, text, f"{place}, column {at + 1}", down, across)
                    for at in range(column, column + (repeated if text else 1))
                ]
            column += repeated
        return cells, nested

    def _cell(
        self, cell: _Element, place: str, depth: int, after: list[Element]
    ) -> tuple[list[str], list[Text | Grid]]:
        lines: list[str] = []
        nested: list[Text | Grid] = []
        for child in cell:
            if child.tag == f"{TABLE}table" and depth + 1 < _DEEPEST_TABLE:
                for each in self._table(child, "", depth + 1):
                    if isinstance(each, (Text, Grid)):
                        nested.append(each)
                    else:
                        after.append(each)
                continue
            walk = self.flow(child, place) if child.tag not in _PARAGRAPHS else None
            for each in walk or self._paragraph(child, place):
                if isinstance(each, Text) and each.place == place:
                    lines.append(each.text)
                else:
                    after.append(each)
        return lines, nested


def _rows(table: _Element) -> Iterator[tuple[_Element, bool]]:
    for child in table:
        if child.tag == f"{TABLE}table-row":
            yield child, False
        elif child.tag == f"{TABLE}table-header-rows":
            yield from ((row, True) for row, _ in _rows(child))
        elif child.tag in _ROW_GROUPS:
            yield from _rows(child)


def _title(table: _Element) -> str:
    """The caption that follows or precedes a table, or nothing."""
    return (table.findtext(f"{TABLE}title") or "").strip()[:300]


def _count(element: _Element, name: str) -> int:
    text = element.get(f"{TABLE}{name}", "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 10 else 1
