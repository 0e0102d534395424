"""Web pages by selectolax: what a reader would see, as paragraphs, headings and grids.

Scripts, styles and what is marked as hidden are left out; nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from casework.documents.reading import Reading, Source
from casework.documents.typeset import Grid, GridCell, Text, typeset
from casework.types.document import BlockKind

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

READER = "html"
VERSION = "1"
MEDIA_TYPE = "text/html"

_LEFT_OUT_NAMES = (
    "script style noscript template head svg math iframe object embed canvas audio video "
    "select datalist"
)
_BLOCKS_NAMES = (
    "address article aside blockquote body center dd details dialog div dl dt fieldset "
    "figcaption figure footer form header hr html legend li main menu nav ol p pre section "
    "summary td th tr ul h1 h2 h3 h4 h5 h6 table tbody thead tfoot caption"
)
_LEFT_OUT = frozenset(_LEFT_OUT_NAMES.split())
_BLOCKS = frozenset(_BLOCKS_NAMES.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DEEPEST = 400
_SPAN_MOST = 200


def read(source: Source) -> Reading:
    """The pages of a web page; `source.text` is its decoded text."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(source.text)
    title = tree.css_first("title")
    facts = {}
    if title is not None and title.text().strip():
        facts["title"] = " ".join(title.text().split())[:500]
    pages = typeset(html_flow(source.text), source)
    if not pages:
        reason = "The web page holds no text. Save it as PDF from a browser and add that."
        return Reading(MEDIA_TYPE, READER, VERSION, state="empty", reason=reason, facts=facts)
    return Reading(MEDIA_TYPE, READER, VERSION, pages, facts=facts)


def html_flow(text: str) -> list[Text | Grid]:
    """Paragraphs (`paragraph N`) and tables (`table N, row R, column C`) in reading order."""
    from selectolax.lexbor import LexborHTMLParser

    walk = _Walk()
    root = LexborHTMLParser(text).root
    if root is not None:
        walk.visit(root, 0)
    walk.end_paragraph()
    return walk.flow


class _Walk:
    """Collects text between block elements."""

    def __init__(self) -> None:
        self.flow: list[Text | Grid] = []
        self._parts: list[str] = []
        self._kind: BlockKind = "paragraph"
        self._level = 0
        self._paragraphs = 0
        self._tables = 0

    def visit(self, node: LexborNode, depth: int) -> None:
        for child in _children(node):
            tag = child.tag or ""
            if tag == "-text":
                self._parts.append(child.text_content or "")
            elif tag == "br":
                self._parts.append("\n")
            elif tag in _LEFT_OUT or tag.startswith("-") or _is_hidden(child):
                continue
            elif depth > _DEEPEST:
                self._parts.append(child.text(separator=" "))
            elif tag == "table" and _is_grid(child):
                self.end_paragraph()
                self._tables += 1
                self.flow.append(_grid(child, self._tables))
            elif tag in _BLOCKS:
                self.end_paragraph()
                self._level = _HEADINGS.get(tag, 0)
                self._kind = "heading" if self._level else "list" if tag == "li" else "paragraph"
                self.visit(child, depth + 1)
                self.end_paragraph()
                self._kind, self._level = "paragraph", 0
            else:
                self.visit(child, depth + 1)

    def end_paragraph(self) -> None:
        """Close the paragraph under way; its line breaks stay."""
        lines = [line for line in "".join(self._parts).split("\n") if line.strip()]
        self._parts = []
        if not lines:
            return
        self._paragraphs += 1
        place = f"paragraph {self._paragraphs}"
        for index, line in enumerate(lines):
            self.flow.append(Text(line, place, self._kind, self._level, joined=index > 0))


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _is_grid(table: LexborNode) -> bool:
    """Whether a table holds values and is no layout: no table in it, and rows of several cells."""
    if table.css_first("table table") is not None or len(table.css("table")) > 1:
        return False
    rows = table.css("tr")
    return any(len(row.css("td, th")) > 1 for row in rows)


def _grid(table: LexborNode, number: int) -> Grid:
    rows: list[list[GridCell]] = []
    taken: dict[int, int] = {}  # column → rows that a cell from above still fills
    for index, row in enumerate(table.css("tr"), 1):
        column = 0
        cells: list[GridCell] = []
        for cell in row.css("td, th"):
            while taken.get(column, 0) > 0:
                column += 1
            text = " ".join(cell.text(separator=" ").split())
            place = f"table {number}, row {index}, column {column + 1}"
            cells.append(GridCell(column, text, place))
            wide, deep = _span(cell, "colspan"), _span(cell, "rowspan")
            for each in range(column, column + wide):
                taken[each] = max(taken.get(each, 0), deep)
            column += wide
        rows.append(cells)
        taken = {each: left - 1 for each, left in taken.items() if left > 1}
    return Grid(rows)


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or ""
    return min(max(int(value), 1), _SPAN_MOST) if value.isdecimal() else 1
