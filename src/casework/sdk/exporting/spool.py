"""The lines of a table as a spreadsheet shows them, kept in a file until all are there: what a
column is called (`Net (EUR)`), and whether it holds plain numbers, takes having seen every value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from casework.sdk.export import neutral
from casework.sdk.row_tables import row_tables
from casework.sdk.views import CellView, RowView, TableView
from casework.types.procedure import Step

_NUMERIC = ("number", "percent", "money")
_TIMES = ("Arrived (UTC)", "Answered (UTC)", "Decided (UTC)")


class Written(NamedTuple):
    """A cell of a line: its number as a decimal text (None where it holds none), its text, and
    whether a person should look at it."""

    number: str | None
    text: str
    look: bool


class Line(NamedTuple):
    """A line: the name of its case, its cells, and the texts behind these."""

    name: str
    cells: list[Written]
    behind: list[str]


class Spool:
    """The lines of one table. `title` is '' for the table of the worksheet itself."""

    def __init__(self, path: str, title: str, columns: Sequence[Step], file: Path) -> None:
        self.path = path
        self.title = title
        self.count = 0
        self._columns = columns
        self._currencies: list[set[str]] = [set() for _ in columns]
        self._file = file
        self._sink = file.open("w", encoding="utf-8")

    def add(self, row: RowView) -> None:
        """One more line."""
        cells = []
        for cell, step, seen in zip(row.cells, self._columns, self._currencies, strict=True):
            if step.type.name == "money" and isinstance(cell.value, dict) and len(seen) < 2:
                seen.add(str(cell.value.get("currency") or ""))
            cells.append((_number(cell, step), _text(cell), bool(cell.needs)))
        case = row.case
        behind = (_needs(row), _outdated(row), case.arrived_at, case.answered_at, case.decided_at)
        self._sink.write(json.dumps((case.name, cells, behind)))
        self._sink.write("\n")
        self.count += 1

    def titles(self) -> list[str]:
        """What its columns are called, once all lines are there."""
        named = zip(self._columns, self._units(), strict=True)
        columns = [f"{step.name} ({unit})" if unit else step.name for step, unit in named]
        return ["Case", *columns, "Needs a person", "Out of date", *_TIMES]

    def lines(self) -> Iterator[Line]:
        """All lines in order, once all are there. Numbers stand in columns of one unit alone."""
        self._sink.close()
        plain = [unit is not None for unit in self._units()]
        with self._file.open(encoding="utf-8") as source:
            for told in source:
                name, cells, behind = json.loads(told)
                each = zip(cells, plain, strict=True)
                yield Line(
                    name,
                    [
                        Written(n if numeric else None, text, look)
                        for (n, text, look), numeric in each
                    ],
                    behind,
                )

    def close(self) -> None:
        """Let go of the file."""
        self._sink.close()

    def _units(self) -> list[str | None]:
        """The unit that a column can be written in as plain numbers: its one currency, `%`, or ''.
        None when it holds no numbers, or several currencies."""
        units: list[str | None] = []
        for step, seen in zip(self._columns, self._currencies, strict=True):
            if step.type.many or step.type.name not in _NUMERIC:
                units.append(None)
            elif step.type.name == "money":
                units.append(next(iter(seen)) if len(seen) == 1 else None)
            else:
                units.append("%" if step.type.name == "percent" else "")
        return units


class Spools:
    """The spools of a worksheet's table and of the rows of its tables, the outer ones first."""

    def __init__(self, empty: TableView, folder: Path) -> None:
        inner = [(one.path, one.title, one.view.columns) for one in row_tables(empty)]
        every = [("", "", empty.columns), *inner]
        self.all = [
            Spool(*told, folder / f"lines-{number}.jsonl") for number, told in enumerate(every)
        ]

    def add(self, view: TableView) -> None:
        """The lines of these rows, and of what is inside them."""
        inner = [one.view.rows for one in row_tables(view)]
        for spool, rows in zip(self.all, [view.rows, *inner], strict=True):
            for row in rows:
                spool.add(row)

    def close(self) -> None:
        """Let go of the files."""
        for one in self.all:
            one.close()


def _number(cell: CellView, step: Step) -> str | None:
    if step.type.many or step.type.name not in _NUMERIC or cell.value is None:
        return None
    amount = cell.value.get("amount") if isinstance(cell.value, dict) else cell.value
    return str(Decimal(str(amount)))


def _text(cell: CellView) -> str:
    """What stands in a cell of the table; what is hidden says so, or it would look empty."""
    return neutral(cell.reason if cell.hidden else cell.shown)


def _needs(row: RowView) -> str:
    return neutral("; ".join(f"{cell.step_name}: {cell.needs}" for cell in row.cells if cell.needs))


def _outdated(row: RowView) -> str:
    told = (f"{cell.step_name}: {cell.outdated}" for cell in row.cells if cell.outdated)
    return neutral("; ".join(told))
