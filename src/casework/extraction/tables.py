"""Tables without a model: line items of an invoice, a schedule.

The columns of each table of the document are matched with the wanted fields by their headings;
each row that has enough of the wanted figures is a record. Sums below the records are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from casework.documents.tables.headings import Headings
from casework.extraction.answers import Candidate, Part
from casework.extraction.candidates.texts import trimmed
from casework.extraction.candidates.typed import TYPED
from casework.extraction.concepts import Lexicon
from casework.extraction.prepared import Prepared
from casework.extraction.table_fields import Matched, matched_fields
from casework.extraction.tokens import tokens
from casework.types.document import Page
from casework.types.table import TableCell
from casework.types.values import Field, Json, ValueType
from casework.values.read import readings

_LEAST_COLUMNS = 2
_ENDS = ("total", "net", "subtotal", "tax", "amount_due", "gross_total")
_SUM_SHARE = 0.7
"""The share of a label that names a sum, for a row that is one."""
_MOST_CITED = 400
"""Cells that are cited one by one; of a longer table only its pages are."""


@dataclass(frozen=True, slots=True)
class Record:
    """A row that was read: its values by field, and the cells that they stand in."""

    values: dict[str, Json]
    cells: dict[str, TableCell]


@dataclass(frozen=True, slots=True)
class Found:
    """A table whose headings name wanted fields, and its records."""

    headings: Headings
    matched: Matched
    records: tuple[Record, ...]


def find_table(prepared: Prepared, wanted: ValueType) -> Candidate | None:
    """The records of the table with the most of the wanted columns, and of further tables with the
    same headings; None when no table has two of the columns and a record."""
    found: list[Found] = []
    for headings in prepared.tables:
        matched = matched_fields(headings, wanted.fields)
        if len(matched.columns) >= min(_LEAST_COLUMNS, len(wanted.fields)):
            records = _records(prepared, headings, matched, wanted.fields)
            if records:
                found.append(Found(headings, matched, tuple(records)))
    if not found:
        return None
    best = max(found, key=lambda each: (round(each.matched.score, 2), len(each.records)))
    same = [each for each in found if _same_kind(each, best)]
    return _candidate(prepared, same, wanted)


def _same_kind(one: Found, best: Found) -> bool:
    """Whether a table goes on what the best one lists: the same headings over the columns."""
    if one is best:
        return True
    return one.matched.columns.keys() == best.matched.columns.keys() and all(
        [text.casefold() for text in one.headings.path(column)]
        == [text.casefold() for text in best.headings.path(best.matched.columns[name])]
        for name, column in one.matched.columns.items()
    )


def _records(
    prepared: Prepared, headings: Headings, matched: Matched, fields: Sequence[Field]
) -> list[Record]:
    typed = sum(field.type.name in TYPED for field in fields if field.name in matched.columns)
    records: list[Record] = []
    for row in range(headings.table.header_rows, headings.table.rows):
        if _is_sum(headings, row, matched, prepared.lexicon):
            continue
        record = _record(prepared, headings, row, matched, fields)
        count = sum(field.type.name in TYPED for field in fields if field.name in record.values)
        if record.values and count >= min(2, typed):
            records.append(record)
    return records


def _record(
    prepared: Prepared, headings: Headings, row: int, matched: Matched, fields: Sequence[Field]
) -> Record:
    values: dict[str, Json] = {}
    cells: dict[str, TableCell] = {}
    by_column = {cell.column: cell for cell in reversed(headings.rows[row])}
    for field in fields:
        cell = by_column.get(matched.columns.get(field.name, -1))
        if cell is None or not cell.text:
            continue
        value = _value(prepared, headings, cell, field)
        if value is not None:
            values[field.name] = value
            cells[field.name] = cell
    return Record(values, cells)


def _value(prepared: Prepared, headings: Headings, cell: TableCell, field: Field) -> Json:
    if field.type.name not in TYPED:
        start, end = trimmed(cell.text, 0, len(cell.text))
        return cell.text[start:end] or None
    sized = headings.sized(cell)
    found = readings(
        cell.text, _in_currency(field.type, sized.scale.currency), habits=prepared.habits,
        scale=_factor(headings, cell, field.type),
    )  # fmt: skip
    return found[0].value if found else None


def _in_currency(type: ValueType, currency: str | None) -> ValueType:
    """Money in the currency of its heading, where the field fixes none."""
    if type.name != "money" or type.unit or not currency:
        return type
    return ValueType(type.name, type.many, type.options, currency, type.fields, type.hint)


def _factor(headings: Headings, cell: TableCell, type: ValueType) -> Decimal:
    return headings.sized(cell).scale.factor if type.name in ("money", "number") else Decimal(1)


def _is_sum(headings: Headings, row: int, matched: Matched, known: Lexicon) -> bool:
    """Whether a row is a sum of those above it: its label is the label of one."""
    named = [cell for cell in headings.rows[row] if cell.column not in headings.values]
    ends = {known.by_name[name].index for name in _ENDS}
    for cell in named[:2]:
        names = [name for name in tokens(cell.text) if not name.isdigit()]
        for match in known.matches(names)[:1]:
            whole = (match.last + 1 - match.first) >= _SUM_SHARE * len(names)
            if match.first == 0 and whole and any(i in ends for i, _ in match.concepts):
                return True
    return False


def _candidate(prepared: Prepared, found: Sequence[Found], wanted: ValueType) -> Candidate:
    records = [record for each in found for record in each.records]
    pages = {page.number: page for page in prepared.layout.pages}
    spans: dict[int, tuple[int, int]] = {}
    parts: list[Part] = []
    types = {field.name: field.type for field in wanted.fields}
    scales = {id(record): each.headings for each in found for record in each.records}
    for number, record in enumerate(records, 1):
        for name, cell in record.cells.items():
            span = span_of(pages.get(cell.page), cell)
            if span is None:
                continue
            low, high = spans.get(cell.page, span)
            spans[cell.page] = (min(low, span[0]), max(high, span[1]))
            factor = _factor(scales[id(record)], cell, types[name])
            asked = f"{name}, row {number}"
            parts.append(Part(cell.page, *span, asked, record.values[name], types[name], factor))
    value: list[Json] = [record.values for record in records]
    first, *others = sorted(spans.items())
    further = [Part(page, *span, "") for page, span in others]
    if len(parts) > _MOST_CITED:
        parts = []
    page, (start, end) = first
    return Candidate(
        prepared.document.sha256, prepared.document_name, page, start, end,
        pages[page].text[start:end], value, float(found[0].matched.score),
        parts=(*further, *parts),
    )  # fmt: skip


def span_of(page: Page | None, cell: TableCell) -> tuple[int, int] | None:
    """Where the words of a cell stand in the text of its page, from the first to the last; None
    for a cell without words."""
    if page is None or not cell.words:
        return None
    first = min(run[0] for run in cell.words)
    last = max(run[1] for run in cell.words) - 1
    # A cell of several lines may enclose words of its neighbours: its first line stands for it.
    start, end = cell.words[0]
    whole = sum(stop - begin for begin, stop in cell.words) == last - first + 1
    if whole:
        start, end = first, last + 1
    return page.words[start].start, page.words[end - 1].end
