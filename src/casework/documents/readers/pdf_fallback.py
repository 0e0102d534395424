"""PDF by pdf_oxide, for files that pdfium cannot read. Knows nothing of reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.base.errors import DocumentError
from casework.documents.compose import PlacedWord
from casework.documents.layout import lay_out
from casework.documents.pdf.pdfium import DAMAGED_FIX
from casework.documents.pdf.state import judged
from casework.documents.reading import Reading, Source, too_large
from casework.documents.repeat import mark_repeats
from casework.types.document import Page

if TYPE_CHECKING:
    import pdf_oxide

READER = "pdf_oxide"
VERSION = "1"

_SMALLEST_PT, _LARGEST_PT = 0.1, 14_400.0
_ASCENT = 0.8  # of the font size above the base line, on which pdf_oxide puts its boxes


def read(source: Source) -> Reading:
    """The pages of a PDF. Raises `DocumentError` for one that is damaged or too large."""
    import pdf_oxide

    document = pdf_oxide.PdfDocument.from_bytes(source.data)
    count = document.page_count()
    if count > source.limits.pages:
        raise too_large(f"The file has {count:,} pages; {source.limits.pages:,} are allowed.")
    pages: list[Page] = []
    for index in range(count):
        source.check_time()
        pages.append(_page(document, index))
    if not any(page.words for page in pages):
        raise DocumentError("The PDF is damaged: no text can be read in it.", fix=DAMAGED_FIX)
    note = "The file is damaged; it was read by the second reader, so text may be missing."
    return judged(mark_repeats(pages), reader=READER, version=VERSION, facts={}, notes=(note,))


def _page(document: object, index: int) -> Page:
    import pdf_oxide

    assert isinstance(document, pdf_oxide.PdfDocument)
    found = document.extract_words(index)  # first: it refuses what kills the question after it
    left, bottom, right, top = _edges(document, index)
    words: list[PlacedWord] = []
    for word in found:
        x, y, width, height = word.bbox
        y0 = top - y - height * _ASCENT
        text = "".join(word.text.split())
        if text:
            words.append(
                (
                    round(x - left, 2),
                    round(y0, 2),
                    round(x - left + max(width, 0.5), 2),
                    round(y0 + max(height, 0.5), 2),
                    text,
                )
            )
    return lay_out(
        words,
        number=index + 1,
        width_pt=right - left,
        height_pt=top - bottom,
        state="read" if words else "needs_ocr",
    )


def _edges(document: pdf_oxide.PdfDocument, index: int) -> tuple[float, float, float, float]:
    """The edges of a page in PDF space; those of A4 when it states none that make sense."""
    left, bottom, right, top = map(float, document.page_media_box(index))
    wide, high = right - left, top - bottom
    if not (_SMALLEST_PT < wide < _LARGEST_PT and _SMALLEST_PT < high < _LARGEST_PT):
        return 0.0, 0.0, 595.0, 842.0
    return left, bottom, right, top
