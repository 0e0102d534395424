"""Text, headings and grids → pages of our own, so that every word of every format has a box.

A4 with one font and a fixed metric, the same everywhere. A grid keeps its columns aligned, and the
pages are as wide as the widest grid needs, so that a label and its value stay on one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from casework.documents.compose import PlacedWord, Row, RowBlock, compose
from casework.documents.metric import width_pt
from casework.documents.reading import Source, too_large
from casework.types.document import BlockKind, Page

PAGE_WIDTH_PT = 595.0
PAGE_HEIGHT_PT = 842.0
_MARGIN_PT = 50.0
_SIZES_PT = (10.0, 18.0, 15.0, 13.0, 12.0, 11.0, 10.5)  # by heading level; 0 is ordinary text
_LEADING = 1.3
_BLOCK_GAP_PT = 7.0
_CELL_GAP_PT = 14.0
_WIDEST_CELL_PT = 190.0
_NARROWEST_CELL_PT = 12.0
_WIDEST_PAGE_PT = 14_400.0  # the largest that PDF allows
_LINES_A_PAGE = int((PAGE_HEIGHT_PT - 2 * _MARGIN_PT) / (_SIZES_PT[0] * _LEADING))


class Text(NamedTuple):
    """A paragraph, a heading or a line; wrapped where it is too long."""

    text: str
    place: str = ""
    kind: BlockKind = "paragraph"
    level: int = 0
    joined: bool = False
    """Whether it continues the block before it, without a gap."""


class GridCell(NamedTuple):
    """A cell of a grid; columns count from 0."""

    column: int
    text: str
    place: str


class Grid(NamedTuple):
    """Rows of cells; empty cells may be left out."""

    rows: Sequence[Sequence[GridCell]]


@dataclass(slots=True)
class _Sheet:
    """The pages under way."""

    source: Source
    width: float
    pages: list[Page] = field(default_factory=list)
    blocks: list[RowBlock] = field(default_factory=list)
    y: float = _MARGIN_PT
    letters: int = 0

    def room(self, height: float) -> None:
        """Begin a new page when this height does not fit any more."""
        if self.y + height > PAGE_HEIGHT_PT - _MARGIN_PT and self.y > _MARGIN_PT:
            self.finish_page()

    def finish_page(self) -> None:
        """Close the page and begin the next."""
        self.source.check_time()
        limits = self.source.limits
        page = compose(len(self.pages) + 1, self.width, PAGE_HEIGHT_PT, self.blocks)
        self.letters += len(page.text)
        if len(self.pages) >= limits.pages:
            raise too_large(f"The file fills more than {limits.pages:,} pages.")
        if self.letters > limits.characters:
            raise too_large(f"Its text is longer than {limits.characters:,} characters.")
        self.pages.append(page)
        self.blocks, self.y = [], _MARGIN_PT

    def add_row(self, kind: BlockKind, level: int, row: Row, *, joined: bool) -> None:
        """Append a row to the block under way, or begin a block with it."""
        if joined and self.blocks and self.blocks[-1].kind == kind:
            rows = self.blocks[-1].rows
            assert isinstance(rows, list)
            rows.append(row)
        else:
            self.blocks.append(RowBlock(kind, [row], level))


def typeset(flow: Iterable[Text | Grid], source: Source) -> tuple[Page, ...]:
    """The pages of this flow; no pages when it holds no word.

    Raises `DocumentError` when they are more than the limits of the source allow.
    """
    elements = list(flow)
    columns = [_columns(each) if isinstance(each, Grid) else () for each in elements]
    widest = max((edges[-1] for edges in columns if edges), default=0.0)
    width = min(max(PAGE_WIDTH_PT, widest + _MARGIN_PT), _WIDEST_PAGE_PT)
    sheet = _Sheet(source, width)
    for element, edges in zip(elements, columns, strict=True):
        if isinstance(element, Grid):
            _set_grid(sheet, element, edges)
        else:
            _set_text(sheet, element)
    if sheet.blocks:
        sheet.finish_page()
    return tuple(sheet.pages)


def _set_text(sheet: _Sheet, element: Text) -> None:
    words = element.text.split()
    if not words:
        return
    size = _SIZES_PT[min(element.level, len(_SIZES_PT) - 1)]
    height = size * _LEADING
    if not element.joined and sheet.blocks:
        sheet.y += _BLOCK_GAP_PT
    joined = element.joined
    for line in _wrapped(words, size, PAGE_WIDTH_PT - 2 * _MARGIN_PT):
        sheet.room(height)
        row = Row(_set_line(line, _MARGIN_PT, sheet.y, size), element.place)
        sheet.add_row(element.kind, element.level, row, joined=joined)
        sheet.y += height
        joined = True


def _columns(grid: Grid) -> tuple[float, ...]:
    """The left edges of the columns, and behind the last one its right edge."""
    size = _SIZES_PT[0]
    widths: dict[int, float] = {}
    for row in grid.rows:
        for column, text, _ in row:
            if widths.get(column, 0.0) < _WIDEST_CELL_PT:
                widths[column] = max(widths.get(column, 0.0), width_pt(text, size))
    edges = [_MARGIN_PT]
    for column in range(max(widths, default=-1) + 1):
        wanted = min(widths.get(column, 0.0) + 1.0, _WIDEST_CELL_PT)
        edges.append(edges[-1] + max(wanted, _NARROWEST_CELL_PT) + _CELL_GAP_PT)
    return tuple(edges) if len(edges) > 1 else ()


def _set_grid(sheet: _Sheet, grid: Grid, edges: Sequence[float]) -> None:
    height = _SIZES_PT[0] * _LEADING
    if sheet.blocks:
        sheet.y += _BLOCK_GAP_PT
    joined = False
    for row in grid.rows:
        cells = _wrapped_cells(row, edges)
        tallest = max((len(lines) for _, lines in cells), default=0)
        for start in range(0, tallest, _LINES_A_PAGE):
            part = min(tallest - start, _LINES_A_PAGE)
            sheet.room(part * height)
            first = True
            for cell, lines in cells:
                words = [
                    word
                    for offset, line in enumerate(lines[start : start + part])
                    for word in _set_line(
                        line, edges[cell.column], sheet.y + offset * height, _SIZES_PT[0]
                    )
                ]
                if words:
                    line_row = Row(words, cell.place, same_row=not first)
                    sheet.add_row("table", 0, line_row, joined=joined)
                    first, joined = False, True
            sheet.y += part * height


def _wrapped_cells(
    row: Sequence[GridCell], edges: Sequence[float]
) -> list[tuple[GridCell, list[list[str]]]]:
    """The cells of a row that hold words, with their lines."""
    size = _SIZES_PT[0]
    found: list[tuple[GridCell, list[list[str]]]] = []
    for cell in row:
        words = cell.text.split()
        if words:
            room = edges[cell.column + 1] - edges[cell.column] - _CELL_GAP_PT
            found.append((cell, list(_wrapped(words, size, room))))
    return found


def _wrapped(words: Sequence[str], size: float, room: float) -> Iterable[list[str]]:
    """Lines that fit into the room; a word that is wider has a line to itself."""
    blank = width_pt(" ", size)
    line: list[str] = []
    used = 0.0
    for word in words:
        width = min(width_pt(word, size), room)
        if line and used + blank + width > room + 0.01:
            yield line
            line, used = [], 0.0
        used += width + (blank if line else 0.0)
        line.append(word)
    yield line


def _set_line(words: Sequence[str], x: float, y: float, size: float) -> list[PlacedWord]:
    """The words of a line with their boxes; a word wider than the page is squeezed into it."""
    blank = width_pt(" ", size)
    placed: list[PlacedWord] = []
    top, bottom = round(y, 2), round(y + size * 1.15, 2)
    for word in words:
        width = min(width_pt(word, size), PAGE_WIDTH_PT - 2 * _MARGIN_PT)
        placed.append((round(x, 2), top, round(x + max(width, 0.5), 2), bottom, word))
        x += width + blank
    return placed
