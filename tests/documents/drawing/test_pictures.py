"""Pictures: their pages, sizes and pixels, in every kind that people bring."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from casework.base.errors import DocumentError
from casework.documents.drawing.pictures import frame_of_picture
from casework.documents.reading import Limits
from tests.documents.samples import document, read


def _picture(mode: str = "RGB") -> Image.Image:
    """White, with a black mark in the upper left corner."""
    picture = Image.new("L", (300, 200), 255)
    picture.paste(0, (0, 0, 30, 20))
    return picture.convert(mode)


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP", "JPEG2000"])
def test_a_picture_of_every_kind_is_a_page_and_has_pixels(kind: str) -> None:
    data = _saved(_picture(), kind)
    found = document(data, "picture.bin")
    assert (found.state, len(found.pages)) == ("needs_ocr", 1)
    assert found.media_type.startswith("image/")
    frame = frame_of_picture(data, 1)
    assert (frame.mode, frame.size) == ("RGB", (300, 200))
    assert max(frame.getpixel((5, 5))) < 40  # type: ignore[arg-type]
    assert min(frame.getpixel((280, 180))) > 215  # type: ignore[arg-type]


def test_the_dots_per_inch_of_the_file_give_the_size_of_the_page() -> None:
    page = document(_saved(_picture(), "PNG", dpi=(200, 200)), "a.png").pages[0]
    assert (page.width_pt, page.height_pt) == pytest.approx((108, 72), abs=0.1)


def test_a_default_of_a_screen_is_no_statement() -> None:
    page = document(_saved(_picture(), "PNG", dpi=(72, 72)), "a.png").pages[0]
    assert (page.width_pt, page.height_pt) == (144, 96)


def test_a_fax_with_flat_dots_has_the_shape_of_its_paper() -> None:
    fax = _saved(_picture("1"), "TIFF", compression="group4", dpi=(204, 98))
    page = document(fax, "fax.tif").pages[0]
    assert (page.width_pt, page.height_pt) == pytest.approx((105.9, 146.9), abs=0.1)


def test_a_photo_that_was_held_sideways_is_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in ("JPEG", "TIFF"):
        data = _saved(_picture(), kind, exif=exif, dpi=(200, 100))
        page = document(data, "photo").pages[0]
        assert page.height_pt == pytest.approx(300 / (200 if kind == "JPEG" else 100) * 72, abs=0.1)
        frame = frame_of_picture(data, 1)
        assert frame.size == (200, 300)
        assert max(frame.getpixel((195, 5))) < 40  # type: ignore[arg-type]


def test_every_page_of_a_tiff_is_a_page() -> None:
    pages = [_picture("1"), _picture("1").resize((100, 100)), _picture("1")]
    data = _saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    found = document(data, "fax.tif")
    assert [page.number for page in found.pages] == [1, 2, 3]
    assert found.pages[1].width_pt < found.pages[0].width_pt
    assert frame_of_picture(data, 2).size == (100, 100)
    assert read(data, "fax.tif", Limits(pages=2)).document.state == "too_large"


def test_sixteen_bits_a_dot_are_brought_into_range() -> None:
    deep = Image.new("I;16", (300, 200), 4000)
    deep.paste(0, (0, 0, 30, 20))
    frame = frame_of_picture(_saved(deep, "PNG"), 1)
    assert (frame.getpixel((5, 5)), frame.getpixel((280, 180))) == ((0, 0, 0), (255, 255, 255))


def test_what_is_transparent_is_white() -> None:
    clear = _picture("RGBA")
    clear.putalpha(0)
    assert frame_of_picture(_saved(clear, "PNG"), 1).getpixel((5, 5)) == (255, 255, 255)


def test_a_photo_of_a_telephone_in_heic_is_refused_with_what_to_do() -> None:
    head = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
    found = document(head + b"\x00" * 100, "IMG_0001.HEIC")
    assert found.state == "unsupported"
    assert "HEIC" in found.reason
    assert "JPEG" in found.reason


def test_a_drawing_is_refused_with_what_to_do() -> None:
    drawing = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><text>a</text></svg>'
    found = document(drawing, "plan.svg")
    assert found.state == "unsupported"
    assert "print it to PDF" in found.reason


def test_a_damaged_picture_says_so() -> None:
    noise = Image.effect_noise((300, 200), 90)
    data = _saved(noise, "JPEG")
    assert document(data[:200], "a.jpg").state == "broken"
    with pytest.raises(DocumentError, match="damaged or incomplete"):
        frame_of_picture(data[: len(data) // 2], 1)


def test_a_picture_that_claims_too_many_pixels_is_refused_unread() -> None:
    huge = Image.new("1", (20_000, 20_000))
    found = document(_saved(huge, "PNG"), "a.png")
    assert found.state == "too_large"
    assert "million pixels" in found.reason
