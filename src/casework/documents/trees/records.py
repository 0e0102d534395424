"""Named values in a tree, and lists of alike records → headings, lines `name: value`, and tables.

What JSON and XML share. Knows neither; every line and cell bears the path that it was given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from casework.documents.typesetting.flow import Element, Grid, GridCell, Text

_DEEPEST_HEADING = 6
_MOST_COLUMNS = 40
_FEWEST_RECORDS = 2


class Named(NamedTuple):
    """A value with its name and its path."""

    name: str
    value: str
    path: str


def line_of(item: Named, *, joined: bool, indent: int = 0) -> Iterator[Text]:
    """The value behind its name; its further lines below it."""
    first, *rest = item.value.split("\n") or [""]
    head = f"{item.name}: {first}" if item.name else first
    yield Text(head, item.path, joined=joined, indent=indent)
    for line in rest:
        yield Text(line, item.path, joined=True, indent=indent)


def heading(name: str, path: str, depth: int) -> Text:
    """The heading of what is nested; deeper ones look alike."""
    return Text(name, path, "heading", min(max(depth, 2), _DEEPEST_HEADING))


def table_of(records: Sequence[Sequence[Named]], path: str, title: str = "") -> Grid | None:
    """The table of records that are flat and alike, with the names as its heading; None when they
    are not: too few, too many names, or a name twice in one of them."""
    if len(records) < _FEWEST_RECORDS:
        return None
    columns: dict[str, int] = {}
    for record in records:
        names = [item.name for item in record]
        if len(set(names)) < len(names):
            return None
        for name in names:
            columns.setdefault(name, len(columns))
    filled = sum(map(len, records))
    if not columns or len(columns) > _MOST_COLUMNS or filled * 3 < len(records) * len(columns):
        return None
    rows = [[GridCell(column, name, path) for name, column in columns.items()]]
    for record in records:
        cells = [GridCell(columns[item.name], item.value, item.path) for item in record]
        rows.append(sorted(cells, key=lambda cell: cell.column))
    return Grid(rows, header_rows=1, title=title)


def written(text: str) -> Iterator[Element]:
    """A text as it is written, line by line: what is shown when it cannot be understood."""
    from casework.documents.readers.text import code_lines

    yield from code_lines(text)
