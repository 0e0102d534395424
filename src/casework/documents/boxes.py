"""From a span of the text of a page to its words, its boxes and its native place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from casework.documents.lazy_words import LazyWords
from casework.types.document import Box, Page

_DOUBTFUL = 0.6
"""Words recognised with less confidence than this are often another word."""


def doubtful(page: Page, start: int, end: int) -> bool:
    """Whether a word of a span was recognised in a picture with little confidence."""
    if not page.confidences:
        return False
    first, last = words_of(page, start, end)
    return any(confidence < _DOUBTFUL for confidence in page.confidences[first:last])


def recognition_of(page: Page, start: int, end: int) -> float | None:
    """How sure text recognition is of the least sure word of a span; None for text that was not
    recognised in a picture."""
    if not page.confidences:
        return None
    first, last = words_of(page, start, end)
    return min(page.confidences[first:last], default=None)


def words_of(page: Page, start: int, end: int) -> tuple[int, int]:
    """The indexes of the words that lie in or touch a span of the page's text, end exclusive."""
    if isinstance(page.words, LazyWords):
        return page.words.touching(start, end)
    first = bisect_right(page.words, start, key=lambda word: word.end)
    return first, max(first, bisect_left(page.words, end, key=lambda word: word.start))


def boxes_of(page: Page, start: int, end: int) -> tuple[Box, ...]:
    """One box per line for a span of the page's text, around its words on that line."""
    first, last = words_of(page, start, end)
    if isinstance(page.words, LazyWords):
        return page.words.boxes(first, last)
    boxes: list[Box] = []
    line = -1
    for word in page.words[first:last]:
        box = word.box
        if word.line == line:
            x0, y0, x1, y1 = boxes[-1]
            boxes[-1] = Box(min(x0, box.x0), min(y0, box.y0), max(x1, box.x1), max(y1, box.y1))
        else:
            boxes.append(box)
            line = word.line
    return tuple(boxes)


def place_of(page: Page, start: int) -> str:
    """The native place of the line that an offset lies on, '' when it has none."""
    at = bisect_right(page.lines, start, key=lambda line: line.start) - 1
    return page.lines[at].place if at >= 0 else ""
