"""The readers of casework itself, as data: what they read and where they are. Imports none.

A format may have several readers; a later one is tried when an earlier one fails.
"""

from __future__ import annotations

from typing import Final

from casework.types.plugin import ReaderSpec


def _reader(
    name: str, format: str, *suffixes: str, module: str = "", shown: str = ""
) -> ReaderSpec:
    """A reader of ours; its version stands in its module and comes with each reading."""
    target = f"casework.documents.readers.{module or name}:read"
    return ReaderSpec(name, format, target, shown=shown, suffixes=suffixes)


def _text(name: str, *suffixes: str, shown: str, named: bool = True) -> ReaderSpec:
    """A reader of a kind of plain text; `named`: the name of a file may tell that it is one."""
    target = f"casework.documents.readers.{name}:read"
    return ReaderSpec(
        name, name, target, shown=shown, suffixes=suffixes, by_suffix=named, plain=True
    )


READERS: Final[tuple[ReaderSpec, ...]] = (
    _reader("pdf", "pdf", "pdf", shown="a PDF"),
    _reader("pdf_oxide", "pdf", module="pdf_fallback"),
    _reader("word", "docx", "docx", "docm", "dotx", "dotm", shown="a Word document (.docx)"),
    _reader(
        "slides",
        "slides",
        *("pptx", "pptm", "ppsx", "ppsm", "potx", "potm"),
        shown="a presentation (.pptx)",
    ),
    _reader(
        "opendocument",
        "opendocument",
        *("odt", "ott", "odp", "otp", "odg", "fodt", "fodp"),
        shown="an OpenDocument file",
    ),
    _reader("locked_office", "locked", shown="an Office file under a password"),
    _reader("rtf", "rtf", "rtf", shown="rich text (RTF)"),
    _reader("epub", "epub", "epub", shown="an e-book"),
    _reader("old_office", "old_office", "doc", "dot", "ppt", "pps", shown="an old Office file"),
    _reader(
        "sheet",
        "sheet",
        *("xlsx", "xlsm", "xlsb", "xls", "xltx", "xltm", "ods", "ots", "fods"),
        shown="a spreadsheet",
    ),
    _reader("mail", "mail", "eml", shown="an e-mail"),
    _reader("outlook", "outlook", "msg", shown="an Outlook message"),
    _reader("mailbox", "mailbox", "mbox", "mbx", shown="a mailbox"),
    _reader(
        "archive",
        "archive",
        "zip",
        "tar",
        "gz",
        "tgz",
        "bz2",
        "tbz2",
        "xz",
        "txz",
        shown="an archive",
    ),
    ReaderSpec(
        "html",
        "html",
        "casework.documents.readers.html:read",
        shown="a web page",
        suffixes=("html", "htm", "xhtml"),
        by_suffix=True,
    ),
    _text("markdown", "md", "markdown", shown="Markdown"),
    _text("table", "csv", "tsv", shown="a table of values"),
    _text("transcript", "vtt", "srt", shown="a transcript"),
    _text("json", "json", "jsonl", "ndjson", shown="JSON"),
    _text("xml", "xml", shown="XML", named=False),
    _text("text", "txt", shown="plain text", named=False),
    _reader(
        "image",
        "image",
        *("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "heic", "heif", "avif", "jp2"),
        shown="a picture",
    ),
)
