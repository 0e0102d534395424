"""What a file is, by its content; the name only decides between kinds of plain text."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from casework.base.errors import DocumentError
from casework.documents.drawing.pictures import is_picture
from casework.documents.formats.content_of_text import is_grid, is_json
from casework.documents.formats.decode import decode
from casework.documents.formats.registry import BUILT_IN, Registry
from casework.documents.formats.spoken import is_transcript
from casework.documents.mails.mailbox_lines import is_mailbox
from casework.documents.packed.entry import is_tar
from casework.documents.packed.unpack import check_entries
from casework.documents.reading import Limits
from casework.types.document import DocumentState

if TYPE_CHECKING:
    import zipfile

_HEAD_BYTES: Final = 4096
_PDF_WITHIN: Final = 1024  # Acrobat finds the header there
_OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MIMETYPE_BYTES: Final = 200
_SAVE_AS: Final = "Open it in its program and save it as {0}, then add that."

_UNREADABLE = (
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it and add the files in it."),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it and add the files in it."),
    (b"%!PS", "PostScript", "Turn it into a PDF and add that."),
    (b"ID3", "a sound recording", "Add a transcript of it instead."),
    (b"MZ", "a program", "Programs are not documents; leave it out."),
    (b"\x7fELF", "a program", "Programs are not documents; leave it out."),
)
_PACKED = (b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00")
_OFFICE_PART = re.compile(
    rb"PK\x03\x04.{26}(?:word/|xl/|ppt/|\[Content_Types\]\.xml|META-INF/manifest\.xml)", re.DOTALL
)
"""The head of a file in a zip that bears a name as Office gives it."""
_OLE_KINDS: tuple[tuple[str, str], ...] = (
    ("WordDocument", "old_office"),
    ("PowerPoint Document", "old_office"),
    ("__substg1.0_", "outlook"),
)
_OLD_OFFICE = ("doc", "dot", "ppt", "pps")
_MAIL_LINE = re.compile(r"(?:From |[A-Za-z][A-Za-z0-9-]*:)")
_MAIL_SURE = frozenset({"from", "received", "message-id", "mime-version", "return-path", "date"})
_MAIL_OTHER = "to cc subject delivered-to reply-to sender content-type x-mailer"
_MAIL_NAMES = _MAIL_SURE | frozenset(_MAIL_OTHER.split())
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    r"<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|h[1-6]|ul|ol|span)\b",
    re.IGNORECASE | re.DOTALL,
)
_FLAT = re.compile(
    r"\s*<\?xml.*?<office:document\b[^>]*?office:mimetype=.application/vnd\.oasis\.opendocument\.(\w+)",
    re.DOTALL,
)
"""OpenDocument as one XML file, without a package."""
_XML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:\?xml|!DOCTYPE\s|[A-Za-z_][\w.-]*(?::[\w.-]+)?[\s>])", re.DOTALL
)
_FIRST_TAG = re.compile(r"<([A-Za-z][\w:.-]*)")
_LONGEST_LETTER: Final = 4  # bytes
_LIMITS: Final = Limits()


class Sniffed(NamedTuple):
    """What was found: a format, or a state other than `read` with its reason. `text` is the
    decoded text of plain formats; `note` remarks on a name that does not fit."""

    format: str | None
    text: str = ""
    state: DocumentState = "read"
    reason: str = ""
    note: str = ""


def sniff(
    data: bytes, name: str, registry: Registry = BUILT_IN, limits: Limits = _LIMITS
) -> Sniffed:
    """What these bytes are. A plug-in's word counts before our own."""
    if not data.strip(b" \t\r\n\x00\x0b\x0c"):
        return _refused("empty", "The file is empty.", "Check that it was copied completely.")
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    claimed, wrong = registry.claimed(data, name)
    if claimed:
        decoded = decode(data) if registry.is_plain(claimed) else None
        found = Sniffed(claimed, text=decoded[0] if decoded else "")
    elif suffix == "pdf" and b"%%EOF" in data[-_HEAD_BYTES:]:
        found = Sniffed("pdf")  # its head may be damaged; its readers may still find their way
    else:
        found = _by_magic(data, suffix, limits) or _by_text(data, suffix, registry, limits)
    notes = [found.note, _mislabelled(found.format, suffix, registry), *wrong]
    return found._replace(note=" ".join(note for note in notes if note))


def _mislabelled(found: str | None, suffix: str, registry: Registry) -> str:
    """What to say of a name that does not fit; '' when it does, or when nobody can tell."""
    expected = registry.named(suffix)
    if found in (None, "locked") or expected is None or expected.format == found:
        return ""
    if expected.plain and registry.is_plain(found):
        return ""
    return f"The name ends in .{suffix}, but it is {registry.shown(found)}."


def _refused(state: DocumentState, what: str, fix: str) -> Sniffed:
    return Sniffed(None, state=state, reason=f"{what} {fix}")


def _unsupported(what: str, fix: str) -> Sniffed:
    return _refused("unsupported", f"The file is {what}, which cannot be read here.", fix)


def _by_magic(data: bytes, suffix: str, limits: Limits) -> Sniffed | None:
    """What the first bytes say, or None when they say nothing."""
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return Sniffed("pdf")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04")):
        return _by_zip(data, limits)
    if is_tar(data) or (data.startswith(_PACKED) and not _is_text(data)):
        return Sniffed("archive")
    if is_mailbox(data, suffix):
        return Sniffed("mailbox")
    if data.startswith(_OLE2):
        return _by_ole(data, suffix)
    if data.startswith(b"{\\rtf"):
        return Sniffed("rtf")
    if is_picture(data):
        return Sniffed("image")
    for magic, what, fix in _UNREADABLE:
        if data.startswith(magic) and not (magic.isalnum() and _is_text(data)):
            return _unsupported(what, fix)
    return None


def _is_text(data: bytes) -> bool:
    return b"\0" not in data[:_HEAD_BYTES] and decode(data[:_HEAD_BYTES]) is not None


def _by_zip(data: bytes, limits: Limits) -> Sniffed:
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            kind = _head(archive, "mimetype") if "mimetype" in names else b""
    except Exception:  # noqa: BLE001 - a hostile archive can raise anything
        if b"PK\x03\x04" in data and not _OFFICE_PART.search(data):
            return Sniffed("archive")  # cut off; what stands in it can still be saved
        return _refused(
            "broken",
            "The file is damaged: it looks like an Office document or archive, but does not open.",
            "Save it anew from the program that made it.",
        )
    found = _packed_format(names, kind)
    if found != "archive":  # the reader of archives keeps its own limits, entry by entry
        try:
            check_entries(archive, len(data), limits)
        except DocumentError as error:
            return Sniffed(None, state="too_large", reason=str(error))
    return Sniffed(found)


def _packed_format(names: set[str], kind: bytes) -> str:
    """What a zip is by the names in it and by what its `mimetype` says."""
    if "word/document.xml" in names:
        return "docx"
    if any(name.startswith("xl/workbook.") for name in names):
        return "sheet"
    if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "sheet"
    if any(name.startswith("word/") for name in names) and "[Content_Types].xml" in names:
        return "docx"
    if any(name.startswith("ppt/") for name in names):
        return "slides"
    if kind.startswith(b"application/vnd.oasis.opendocument"):
        return "opendocument"
    if kind.startswith(b"application/epub"):
        return "epub"
    return "archive"


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    """The first bytes of a file in an archive; no more of it is unpacked."""
    with archive.open(name) as part:
        return part.read(_MIMETYPE_BYTES)


def _by_ole(data: bytes, suffix: str) -> Sniffed:
    """Old Office files hold streams, and other files that have streams in turn. What stands at the
    top tells; where damage took the list of these, any name (in UTF-16), and then the name of the
    file."""
    top = _top_of_ole(data)

    def holds(stream: str) -> bool:
        if top:
            return any(name.startswith(stream.lower()) for name in top)
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        return Sniffed("locked")
    for stream, found in _OLE_KINDS:
        if holds(stream):
            return Sniffed(found)
    if suffix in _OLD_OFFICE and not holds("Workbook"):
        return Sniffed("old_office")
    if holds("Workbook") or holds("Book"):
        return Sniffed("sheet")
    return _unsupported("of an old Office format", _SAVE_AS.format("docx, xlsx or PDF"))


def _top_of_ole(data: bytes) -> set[str]:
    """The names at the top of a compound file in small letters; none where it does not open."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            return {path[0].lower() for path in file.listdir(streams=True, storages=True)}
    except Exception:  # noqa: BLE001 - a hostile file can raise anything
        return set()


def _by_text(data: bytes, suffix: str, registry: Registry, limits: Limits) -> Sniffed:
    if len(data) > _LONGEST_LETTER * limits.characters and _is_text(data):
        most = f"Its text is longer than {limits.characters:,} characters."
        return _refused("too_large", most, "Split it, or raise the limit.")
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
    tag = _FIRST_TAG.search(text[:_HEAD_BYTES])
    if tag and tag[1] in ("svg", "svg:svg") and text.lstrip().startswith("<"):
        return _unsupported("a drawing (SVG)", "Open it in a browser, print it to PDF, add that.")
    return Sniffed(_text_format(text, suffix, registry), text=text, note=note)


def _text_format(text: str, suffix: str, registry: Registry) -> str:
    flat = _FLAT.match(text[:_HEAD_BYTES])
    if flat:
        return "sheet" if flat[1] == "spreadsheet" else "opendocument"
    if _HTML.match(text[:_HEAD_BYTES]):
        return "html"
    if _is_mail(text):
        return "mail"
    if is_transcript(text):
        return "transcript"
    named = registry.named(suffix)
    if named is not None and named.by_suffix:
        return named.format
    if _XML.match(text):
        return "xml"
    if is_json(text):
        return "json"
    if suffix == "eml":
        return "mail"
    return "table" if is_grid(text) else "text"


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
