"""A reading that is no document is told from one, with what is wrong with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.documents.formats.sound import wrong_with, wrong_with_document
from casework.documents.reading import Member, Reading
from casework.types.document import Block, Box, Line, Page, Word
from casework.types.table import Table, TableCell
from tests.documents.samples import document

_PAGE = Page(
    1,
    600.0,
    800.0,
    "two words",
    (Word(0, 3, Box(1, 1, 2, 2), 0), Word(4, 9, Box(3, 1, 4, 2), 0)),
    (Line(0, 9, Box(1, 1, 4, 2)),),
    (Block("paragraph", 0, 1),),
)
_TABLE = Table((TableCell(0, 0, "two", 1, ((0, 1),)),), 1, 1)


def _reading(**fields: object) -> Reading:
    return replace(Reading("text/plain", "x", "1", (_PAGE,), tables=(_TABLE,)), **fields)  # type: ignore[arg-type]


def _page(**fields: object) -> dict[str, object]:
    return {"pages": (replace(_PAGE, **fields),)}  # type: ignore[arg-type]


def test_a_sound_reading_has_nothing_wrong() -> None:
    assert wrong_with(_reading()) == ""
    assert wrong_with_document(document(b"some words", "a.txt")) == ""


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"state": "lost"}, "no state 'lost'"),
        ({"state": "broken"}, "without a reason"),
        (_page(number=2), "not numbered from 1"),
        (_page(width_pt=0.0), "no number"),
        (_page(height_pt=float("nan")), "no number"),
        (_page(lines=(Line(0, 9, Box(1, 1, float("inf"), 2)),)), "no number"),
        (_page(text="two"), "a word outside of its text"),
        (_page(words=tuple(reversed(_PAGE.words))), "words that are not in order"),
        (_page(lines=()), "on a line that is not there"),
        (_page(blocks=(Block("paragraph", 0, 2),)), "a block of lines that are not there"),
        (_page(confidences=(0.5,)), "another number of confidences"),
        ({"tables": (replace(_TABLE, rows=0),)}, "a cell outside of it"),
        ({"tables": (Table((TableCell(0, 0, "x", 1, ((1, 3),)),), 1, 1),)}, "words are not there"),
        ({"tables": (Table((TableCell(0, 0, "x", 2, ((0, 1),)),), 1, 1),)}, "words are not there"),
        ({"members": ("a.txt",)}, "its members are no Members"),
        ({"pages": ("a page",)}, "AttributeError"),
        ({"pages": None}, "TypeError"),
    ],
)
def test_what_is_no_document_is_told(fields: dict[str, object], told: str) -> None:
    assert told in wrong_with(_reading(**fields))


def test_something_else_is_no_reading() -> None:
    assert wrong_with("pages") == "it is a str and no Reading"
    assert wrong_with(_reading(members=(Member("a", b""),))) == ""
