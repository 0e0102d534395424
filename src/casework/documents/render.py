"""Pictures of pages with places marked. PDF pages are drawn by pdfium; pages that were typeset are
drawn word by word at the very boxes that their words have, in pdfium's own Helvetica, so letters
outside Western European scripts may be missing from their pictures (never from the text).
"""

from __future__ import annotations

import ctypes
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from casework.base.errors import DocumentError, NotFoundError
from casework.types.document import Box, Document, Page

if TYPE_CHECKING:
    from PIL.Image import Image

Voice = Literal["value", "context", "conflict", "person"]


class Mark(NamedTuple):
    """A place to be marked; the voice says what for and gives the colour."""

    box: Box
    voice: Voice = "value"


_COLOURS: dict[str, tuple[int, int, int]] = {
    "value": (245, 166, 35),  # amber
    "context": (74, 144, 226),  # blue
    "conflict": (176, 38, 29),  # red
    "person": (10, 110, 94),  # green
}
_FILL_ALPHA = 80
_PADDING_PT = 1.5
_MOST_PIXELS = 40_000_000
_ASCENT = 0.78  # of the height of a typeset box, from its top to the base line
_BOX_HEIGHT = 1.15  # of the size of the letters


def page_picture(
    path: Path,
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
    page = next((page for page in document.pages if page.number == page_number), None)
    if page is None:
        raise NotFoundError(f"The document has no page {page_number}.")
    pixels = max(page.width_pt * page.height_pt, 1.0) * scale * scale
    if pixels > _MOST_PIXELS:
        scale *= (_MOST_PIXELS / pixels) ** 0.5
    if document.reader == "image":
        picture = _picture_page(path, page, scale)
    elif document.reader in ("pdf", "pdf_oxide"):
        picture = _pdf_page(path, document, page, scale, password)
    else:
        picture = _typeset_page(page, scale)
    picture = _marked(picture, marks, scale)
    if crop_margin_pt is not None and marks:
        picture = picture.crop(_crop(picture, marks, scale, crop_margin_pt))
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def _pdf_page(path: Path, document: Document, page: Page, scale: float, password: str) -> Image:
    """A page of a PDF, turned as its words were turned when it was read."""
    import pypdfium2
    import pypdfium2.raw as raw

    from casework.documents.pdfium import frame_of, load_page, opened

    try:
        with opened(path.read_bytes(), password) as pdf:
            if page.number > len(pdf):
                raise DocumentError(f"Page {page.number} is not in the file any more.")
            source = load_page(pdf, page.number - 1)
            text_page = raw.FPDFText_LoadPage(source.raw)
            try:
                count = max(raw.FPDFText_CountChars(text_page), 0) if text_page else 0
                frame = frame_of(source.raw, text_page, count)
            finally:
                if text_page:
                    raw.FPDFText_ClosePage(text_page)
            bitmap = source.render(scale=scale, rotation=90 * frame.spin, may_draw_forms=False)
            picture: Image = bitmap.to_pil()
            return picture.convert("RGB")
    except (DocumentError, pypdfium2.PdfiumError) as error:
        if document.reader == "pdf_oxide":
            return _typeset_page(page, scale)
        if isinstance(error, DocumentError):
            raise
        raise DocumentError(f"Page {page.number} is damaged and cannot be drawn.") from error


def _picture_page(path: Path, page: Page, scale: float) -> Image:
    """A frame of a picture at the size of its page."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            if page.number > 1:
                picture.seek(page.number - 1)
            size = (max(1, round(page.width_pt * scale)), max(1, round(page.height_pt * scale)))
            picture.draft("RGB", size)
            return picture.convert("RGB").resize(size)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, EOFError) as error:
        raise DocumentError("The picture is damaged or too large to be shown.") from error


def _typeset_page(page: Page, scale: float) -> Image:
    """A page drawn from its words alone."""
    import pypdfium2

    pdf = pypdfium2.PdfDocument.new()
    try:
        canvas = pdf.new_page(page.width_pt, page.height_pt)
        headings = {
            line
            for block in page.blocks
            if block.kind == "heading"
            for line in range(block.first_line, block.end_line)
        }
        for word in page.words:
            font = b"Helvetica-Bold" if word.line in headings else b"Helvetica"
            _draw_word(pdf, canvas, page.text[word.start : word.end], word.box, font)
        canvas.gen_content()
        picture: Image = canvas.render(scale=scale).to_pil()
        return picture.convert("RGB")
    finally:
        pdf.close()


def _draw_word(pdf: object, canvas: object, text: str, box: Box, font: bytes) -> None:
    """Put a word into its box, squeezed where it is too wide."""
    import pypdfium2
    import pypdfium2.raw as raw

    assert isinstance(pdf, pypdfium2.PdfDocument)
    assert isinstance(canvas, pypdfium2.PdfPage)
    size = max((box.y1 - box.y0) / _BOX_HEIGHT, 0.5)
    drawn = raw.FPDFPageObj_NewTextObj(pdf.raw, font, size)
    letters = ctypes.create_string_buffer((text + "\0").encode("utf-16-le", "replace"))
    raw.FPDFText_SetText(drawn, ctypes.cast(letters, ctypes.POINTER(ctypes.c_ushort)))
    edges = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(drawn, *(ctypes.byref(edge) for edge in edges))
    natural = edges[2].value - edges[0].value
    stretch = min((box.x1 - box.x0) / natural, 1.0) if natural > 0.1 else 1.0
    base = canvas.get_height() - box.y0 - _ASCENT * (box.y1 - box.y0)
    raw.FPDFPageObj_Transform(drawn, stretch, 0, 0, 1, box.x0, base)
    raw.FPDFPage_InsertObject(canvas.raw, drawn)


def _marked(picture: Image, marks: Sequence[Mark], scale: float) -> Image:
    """The picture with the marks laid over it."""
    if not marks:
        return picture
    from PIL import Image, ImageDraw

    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    for mark in marks:
        colour = _COLOURS.get(mark.voice, _COLOURS["value"])
        draw.rectangle(
            _pixels(mark.box, scale),
            fill=(*colour, _FILL_ALPHA),
            outline=(*colour, 255),
            width=max(1, round(scale * 0.75)),
        )
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def _pixels(box: Box, scale: float) -> tuple[float, float, float, float]:
    pad = _PADDING_PT
    left, top = (box.x0 - pad) * scale, (box.y0 - pad) * scale
    return left, top, max(left, (box.x1 + pad) * scale), max(top, (box.y1 + pad) * scale)


def _crop(
    picture: Image, marks: Sequence[Mark], scale: float, margin_pt: float
) -> tuple[int, int, int, int]:
    """The part of the picture around all marks; never empty."""
    left = int(max(0, (min(mark.box.x0 for mark in marks) - margin_pt) * scale))
    top = int(max(0, (min(mark.box.y0 for mark in marks) - margin_pt) * scale))
    right = int(min(picture.width, (max(mark.box.x1 for mark in marks) + margin_pt) * scale))
    bottom = int(min(picture.height, (max(mark.box.y1 for mark in marks) + margin_pt) * scale))
    left, top = min(left, picture.width - 1), min(top, picture.height - 1)
    return left, top, max(right, left + 1), max(bottom, top + 1)
