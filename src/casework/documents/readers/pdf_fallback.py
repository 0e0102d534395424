"""PDF by pdf_oxide, for files that pdfium cannot read. Knows nothing of reading order."""

from __future__ import annotations

from casework.base.errors import DocumentError
from casework.documents.compose import PlacedWord
from casework.documents.layout import lay_out
from casework.documents.pdf_state import judged
from casework.documents.pdfium import DAMAGED_FIX
from casework.documents.reading import Reading, Source, too_large
from casework.documents.repeat import mark_repeats
from casework.types.document import Page

READER = "pdf_oxide"
VERSION = "1"

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
    left, bottom, right, top = map(float, document.page_media_box(index))
    words: list[PlacedWord] = []
    for word in document.extract_words(index):
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
