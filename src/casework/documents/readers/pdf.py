"""PDF by pdfium: the words of each page, what was filled in and remarked, what is hidden, and the
files that travel in it. Brings the parts together; each is found in a module of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from casework.base.errors import DocumentError
from casework.documents.layout import lay_out
from casework.documents.pdf.calls import address
from casework.documents.pdf.drawn import drawn_on, pictures_to_read
from casework.documents.pdf.files import files_in
from casework.documents.pdf.form import comments_shown, hidden_notes, with_fields
from casework.documents.pdf.hidden import hidden_words
from casework.documents.pdf.outline import with_headings
from casework.documents.pdf.pdfium import DAMAGED_FIX, frame_of, load_with_notes, opened
from casework.documents.pdf.state import judged, pages_named
from casework.documents.pdf.words import CONTROLS, words_on
from casework.documents.reading import Reading, Source, too_large
from casework.documents.repeat import mark_repeats
from casework.types.document import Page

if TYPE_CHECKING:
    import pypdfium2

READER = "pdf"
VERSION = "2"

_FACTS = {"Title": "title", "Author": "author", "Subject": "subject", "CreationDate": "created"}


class _Read(NamedTuple):
    """A page, whether a picture on it may hold more text, and annotations that carry files."""

    page: Page
    pictures: bool = False
    attached: tuple[int, ...] = ()


def read(source: Source) -> Reading:
    """The pages of a PDF. Raises `DocumentError` for one that is locked, damaged or too large."""
    with opened(source.data, source.password) as document:
        count = len(document)
        if count > source.limits.pages:
            raise too_large(f"The file has {count:,} pages; {source.limits.pages:,} are allowed.")
        found: list[_Read] = []
        damaged: list[int] = []
        letters = 0
        for index in range(count):
            source.check_time()
            read_page = _read_page(document, index)
            if read_page is None:
                damaged.append(index + 1)
                read_page = _Read(Page(index + 1, 595.0, 842.0, "", (), (), state="empty"))
            letters += len(read_page.page.text)
            if letters > source.limits.characters:
                raise too_large(f"Its text is longer than {source.limits.characters:,} characters.")
            found.append(read_page)
        if len(damaged) == count:
            raise DocumentError(
                "The PDF is damaged: none of its pages can be read.", fix=DAMAGED_FIX
            )
        pages = with_headings(document, mark_repeats([each.page for each in found]))
        carried = [(at, each.attached) for at, each in enumerate(found) if each.attached]
        files = files_in(document, carried, source.limits)
        facts = _facts(document) | files.facts
    notes = [f"Damaged and left out: {pages_named(damaged)}."] if damaged else []
    reading = judged(
        pages, reader=READER, version=VERSION, facts=facts, notes=(*notes, *files.notes)
    )
    pictures = tuple(each.page.number for each in found if each.pictures)
    return replace(reading, members=files.members, pictures=pictures)


def _read_page(document: pypdfium2.PdfDocument, index: int) -> _Read | None:
    """One page, or None when pdfium cannot load it."""
    import pypdfium2
    import pypdfium2.raw as raw

    try:
        page, notes = load_with_notes(document, index)
    except pypdfium2.PdfiumError:
        return None
    text_page = raw.FPDFText_LoadPage(page.raw)
    try:
        count = max(raw.FPDFText_CountChars(text_page), 0) if text_page else 0
        frame = frame_of(page.raw, text_page, count)
        width, height = frame.size
        objects = raw.FPDFPage_CountObjects(page.raw)
        drawn = drawn_on(address(page.raw), objects, width * height)
        found = words_on(text_page, count, frame)
        hidden, remarks = hidden_words(page, address(text_page), frame, found, drawn)
        words, aside = found.without(hidden)
        pictures = pictures_to_read(drawn, frame, [*words, *aside])
    finally:
        if text_page:
            raw.FPDFText_ClosePage(text_page)
        page.close()
    words = with_fields(words, notes.fields, frame)
    after = comments_shown(notes.comments, frame)
    label = document.get_page_label(index)
    made = lay_out(
        words,
        aside=aside,
        after=after,
        number=index + 1,
        width_pt=width,
        height_pt=height,
        label="" if label == str(index + 1) else label,
        state="read" if words or aside or after else "needs_ocr" if objects > 0 else "empty",
    )
    remarks += hidden_notes(notes)
    made = replace(made, remarks=tuple(remarks)) if remarks else made
    return _Read(made, bool(pictures and made.words), notes.attached)


def _facts(document: pypdfium2.PdfDocument) -> dict[str, str]:
    """What the file says about itself."""
    facts: dict[str, str] = {}
    for name, key in _FACTS.items():
        value = document.get_metadata_value(name).translate(CONTROLS).strip()
        if value:
            facts[key] = value[:500]
    return facts
