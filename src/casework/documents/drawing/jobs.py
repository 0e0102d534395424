"""Drawing as jobs for a worker: what goes over the pipe for them, on both sides.

`draw` gives a page, whole or in tiles; `mark` lays marks over a picture that was drawn before;
`sheet` puts small pictures of pages beside each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from casework.documents.codec import from_json, to_json
from casework.documents.drawing.marks import Mark, Voice
from casework.types.document import Box, Document
from casework.types.values import Json

Header = dict[str, Json]


def slim(document: Document, page_number: int) -> bytes:
    """What drawing one page needs of a document, as JSON."""
    tables = tuple(
        replace(table, cells=tuple(cell for cell in table.cells if cell.page == page_number))
        for table in document.tables
        if any(cell.page == page_number for cell in table.cells)
    )
    pages = tuple(page for page in document.pages if page.number == page_number)
    return to_json(replace(document, pages=pages, tables=tables, facts={}, attachments=()))


def marks_json(marks: Sequence[Mark]) -> list[Json]:
    """Marks as rows of numbers and a voice."""
    return [[*mark.box, mark.voice] for mark in marks]


def marks_of(header: Header) -> list[Mark]:
    """The marks that `marks_json` wrote."""
    rows = header["marks"]
    assert isinstance(rows, list)
    return [_mark(row) for row in rows]


def draw(header: Header, data: bytes, parts: list[bytes]) -> list[bytes]:
    """The page as one PNG, or as its tiles when they have a size."""
    from casework.documents.drawing.render import page_picture, page_tiles

    document, page = from_json(parts[0]), _integer(header, "page")
    scale, password = _number(header, "scale"), str(header["password"])
    tile = _integer(header, "tile")
    if tile:
        return page_tiles(data, document, page, scale, tile, password=password)
    return [page_picture(data, document, page, (), scale, password=password)]


def mark(header: Header, parts: list[bytes]) -> list[bytes]:
    """A picture with marks."""
    from casework.documents.drawing.render import mark_picture

    origin, margin = header["origin"], header["crop_margin_pt"]
    assert isinstance(origin, list)
    left, top = (int(str(edge)) for edge in origin)
    marked = mark_picture(
        parts[0],
        marks_of(header),
        _number(header, "scale"),
        origin=(left, top),
        crop_margin_pt=None if margin is None else float(str(margin)),
    )
    return [marked]


def sheet(header: Header, parts: list[bytes]) -> list[bytes]:
    """Pictures beside each other, each with its caption."""
    from casework.documents.drawing.contact_sheet import contact_sheet

    captions = header["captions"]
    assert isinstance(captions, list)
    return [contact_sheet(parts, [str(each) for each in captions], _integer(header, "columns"))]


def _mark(row: Json) -> Mark:
    assert isinstance(row, list)
    left, top, right, bottom = (float(str(edge)) for edge in row[:4])
    return Mark(Box(left, top, right, bottom), cast("Voice", row[4]))


def _integer(header: Header, name: str) -> int:
    return int(str(header[name]))


def _number(header: Header, name: str) -> float:
    return float(str(header[name]))
