"""Document ↔ compact JSON, exactly. Arrays instead of names, because pages hold many words.

`[format, [sha256, media type, reader, version, state, reason], facts, [[name, sha256], …],
notes, pages, tables]`; a page is `[number, width, height, text, label, state, starts, ends and
lines of words, starts, ends and places of lines, scale, edges of all boxes of words then lines,
blocks, read_by, confidences, remarks, turned]`; a table is `[rows, columns, header rows, header
columns, title, note, stated, texts of cells, numbers of cells]`, where the numbers of a cell are
its row, column, page, row span, column span, and how many runs of words follow, each with start
and end. Edges are integers in hundredths of a point (scale 100) where that is exact, else as they
are. Long columns of integers are packed: base64 of 32-bit integers, lowest byte first. (Format 1
had none; format 2 had no tables, and its pages end with their blocks.)
"""

from __future__ import annotations

import base64
import json
import sys
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any, Final

from casework.base.errors import StoreError
from casework.documents.lazy_words import LazyWords
from casework.types.document import Attachment, Block, Box, Document, Line, Page, Remark
from casework.types.table import Table, TableCell

FORMAT: Final = 3
_READ: Final = (1, 2, FORMAT)
_SCALE: Final = 100
_PACKED_FROM: Final = 16
"""Columns as long as this are packed: below, the numbers themselves are as quick."""


def to_json(document: Document) -> bytes:
    """The document as UTF-8; lone surrogates are kept."""
    head = [
        document.sha256,
        document.media_type,
        document.reader,
        document.reader_version,
        document.state,
        document.reason,
    ]
    attachments = [[each.name, each.sha256] for each in document.attachments]
    about = _bytes([FORMAT, head, document.facts, attachments, document.notes])
    # Page by page, so that a long document is not there three times.
    pages = b",".join([_bytes(_page_row(page)) for page in document.pages])
    tables = b",".join([_bytes(_table_row(table)) for table in document.tables])
    return b"%s,[%s],[%s]]" % (about[:-1], pages, tables)


def _bytes(row: list[object]) -> bytes:
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":"), check_circular=False)
    return text.encode("utf-8", "surrogatepass")


def from_json(data: bytes) -> Document:
    """The document that `to_json` wrote. Raises `StoreError` when it is something else."""
    try:
        kept, head, facts, attachments, notes, pages, *tables = json.loads(
            data.decode("utf-8", "surrogatepass")
        )
        if kept not in _READ:
            raise ValueError(f"format {kept}")
        sha256, media_type, reader, version, state, reason = head
        return Document(
            sha256,
            media_type,
            reader,
            version,
            state,
            reason,
            pages=tuple(map(_page, pages)),
            facts=facts,
            attachments=tuple(Attachment(*each) for each in attachments),
            notes=tuple(notes),
            tables=tuple(map(_table, *tables)) if tables else (),
        )
    except (ValueError, TypeError, IndexError) as error:
        raise StoreError(
            f"A stored document cannot be understood ({error}).",
            fix="Read the file again with this version of casework.",
        ) from error


def _page_row(page: Page) -> list[object]:
    words, lines = tuple(page.words), page.lines
    starts, ends, boxes, rows = zip(*words, strict=True) if words else ((),) * 4
    edges = list(chain.from_iterable(boxes))
    edges += chain.from_iterable([line[2] for line in lines])
    scale, numbers = _as_integers(edges)
    return [
        page.number,
        page.width_pt,
        page.height_pt,
        page.text,
        page.label,
        page.state,
        _packed(starts),
        _packed(ends),
        _packed(rows),
        [line[0] for line in lines],
        [line[1] for line in lines],
        [line[3] for line in lines],
        scale,
        _packed(numbers) if scale == _SCALE else numbers,
        list(chain.from_iterable(page.blocks)),
        page.read_by,
        page.confidences,
        page.remarks,
        page.turned,
    ]


def _packed(numbers: Sequence[int]) -> list[int] | str:
    """A column of integers as text that is quick to read; as it is when short or out of range."""
    if len(numbers) < _PACKED_FROM:
        return list(numbers)
    try:
        column = array("i", numbers)
    except OverflowError:
        return list(numbers)
    if sys.byteorder == "big":
        column.byteswap()
    return base64.b64encode(column.tobytes()).decode("ascii")


def _unpacked(column: Any) -> Any:
    """The numbers of a column, packed or not."""
    if not isinstance(column, str):
        return column
    numbers = array("i")
    numbers.frombytes(base64.b64decode(column))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _as_integers(edges: list[float]) -> tuple[int, Any]:
    """The numbers in hundredths, which are quicker to write, where that is exact; else as is."""
    try:
        return _SCALE, list(map(_Hundredths().__getitem__, edges))
    except (OverflowError, ValueError):
        return 1, edges


class _Hundredths(dict[float, int]):
    """Edges in hundredths. Words of a line share edges, so that most need not be computed. Raises
    `ValueError` or `OverflowError` for one that is not exact."""

    def __missing__(self, edge: float) -> int:
        number = int(edge * _SCALE + 0.5)
        if number / _SCALE != edge:
            raise ValueError(f"{edge} has more than two decimals")
        self[edge] = number
        return number


def _page(row: list[Any]) -> Page:
    number, width, height, text, label, state, *spans = row[:12]
    scale, numbers, blocks, *later = row[12:]
    read_by, confidences, remarks, turned = later or ["text", (), (), 0]
    starts, ends, lines = map(_unpacked, spans[:3])
    line_starts, line_ends, places = spans[3:]
    numbers = _unpacked(numbers)
    split = 4 * len(starts)
    edge = iter(numbers[split:] if scale == 1 else [each / scale for each in numbers[split:]])
    boxes = map(Box._make, zip(edge, edge, edge, edge, strict=True))
    rows = zip(line_starts, line_ends, boxes, places, strict=True)
    part = iter(blocks)
    return Page(
        number=number,
        width_pt=width,
        height_pt=height,
        text=text,
        words=LazyWords(starts, ends, lines, numbers[:split], scale),
        lines=tuple(map(Line._make, rows)),
        blocks=tuple(map(Block._make, zip(part, part, part, part, strict=True))),
        label=label,
        state=state,
        read_by=read_by,
        confidences=tuple(confidences),
        remarks=tuple(Remark(*remark) for remark in remarks),
        turned=turned,
    )


def _table_row(table: Table) -> list[object]:
    numbers = array("q")
    for cell in table.cells:
        numbers.extend((cell.row, cell.column, cell.page, cell.row_span, cell.column_span))
        numbers.append(len(cell.words))
        numbers.extend(chain.from_iterable(cell.words))
    return [
        table.rows,
        table.columns,
        table.header_rows,
        table.header_columns,
        table.title,
        table.note,
        table.stated,
        [cell.text for cell in table.cells],
        _packed(numbers),
    ]


def _table(row: list[Any]) -> Table:
    *about, texts, packed = row
    number = iter(_unpacked(packed))
    return Table(tuple(_cell(text, number) for text in texts), *about)


def _cell(text: str, number: Iterator[int]) -> TableCell:
    row, column, page, down, across, runs = islice(number, 6)
    words = tuple((next(number), next(number)) for _ in range(runs))
    return TableCell(row, column, text, page, words, down, across)
