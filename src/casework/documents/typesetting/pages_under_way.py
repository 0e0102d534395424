"""Pages under way: lines of placed words are added from the top down until a page is full.

One font with a fixed metric, the same everywhere. Knows nothing of texts and grids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from casework.documents.compose import PlacedWord, Row, RowBlock, compose
from casework.documents.lazy_words import LazyWords
from casework.documents.reading import Source, too_large
from casework.documents.typesetting.metric import width_pt
from casework.types.document import BlockKind, Page, Remark
from casework.types.table import Table

PAGE_WIDTH_PT = 595.0
PAGE_HEIGHT_PT = 842.0
MARGIN_PT = 50.0
WIDEST_PAGE_PT = 14_400.0  # the largest that PDF allows
SIZE_PT = 10.0
"""The size of ordinary text; headings are larger."""
LEADING = 1.3
BLOCK_GAP_PT = 7.0
_MEASURE_PT = PAGE_WIDTH_PT - 2 * MARGIN_PT
_BOX_HEIGHT = 1.15  # of the size
_LONG = 100
"""The words of further pages are kept in less memory: tables of a hundred thousand rows exist."""


@dataclass(slots=True)
class PagesUnderWay:
    """The pages under way."""

    source: Source
    width: float = PAGE_WIDTH_PT
    label: str = ""
    labelled: int = 0
    pages: list[Page] = field(default_factory=list)
    blocks: list[RowBlock] = field(default_factory=list)
    y: float = MARGIN_PT
    words: int = 0
    letters: int = 0
    remarks: list[Remark] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    _runs: dict[tuple[int, int], tuple[tuple[int, int], ...]] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """The number of the page under way."""
        return len(self.pages) + 1

    def room(self, height: float) -> None:
        """Begin a new page when this height does not fit any more."""
        if self.y + height > PAGE_HEIGHT_PT - MARGIN_PT and self.y > MARGIN_PT:
            self.finish_page()

    def finish_page(self) -> None:
        """Close the page and begin the next."""
        self.source.check_time()
        limits = self.source.limits
        self.labelled += 1
        label = f"{self.label} ({self.labelled})" if self.labelled > 1 else self.label
        page = compose(
            self.number,
            self.width,
            PAGE_HEIGHT_PT,
            self.blocks,
            label=label if self.label else "",
        )
        self.letters += len(page.text)
        if len(self.pages) >= limits.pages:
            raise too_large(f"The file fills more than {limits.pages:,} pages.", "parse.pages")
        if self.letters > limits.characters:
            raise too_large(f"Its text is longer than {limits.characters:,} characters.")
        if len(self.pages) >= _LONG:
            page = replace(page, words=LazyWords.of(page.words))
        self.pages.append(replace(page, remarks=tuple(self.remarks)) if self.remarks else page)
        self.blocks, self.y, self.words, self.remarks = [], MARGIN_PT, 0, []

    def add_row(self, kind: BlockKind, level: int, row: Row, *, joined: bool) -> tuple[int, int]:
        """Append a row to the block under way, or begin a block with it; the indexes of its words
        on the page."""
        if joined and self.blocks and self.blocks[-1].kind == kind:
            rows = self.blocks[-1].rows
            assert isinstance(rows, list)
            rows.append(row)
        else:
            self.blocks.append(RowBlock(kind, [row], level))
        first = self.words
        self.words += len(row.words)
        return first, self.words

    def runs(self, first: int, end: int) -> tuple[tuple[int, int], ...]:
        """One run of words; the same object on every page, because tables hold very many."""
        run = (first, end)
        return self._runs.setdefault(run, (run,))


def wrapped(words: Sequence[str], size: float, room: float) -> Iterable[list[str]]:
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


def set_line(
    words: Sequence[str], x: float, y: float, size: float, *, room: float = _MEASURE_PT
) -> list[PlacedWord]:
    """The words of a line with their boxes; a word wider than the room is squeezed into it."""
    blank = width_pt(" ", size)
    placed: list[PlacedWord] = []
    top, bottom = round(y, 2), round(y + size * _BOX_HEIGHT, 2)
    for word in words:
        width = min(width_pt(word, size), room)
        placed.append((round(x, 2), top, round(x + max(width, 0.5), 2), bottom, word))
        x += width + blank
    return placed
