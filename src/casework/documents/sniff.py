"""What a file is, by its content; the name only decides between kinds of plain text."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

from casework.documents.decode import decode
from casework.types.document import DocumentState

if TYPE_CHECKING:
    import zipfile

Format = Literal["pdf", "docx", "sheet", "mail", "html", "markdown", "table", "text", "image"]
FORMATS: tuple[Format, ...] = get_args(Format)

_HEAD_BYTES: Final = 4096
_PDF_WITHIN: Final = 1024  # Acrobat finds the header there
_OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LARGEST_INFLATED: Final = 1 << 30
_MIMETYPE_BYTES: Final = 200
_SAVE_AS: Final = "Open it in its program and save it as {0}, then add that."

_NAMED: dict[str, Format] = {
    "pdf": "pdf",
    "docx": "docx",
    "docm": "docx",
    **dict.fromkeys(("xlsx", "xlsm", "xlsb", "xls", "ods"), "sheet"),
    "eml": "mail",
    **dict.fromkeys(("html", "htm", "xhtml"), "html"),
    **dict.fromkeys(("md", "markdown"), "markdown"),
    **dict.fromkeys(("csv", "tsv"), "table"),
    "txt": "text",
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp"), "image"),
}
_SHOWN: dict[Format, str] = {
    "pdf": "a PDF",
    "docx": "a Word document",
    "sheet": "a spreadsheet",
    "mail": "an e-mail",
    "html": "a web page",
    "markdown": "Markdown",
    "table": "a table of values",
    "text": "plain text",
    "image": "a picture",
}
_PLAIN: frozenset[Format] = frozenset({"text", "markdown", "table"})

_IMAGES = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",
    b"MM\x00*",
)
_UNREADABLE = (
    (b"{\\rtf", "rich text (RTF)", _SAVE_AS.format("docx or PDF")),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it and add the files in it."),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it and add the files in it."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it and add the files in it."),
    (b"BZh", "a bzip2 archive", "Unpack it and add the files in it."),
    (b"\xfd7zXZ\x00", "an xz archive", "Unpack it and add the files in it."),
    (b"%!PS", "PostScript", "Turn it into a PDF and add that."),
    (b"ID3", "a sound recording", "Add a transcript of it instead."),
    (b"MZ", "a program", "Programs are not documents; leave it out."),
    (b"\x7fELF", "a program", "Programs are not documents; leave it out."),
)
_OLE_KINDS = (
    ("WordDocument", "an old Word document (.doc)", _SAVE_AS.format("docx or PDF")),
    ("PowerPoint Document", "an old presentation (.ppt)", _SAVE_AS.format("PDF")),
    ("__substg1.0_", "an Outlook message (.msg)", "Save it from Outlook or Thunderbird as .eml."),
)
_MAIL_LINE = re.compile(r"(?:From |[A-Za-z][A-Za-z0-9-]*:)")
_MAIL_SURE = frozenset({"from", "received", "message-id", "mime-version", "return-path", "date"})
_MAIL_OTHER = "to cc subject delivered-to reply-to sender content-type x-mailer"
_MAIL_NAMES = _MAIL_SURE | frozenset(_MAIL_OTHER.split())
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    r"<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|h[1-6]|ul|ol|span)\b",
    re.IGNORECASE | re.DOTALL,
)
_DELIMITERS = ",;\t|"
_FEWEST_ROWS = 3
_FEWEST_DELIMITERS = 2


class Sniffed(NamedTuple):
    """What was found: a format, or a state other than `read` with its reason. `text` is the
    decoded text of plain formats; `note` remarks on a name that does not fit."""

    format: Format | None
    text: str = ""
    state: DocumentState = "read"
    reason: str = ""
    note: str = ""


def sniff(data: bytes, name: str) -> Sniffed:
    """What these bytes are."""
    if not data.strip(b" \t\r\n\x00\x0b\x0c"):
        return _refused("empty", "The file is empty.", "Check that it was copied completely.")
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix == "pdf" and b"%%EOF" in data[-_HEAD_BYTES:]:
        return Sniffed("pdf")  # its head is damaged; its readers may still find their way
    found = _by_magic(data) or _by_text(data, suffix)
    expected = _NAMED.get(suffix)
    if found.format is None or expected in (None, found.format):
        return found
    if expected in _PLAIN and found.format in _PLAIN:
        return found
    return found._replace(note=f"The name ends in .{suffix}, but it is {_SHOWN[found.format]}.")


def _refused(state: DocumentState, what: str, fix: str) -> Sniffed:
    return Sniffed(None, state=state, reason=f"{what} {fix}")


def _unsupported(what: str, fix: str) -> Sniffed:
    return _refused("unsupported", f"The file is {what}, which cannot be read here.", fix)


def _by_magic(data: bytes) -> Sniffed | None:
    """What the first bytes say, or None when they say nothing."""
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return Sniffed("pdf")
    if data.startswith(b"PK\x03\x04"):
        return _by_zip(data)
    if data.startswith(_OLE2):
        return _by_ole(data)
    if data.startswith(_IMAGES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return Sniffed("image")
    if data.startswith(b"BM") and data[6:10] == b"\0\0\0\0":
        return Sniffed("image")
    for magic, what, fix in _UNREADABLE:
        if data.startswith(magic) and not (magic.isalnum() and _is_text(data)):
            return _unsupported(what, fix)
    return None


def _is_text(data: bytes) -> bool:
    return b"\0" not in data[:_HEAD_BYTES] and decode(data[:_HEAD_BYTES]) is not None


def _by_zip(data: bytes) -> Sniffed:
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            kind = _head(archive, "mimetype") if "mimetype" in names else b""
    except Exception:  # noqa: BLE001 - a hostile archive can raise anything
        return _refused(
            "broken",
            "The file is damaged: it looks like an Office document or archive, but does not open.",
            "Save it anew from the program that made it.",
        )
    if sum(entry.file_size for entry in entries) > _LARGEST_INFLATED:
        return _refused(
            "too_large", "The file unpacks to more than 1 GB.", "Split it and add the parts."
        )
    if "word/document.xml" in names:
        return Sniffed("docx")
    if any(name.startswith("xl/workbook.") for name in names):
        return Sniffed("sheet")
    if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return Sniffed("sheet")
    if any(name.startswith("word/") for name in names) and "[Content_Types].xml" in names:
        return Sniffed("docx")
    if any(name.startswith("ppt/") for name in names):
        return _unsupported("a presentation", _SAVE_AS.format("PDF"))
    if kind.startswith(b"application/vnd.oasis.opendocument"):
        return _unsupported("an OpenDocument file", _SAVE_AS.format("docx or PDF"))
    if kind.startswith(b"application/epub"):
        return _unsupported("an e-book", "Turn it into a PDF and add that.")
    return _unsupported("a zip archive", "Unpack it and add the files in it.")


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    """The first bytes of a file in an archive; no more of it is unpacked."""
    with archive.open(name) as part:
        return part.read(_MIMETYPE_BYTES)


def _by_ole(data: bytes) -> Sniffed:
    """Old Office files hold streams whose names are in UTF-16."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        return _refused(
            "password",
            "The file is protected by a password.",
            "Save a copy without it and add that.",
        )
    for stream, what, fix in _OLE_KINDS:
        if holds(stream):
            return _unsupported(what, fix)
    if holds("Workbook") or holds("Book"):
        return Sniffed("sheet")
    return _unsupported("of an old Office format", _SAVE_AS.format("docx, xlsx or PDF"))


def _by_text(data: bytes, suffix: str) -> Sniffed:
    decoded = decode(data)
    if decoded is None:
        return _unsupported(
            "of an unknown kind", "Save it as PDF, docx, xlsx, e-mail (.eml) or text."
        )
    text, encoding = decoded
    note = "" if encoding == "utf-8" else f"Read as {encoding} text."
    if not text.strip():
        return _refused(
            "empty", "The file holds only blanks.", "Check that it was copied completely."
        )
    return Sniffed(_text_format(text, suffix), text=text, note=note)


def _text_format(text: str, suffix: str) -> Format:
    if _HTML.match(text[:_HEAD_BYTES]):
        return "html"
    if _is_mail(text):
        return "mail"
    named = _NAMED.get(suffix)
    if named in ("table", "markdown", "html"):
        return named
    if suffix == "eml":
        return "mail"
    return "table" if _is_grid(text) else "text"


def _is_mail(text: str) -> bool:
    """Whether the text begins with a block of headers, at least two of them of mail."""
    names: set[str] = set()
    for line in text.lstrip()[:_HEAD_BYTES].split("\n"):
        if not line.strip():
            break
        if line[0] in " \t" and names:
            continue
        if not _MAIL_LINE.match(line):
            return False
        names.add(line.partition(":")[0].lower())
    known = names & _MAIL_NAMES
    return len(known) >= 2 and bool(known & _MAIL_SURE)


def _is_grid(text: str) -> bool:
    """Whether every line has the same number, at least two, of one delimiter."""
    lines = [line for line in text.strip().split("\n")[:200] if line.strip()]
    if len(lines) < _FEWEST_ROWS:
        return False
    return any(
        len({line.count(each) for line in lines}) == 1
        and lines[0].count(each) >= _FEWEST_DELIMITERS
        for each in _DELIMITERS
    )
