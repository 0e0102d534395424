"""Tables by visual rows and the alignment of their header: line items of an invoice, a schedule.

A header is a row that names at least two of the wanted columns. Each row below it that has a
number in a column of numbers is a record; rows of text alone continue the record before them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from casework.extraction.answers import Candidate
from casework.extraction.candidates.texts import trimmed
from casework.extraction.candidates.typed import TYPED
from casework.extraction.concepts import lexicon
from casework.extraction.layout import Floats, Ints
from casework.extraction.meaning import meaning
from casework.extraction.prepared import Prepared
from casework.extraction.score import label_weights
from casework.types.values import Field, Json, ValueType
from casework.values.read import readings

_LEAST_COLUMNS = 2
_HEADER_ROWS = 2
"""Headers may run over this many rows."""
_ENDS = ("total", "net", "subtotal", "tax", "amount_due", "gross_total")
_MOST_ROWS = 400


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the header found: the field, and its extent on the page."""

    field: Field
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Table:
    """The records of one table, with the words they were read from."""

    records: tuple[dict[str, Json], ...]
    words: tuple[int, ...]
    columns: int


def find_table(prepared: Prepared, wanted: ValueType) -> Candidate | None:
    """The table with the most of the wanted columns; None when no header names two of them."""
    tables = [
        table
        for row, columns in _headers(prepared, wanted.fields)
        if (table := _read(prepared, row, columns)).records
    ]
    if not tables:
        return None
    best = max(tables, key=lambda each: (each.columns, len(each.records)))
    same = [t for t in tables if t.columns == best.columns]
    records: list[Json] = [dict(record) for each in same for record in each.records]
    layout = prepared.layout
    words = best.words
    page = layout.pages[layout.page[words[0]]]
    start, end = int(layout.start[list(words)].min()), int(layout.end[list(words)].max())
    return Candidate(
        prepared.document.sha256, prepared.document_name, page.number, start, end,
        page.text[start:end], records, float(best.columns),
    )  # fmt: skip


def _headers(prepared: Prepared, fields: Sequence[Field]) -> list[tuple[int, list[Column]]]:
    """Rows that name at least two wanted columns, each with its columns from left to right."""
    anchors = prepared.anchors
    by_row: dict[int, list[Column]] = {}
    for field in fields:
        intent = meaning(field.name, field.instruction, field.type, lexicon())
        own, _ = label_weights(anchors, prepared, intent)
        for row in np.unique(anchors.row[own > 0.4]).tolist():
            here = np.flatnonzero((anchors.row == row) & (own > 0.4))
            at = int(here[np.argmax(own[here])])
            box = anchors.box[at]
            by_row.setdefault(row, []).append(Column(field, float(box[0]), float(box[2])))
    found: list[tuple[int, list[Column]]] = []
    for row in sorted(by_row):
        columns = _merged(by_row, row)
        if len(columns) >= _LEAST_COLUMNS and not (found and row - found[-1][0] < _HEADER_ROWS):
            found.append((row, sorted(columns, key=lambda column: column.x0)))
    return found


def _merged(by_row: dict[int, list[Column]], row: int) -> list[Column]:
    """The columns of a row and of the row below it, one a field, none upon another."""
    columns: list[Column] = []
    for column in (*by_row[row], *by_row.get(row + 1, ())):
        taken = any(
            c.field.name == column.field.name or (c.x0 < column.x1 and column.x0 < c.x1)
            for c in columns
        )
        if not taken:
            columns.append(column)
    return columns


def _read(prepared: Prepared, header: int, columns: list[Column]) -> Table:
    layout = prepared.layout
    order = layout.order
    rows = layout.row[order]
    page = int(layout.page[order[np.searchsorted(rows, header)]])
    stops = _stop_rows(prepared)
    records: list[dict[str, Json]] = []
    words: list[int] = []
    for row in range(header + 1, header + _MOST_ROWS):
        first, last = np.searchsorted(rows, row), np.searchsorted(rows, row + 1)
        if first == last or layout.page[order[first]] != page or (row in stops and records):
            break
        here = order[first:last]
        record = _record(prepared, here, columns)
        if record:
            records.append(record)
            words += here.tolist()
    return Table(tuple(records), tuple(words), len(columns))


def _stop_rows(prepared: Prepared) -> frozenset[int]:
    """Rows that begin with the label of a sum."""
    wanted = {prepared.lexicon.by_name[name].index for name in _ENDS}
    anchors = prepared.anchors
    return frozenset(
        int(anchors.row[at])
        for at, meant in enumerate(anchors.concepts)
        if anchors.quality[at] > 0.75 and any(i in wanted and s == 1.0 for i, s in meant)
    )


def _record(prepared: Prepared, words: Ints, columns: list[Column]) -> dict[str, Json]:
    """The record of a row; empty when no column of numbers has one."""
    layout = prepared.layout
    owner = _owners(layout.box[words], columns)
    record: dict[str, Json] = {}
    typed = 0
    for at, column in enumerate(columns):
        own = words[owner == at]
        if not len(own):
            continue
        text = " ".join(layout.text(int(word), int(word)) for word in own.tolist())
        if column.field.type.name in TYPED:
            found = readings(text, column.field.type, habits=prepared.habits)
            if found:
                record[column.field.name] = found[0].value
                typed += 1
        else:
            start, end = trimmed(text, 0, len(text))
            record[column.field.name] = text[start:end]
    wanted = sum(1 for column in columns if column.field.type.name in TYPED)
    return record if typed >= min(2, max(wanted, 1)) else {}


def _owners(box: Floats, columns: list[Column]) -> Ints:
    """The column of each word: the one it overlaps most, else the nearest."""
    x0, x1 = box[:, 0][:, None], box[:, 2][:, None]
    left = np.array([column.x0 for column in columns])[None, :]
    right = np.array([column.x1 for column in columns])[None, :]
    overlap = np.minimum(x1, right) - np.maximum(x0, left)
    return np.asarray(np.argmax(overlap, axis=1), dtype=np.int64)
