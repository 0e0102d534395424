"""The words of a PDF page: text in bulk, boxes at the first and last character of each word.

Character boxes are the loose ones (as high as the font, as wide as the advance): the tight ones
part words between narrow letters. Knows nothing of reading order.
"""

from __future__ import annotations

import ctypes
import re
import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from casework.documents.compose import PlacedWord
from casework.documents.pdf.calls import Bounds, Ready, address, calls, ready
from casework.documents.pdf.pdfium import Frame, quarters

_WORD = re.compile(r"\S+")
_HYPHEN = "\ufffe"  # pdfium's sign, for a hyphen at the end of a line or piece
CONTROLS = dict.fromkeys([*range(0x7F, 0xA0), 0xAD, 0xFEFF, 0xFFFF, *range(32)])
"""Characters that are no text, as a table for `str.translate`."""
_NOT_SHOWN = CONTROLS | {32: None}
_SMALLEST_PT = 0.5
_TINY_PT = 1.5  # of the height of a line of type: nobody reads that on paper or screen
_TOUCHING = 0.06  # of the height: a gap that is none
_LINE_JUMP = 0.6  # of the height by which a letter of the same word may stand higher
_WORD_SPREAD = 2.5  # widths per letter, in heights, beyond which a word is looked at closely
_JUNK_SHARE = 0.4
_RECTANGLE = struct.Struct("=4f")
_NUMBERS = re.compile(r"[^\W_a-zA-Z]\s[^\W_a-zA-Z]")
"""Where two numbers may be parted by one blank: every digit of any script, and some letters."""
_JUNK = re.compile("[\ufffd\ue000-\uefff\x00-\x08\x0e-\x1f]")

Span = tuple[int, int, float, float, float, float]
"""First and last character of a run, and its left, bottom, right and top in PDF space."""


@dataclass(slots=True)
class FoundWords:
    """Words in the order of the file. For each its span: first and last character of the text, and
    its box in PDF space; `at` gives the character of the page for one of the text.

    `aside` are the indexes of those that run in another direction than the page, `tiny` of those
    that are too small to be seen; `off_page` are texts that stand outside of the page.
    """

    words: list[PlacedWord] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    at: Sequence[int] = ()
    aside: set[int] = field(default_factory=set)
    tiny: list[int] = field(default_factory=list)
    off_page: list[str] = field(default_factory=list)

    def middle(self, word: int) -> tuple[float, float]:
        """The middle of a word in PDF space."""
        _, _, a, b, c, d = self.spans[word]
        return (a + c) / 2, (b + d) / 2

    def without(self, hidden: Collection[int]) -> tuple[list[PlacedWord], list[PlacedWord]]:
        """The words that run with the page and those aside, but for the hidden ones."""
        if not hidden and not self.aside:
            return self.words, []
        shown = [(at in self.aside, word) for at, word in enumerate(self.words) if at not in hidden]
        return [word for aside, word in shown if not aside], [
            word for aside, word in shown if aside
        ]


def words_on(text_page: object, count: int, frame: Frame) -> FoundWords:
    """The words of a text page with so many characters."""
    found = FoundWords()
    if count <= 0:
        return found
    text, at = _text(text_page, count)
    if len(_JUNK.findall(text)) > _JUNK_SHARE * len(text):
        return found
    found.at = at
    width, height = frame.size
    clean = "".join(text.split()).isprintable()
    words, spans = found.words, found.spans
    plain = frame.turn == 0 and not frame.mixed
    left, top = frame.left, frame.top
    for span in _joined(text_page, text, at, _spans(text_page, text, at)):
        start, end, x0, y1, x1, y0 = span
        shown = text[start:end]
        if not clean:
            shown = shown.replace(_HYPHEN, "-").translate(_NOT_SHOWN)
        x0, y0, x1, y1 = x0 - left, top - y0, x1 - left, top - y1
        # Nearly all words are plain and wholly on the page; the others are looked at closely.
        if not (
            plain
            and shown
            and x0 >= 0
            and y0 >= 0
            and x1 <= width
            and y1 <= height
            and x1 - x0 >= _SMALLEST_PT
            and y1 - y0 >= _TINY_PT
        ):
            box = _unusual_place(text_page, frame, found, span, shown)
            if box is None:
                continue
            x0, y0, x1, y1 = box
        spans.append(span)
        # Hundredths of a point; `round` costs twice as much.
        words.append(
            (
                int(x0 * 100 + 0.5) / 100,
                int(y0 * 100 + 0.5) / 100,
                int(x1 * 100 + 0.5) / 100,
                int(y1 * 100 + 0.5) / 100,
                shown,
            )
        )
    return found


def _unusual_place(
    text_page: object, frame: Frame, found: FoundWords, span: Span, shown: str
) -> Bounds | None:
    """Where a word stands that is turned, tiny or partly off the page, None when it is not there
    at all; `found` gets what is to be said of it as of its next word."""
    start, _, a, b, c, d = span
    if frame.turn != 0 or c < a or d < b:
        x0, y0, x1, y1 = frame.place(a, b, c, d)
    else:
        x0, y0, x1, y1 = a - frame.left, frame.top - d, c - frame.left, frame.top - b
    width, height = frame.size
    if not (shown and x1 >= 0 and y1 >= 0 and x0 <= width and y0 <= height):
        if shown and x0 == x0 and y0 == y0:  # a number, so somewhere
            found.off_page.append(shown)
        return None
    crosses = frame.mixed and _crosses(text_page, found.at[start], frame)
    if crosses:
        found.aside.add(len(found.words))
    if (x1 - x0 if crosses else y1 - y0) < _TINY_PT:
        found.tiny.append(len(found.words))
    if x0 < 0 or y0 < 0 or x1 > width or y1 > height:
        x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)
    if y1 - y0 < _SMALLEST_PT or x1 - x0 < _SMALLEST_PT:
        x1, y1 = max(x1, x0 + _SMALLEST_PT), max(y1, y0 + _SMALLEST_PT)
    return x0, y0, x1, y1


def _crosses(text_page: object, character: int, frame: Frame) -> bool:
    """Whether a character runs in another direction than the page."""
    return quarters(text_page, (character,)) not in ([-frame.turn % 4], [])


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


def _spans(text_page: object, text: str, at: Sequence[int]) -> list[Span]:
    """Every run without blanks with its box; as several where it jumps on the page."""
    page, loose_box = ready(address(text_page)), calls().loose_box
    rect, here = _rectangle()
    unpack = _RECTANGLE.unpack_from
    hyphens = _HYPHEN in text
    spans: list[Span] = []
    for found in _WORD.finditer(text):
        start, end = found.span()
        loose_box(page, at[start], here)
        a, d, c, b = unpack(rect)
        if end - start == 1:
            spans.append((start, end, a, b, c, d))
            continue
        loose_box(page, at[end - 1], here)
        e, h, g, f = unpack(rect)
        if b == f and d == h and a < e and g - a < _WORD_SPREAD * (d - b) * (end - start):
            # The common case: one level line of type.
            if not (hyphens and _HYPHEN in found[0]):
                spans.append((start, end, a, b, g, d))
                continue
        elif not _jumps((a, b, c, d), (e, f, g, h), end - start) and not (
            hyphens and _HYPHEN in found[0]
        ):
            spans.append((start, end, min(a, e), min(b, f), max(c, g), max(d, h)))
            continue
        spans += _split_spans(text_page, at, start, end)
    return spans


def _rectangle() -> tuple[ctypes.Array[ctypes.c_char], Ready]:
    """A buffer that pdfium writes a rectangle into (left, top, right, bottom), and where it is."""
    rect = ctypes.create_string_buffer(_RECTANGLE.size)
    return rect, ready(ctypes.addressof(rect))


def _jumps(
    first: tuple[float, float, float, float], last: tuple[float, float, float, float], letters: int
) -> bool:
    """Whether a run with these boxes at its ends cannot be one word in one place."""
    size = max(first[3] - first[1], first[2] - first[0], 0.1)
    across, along = abs(last[0] - first[0]), abs(last[1] - first[1])
    if max(across, along) > _WORD_SPREAD * size * letters:
        return True
    return along > _LINE_JUMP * size and across > _LINE_JUMP * size


def _split_spans(text_page: object, at: Sequence[int], start: int, end: int) -> list[Span]:
    """The run, character by character, parted where the next one stands elsewhere."""
    page, loose_box = ready(address(text_page)), calls().loose_box
    rect, here = _rectangle()
    spans: list[Span] = []
    for index in range(start, end):
        loose_box(page, at[index], here)
        left, top, right, bottom = _RECTANGLE.unpack_from(rect)
        box = (left, bottom, right, top)
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


def _joined(text_page: object, text: str, at: Sequence[int], spans: list[Span]) -> list[Span]:
    """Spans with parts of a number put together that touch although pdfium put a blank there."""
    if not _NUMBERS.search(text):
        return spans
    import pypdfium2.raw as raw

    joined: list[Span] = []
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
