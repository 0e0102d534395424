"""What reading and drawing of PDF pages share: opening a file, what was filled in, which way is up.

The words of a page and its picture must agree on the direction, so both ask here. Coordinates
go from PDF space (origin bottom left, page unrotated) to ours (origin top left, text upright).
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from casework.base.errors import DocumentError
from casework.documents.pdf.calls import address, calls, ready
from casework.documents.pdf.notes import NO_NOTES, PageNotes, notes_on

if TYPE_CHECKING:
    import pypdfium2

PASSWORD_REASON = "The file is protected by a password."
PASSWORD_FIX = "Give the password, or save a copy without it."
DAMAGED_FIX = "Save it anew from the program that made it, or print it to a new PDF."
_ANGLES_SAMPLED = 40
_MIXED_SHARE = 0.98
_USUAL_PT = (595.0, 842.0)  # A4, for pages that have no size
_SMALLEST_PT = 0.1
_TEXT_LARGEST_PT = 14_400.0  # the largest page that PDF allows (ISO 32000-1, annex C)


class Frame(NamedTuple):
    """The visible rectangle of a page in PDF space, and by how many quarters clockwise it is
    turned so that its text is upright. `spin` is the part of it that the page does not state."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int
    spin: int
    mixed: bool

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as shown."""
        wide, high = self.right - self.left, self.top - self.bottom
        return (high, wide) if self.turn % 2 else (wide, high)

    def place(
        self, x0: float, y0: float, x1: float, y1: float
    ) -> tuple[float, float, float, float]:
        """A rectangle of PDF space (any two corners) as left, top, right, bottom as shown."""
        if self.turn == 0:
            a, b, c, d = x0 - self.left, self.top - y0, x1 - self.left, self.top - y1
        elif self.turn == 1:
            a, b, c, d = y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left
        elif self.turn == 2:
            a, b, c, d = self.right - x0, y0 - self.bottom, self.right - x1, y1 - self.bottom
        else:
            a, b, c, d = self.top - y0, self.right - x0, self.top - y1, self.right - x1
        return (a if a < c else c, b if b < d else d, c if a < c else a, d if b < d else b)


@contextmanager
def opened(data: bytes, password: str) -> Iterator[pypdfium2.PdfDocument]:
    """The PDF while the context lasts. Raises `DocumentError` when it needs a password, or with
    code `document.broken` when pdfium cannot read it."""
    import pypdfium2
    import pypdfium2.raw as raw

    try:
        document = pypdfium2.PdfDocument(data, password=password or None)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            said = "The password does not open the file." if password else PASSWORD_REASON
            raise DocumentError(said, state="password", fix=PASSWORD_FIX) from error
        raise DocumentError(
            "The PDF is damaged: its structure cannot be read.", fix=DAMAGED_FIX
        ) from error
    try:
        if document.get_formtype() != raw.FORMTYPE_NONE:
            document.init_forms()
        yield document
    finally:
        document.close()


def load_page(document: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage:
    """A page with what people filled into its form and wrote on it drawn into it, so that it counts
    as text."""
    return load_with_notes(document, index)[0]


def load_with_notes(
    document: pypdfium2.PdfDocument, index: int
) -> tuple[pypdfium2.PdfPage, PageNotes]:
    """The page as `load_page` gives it, with the fields and comments that were on it."""
    import pypdfium2.raw as raw

    page = document[index]
    count = raw.FPDFPage_GetAnnotCount(page.raw)
    if count <= 0:
        return page, NO_NOTES
    notes = notes_on(document, page, count)
    if notes.drawn and raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY) == (
        raw.FLATTEN_SUCCESS
    ):
        page.close()
        page = document[index]
    return page, notes


def frame_of(page: object, text_page: object, count: int) -> Frame:
    """The frame of a page by its raw handles; `count` is its number of characters.

    The direction is voted by a sample of characters, because scans often carry a text layer that
    is turned against the page.
    """
    import pypdfium2.raw as raw

    rect = raw.FS_RECTF()
    if not raw.FPDF_GetPageBoundingBox(page, ctypes.byref(rect)):
        rect.left, rect.bottom, rect.right, rect.top = 0.0, 0.0, *_USUAL_PT
    stated = max(raw.FPDFPage_GetRotation(page), 0)
    step = max(1, count // _ANGLES_SAMPLED)
    votes = Counter(quarters(text_page, range(0, count, step)))
    turn, mixed = stated, False
    if votes:
        quarter, most = votes.most_common(1)[0]
        turn = -quarter % 4
        mixed = most < _MIXED_SHARE * votes.total()
    left, right = sorted((rect.left, rect.right))
    bottom, top = sorted((rect.bottom, rect.top))
    right, top = min(right, left + _TEXT_LARGEST_PT), min(top, bottom + _TEXT_LARGEST_PT)
    if right - left < _SMALLEST_PT or top - bottom < _SMALLEST_PT:  # boxes that do not meet
        right, top = left + _USUAL_PT[0], bottom + _USUAL_PT[1]
    return Frame(left, bottom, right, top, turn, (turn - stated) % 4, mixed)


def quarters(text_page: object, indexes: Iterable[int]) -> list[int]:
    """By how many quarters clockwise these characters are turned in PDF space; blanks that
    pdfium put in between have no direction and are left out."""
    call, page = calls(), ready(address(text_page))
    found: list[int] = []
    for index in indexes:
        if call.unicode(page, index) > 32:
            angle = call.angle(page, index)
            if angle >= 0:
                found.append(round(angle / (math.pi / 2)) % 4)
    return found
