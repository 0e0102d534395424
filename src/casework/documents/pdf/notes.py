"""What was put onto a PDF page after it was made: fields of a form and comments of readers.

Gives them with their places in PDF space. Knows nothing of words or layout.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from casework.documents.pdf.calls import Bounds

if TYPE_CHECKING:
    import pypdfium2

_MOST_NOTES: Final = 5_000
_LONGEST: Final = 20_000  # letters of one field or comment
_HIDDEN_FLAGS: Final = 2 | 32  # hidden, or not shown on screen; ISO 32000-1, table 165
_BLANKS: Final = dict.fromkeys(range(32), " ")

FieldKind = Literal["text", "choice", "tick"]


class FormField(NamedTuple):
    """A field: what is filled in (`ticked` for a box), and whether it is shown."""

    kind: FieldKind
    bounds: Bounds
    value: str
    ticked: bool = False
    hidden: bool = False


class Comment(NamedTuple):
    """Something that a reader wrote on the page: by whom, and its lines."""

    bounds: Bounds
    author: str
    text: str
    hidden: bool = False


class PageNotes(NamedTuple):
    """What was put onto a page. `drawn` says that some of it has an appearance of its own, which
    must be drawn into the page to count as its text; `attached` are indexes of annotations that
    carry a file."""

    fields: tuple[FormField, ...] = ()
    comments: tuple[Comment, ...] = ()
    drawn: bool = False
    attached: tuple[int, ...] = ()


NO_NOTES: Final = PageNotes()


def notes_on(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, count: int) -> PageNotes:
    """The fields and comments on a page that has so many annotations."""
    import pypdfium2.raw as raw

    fields: list[FormField] = []
    comments: list[Comment] = []
    attached: list[int] = []
    drawn = False
    form = document.formenv.raw if document.formenv is not None else None
    for index in range(min(count, _MOST_NOTES)):
        note = raw.FPDFPage_GetAnnot(page.raw, index)
        if not note:
            continue
        try:
            kind = raw.FPDFAnnot_GetSubtype(note)
            if kind in (raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP):
                continue
            drawn = True
            if kind == raw.FPDF_ANNOT_WIDGET:
                field = _field(form, note) if form is not None else None
                if field is not None:
                    fields.append(field)
                continue
            if kind == raw.FPDF_ANNOT_FILEATTACHMENT:
                attached.append(index)
            comment = _comment(note, is_text=kind == raw.FPDF_ANNOT_FREETEXT)
            if comment is not None:
                comments.append(comment)
        finally:
            raw.FPDFPage_CloseAnnot(note)
    return PageNotes(tuple(fields), tuple(comments), drawn, tuple(attached))


def _field(form: object, note: object) -> FormField | None:
    """A field with something to say; None for buttons, signatures and empty fields."""
    import pypdfium2.raw as raw

    found = raw.FPDFAnnot_GetFormFieldType(form, note)
    bounds = _bounds(note)
    if bounds is None:
        return None
    hidden = bool(raw.FPDFAnnot_GetFlags(note) & _HIDDEN_FLAGS)
    if found in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        ticked = bool(raw.FPDFAnnot_IsChecked(form, note))
        return FormField("tick", bounds, "", ticked, hidden)
    if found in (raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX):
        value = _chosen(form, note) or _value(form, note)
        return FormField("choice", bounds, value, hidden=hidden) if value.strip() else None
    if found == raw.FPDF_FORMFIELD_TEXTFIELD:
        value = _value(form, note)
        return FormField("text", bounds, value, hidden=hidden) if value.strip() else None
    return None


def _value(form: object, note: object) -> str:
    import pypdfium2.raw as raw

    return _text(partial(raw.FPDFAnnot_GetFormFieldValue, form, note))


def _chosen(form: object, note: object) -> str:
    """The labels of the options that are chosen; the value of a field may be a code for them."""
    import pypdfium2.raw as raw

    count = min(max(raw.FPDFAnnot_GetOptionCount(form, note), 0), _MOST_NOTES)
    labels = [
        _text(partial(raw.FPDFAnnot_GetOptionLabel, form, note, at))
        for at in range(count)
        if raw.FPDFAnnot_IsOptionSelected(form, note, at)
    ]
    return "\n".join(label for label in labels if label)


def _comment(note: object, *, is_text: bool) -> Comment | None:
    """What a reader wrote; text written right onto the page is drawn, and so not a comment unless
    it has no appearance."""
    import pypdfium2.raw as raw

    text = _entry(note, b"Contents").strip()
    bounds = _bounds(note)
    if not text or bounds is None:
        return None
    hidden = bool(raw.FPDFAnnot_GetFlags(note) & _HIDDEN_FLAGS)
    if is_text and not hidden and raw.FPDFAnnot_HasKey(note, b"AP"):
        return None
    author = " ".join(_entry(note, b"T").split())[:100]
    return Comment(bounds, author, text, hidden)


def _entry(note: object, key: bytes) -> str:
    import pypdfium2.raw as raw

    return _text(partial(raw.FPDFAnnot_GetStringValue, note, key))


def _text(ask: Callable[[object, int], int]) -> str:
    """A text that pdfium writes into a buffer as UTF-16 with a zero at its end."""
    size = ask(None, 0)
    if size <= 2:
        return ""
    import pypdfium2.raw as raw

    buffer = ctypes.create_string_buffer(size)
    ask(ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    text = buffer.raw[: size - 2].decode("utf-16-le", "replace")[:_LONGEST]
    return "\n".join(line.translate(_BLANKS) for line in text.splitlines())


def _bounds(note: object) -> Bounds | None:
    import pypdfium2.raw as raw

    rect = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(note, ctypes.byref(rect)):
        return None
    left, right = sorted((rect.left, rect.right))
    bottom, top = sorted((rect.bottom, rect.top))
    return left, bottom, right, top
