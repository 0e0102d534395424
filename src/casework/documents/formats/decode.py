"""Bytes → text: byte-order mark, UTF-8, UTF-16 and UTF-32 without a mark, then by statistics."""

from __future__ import annotations

import codecs
import re

from casework.documents.formats.guess_encoding import guess_encoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 64_000
_WIDE = (("utf-32-le", 4, 0), ("utf-32-be", 4, 3), ("utf-16-le", 2, 0), ("utf-16-be", 2, 1))
_WIDE_SHARE = 0.7  # of the code units whose other bytes are zero
_WESTERN_SHARE = 8  # Western European text has at most one in so many letters outside ASCII
_FEW_LETTERS = 12  # too few of them for statistics
_CONTROL_SHARE = 0.02  # above which bytes are no text
_FEWEST_WHOLE = 10  # letters of UTF-8 for each byte that is none, in UTF-8 with damage
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_DROPPED = dict.fromkeys([*range(9), 11, *range(14, 32), 127, 0xFEFF], "") | dict.fromkeys(
    range(0xD800, 0xE000), "\ufffd"
)


def decode(data: bytes) -> tuple[str, str] | None:
    """The text and the name of its encoding, or None when the bytes are no text.

    Line ends become `\\n`; control characters are dropped.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _clean(data[len(mark) :].decode(encoding, "replace")), encoding
    for encoding, size, kept in _WIDE:
        if _looks_wide(data, size, kept):
            return _clean(data.decode(encoding, "replace")), encoding
    try:
        text, encoding = data.decode("utf-8"), "utf-8"
        if "\x1b$" in text[:_SAMPLE_BYTES] and (
            guess_encoding(data[:_SAMPLE_BYTES]) == "iso2022_jp"
        ):
            text, encoding = data.decode("iso2022_jp", "replace"), "iso2022_jp"
    except UnicodeDecodeError:
        guessed = _damaged_utf8(data) or _guess(data)
        if guessed is None:
            return None
        text, encoding = guessed
    if len(_CONTROLS.findall(text)) > _CONTROL_SHARE * len(text):
        return None
    return _clean(text), encoding


def _damaged_utf8(data: bytes) -> tuple[str, str] | None:
    """UTF-8 in which few bytes are wrong, as where a file was cut within a letter: no other
    encoding makes so many letters of several bytes by chance."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    whole = sum(letter > "\x7f" for letter in text) - wrong
    return (text, "utf-8") if whole >= _FEWEST_WHOLE * wrong else None


def _looks_wide(data: bytes, size: int, kept: int) -> bool:
    """Whether most units of this size are a letter of ASCII with zeros around it."""
    sample = data[: _SAMPLE_BYTES - _SAMPLE_BYTES % size]
    units = len(sample) // size
    if units < 2 or len(data) % size:
        return False
    zeros = all(
        sample[index::size].count(0) > _WIDE_SHARE * units for index in range(size) if index != kept
    )
    return zeros and sample[kept::size].count(0) < (1 - _WIDE_SHARE) * units


def _guess(data: bytes) -> tuple[str, str] | None:
    """By the letters that languages use, else by the statistics of charset-normalizer; short
    Western text is Windows-1252."""
    sample = data[:_SAMPLE_BYTES]
    if len(_CONTROLS.findall(sample.decode("latin-1"))) > _CONTROL_SHARE * len(sample):
        return None
    likely = guess_encoding(sample)
    if likely is not None:
        return data.decode(likely, "replace"), likely
    high = sum(byte > 127 for byte in sample)
    if high <= max(len(sample) / _WESTERN_SHARE, _FEW_LETTERS):
        try:
            return data.decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            pass
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    if best is None:
        return None
    return data.decode(best.encoding, "replace"), best.encoding


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_DROPPED)
