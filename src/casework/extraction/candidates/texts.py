"""Candidates that are pieces of text: cells, what follows a colon or label, trimmed variants."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casework.extraction.anchors import Anchors
from casework.extraction.candidates.table import Found
from casework.extraction.layout import Floats, Ints, Layout, cells, gaps

_LONGEST = 160
_COLON = re.compile(r":\s*(?=\S)")
_EDGES = " \t\n.,;:*|_=~-–—●•·\"'“”‘’«»<>#"
_OPENING, _CLOSING = "([{", ")]}"
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]?\s*$")
_REGISTER = r"(?:co(?:mpany)?\.?\s*)?(?:reg(?:istration|\.)?\s*)?(?:no|nr|roc|gst|hrb|id)?[\s.:#]*"
_NUMBER_TAIL = re.compile(
    rf"[\s,;/-]*(?:\(\s*{_REGISTER}[A-Z]{{0,3}}\d[\w./ -]*\)?"
    r"|(?:co(?:mpany)?\.?\s*)?(?:reg\.?|registration|roc|gst|hrb|co)\b[\s.:#]*(?:no|nr)?[\s.:#]*"
    r"[A-Z]{0,3}\d[\w./-]*|\s\d{5,}[\w-]*)\s*$",
    re.IGNORECASE,
)
_NUMBER_SIGN = re.compile(r"\(|\s\d{5}|reg|roc|gst|hrb|co", re.IGNORECASE)
"""Every `_NUMBER_TAIL` has one."""
_DATE_TAIL = re.compile(r"[\s,;/-]*(?<!\d)\d{1,4}([./-])\d{1,2}\1\d{2,4}(?!\d)[\s\d./:-]*$")
_DIGIT = re.compile(r"\d")
_MORE = re.compile(r"\s{2,}|\s[|/●•·]\s|\t")
_ADDRESS_FOLLOWS = re.compile(r",\s+(?=\d)")
_WORDS_AFTER = 12
_CLOSE_WORDS = 1.1
_LABEL_QUALITY = 0.5


def texts(layout: Layout, anchors: Anchors) -> list[Found]:
    """Cells at every gap width and what remains of each without label, number or brackets."""
    seen: dict[tuple[int, int, int], None] = {}
    order = layout.order
    for first, last in cells(layout):
        a, b = int(order[first]), int(order[last - 1])
        page = int(layout.page[a])
        for start, end in variants(
            layout.pages[page].text, int(layout.start[a]), int(layout.end[b])
        ):
            seen.setdefault((page, start, end))
    for page, start, end in dict.fromkeys(_after_labels(layout, anchors)):
        for span in variants(layout.pages[page].text, start, end):
            seen.setdefault((page, *span))
    return [
        Found(page, start, end, " ".join(layout.pages[page].text[start:end].split()))
        for page, start, end in seen
    ]


def variants(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A span and its shorter readings, each without loose marks at its edges."""
    if end - start > _LONGEST:
        return
    whole = trimmed(text, start, end)
    yield from _shorter(text, *whole)
    if text.find(":", start, end) >= 0:
        for match in _COLON.finditer(text, start, end):
            rest = trimmed(text, match.end(), end)
            yield from _shorter(text, *rest)
    for match in _MORE.finditer(text, *whole):
        yield from _shorter(text, *trimmed(text, whole[0], match.start()))
    if text.find(",", *whole) >= 0 and (street := _ADDRESS_FOLLOWS.search(text, *whole)):
        yield trimmed(text, whole[0], street.start())


def _shorter(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if start >= end:
        return
    yield start, end
    piece = text[start:end]
    for tail in _tails(piece):
        cut = tail.search(piece)
        if cut and cut.start() > 1:
            yield trimmed(text, start, start + cut.start())


def _tails(piece: str) -> Iterator[re.Pattern[str]]:
    """What may be cut off at the end of a piece: told by single letters first, which is faster."""
    if "(" in piece or "[" in piece:
        yield _ASIDE
    if _DIGIT.search(piece):
        if _NUMBER_SIGN.search(piece):
            yield _NUMBER_TAIL
        if any(piece.count(mark) > 1 for mark in "./-"):
            yield _DATE_TAIL


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space, punctuation and unmatched brackets at its edges."""
    if start < end and text[start].isalnum() and text[end - 1].isalnum():
        return start, end
    while start < end and (
        text[start] in _EDGES or (text[start] in _OPENING and not _closes(text, start, end))
    ):
        start += 1
    while end > start and (
        (text[end - 1] in _EDGES and not _abbreviates(text, start, end))
        or (text[end - 1] in _CLOSING and not _opens(text, start, end))
    ):
        end -= 1
    return start, end


def _closes(text: str, start: int, end: int) -> bool:
    return _CLOSING[_OPENING.index(text[start])] in text[start:end]


def _opens(text: str, start: int, end: int) -> bool:
    return _OPENING[_CLOSING.index(text[end - 1])] in text[start:end]


def _abbreviates(text: str, start: int, end: int) -> bool:
    """Whether the full stop at the end belongs to the word: `Inc.`, `N.V.`"""
    return text[end - 1] == "." and end - start > 2 and text[end - 2].isalpha()


def _after_labels(layout: Layout, anchors: Anchors) -> Iterator[tuple[int, int, int]]:
    """From the end of each label to the end of its cell, for labels without a colon."""
    before = gaps(layout)
    order = layout.order
    place = {word: at for at, word in enumerate(order.tolist())}
    labels = {
        int(layout.token_word[first])
        for first, quality in zip(anchors.first.tolist(), anchors.quality.tolist(), strict=True)
        if quality > _LABEL_QUALITY
    }
    for page, last, end in zip(
        anchors.page.tolist(),
        layout.token_word[anchors.last].tolist(),
        anchors.end.tolist(),
        strict=True,
    ):
        at = place[last]
        until = at
        while until - at < _WORDS_AFTER and _goes_on(order, before, until):
            until += 1
            if int(order[until]) in labels and until - at > 1:
                yield page, end, int(layout.end[order[until - 1]])
        stop = int(layout.end[order[until]])
        if stop > end:
            yield page, end, stop


def _goes_on(order: Ints, before: Floats, at: int) -> bool:
    """Whether the next word follows closely and in the order of the text."""
    return bool(
        at + 1 < len(order) and order[at + 1] == order[at] + 1 and before[at + 1] < _CLOSE_WORDS
    )
