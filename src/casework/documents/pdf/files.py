"""Files that travel in a PDF: attachments, an electronic invoice among them, and XFA form data.

They become documents of the same case. Knows nothing of what they hold beyond the first bytes.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from casework.documents.reading import Limits, Member

if TYPE_CHECKING:
    import pypdfium2

E_INVOICE_NAMES: Final = frozenset(
    {"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml", "cii.xml"}
)
"""The names of the file in Factur-X 1.07, ZUGFeRD 1 and 2 and Order-X 1.0, in small letters."""
_E_INVOICE: Final = re.compile(
    rb"<(?:[\w.-]+:)?(?:CrossIndustryInvoice|CrossIndustryDocument|SCRDMCCBDACIOMessageStructure)\b"
    rb"|urn:oasis:names:specification:ubl:schema:xsd:(?:Invoice|CreditNote)-2"
)
_HEAD_BYTES: Final = 4096
_NAME_LETTERS: Final = 200
_XFA_FORM: Final = "xfa-form-data.xml"
_XFA_WAIT: Final = (
    "The file is an XFA form, which only Adobe programs show as it is meant; what was filled in "
    f"is given as {_XFA_FORM}. Print it to a new PDF to have its pages too."
)
_XFA_BESIDE: Final = (
    "The file is also an XFA form; Adobe programs may show it otherwise than it was read here."
)


class CarriedFiles(NamedTuple):
    """The files, what they say about the document, and remarks for people."""

    members: tuple[Member, ...] = ()
    facts: dict[str, str] = {}  # noqa: RUF012 - read only
    notes: tuple[str, ...] = ()


def files_in(
    document: pypdfium2.PdfDocument, carried: Sequence[tuple[int, tuple[int, ...]]], limits: Limits
) -> CarriedFiles:
    """The files in a PDF: those attached to it as a whole, then those of annotations, given as
    index of the page and indexes of the annotations; at last the data of an XFA form."""
    members: list[Member] = []
    left = limits.member_bytes
    for member in _attached(document, carried, limits.members):
        left -= len(member.data)
        if left < 0:
            break
        members.append(member)
    invoices = [member.name for member in members if is_e_invoice(member)]
    facts: dict[str, str] = {}
    notes: list[str] = []
    if invoices:
        facts["e_invoice"] = ", ".join(invoices)
        notes.append(f"The file holds an e-invoice: {', '.join(invoices)}.")
    data, note = _xfa(document)
    if data:
        members.append(Member(_XFA_FORM, data))
    return CarriedFiles(tuple(members), facts, (*notes, note) if note else tuple(notes))


def is_e_invoice(member: Member) -> bool:
    """Whether a file is an electronic invoice, by its name or its first bytes."""
    if member.name.casefold() in E_INVOICE_NAMES:
        return True
    return _E_INVOICE.search(member.data[:_HEAD_BYTES]) is not None


def _attached(
    document: pypdfium2.PdfDocument, carried: Sequence[tuple[int, tuple[int, ...]]], most: int
) -> list[Member]:
    import pypdfium2.raw as raw

    found: list[Member] = []
    count = min(max(raw.FPDFDoc_GetAttachmentCount(document.raw), 0), most)
    for index in range(count):
        found += _member(raw.FPDFDoc_GetAttachment(document.raw, index))
    known = {(member.name, len(member.data)) for member in found}
    for page_index, notes in carried:
        page = document[page_index]
        try:
            for index in notes[: most - len(found)]:
                note = raw.FPDFPage_GetAnnot(page.raw, index)
                if not note:
                    continue
                for member in _member(raw.FPDFAnnot_GetFileAttachment(note)):
                    if (member.name, len(member.data)) not in known:
                        found.append(member)
                raw.FPDFPage_CloseAnnot(note)
        finally:
            page.close()
    return found


def _member(attachment: object) -> list[Member]:
    """The attached file; none when it has no content."""
    import pypdfium2.raw as raw

    if not attachment:
        return []
    size = raw.FPDFAttachment_GetName(attachment, None, 0)
    name = ctypes.create_string_buffer(size)
    raw.FPDFAttachment_GetName(attachment, ctypes.cast(name, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    length = ctypes.c_ulong()
    if not raw.FPDFAttachment_GetFile(attachment, None, 0, ctypes.byref(length)):
        return []
    if not length.value:
        return []
    data = ctypes.create_string_buffer(length.value)
    raw.FPDFAttachment_GetFile(attachment, data, length.value, ctypes.byref(length))
    shown = name.raw[: max(size - 2, 0)].decode("utf-16-le", "replace")
    shown = re.split(r"[/\\]", shown)[-1]
    shown = "".join(letter for letter in shown if letter.isprintable()).strip()
    return [Member(shown[-_NAME_LETTERS:] or "attachment", data.raw)]


def _xfa(document: pypdfium2.PdfDocument) -> tuple[bytes, str]:
    """What was filled into an XFA form, as XML, and a note on it; nothing for other files."""
    import pypdfium2.raw as raw

    kind = document.get_formtype()
    if kind not in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND):
        return b"", ""
    if kind == raw.FORMTYPE_XFA_FOREGROUND:
        return b"", _XFA_BESIDE
    for index in range(max(raw.FPDF_GetXFAPacketCount(document.raw), 0)):
        if _packet_name(document, index) == b"datasets":
            return _packet(document, index), _XFA_WAIT
    return b"", _XFA_BESIDE


def _packet_name(document: pypdfium2.PdfDocument, index: int) -> bytes:
    import pypdfium2.raw as raw

    size = raw.FPDF_GetXFAPacketName(document.raw, index, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDF_GetXFAPacketName(document.raw, index, buffer, size)
    return buffer.value


def _packet(document: pypdfium2.PdfDocument, index: int) -> bytes:
    import pypdfium2.raw as raw

    length = ctypes.c_ulong()
    raw.FPDF_GetXFAPacketContent(document.raw, index, None, 0, ctypes.byref(length))
    buffer = ctypes.create_string_buffer(length.value)
    raw.FPDF_GetXFAPacketContent(document.raw, index, buffer, length.value, ctypes.byref(length))
    return buffer.raw
