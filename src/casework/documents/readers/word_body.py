"""The body of a Word document in its order: paragraphs, lists, tables, and what hangs on them.

Counts paragraphs and tables, which are the places of a document without pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from casework.documents.readers.word_lists import Lists
from casework.documents.readers.word_styles import Style, Styles, W, numbering, outline_level
from casework.documents.readers.word_styles import value_of as _value_of
from casework.documents.readers.word_table import Table, is_box, rows_of
from casework.documents.readers.word_text import Counts, Said, said
from casework.documents.typesetting.flow import Element, Grid, Hidden, Text
from casework.types.document import BlockKind

if TYPE_CHECKING:
    from lxml.etree import _Element

WRAPPERS = frozenset(
    f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")
)
_PARAGRAPH, _TABLE = f"{W}p", f"{W}tbl"
_LONGEST_TITLE = 300
_DEEPEST_TABLE = 4

Asides = dict[tuple[str, str], tuple[str, list["_Element"]]]
"""Footnotes, endnotes and comments by kind and id: who wrote it ('' for a note), its paragraphs."""


class Body:
    """Walks a document in order."""

    def __init__(self, styles: Styles, lists: Lists, asides: Asides) -> None:
        self.counts = Counts()
        self._styles = styles
        self._lists = lists
        self._asides = asides
        self._numbers: dict[str, int] = {}
        self._paragraphs = 0
        self._tables = 0
        self._caption = ""
        self._listed = False

    def flow(self, parent: _Element, place: str = "") -> Iterator[Element]:
        """What stands in an element of the body. A place given stands for all of it."""
        for child in parent:
            if child.tag == _PARAGRAPH:
                yield from self._paragraph(child, place)
            elif child.tag == _TABLE:
                yield from self._table(child)
            elif child.tag in WRAPPERS:
                self.counts.inserted += child.tag == f"{W}ins"
                yield from self.flow(child, place)

    def rest(self) -> Iterator[Element]:
        """Notes and comments that nothing has referred to so far."""
        for kind, name in list(self._asides):
            yield from self._aside(kind, name)

    def texts(self, parent: _Element) -> Iterator[str]:
        """The paragraphs in an element as plain lines, tables and all."""
        for element in parent.iter(_PARAGRAPH):
            text = " ".join(said(element, self._styles, self.counts).text.split())
            if text:
                yield text

    def _paragraph(self, element: _Element, place: str) -> Iterator[Element]:
        if not place:
            self._paragraphs += 1
        shown = place or f"paragraph {self._paragraphs}"
        properties = element.find(f"{W}pPr")
        style = self._style(properties)
        level = _level(properties, style)
        content = said(element, self._styles, self.counts)
        label, depth = self._label(properties, style, content)
        lines = f"{label} {content.text}".split("\n") if label else content.text.split("\n")
        kind: BlockKind = "heading" if level else "list" if label else "paragraph"
        for index, line in enumerate(lines):
            joined = index > 0 or (kind == "list" and self._listed)
            yield Text(line, shown, kind, level, joined, 0 if level else depth)
        if content.text.strip():
            self._listed = kind == "list"
            self._caption = content.text.strip() if style.is_caption else ""
        yield from self._beside(content, place)

    def _beside(self, content: Said, place: str) -> Iterator[Element]:
        """What hangs on a paragraph: hidden text, text boxes, notes, comments."""
        if any(part.strip() for part in content.hidden):
            yield Hidden("".join(content.hidden))
        for box in content.boxes:
            yield from self.flow(box, place)
        for kind, name in content.asides:
            yield from self._aside(kind, name)

    def _aside(self, kind: str, name: str) -> Iterator[Element]:
        found = self._asides.pop((kind, name), None)
        if found is None:
            return
        self._listed = False
        number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
        who, paragraphs = found
        head = f"[{kind} {number}, {who}]" if who else f"[{kind} {number}]"
        for index, element in enumerate(paragraphs):
            text = said(element, self._styles, self.counts).text
            for line in text.split("\n"):
                if line.strip():
                    yield Text(f"{head} {line}".strip(), f"{kind} {number}", joined=index > 0)
                    head = ""

    def _style(self, properties: _Element | None) -> Style:
        name = _value_of(properties, "pStyle") if properties is not None else ""
        return self._styles.of(name or self._styles.default)

    def _label(self, properties: _Element | None, style: Style, content: Said) -> tuple[str, int]:
        """The number or bullet before a paragraph, and how deep its list is."""
        number, depth = numbering(properties)
        if not number and not style.number:
            return "", 0
        if not number:
            number = style.number
            name = _value_of(properties, "pStyle") if properties is not None else ""
            depth = style.list_level if depth is None else depth
            depth = self._lists.level_of_style(number, name) if depth is None else depth
        if number == "0" or not (content.text.strip() or content.boxes):
            return "", 0
        return self._lists.label(number, depth or 0), depth or 0

    def _table(self, element: _Element, depth: int = 0) -> Iterator[Element]:
        self._tables += 1
        self._listed = False
        name = f"table {self._tables}"
        title, self._caption = self._caption[:_LONGEST_TITLE], ""
        if depth == 0 and is_box(element):
            for _, boxed in rows_of(element):
                for each in boxed:
                    yield from self.flow(each.element, f"{name}, row 1, column 1")
            return
        table = Table(name, title)
        after: list[Element] = []
        for index, (row, cells) in enumerate(rows_of(element)):
            table.begin_row(row)
            for cell in cells:
                texts, nested, hidden = self._cell(cell.element, depth, after)
                table.add(cell, "\n".join(texts))
                after += [Hidden(each) for each in hidden]
                if nested:
                    table.insets.setdefault(index, []).extend(nested)
        yield table.grid(element)
        yield from after

    def _cell(
        self, cell: _Element, depth: int, after: list[Element]
    ) -> tuple[list[str], list[Text | Grid], list[str]]:
        """The lines of a cell, the tables in it, and its hidden texts; notes are put to `after`."""
        lines: list[str] = []
        nested: list[Text | Grid] = []
        hidden: list[str] = []
        for child in cell:
            if child.tag == _PARAGRAPH:
                content = said(child, self._styles, self.counts)
                properties = child.find(f"{W}pPr")
                label, _ = self._label(properties, self._style(properties), content)
                lines.append(f"{label} {content.text}" if label else content.text)
                hidden += ["".join(content.hidden)] if content.hidden else []
                for box in content.boxes:
                    lines += self.texts(box)
                for kind, name in content.asides:
                    after += self._aside(kind, name)
            elif child.tag == _TABLE and depth + 1 < _DEEPEST_TABLE:
                for each in self._table(child, depth + 1):
                    if isinstance(each, (Text, Grid)):
                        nested.append(each)
                    else:
                        after.append(each)
            elif child.tag == _TABLE:
                lines += self.texts(child)
            elif child.tag in WRAPPERS:
                more, tables, veiled = self._cell(child, depth, after)
                lines += more
                nested += tables
                hidden += veiled
        return lines, nested, hidden


def _level(properties: _Element | None, style: Style) -> int:
    outline = properties.find(f"{W}outlineLvl") if properties is not None else None
    if outline is not None:
        return outline_level(outline.get(f"{W}val"))
    return style.level or 0
