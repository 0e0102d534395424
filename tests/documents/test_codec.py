"""A document and its JSON are the same thing."""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.base.errors import StoreError
from casework.documents.codec import from_json, to_json
from casework.types.document import Box, Document, Page, Word
from casework.types.table import Table, TableCell
from tests.documents.samples import document, docx

_TEXT = st.text(st.characters(codec=None), max_size=40)
_BOXES = st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 4)


@st.composite
def _documents(draw: st.DrawFn) -> Document:
    """Any document, whether or not its offsets make sense."""
    from casework.types.document import Attachment, Block, Line, Remark

    numbers = st.integers(0, 10**6)
    pages = draw(
        st.lists(
            st.builds(
                Page,
                number=numbers,
                width_pt=st.floats(1, 1e4),
                height_pt=st.floats(1, 1e4),
                text=_TEXT,
                words=st.lists(
                    st.builds(
                        lambda start, end, box, line: Word(start, end, Box(*box), line),
                        numbers,
                        numbers,
                        _BOXES,
                        numbers,
                    ),
                    max_size=4,
                ).map(tuple),
                lines=st.lists(
                    st.builds(
                        lambda start, end, box, place: Line(start, end, Box(*box), place),
                        numbers,
                        numbers,
                        _BOXES,
                        _TEXT,
                    ),
                    max_size=4,
                ).map(tuple),
                blocks=st.lists(
                    st.builds(
                        Block, st.sampled_from(["heading", "table"]), numbers, numbers, numbers
                    ),
                    max_size=3,
                ).map(tuple),
                label=_TEXT,
                state=st.sampled_from(["read", "needs_ocr", "empty"]),
                read_by=st.sampled_from(["text", "ocr", "mixed"]),
                confidences=st.lists(st.floats(0, 1), max_size=3).map(tuple),
                remarks=st.lists(
                    st.builds(
                        Remark, st.sampled_from(["tiny", "covered"]), numbers, numbers, _TEXT
                    ),
                    max_size=2,
                ).map(tuple),
            ),
            max_size=3,
        )
    )
    return Document(
        sha256=draw(_TEXT),
        media_type=draw(_TEXT),
        reader=draw(_TEXT),
        reader_version=draw(_TEXT),
        state=draw(st.sampled_from(["read", "broken", "password"])),
        reason=draw(_TEXT),
        pages=tuple(pages),
        facts=draw(st.dictionaries(_TEXT, _TEXT, max_size=3)),
        attachments=tuple(draw(st.lists(st.builds(Attachment, _TEXT, _TEXT), max_size=3))),
        notes=tuple(draw(st.lists(_TEXT, max_size=3))),
        tables=tuple(draw(st.lists(_tables(), max_size=2))),
    )


@st.composite
def _tables(draw: st.DrawFn) -> Table:
    numbers = st.integers(0, 10**6)
    runs = st.lists(st.tuples(numbers, numbers), max_size=3).map(tuple)
    cells = st.builds(TableCell, numbers, numbers, _TEXT, numbers, runs, numbers, numbers)
    return Table(
        tuple(draw(st.lists(cells, max_size=4))),
        draw(numbers),
        draw(numbers),
        draw(numbers),
        draw(numbers),
        draw(_TEXT),
        draw(_TEXT),
        draw(st.booleans()),
    )


@settings(max_examples=60)
@given(_documents())
def test_any_document_comes_back_exactly(made: Document) -> None:
    assert from_json(to_json(made)) == made


def test_a_parsed_document_comes_back_exactly() -> None:
    made = document(docx(), "lease.docx")
    again = from_json(to_json(made))
    assert again == made
    assert type(again.pages[0].words[0].box).__name__ == "Box"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"[99,[],{},[],[],[]]", b"\xff"])
def test_something_else_is_an_error_with_advice(data: bytes) -> None:
    with pytest.raises(StoreError, match="Read the file again"):
        from_json(data)


def _spread(column: object) -> object:
    """A packed column as the numbers that it stands for."""
    if not isinstance(column, str):
        return column
    packed = base64.b64decode(column)
    return list(struct.unpack(f"<{len(packed) // 4}i", packed))


@pytest.mark.parametrize("kept", [1, 2])
def test_documents_of_earlier_formats_are_still_read(kept: int) -> None:
    read = replace(document(docx(), "lease.docx"), tables=())
    rows = json.loads(to_json(read))
    assert rows.pop() == []
    rows[5] = [page[:15] for page in rows[5]]
    assert any(isinstance(column, str) for page in rows[5] for column in page[6:9])
    rows[0] = kept
    if kept == 1:
        rows[5] = [[_spread(told) if 6 <= at <= 13 else told for at, told in enumerate(page)]
                   for page in rows[5]]  # fmt: skip
    assert from_json(json.dumps(rows).encode()) == read


@pytest.mark.parametrize("end", [2**31 - 1, 2**31, 2**70])
def test_columns_of_any_size_of_number_are_kept(end: int) -> None:
    box = Box(1.0, 2.0, 3.0, 4.0)
    words = tuple(Word(number, end, box, 0) for number in range(40))
    page = Page(1, 100.0, 100.0, "x", words, (), ())
    told = Document("0" * 64, "text/plain", "test", "1", "read", "", pages=(page,))
    assert from_json(to_json(told)) == told
