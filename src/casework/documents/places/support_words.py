"""Whether a quote says a text, or the options of a choice. Compares words; reads no figures but to
see that they are the same."""

from __future__ import annotations

import re

from casework.documents.places.folding import fold_quote
from casework.documents.places.written import Unit, units
from casework.types.proof import Support
from casework.types.values import Json, ValueType
from casework.values.equal import same
from casework.values.lexicon import words
from casework.values.numbers import sign_before
from casework.values.read import readings
from casework.values.reading import Reading
from casework.values.words import denied, folded

_WORDS = re.compile(r"[^\W_]+")
_MEANT = frozenset("%‰+<>≤≥±")
"""Signs that change what figures mean."""
_ANSWER = re.compile(r"\s*[:?=]\s*([^\W\d_]+|\S{1,3})")
_BOX_REACH = 4


def worded(quote: str, value: str) -> Support:
    """Whether the quote has the letters and figures of a text as whole words."""
    wanted = folded(value)
    if not wanted:
        return "yes" if value.strip() and value.strip() in quote else "cannot_tell"
    said = value == quote or _has_words(quote, wanted, _figures(value))
    return "yes" if said else "cannot_tell"


def _has_words(text: str, wanted: str, figures: list[Unit]) -> bool:
    """Whether the folded letters stand in the text from the beginning of a word to the end of
    one, with the same figures."""
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    reached = 0
    for match in _WORDS.finditer(text):
        starts[reached] = match.start()
        reached += len(folded(match.group()))
        ends[reached] = match.end()
    said = folded(text)
    at = said.find(wanted)
    while at >= 0:
        stop = at + len(wanted)
        whole = at in starts and stop in ends
        if whole and _alike(figures, _figures_in(text, starts[at], ends[stop])):
            return True
        at = said.find(wanted, at + 1)
    return False


def _figures(text: str) -> list[Unit]:
    return _figures_in(text, 0, len(text))


def _figures_in(text: str, start: int, end: int) -> list[Unit]:
    """The numbers and dates of a stretch with the signs that change them; those that run over its
    ends in full."""
    if text[start : start + 1].isdecimal():
        while start > 1 and text[start - 1] in ".," and text[start - 2].isdecimal():
            start -= 1
            while start and text[start - 1].isdecimal():
                start -= 1
        start = sign_before(text, start)[0]
    while start and text[start - 1] in _MEANT:
        start -= 1
    while end < len(text) and (text[end] in _MEANT or _goes_on(text, end)):
        end += 1
    found = units(fold_quote(text[start:end]))
    return [u for u in found if u.kind in ("number", "date") or u.written in _MEANT]


def _goes_on(text: str, at: int) -> bool:
    """Whether a number goes on at an offset behind a figure or a separator of it."""
    if text[at].isdecimal():
        return text[at - 1].isdecimal() or text[at - 1] in ".,"
    return text[at] in ".," and text[at - 1].isdecimal() and text[at + 1 : at + 2].isdecimal()


def _alike(one: list[Unit], other: list[Unit]) -> bool:
    return len(one) == len(other) and all(a.like(b) for a, b in zip(one, other, strict=True))


def answered(quote: str, value: Json, type: ValueType, around: tuple[str, str]) -> Support:
    """Whether the quote gives this answer and no other."""
    told = [reading for reading in readings(quote, type) if reading.certain]
    text = f"{around[0]}{quote}{around[1]}"
    if any(
        _box(text, reading, len(around[0])) is False
        for reading in told
        if reading.text[0].isalpha()
    ):
        return "cannot_tell"
    answers = {reading.value for reading in told}
    return "cannot_tell" if len(answers) != 1 else "yes" if value in answers else "no"


def chosen(quote: str, value: Json, type: ValueType, around: tuple[str, str]) -> Support:
    """Whether the quote states the option, or all of the options, and no other."""
    told = readings(quote, ValueType("choice", options=type.options))
    text, shift = f"{around[0]}{quote}{around[1]}", len(around[0])
    boxes = [_box(text, reading, shift) for reading in told]
    if any(box is not None for box in boxes):
        told = tuple(reading for reading, box in zip(told, boxes, strict=True) if box)
    if not told or any(
        denied(text, shift + r.start) or _answered_no(text, shift + r.end) for r in told
    ):
        return "cannot_tell"
    wanted: Json = value if isinstance(value, list) else [value]
    stated: Json = [reading.value for reading in told]
    return "yes" if same(stated, wanted, ValueType("choices")) else "cannot_tell"


def _box(text: str, told: Reading, shift: int) -> bool | None:
    """Whether the box before a word is ticked, else the one behind it; None without a box."""
    known = words()
    start, end = shift + told.start, shift + told.end
    before = text[max(0, start - _BOX_REACH) : start].rstrip(" \u00a0")
    after = text[end : end + _BOX_REACH].lstrip(" \u00a0:")
    for beside, stands in ((before, str.endswith), (after, str.startswith)):
        if stands(beside, known.ticked):
            return True
        if stands(beside, known.unticked):
            return False
    return None


def _answered_no(text: str, end: int) -> bool:
    """Whether what ends here is a question that is answered with no: `Approved: no`."""
    match = _ANSWER.match(text, end)
    if not match:
        return False
    said = match[1].casefold()
    return words().answers.get(said) is False or said in words().negations
