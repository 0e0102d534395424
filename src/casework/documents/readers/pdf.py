"""PDF by pdfium: text in bulk, boxes at the first and last character of each word.

Character boxes are the loose ones (as high as the font, as wide as the advance): the tight ones
part words between narrow letters. Knows nothing of reading order.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.base.errors import DocumentError
from casework.documents.compose import PlacedWord
from casework.documents.layout import lay_out
from casework.documents.pdf_state import judged, pages_named
from casework.documents.pdfium import DAMAGED_FIX, Frame, frame_of, load_page, opened, quarters
from casework.documents.reading import Reading, Source, too_large
from casework.documents.repeat import mark_repeats
from casework.types.document import Page

if TYPE_CHECKING:
    import pypdfium2

READER = "pdf"
VERSION = "1"

_WORD = re.compile(r"\S+")
_HYPHEN = "\ufffe"  # pdfium's sign, for a hyphen at the end of a line or piece
_CONTROLS = dict.fromkeys([*range(0x7F, 0xA0), 0xAD, 0xFEFF, 0xFFFF, *range(32)])
_NOT_SHOWN = _CONTROLS | {32: None}
_SMALLEST_PT = 0.5
_TOUCHING = 0.06  # of the height: a gap that is none
_LINE_JUMP = 0.6  # of the height by which a letter of the same word may stand higher
_WORD_SPREAD = 2.5  # widths per letter, in heights, beyond which a word is looked at closely
_JUNK_SHARE = 0.4
_JUNK = re.compile("[\ufffd\ue000-\uefff\x00-\x08\x0e-\x1f]")
_FACTS = {"Title": "title", "Author": "author", "Subject": "subject", "CreationDate": "created"}

_Span = tuple[int, int, float, float, float, float]


def read(source: Source) -> Reading:
    """The pages of a PDF. Raises `DocumentError` for one that is locked, damaged or too large."""
    with opened(source.data, source.password) as document:
        count = len(document)
        if count > source.limits.pages:
            raise too_large(f"The file has {count:,} pages; {source.limits.pages:,} are allowed.")
        pages: list[Page] = []
        damaged: list[int] = []
        letters = 0
        for index in range(count):
            source.check_time()
            page = _read_page(document, index)
            if page is None:
                damaged.append(index + 1)
                page = Page(index + 1, 595.0, 842.0, "", (), (), state="empty")
            letters += len(page.text)
            if letters > source.limits.characters:
                raise too_large(f"Its text is longer than {source.limits.characters:,} characters.")
            pages.append(page)
        if len(damaged) == count:
            raise DocumentError(
                "The PDF is damaged: none of its pages can be read.", fix=DAMAGED_FIX
            )
        facts = _facts(document)
    notes = (f"Damaged and left out: {pages_named(damaged)}.",) if damaged else ()
    return judged(mark_repeats(pages), reader=READER, version=VERSION, facts=facts, notes=notes)


def _read_page(document: pypdfium2.PdfDocument, index: int) -> Page | None:
    """One page, or None when pdfium cannot load it."""
    import pypdfium2
    import pypdfium2.raw as raw

    try:
        page = load_page(document, index)
    except pypdfium2.PdfiumError:
        return None
    text_page = raw.FPDFText_LoadPage(page.raw)
    try:
        count = max(raw.FPDFText_CountChars(text_page), 0) if text_page else 0
        frame = frame_of(page.raw, text_page, count)
        words, aside = _words(text_page, count, frame)
        width, height = frame.size
        label = document.get_page_label(index)
        drawn = raw.FPDFPage_CountObjects(page.raw) > 0
        return lay_out(
            words,
            aside=aside,
            number=index + 1,
            width_pt=width,
            height_pt=height,
            label="" if label == str(index + 1) else label,
            state="read" if words or aside else "needs_ocr" if drawn else "empty",
        )
    finally:
        if text_page:
            raw.FPDFText_ClosePage(text_page)
        page.close()


def _words(
    text_page: object, count: int, frame: Frame
) -> tuple[list[PlacedWord], list[PlacedWord]]:
    """Words in the order of the file, and those that run in another direction."""
    if not count:
        return [], []
    text, at = _text(text_page, count)
    if len(_JUNK.findall(text)) > _JUNK_SHARE * len(text):
        return [], []
    spans = _joined(text_page, text, at, _spans(text_page, text, at))
    width, height = frame.size
    upright = [-frame.turn % 4]
    words: list[PlacedWord] = []
    aside: list[PlacedWord] = []
    for start, end, a, b, c, d in spans:
        x0, y0, x1, y1 = frame.place(a, b, c, d)
        shown = text[start:end]
        if not shown.isprintable():
            shown = shown.replace(_HYPHEN, "-").translate(_NOT_SHOWN)
        if not (shown and x1 >= 0 and y1 >= 0 and x0 <= width and y0 <= height):
            continue  # outside of the page, or nowhere (not a number)
        if x0 < 0 or y0 < 0 or x1 > width or y1 > height:
            x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)
        if y1 - y0 < _SMALLEST_PT or x1 - x0 < _SMALLEST_PT:
            x1, y1 = max(x1, x0 + _SMALLEST_PT), max(y1, y0 + _SMALLEST_PT)
        # Hundredths of a point; `round` costs twice as much.
        word = (
            int(x0 * 100 + 0.5) / 100,
            int(y0 * 100 + 0.5) / 100,
            int(x1 * 100 + 0.5) / 100,
            int(y1 * 100 + 0.5) / 100,
            shown,
        )
        if frame.mixed and quarters(text_page, (at[start],)) not in (upright, []):
            aside.append(word)
        else:
            words.append(word)
    return words, aside


def _text(text_page: object, count: int) -> tuple[str, Sequence[int]]:
    """The text of the page and, for each code point, the index of its character.

    Text in bulk; where pdfium left characters out or wrote them as surrogate pairs the indexes
    do not agree, and the characters are taken one by one.
    """
    import pypdfium2.raw as raw

    buffer = ctypes.create_string_buffer(4 * count + 4)
    pointer = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    units = max(raw.FPDFText_GetText(text_page, 0, count, pointer) - 1, 0)
    text = buffer.raw[: 2 * units].decode("utf-16-le", "replace")
    if len(text) == count:
        return text, range(count)
    letters: list[str] = []
    at: list[int] = []
    high = 0
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text_page, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        high = 0
        if 0 < code < 0x110000:
            letters.append(_HYPHEN if code == 2 else chr(code))
            at.append(index)
    return "".join(letters), at


def _spans(text_page: object, text: str, at: Sequence[int]) -> list[_Span]:
    """Every run without blanks with its box; as several where it jumps on the page."""
    import pypdfium2.raw as raw

    rect = raw.FS_RECTF()
    here = ctypes.byref(rect)
    loose_box = raw.FPDFText_GetLooseCharBox
    spans: list[_Span] = []
    for found in _WORD.finditer(text):
        start, end = found.span()
        loose_box(text_page, at[start], here)
        a, b, c, d = rect.left, rect.bottom, rect.right, rect.top
        if end - start == 1:
            spans.append((start, end, a, b, c, d))
            continue
        loose_box(text_page, at[end - 1], here)
        e, f, g, h = rect.left, rect.bottom, rect.right, rect.top
        if b == f and d == h and a < e and g - a < _WORD_SPREAD * (d - b) * (end - start):
            # The common case: one level line of type.
            if _HYPHEN not in found[0]:
                spans.append((start, end, a, b, g, d))
                continue
        elif not _jumps((a, b, c, d), (e, f, g, h), end - start) and _HYPHEN not in found[0]:
            spans.append((start, end, min(a, e), min(b, f), max(c, g), max(d, h)))
            continue
        spans += _split_spans(text_page, at, start, end)
    return spans


def _jumps(
    first: tuple[float, float, float, float], last: tuple[float, float, float, float], letters: int
) -> bool:
    """Whether a run with these boxes at its ends cannot be one word in one place."""
    size = max(first[3] - first[1], first[2] - first[0], 0.1)
    across, along = abs(last[0] - first[0]), abs(last[1] - first[1])
    if max(across, along) > _WORD_SPREAD * size * letters:
        return True
    return along > _LINE_JUMP * size and across > _LINE_JUMP * size


def _split_spans(text_page: object, at: Sequence[int], start: int, end: int) -> list[_Span]:
    """The run, character by character, parted where the next one stands elsewhere."""
    import pypdfium2.raw as raw

    rect = raw.FS_RECTF()
    here = ctypes.byref(rect)
    spans: list[_Span] = []
    for index in range(start, end):
        raw.FPDFText_GetLooseCharBox(text_page, at[index], here)
        box = (rect.left, rect.bottom, rect.right, rect.top)
        if spans:
            first, _, a, b, c, d = spans[-1]
            size = max(min(d - b, c - a), box[3] - box[1], 0.1)
            apart = max(box[0] - c, a - box[2]), max(box[1] - d, b - box[3])
            stepped = abs(box[1] - b) > _LINE_JUMP * size and abs(box[0] - a) > _LINE_JUMP * size
            if max(apart) < size and not (stepped and apart[1] > -_LINE_JUMP * size / 2):
                spans[-1] = (
                    first,
                    index + 1,
                    min(a, box[0]),
                    min(b, box[1]),
                    max(c, box[2]),
                    max(d, box[3]),
                )
                continue
        spans.append((index, index + 1, *box))
    return spans


def _joined(text_page: object, text: str, at: Sequence[int], spans: list[_Span]) -> list[_Span]:
    """Spans with parts of a number put together that touch although pdfium put a blank there."""
    import pypdfium2.raw as raw

    joined: list[_Span] = []
    for span in spans:
        start, end, a, b, c, d = span
        if joined:
            first, last, e, f, g, h = joined[-1]
            if (
                start == last + 1
                and text[start].isdigit()
                and text[last - 1].isdigit()
                and abs(a - g) < _TOUCHING * (d - b)
                and abs(b - f) < _TOUCHING * (d - b)
                and raw.FPDFText_IsGenerated(text_page, at[last]) == 1
            ):
                joined[-1] = (first, end, min(a, e), min(b, f), max(c, g), max(d, h))
                continue
        joined.append(span)
    return joined


def _facts(document: pypdfium2.PdfDocument) -> dict[str, str]:
    """What the file says about itself."""
    facts: dict[str, str] = {}
    for name, key in _FACTS.items():
        value = document.get_metadata_value(name).translate(_CONTROLS).strip()
        if value:
            facts[key] = value[:500]
    return facts
