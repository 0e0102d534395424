"""Pictures of pages, or of the parts of them that need recognition, as an engine wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from casework.base.errors import DocumentError
from casework.documents.compose import PlacedWord
from casework.documents.pdf.state import MEDIA_TYPE as PDF
from casework.types.document import Box, Document, Page

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_PX: Final = 3200
"""The longer side of a picture that an engine is given."""
_SCALE: Final = 200.0 / 72  # pixels a point: 200 dots per inch
_LEAST_PX: Final = 8


class Shot(NamedTuple):
    """A picture of a page or of a part of it: pixels a point across and down, and the place of its
    upper left corner on the page."""

    picture: Image
    across: float
    down: float
    left: float = 0.0
    top: float = 0.0


def page_shots(data: bytes, document: Document, page: Page, password: str) -> list[Shot]:
    """What is to be read on a page: all of it, or where it has words the pictures beside them."""
    if document.media_type == PDF:
        return _of_pdf(data, page, password)
    return [_of_picture(data, page)]


def _of_picture(data: bytes, page: Page) -> Shot:
    """A page of a picture file. Faxes have twice as many dots across as down: they are stretched,
    because letters are learnt as people see them."""
    from casework.documents.drawing.pictures import frame_of_picture

    picture = frame_of_picture(data, page.number, longest_px=LONGEST_PX)
    across, down = picture.width / page.width_pt, picture.height / page.height_pt
    finest = max(across, down)
    share = min(1.0, LONGEST_PX / (finest * max(page.width_pt, page.height_pt)))
    width = max(_LEAST_PX, round(page.width_pt * finest * share))
    height = max(_LEAST_PX, round(page.height_pt * finest * share))
    if (width, height) != picture.size:
        picture = picture.resize((width, height))
    return Shot(picture, width / page.width_pt, height / page.height_pt)


def _of_pdf(data: bytes, page: Page, password: str) -> list[Shot]:
    """A page of a PDF, drawn as people see it."""
    import pypdfium2.raw as raw

    from casework.documents.pdf.calls import address
    from casework.documents.pdf.drawn import drawn_on, pictures_to_read
    from casework.documents.pdf.pdfium import frame_of, load_page, opened

    with opened(data, password) as document:
        if page.number > len(document):
            raise DocumentError(f"Page {page.number} is not in the file any more.")
        source = load_page(document, page.number - 1)
        text_page = raw.FPDFText_LoadPage(source.raw)
        count = max(raw.FPDFText_CountChars(text_page), 0) if text_page else 0
        frame = frame_of(source.raw, text_page, count)
        width, height = frame.size
        regions: list[Box] = []
        if page.words:
            objects = raw.FPDFPage_CountObjects(source.raw)
            drawn = drawn_on(address(source.raw), objects, width * height)
            regions = pictures_to_read(drawn, frame, placed_words(page))
        if text_page:
            raw.FPDFText_ClosePage(text_page)
        if page.words and not regions:
            return []
        scale = min(_SCALE, LONGEST_PX / max(width, height, 1.0))
        bitmap = source.render(scale=scale, rotation=90 * frame.spin, may_draw_forms=False)
        picture: Image = bitmap.to_pil().convert("RGB")
        across, down = picture.width / max(width, 1.0), picture.height / max(height, 1.0)
        if not page.words:
            return [Shot(picture, across, down)]
        return [_part(picture, box, across, down) for box in regions]


def _part(picture: Image, box: Box, across: float, down: float) -> Shot:
    left, top = int(box.x0 * across), int(box.y0 * down)
    right = max(round(box.x1 * across), left + _LEAST_PX)
    bottom = max(round(box.y1 * down), top + _LEAST_PX)
    cut = picture.crop((left, top, right, bottom))
    return Shot(cut, across, down, left / across, top / down)


def placed_words(page: Page) -> list[PlacedWord]:
    """The words of a page as they were before it was composed."""
    return [(*word.box, page.text[word.start : word.end]) for word in page.words]
