"""Office files (docx, xlsx, pptx) under a password, which are encrypted as a whole: opened by the
password that was given, and read as what they are then."""

from __future__ import annotations

from dataclasses import replace

from casework.base.errors import DocumentError
from casework.documents.formats.sniff import sniff
from casework.documents.packed.locked import unlocked
from casework.documents.readers import sheet, slides, word
from casework.documents.reading import Reading, Source

READER = "locked_office"
VERSION = "1"

_READ = {"docx": word.read, "sheet": sheet.read, "slides": slides.read}


def read(source: Source) -> Reading:
    """The pages of the file behind the password. Raises `DocumentError`, state `password`."""
    data = unlocked(source, "file")
    found = sniff(data, source.name).format or ""
    if found not in _READ:
        raise DocumentError(
            "The file behind the password is none that can be read here.",
            state="unsupported",
            fix="Save it as docx, xlsx, pptx or PDF without a password.",
        )
    return _READ[found](replace(source, data=data))
