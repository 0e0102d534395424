"""What is set on pages: texts, grids, new pages, and text that a format hides.

Readers make these; `typeset` sets them. Knows neither formats nor pages.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from casework.documents.typesetting.stated import Region
from casework.types.document import BlockKind, Page
from casework.types.table import Table


class Text(NamedTuple):
    """A paragraph, a heading or a line; wrapped where it is too long."""

    text: str
    place: str = ""
    kind: BlockKind = "paragraph"
    level: int = 0
    joined: bool = False
    """Whether it continues the block before it, without a gap."""
    indent: int = 0
    """How many steps it is set in, as an item of a list in a list is."""
    fixed: bool = False
    """Whether its words keep the columns of their letters: source code, reports set by blanks."""


class GridCell(NamedTuple):
    """A cell of a grid; columns count from 0. Line breaks in its text are kept."""

    column: int
    text: str
    place: str = ""
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells; empty cells may be left out. The rows are walked more than once.

    The whole grid is one table with these headings, title and note, unless `regions` say which
    tables stand in it (none: the grid is only layout). `insets` are set below a row: grids and
    texts that stand inside one of its cells, and are told as tables of their own.
    """

    rows: Collection[Sequence[GridCell]]
    header_rows: int = 0
    header_columns: int = 0
    title: str = ""
    note: str = ""
    regions: Sequence[Region] | None = None
    insets: Mapping[int, Sequence[Text | Grid]] = field(default_factory=dict)


class NewPage(NamedTuple):
    """What follows stands on a new page; its pages bear this label, the second as `label (2)`."""

    label: str = ""


class Hidden(NamedTuple):
    """Text that the format hides from who looks at it: not set, but remarked on."""

    text: str
    how: str = "hidden text"


Element: TypeAlias = Text | Grid | NewPage | Hidden


class Typeset(NamedTuple):
    """Pages, the tables on them, and notes for people on what was left out."""

    pages: tuple[Page, ...]
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
