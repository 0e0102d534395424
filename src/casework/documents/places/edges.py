"""Where a stretch of text may begin and end: whole words, and never inside a number.

A quote that cuts a number, or changes one, quotes something that the document does not say.
"""

from __future__ import annotations

import re

from casework.values.numbers import sign_before

_INSIDE = ".,'’"
_LONGEST_RUN = 24
_FIGURES = re.compile(r"[0-9]+(?:[.,'’][0-9]+)*")
_MISREAD = re.compile(r"(?<=[^\W\d_])[0156](?=[^\W\d_]{2})|(?<![^\W_])[0156](?=[^\W\d_]{4})")
"""One figure inside a word or at the beginning of one, where nobody writes a figure."""
_DOTTED_DATE = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4}|[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,2}")


def cuts_number(text: str, at: int) -> bool:
    """Whether a number runs over the boundary at `at`; a dotted date may be cut at its dots."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before.isdigit() and after.isdigit():
        return True
    if before.isdigit() and after in _INSIDE:
        inside = text[at + 1 : at + 2].isdigit()
    elif after.isdigit() and before in _INSIDE:
        inside = at > 1 and text[at - 2].isdigit()
    else:
        return False
    return inside and not _DOTTED_DATE.fullmatch(text, *_run_at(text, at))


def _run_at(text: str, at: int) -> tuple[int, int]:
    """The stretch of figures and their separators around `at`, as far as a date may go."""
    start = end = at
    least, most = max(0, at - _LONGEST_RUN), min(len(text), at + _LONGEST_RUN)
    while start > least and (text[start - 1].isdigit() or text[start - 1] in _INSIDE):
        start -= 1
    while end < most and (text[end].isdigit() or text[end] in _INSIDE):
        end += 1
    while start < end and not text[start].isdigit():
        start += 1
    while end > start and not text[end - 1].isdigit():
        end -= 1
    return start, end


def whole_words(text: str, start: int, end: int) -> bool:
    """Whether no word runs over either end."""
    if start and text[start].isalnum() and text[start - 1].isalnum():
        return False
    return not (end < len(text) and text[end - 1].isalnum() and text[end].isalnum())


def figures(text: str, start: int = 0, end: int | None = None) -> list[str]:
    """The numbers of a stretch of folded text as written, with a minus that stands right before;
    those that run over its ends in full."""
    reach = len(text) if end is None else end
    start, reach = whole_numbers(text, start, reach)
    return [
        text[sign_before(text, match.start())[0] : match.end()]
        for match in _FIGURES.finditer(text, start, reach)
    ]


def same_figures(quote: str, wanted: list[str], text: str, start: int, end: int) -> bool:
    """Whether a stretch has the numbers `wanted` of a folded quote, in their order.

    A single figure inside a word may be a letter misread (`0ffice`, `c1ause`): it counts only where
    both sides have such figures.
    """
    found = figures(text, start, end)
    if found == wanted:
        return True
    if cuts_number(text, start) or cuts_number(text, end):
        return False
    stretch = text[start:end]
    one, other = _MISREAD.findall(quote), _MISREAD.findall(stretch)
    if one == other or (one and other):
        return False
    return figures(_MISREAD.sub("", quote)) == figures(_MISREAD.sub("", stretch))


def whole_numbers(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the numbers that run over its ends in full."""
    while cuts_number(text, start):
        start -= 1
    while cuts_number(text, end):
        end += 1
    return start, end
