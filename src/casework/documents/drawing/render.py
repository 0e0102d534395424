"""Pictures of pages with places marked. Pages of a PDF are drawn by pdfium, frames of a picture are
resized; pages that were typeset are drawn word by word. Runs in the worker: files are hostile.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.errors import DocumentError, NotFoundError
from casework.documents.drawing.marks import Mark, crop_of, marked
from casework.documents.drawing.typeset import PAPER, typeset_picture
from casework.types.document import Document, Page

if TYPE_CHECKING:
    from PIL.Image import Image

DRAWN_BY = 2
"""Raised when pictures come out otherwise, so that those that were kept are drawn anew."""
_MOST_PIXELS = 40_000_000
_ROUNDED_PX = 2
_PNG_EFFORT = 4
"""Of 9: beyond it a picture takes much longer and gets hardly smaller."""


def page_picture(
    source: Path | bytes,
    document: Document,
    page_number: int,
    marks: Sequence[Mark],
    scale: float,
    *,
    password: str = "",
    crop_margin_pt: float | None = None,
) -> bytes:
    """The page as PNG, `scale` pixels to a point, with translucent marks.

    With `crop_margin_pt` only the marked part with this margin around it. Raises `NotFoundError`
    when the document has no such page, `DocumentError` when it cannot be drawn.
    """
    page = page_of(document, page_number)
    scale = fitting(page, scale)
    picture = plain_page(source, document, page, scale, password=password)
    return png(_with_marks(picture, marks, scale, crop_margin_pt))


def page_tiles(
    source: Path | bytes,
    document: Document,
    page_number: int,
    scale: float,
    tile_px: int,
    *,
    password: str = "",
) -> list[bytes]:
    """The page cut into tiles as PNG, row after row; those at the right and below are smaller."""
    page = page_of(document, page_number)
    picture = plain_page(source, document, page, fitting(page, scale), password=password)
    return [
        png(picture.crop((x, y, min(x + tile_px, picture.width), min(y + tile_px, picture.height))))
        for y in range(0, picture.height, tile_px)
        for x in range(0, picture.width, tile_px)
    ]


def mark_picture(
    picture: bytes,
    marks: Sequence[Mark],
    scale: float,
    *,
    origin: tuple[int, int] = (0, 0),
    crop_margin_pt: float | None = None,
) -> bytes:
    """A PNG that was drawn without marks, with marks. `origin` is the pixel of the page that its
    upper left corner shows."""
    from PIL import Image

    with Image.open(io.BytesIO(picture), formats=["PNG"]) as opened:
        if origin != (0, 0):
            return png(marked(opened, marks, scale, origin))
        return png(_with_marks(opened, marks, scale, crop_margin_pt))


def page_of(document: Document, page_number: int) -> Page:
    """The page of this number; raises `NotFoundError`."""
    page = next((page for page in document.pages if page.number == page_number), None)
    if page is None:
        raise _no_page(document, page_number)
    return page


def _no_page(document: Document, page_number: int) -> NotFoundError:
    """Why there is no picture of a page: there are fewer, or none because nothing was read."""
    if not document.pages:
        told = "The document has no pages, because it was not read."
        return NotFoundError(told, fix=document.reason)
    count = len(document.pages)
    told = f"The document has no page {page_number}."
    return NotFoundError(told, fix=f"It has {count:,} page{'s' if count != 1 else ''}.")


def fitting(page: Page, scale: float) -> float:
    """This scale, or a smaller one where the picture would be too large."""
    pixels = max(page.width_pt * page.height_pt, 1.0) * scale * scale
    return scale * (_MOST_PIXELS / pixels) ** 0.5 if pixels > _MOST_PIXELS else scale


def plain_page(
    source: Path | bytes, document: Document, page: Page, scale: float, *, password: str = ""
) -> Image:
    """The page without marks, as many pixels as its size and scale say."""
    if document.reader == "image":
        return _picture_page(source, page, scale)
    if document.reader in ("pdf", "pdf_oxide"):
        return _exactly(_pdf_page(source, document, page, scale, password), page, scale)
    return typeset_picture(document, page, scale)


def _exactly(picture: Image, page: Page, scale: float) -> Image:
    """The picture in the size that its page says; a pixel too many is cut off."""
    from PIL import Image

    width, height = size_px(page, scale)
    if picture.size == (width, height):
        return picture
    if abs(picture.width - width) <= _ROUNDED_PX and abs(picture.height - height) <= _ROUNDED_PX:
        paper = Image.new("RGB", (width, height), PAPER)
        paper.paste(picture, (0, 0))
        return paper
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def size_px(page: Page, scale: float) -> tuple[int, int]:
    """How many pixels the picture of a page has."""
    return max(1, round(page.width_pt * scale)), max(1, round(page.height_pt * scale))


def png(picture: Image) -> bytes:
    """The picture as PNG; one that is all grey is kept as such, which is smaller."""
    target = io.BytesIO()
    (picture.convert("L") if _is_grey(picture) else picture).save(
        target, "PNG", compress_level=_PNG_EFFORT
    )
    return target.getvalue()


def _is_grey(picture: Image) -> bool:
    from PIL import ImageChops

    if picture.mode != "RGB":
        return False
    red, green, blue = picture.split()
    return all(
        ImageChops.difference(one, other).getextrema() == (0, 0)
        for one, other in ((red, green), (green, blue))
    )


def _with_marks(
    picture: Image, marks: Sequence[Mark], scale: float, crop_margin_pt: float | None
) -> Image:
    if not marks:
        return picture
    shown = marked(picture, marks, scale)
    if crop_margin_pt is None:
        return shown
    return shown.crop(crop_of(shown.size, marks, scale, crop_margin_pt))


def _bytes(source: Path | bytes) -> bytes:
    return source if isinstance(source, bytes) else source.read_bytes()


def _pdf_page(
    source: Path | bytes, document: Document, page: Page, scale: float, password: str
) -> Image:
    """A page of a PDF, turned as its words were turned when it was read."""
    import pypdfium2
    import pypdfium2.raw as raw

    from casework.documents.pdf.pdfium import frame_of, load_page, opened

    try:
        with opened(_bytes(source), password) as pdf:
            if page.number > len(pdf):
                raise DocumentError(f"Page {page.number} is not in the file any more.")
            drawn = load_page(pdf, page.number - 1)
            text_page = raw.FPDFText_LoadPage(drawn.raw)
            try:
                count = max(raw.FPDFText_CountChars(text_page), 0) if text_page else 0
                frame = frame_of(drawn.raw, text_page, count)
            finally:
                if text_page:
                    raw.FPDFText_ClosePage(text_page)
            turn = (90 * frame.spin + page.turned) % 360
            bitmap = drawn.render(scale=scale, rotation=turn, may_draw_forms=False)
            picture: Image = bitmap.to_pil()
            return picture.convert("RGB")
    except (DocumentError, pypdfium2.PdfiumError) as error:
        if document.reader == "pdf_oxide":
            return typeset_picture(document, page, scale)
        if isinstance(error, DocumentError):
            raise
        raise DocumentError(f"Page {page.number} is damaged and cannot be drawn.") from error


def _picture_page(source: Path | bytes, page: Page, scale: float) -> Image:
    """A frame of a picture at the size of its page."""
    from PIL import Image

    from casework.documents.drawing.pictures import frame_of_picture

    size = size_px(page, scale)
    frame = frame_of_picture(_bytes(source), page.number, longest_px=max(size))
    return _turned(frame, page.turned).resize(size, Image.Resampling.LANCZOS)


def _turned(picture: Image, clockwise: int) -> Image:
    """The picture turned by 0, 90, 180 or 270 degrees."""
    from PIL import Image

    turns = {
        90: Image.Transpose.ROTATE_270,  # Pillow turns against the clock
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }
    return picture.transpose(turns[clockwise]) if clockwise in turns else picture
