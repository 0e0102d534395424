"""Typeset pages look like something to be shown, and their words stay where they are."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from casework.documents.drawing.grid import rules_of
from casework.documents.drawing.render import page_picture
from casework.types.document import Block, Box, Document, Line, Page, Word
from casework.types.table import Table, TableCell

_SCALE = 2.0
_WHITE = (255, 255, 255)


def _page(rows: list[list[tuple[float, float, str]]], blocks: tuple[Block, ...] = ()) -> Page:
    """A page whose lines are these words, each with left, top and text."""
    words, lines, parts, at = [], [], [], 0
    for index, row in enumerate(rows):
        start = at
        for x, y, text in row:
            words.append(Word(at, at + len(text), Box(x, y, x + 6.2 * len(text), y + 11.5), index))
            parts.append(text)
            at += len(text) + 1
        lines.append(Line(start, at - 1, Box(row[0][0], row[0][1], 300, row[0][1] + 11.5)))
    blocks = blocks or (Block("paragraph", 0, len(lines)),)
    return Page(1, 400, 300, " ".join(parts), tuple(words), tuple(lines), blocks)


def _document(page: Page, reader: str = "text", *tables: Table) -> Document:
    return Document("ab" * 32, "text/plain", reader, "1", "read", pages=(page,), tables=tables)


def _drawn(document: Document) -> Image.Image:
    data = page_picture(b"", document, 1, [], _SCALE)
    return Image.open(io.BytesIO(data)).convert("RGB")


def _darkest(picture: Image.Image, box: Box) -> int:
    part = picture.crop(tuple(round(edge * _SCALE) for edge in box)).convert("L")  # type: ignore[arg-type]
    return min(part.tobytes())


@pytest.mark.parametrize("word", ["Σύνολο", "Договір", "Łódź", "請求書", "ใบแจ้งหนี้", "\ue001", "😀"])
def test_no_word_is_missing_from_the_picture(word: str) -> None:
    page = _page([[(50, 50, word)]])
    assert _darkest(_drawn(_document(page)), page.words[0].box) < 128


def test_words_of_a_column_of_letters_are_drawn_with_one_width() -> None:
    size = 11.5 / 1.15
    narrow = Word(0, 4, Box(50, 50, 50 + 4 * 0.6 * size, 61.5), 0)
    page = Page(1, 200, 100, "iiii", (narrow,), (Line(0, 4, narrow.box),))
    picture = _drawn(_document(page))
    dark = [
        x
        for x in range(picture.width)
        if any(picture.getpixel((x, y))[0] < 128 for y in range(90, 125))  # type: ignore[index]
    ]
    assert max(dark) - min(dark) > 3 * 0.6 * size * _SCALE * 0.9


def test_code_stands_on_a_ground_of_its_own() -> None:
    page = _page([[(50, 50, "total")]], (Block("code", 0, 1),))
    assert _drawn(_document(page)).getpixel((int(300 * _SCALE), int(56 * _SCALE))) != _WHITE


def test_the_head_of_a_mail_stands_on_a_ground_and_other_headers_do_not() -> None:
    page = _page([[(50, 50, "From:"), (90, 50, "ada")]], (Block("header", 0, 1),))
    at = (int(300 * _SCALE), int(56 * _SCALE))
    assert _drawn(_document(page, "mail")).getpixel(at) != _WHITE
    assert _drawn(_document(page, "word")).getpixel(at) == _WHITE


def _table(header_rows: int = 1, *, stated: bool = True) -> tuple[Page, Table]:
    page = _page(
        [[(50, 50, "Item")], [(150, 50, "Net")], [(50, 63, "Ink")], [(150, 63, "7.00")]],
        (Block("table", 0, 4),),
    )
    cells = tuple(
        TableCell(index // 2, index % 2, "", 1, ((index, index + 1),)) for index in range(4)
    )
    return page, Table(cells, 2, 2, header_rows, stated=stated)


def test_a_stated_table_is_ruled_and_its_heading_shaded_but_no_line_crosses_a_word() -> None:
    page, table = _table()
    picture = _drawn(_document(page, "sheet", table))
    assert picture.getpixel((int(120 * _SCALE), int(55 * _SCALE))) != _WHITE
    assert picture.getpixel((int(120 * _SCALE), int(70 * _SCALE))) == _WHITE
    (rules,) = rules_of((table,), page)
    assert rules.head_words == {0, 1}
    for x0, y0, x1, y1 in rules.lines:
        for word in page.words:
            assert not (
                word.box.x0 < x1 and x0 < word.box.x1 and word.box.y0 < y1 and y0 < word.box.y1
            )


def test_a_table_that_was_only_found_gets_no_lines() -> None:
    page, table = _table(stated=False)
    assert rules_of((table,), page) == ()


def test_no_line_goes_through_a_cell_that_spans_others() -> None:
    page = _page([[(50, 50, "Both")], [(50, 63, "a")], [(150, 63, "b")]], (Block("table", 0, 3),))
    cells = (
        TableCell(0, 0, "Both", 1, ((0, 1),), 1, 2),
        TableCell(1, 0, "a", 1, ((1, 2),)),
        TableCell(1, 1, "b", 1, ((2, 3),)),
    )
    (rules,) = rules_of((Table(cells, 2, 2, stated=True),), page)
    upright = [line for line in rules.lines if line[0] == line[2] == 145]
    assert [(line[1], line[3]) for line in upright] == [(62.25, 75.25)]


def test_cells_that_name_words_that_are_not_there_do_no_harm() -> None:
    page, table = _table()
    wrong = (TableCell(0, 0, "", 1, ((0, 99),)), TableCell(1, 1, "", 1, ((5, 9),)))
    _drawn(_document(page, "sheet", Table((*table.cells, *wrong), 2, 2, 1, stated=True)))


def test_a_page_is_drawn_from_a_path_and_from_bytes_alike(tmp_path: Path) -> None:
    page = _page([[(50, 50, "Total")]])
    path = tmp_path / "a.txt"
    path.write_bytes(b"Total")
    one = page_picture(path, _document(page), 1, [], 1.0)
    assert one == page_picture(b"Total", _document(page), 1, [], 1.0)
