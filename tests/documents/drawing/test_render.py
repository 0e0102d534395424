"""Pictures of pages: the marks stand on the words they mark."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from casework.base.errors import NotFoundError
from casework.documents.drawing.marks import Mark
from casework.documents.drawing.render import page_picture
from casework.documents.open import open_document
from casework.documents.reading import Limits
from casework.types.document import Box, Document
from casework.types.ocr import Turn
from tests.documents.samples import pdf, xlsx

_SCALE = 2.0


def _stored(folder: Path, name: str, data: bytes) -> tuple[Path, Document]:
    path = folder / name
    path.write_bytes(data)
    return path, open_document(path, name, Limits()).document


def _picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("L")


def _ink(picture: Image.Image, box: Box) -> float:
    """The share of dark pixels in a box."""
    part = picture.crop(tuple(round(edge * _SCALE) for edge in box))  # type: ignore[arg-type]
    levels = part.histogram()
    return sum(levels[:128]) / max(sum(levels), 1)


def _check_ink(path: Path, document: Document) -> None:
    """Every word has ink in its box, and all ink stands in the boxes of words."""
    from PIL import ImageDraw

    page = document.pages[0]
    picture = _picture(page_picture(path, document, 1, [], _SCALE))
    draw = ImageDraw.Draw(picture)
    for word in page.words:
        assert _ink(picture, word.box) > 0.02
    for word in page.words:
        draw.rectangle(
            [(edge + pad) * _SCALE for edge, pad in zip(word.box, (-2, -2, 2, 2), strict=True)],
            fill=255,
        )
    assert sum(picture.histogram()[:128]) == 0


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_words_of_a_pdf_stand_where_the_picture_shows_them(tmp_path: Path, rotate: int) -> None:
    rows = [(72.0, 100.0, "Invoice number 4711"), (72.0, 300.0, "Total")]
    data = (
        pdf([rows], size=(600, 400), rotate=rotate)
        if rotate % 180 == 0
        else pdf([rows], size=(600, 600), rotate=rotate)
    )
    _check_ink(*_stored(tmp_path, "a.pdf", data))


def test_words_of_a_turned_text_layer_stand_where_the_picture_shows_them(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    canvas.translate(200, 100)
    canvas.rotate(90)
    canvas.drawString(0, 0, "Contract number 1511145")
    canvas.save()
    path, found = _stored(tmp_path, "turned.pdf", target.getvalue())
    assert found.pages[0].width_pt == 842
    _check_ink(path, found)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", "Grüße an Müller\n\nsum: 12 EUR".encode()),
        ("a.md", b"# Heading\n\nText and more text.\n"),
        ("a.xlsx", xlsx()),
        ("a.csv", b"a,b\nlonger text here,2\n"),
    ],
)
def test_words_of_typeset_formats_are_drawn_in_their_boxes(
    tmp_path: Path, name: str, data: bytes
) -> None:
    _check_ink(*_stored(tmp_path, name, data))


def test_a_mark_colours_its_box_and_nothing_else(tmp_path: Path) -> None:
    path, found = _stored(tmp_path, "a.pdf", pdf([[(72, 100, "Total 12")]], size=(400, 300)))
    box = found.pages[0].words[0].box
    plain = Image.open(io.BytesIO(page_picture(path, found, 1, [], _SCALE)))
    marked = Image.open(io.BytesIO(page_picture(path, found, 1, [Mark(box)], _SCALE)))
    from PIL import ImageChops

    changed = ImageChops.difference(plain.convert("RGB"), marked.convert("RGB")).getbbox()
    assert changed is not None
    expected = [box.x0 - 1.5, box.y0 - 1.5, box.x1 + 1.5, box.y1 + 1.5]
    assert all(
        abs(edge / _SCALE - wanted) < 1 for edge, wanted in zip(changed, expected, strict=True)
    )


def test_a_crop_shows_the_marks_with_a_margin(tmp_path: Path) -> None:
    path, found = _stored(tmp_path, "a.pdf", pdf([[(72, 100, "Total 12")]]))
    box = found.pages[0].words[0].box
    data = page_picture(path, found, 1, [Mark(box)], _SCALE, crop_margin_pt=20)
    width, height = Image.open(io.BytesIO(data)).size
    assert width == pytest.approx((box.x1 - box.x0 + 40) * _SCALE, abs=2)
    assert height == pytest.approx((box.y1 - box.y0 + 40) * _SCALE, abs=2)


def test_a_page_that_does_not_exist_is_not_found(tmp_path: Path) -> None:
    path, found = _stored(tmp_path, "a.txt", b"one page")
    with pytest.raises(NotFoundError):
        page_picture(path, found, 2, [], 1.0)


def test_a_picture_is_shown_on_its_page(tmp_path: Path) -> None:
    target = io.BytesIO()
    Image.new("RGB", (300, 150), "navy").save(target, "PNG")
    path, found = _stored(tmp_path, "photo.png", target.getvalue())
    shown = Image.open(io.BytesIO(page_picture(path, found, 1, [], 1.0)))
    assert shown.size == (144, 72)
    assert shown.getpixel((10, 10)) == (0, 0, 128)


@pytest.mark.parametrize(
    ("turned", "dark"), [(0, "left"), (90, "top"), (180, "right"), (270, "bottom")]
)
def test_a_page_that_recognition_turned_is_drawn_as_it_was_turned(
    tmp_path: Path, turned: Turn, dark: str
) -> None:
    picture = Image.new("RGB", (300, 150), "white")
    picture.paste((0, 0, 128), (0, 0, 150, 150))
    target = io.BytesIO()
    picture.save(target, "PNG")
    path, found = _stored(tmp_path, "photo.png", target.getvalue())
    upright = replace(found.pages[0], turned=turned)
    if turned % 180:
        upright = replace(upright, width_pt=upright.height_pt, height_pt=upright.width_pt)
    drawn = _picture(page_picture(path, replace(found, pages=(upright,)), 1, [], 1.0))
    width, height = drawn.size
    assert (width > height) == (turned % 180 == 0)
    middles = {
        "left": (5, height // 2),
        "top": (width // 2, 5),
        "right": (width - 5, height // 2),
        "bottom": (width // 2, height - 5),
    }
    levels = {side: drawn.getpixel(at) for side, at in middles.items()}
    assert min(levels, key=lambda side: levels[side]) == dark  # type: ignore[arg-type, return-value]
