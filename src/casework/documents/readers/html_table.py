"""Tables of web pages: which hold values and which are only layout, and cells with their spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from casework.documents.typesetting.flow import Grid, GridCell, Text
from casework.documents.typesetting.grid_heads import heads

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_MOST_SPAN = 1_000
_MOST_COLUMNS = 1_000
_SECTIONS = frozenset({"thead", "tbody", "tfoot"})


class HtmlCell(NamedTuple):
    """A cell in the file: its element, whether it is a heading, the rows and columns it takes."""

    node: LexborNode
    is_head: bool
    down: int
    across: int


class HtmlRow(NamedTuple):
    """A row: whether it stands in the head of its table, and its cells."""

    is_head: bool
    cells: list[HtmlCell]


@dataclass(slots=True)
class HtmlTable:
    """The rows and the caption of a table of values."""

    caption: LexborNode | None
    rows: list[HtmlRow]
    name: str
    insets: dict[int, list[Text | Grid]] = field(default_factory=dict)

    def grid(self, texts: Sequence[Sequence[str]], title: str) -> Grid:
        """The table as a grid, given the texts of its cells."""
        rows: list[list[GridCell]] = []
        taken: dict[int, int] = {}  # column → rows that a cell from above still fills
        for index, (row, shown) in enumerate(zip(self.rows, texts, strict=True)):
            column = 0
            cells: list[GridCell] = []
            for cell, text in zip(row.cells, shown, strict=True):
                while taken.get(column, 0) > 0:
                    column += 1
                across = cell.across if column + cell.across <= _MOST_COLUMNS else 1
                place = f"{self.name}, row {index + 1}, column {column + 1}"
                down = min(cell.down, len(self.rows) - index)
                cells.append(GridCell(column, text, place, down, across))
                for each in range(column, column + across):
                    taken[each] = max(taken.get(each, 0), down)
                column += across
            rows.append(cells)
            taken = {each: left - 1 for each, left in taken.items() if left > 1}
        found = heads([[(cell.column, cell.text) for cell in row] for row in rows])
        stated = self._stated_heads()
        beside = self._heads_beside(stated)
        return Grid(
            rows,
            header_rows=stated or (0 if beside else found.rows),
            header_columns=beside or found.columns,
            title=title,
            insets={row: tuple(insets) for row, insets in self.insets.items()},
        )

    def _stated_heads(self) -> int:
        """How many rows at the top are headings by the markup."""
        count = 0
        for row in self.rows:
            if not row.is_head and not (row.cells and all(cell.is_head for cell in row.cells)):
                break
            count += 1
        return count if count < len(self.rows) else min(count, 1)

    def _heads_beside(self, first: int) -> int:
        """Whether the first cell of every row below the headings is one."""
        below = [row.cells for row in self.rows[first:] if row.cells]
        return int(bool(below) and all(cells[0].is_head and len(cells) > 1 for cells in below))


def nesting_tables(tree: LexborHTMLParser) -> frozenset[int]:
    """The tables that hold other tables, by their identity."""
    tables = tree.css("table")
    known = {table.mem_id for table in tables}
    found: set[int] = set()
    for table in tables:
        above = table.parent
        while above is not None and above.mem_id not in known:
            above = above.parent
        if above is not None:
            found.add(above.mem_id)
    return frozenset(found)


def table_of(node: LexborNode, name: str, *, nests: bool) -> HtmlTable | None:
    """A table of values; None for one that is only layout: with no row of several cells, or with
    tables in it and no headings."""
    caption, rows = None, list[HtmlRow]()
    for child in children(node):
        if child.tag == "caption":
            caption = child
        elif child.tag in _SECTIONS:
            rows += (_row(each, child.tag == "thead") for each in children(child) if _is_row(each))
        elif _is_row(child):
            rows.append(_row(child, False))
    if (node.attributes.get("role") or "") == "presentation":
        return None
    several = any(len(row.cells) > 1 for row in rows)
    headed = any(row.is_head or any(cell.is_head for cell in row.cells) for row in rows)
    if not several or (nests and not headed):
        return None
    return HtmlTable(caption, rows, name)


def children(node: LexborNode) -> Iterator[LexborNode]:
    """The children of an element, texts too."""
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _is_row(node: LexborNode) -> bool:
    return node.tag == "tr"


def _row(node: LexborNode, is_head: bool) -> HtmlRow:
    return HtmlRow(
        is_head,
        [
            HtmlCell(each, each.tag == "th", _span(each, "rowspan"), _span(each, "colspan"))
            for each in children(node)
            if each.tag in ("td", "th")
        ],
    )


def _span(cell: LexborNode, name: Literal["rowspan", "colspan"]) -> int:
    value = cell.attributes.get(name) or ""
    if value == "0" and name == "rowspan":
        return _MOST_SPAN
    return min(max(int(value), 1), _MOST_SPAN) if value.isdecimal() and len(value) < 9 else 1
