"""By what a figure in a page is multiplied: what the headings of its table say ("€ in thousands").

Knows where figures stand and what is over them, no values. Tables are looked for near a page when
one of its figures is asked about, and only where some text near it names a scale at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from casework.documents.tables.find import tables_of
from casework.documents.tables.headings import Headings
from casework.types.document import Document, Page
from casework.types.table import Table, TableCell
from casework.values.habits import Habits
from casework.values.scales import may_name_scale, scale_in

_ONE = Decimal(1)
_BEFORE, _AFTER = 4, 1
"""Pages before and after one that are looked at with it: a table may go on over some."""
_LONG_LINE = 200
"""A line of more letters is cut to look for a scale in it: headings of many columns."""


@dataclass(slots=True)
class Scaling:
    """The scales of the figures of one document; what was found for a page is kept."""

    document: Document
    habits: Habits
    _kept: dict[int, tuple[Headings, ...]] = field(default_factory=dict, repr=False)

    def of(self, *stretches: tuple[int, int, int]) -> Decimal | None:
        """What the figures of these stretches (page, start, end) are multiplied by; 1 where no
        heading says so, None where they have several scales."""
        factors = {factor for one in stretches for factor in self._factors(*one)}
        return factors.pop() if len(factors) == 1 else None if factors else _ONE

    def _factors(self, page: int, start: int, end: int) -> Iterator[Decimal]:
        """The scale of each figure of a table that a stretch touches."""
        at = next((at for at, one in enumerate(self.document.pages) if one.number == page), None)
        if at is None:
            return
        if page not in self._kept:
            self._kept[page] = self._tables(at)
        words = self.document.pages[at].words
        touched = {n for n, word in enumerate(words) if word.start < end and start < word.end}
        for headings in self._kept[page]:
            for cell in headings.table.cells:
                on = cell.page == page and _is_figure(headings, cell)
                if on and any(not touched.isdisjoint(range(*run)) for run in cell.words):
                    yield headings.sized(cell).scale.factor

    def _tables(self, at: int) -> tuple[Headings, ...]:
        """The tables with figures on a page."""
        pages = self.document.pages
        page = pages[at].number
        stated = tuple(table for table in self.document.tables if _is_on(table, page))
        begun = {cell.page for table in stated for cell in table.cells}
        near = tuple(
            one
            for number, one in enumerate(pages)
            if at - _BEFORE <= number <= at + _AFTER or one.number in begun
        )
        if not any(map(_names_scale, near)):
            return ()
        found = tables_of(replace(self.document, pages=near, tables=stated))
        return tuple(Headings(table, self.habits) for table in found if _is_on(table, page))


def _is_on(table: Table, page: int) -> bool:
    return any(cell.page == page for cell in table.cells)


def _is_figure(headings: Headings, cell: TableCell) -> bool:
    return (
        cell.row >= headings.table.header_rows
        and cell.column in headings.values
        and any(map(str.isdigit, cell.text))
    )


def _names_scale(page: Page) -> bool:
    """Whether any line of a page may state a scale."""
    if not may_name_scale(page.text):
        return False
    pieces = (
        page.text[at : min(at + _LONG_LINE, line.end)]
        for line in page.lines
        for at in range(line.start, line.end, _LONG_LINE)
    )
    return any(may_name_scale(piece) and scale_in(piece).power for piece in pieces)
