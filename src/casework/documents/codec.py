"""Document ↔ compact JSON, exactly. Arrays instead of names, because pages hold many words.

`[format, [sha256, media type, reader, version, state, reason], facts, [[name, sha256], …],
notes, pages]`; a page is `[number, width, height, text, label, state, starts, ends and lines of
words, starts, ends and places of lines, scale, edges of all boxes of words then lines, blocks]`.
Edges are integers in hundredths of a point (scale 100) where that is exact, else as they are. Long
columns of integers are packed: base64 of 32-bit integers, lowest byte first. (Format 1 had none.)
"""

from __future__ import annotations

import base64
import json
import sys
from array import array
from itertools import chain
from typing import Any, Final

from casework.base.errors import StoreError
from casework.documents.lazy_words import LazyWords
from casework.types.document import Attachment, Block, Box, Document, Line, Page

FORMAT: Final = 2
_READ: Final = (1, FORMAT)
_SCALE: Final = 100
_PACKED_FROM: Final = 16
"""Columns as long as this are packed: below, the numbers themselves are as quick."""
_MOST: Final = 2**31


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
    pages = [_page_row(page) for page in document.pages]
    rows = [FORMAT, head, document.facts, attachments, document.notes, pages]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"), check_circular=False)
    return text.encode("utf-8", "surrogatepass")


def from_json(data: bytes) -> Document:
    """The document that `to_json` wrote. Raises `StoreError` when it is something else."""
    try:
        kept, head, facts, attachments, notes, pages = json.loads(
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
        )
    except (ValueError, TypeError, IndexError) as error:
        raise StoreError(
            f"A stored document cannot be understood ({error}).",
            fix="Read the file again with this version of casework.",
        ) from error


def _page_row(page: Page) -> list[object]:
    words, lines = page.words, page.lines
    edges = list(chain.from_iterable([word[2] for word in words]))
    edges += chain.from_iterable([line[2] for line in lines])
    scale, numbers = _as_integers(edges)
    return [
        page.number,
        page.width_pt,
        page.height_pt,
        page.text,
        page.label,
        page.state,
        _packed([word[0] for word in words]),
        _packed([word[1] for word in words]),
        _packed([word[3] for word in words]),
        [line[0] for line in lines],
        [line[1] for line in lines],
        [line[3] for line in lines],
        scale,
        _packed(numbers) if scale == _SCALE else numbers,
        list(chain.from_iterable(page.blocks)),
    ]


def _packed(numbers: list[int]) -> list[int] | str:
    """A column of integers as text that is quick to read; as it is when short or out of range."""
    if len(numbers) < _PACKED_FROM or not -_MOST <= min(numbers) <= max(numbers) < _MOST:
        return numbers
    column = array("i", numbers)
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
        numbers = [int(edge * _SCALE + 0.5) for edge in edges]
        if [number / _SCALE for number in numbers] == edges:
            return _SCALE, numbers
    except (OverflowError, ValueError):
        pass
    return 1, edges


def _page(row: list[Any]) -> Page:
    number, width, height, text, label, state, *spans, scale, numbers, blocks = row
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
    )
