"""Whether the text of a page is what its picture shows: the words of its text layer against those
that recognition finds at the same places. Recognises nothing itself.

A file can bear other words than its pages show, and everything that reads it takes the words. Words
that recognition is unsure of say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from casework.types.document import Box, Page, Remark, Word

_FEWEST = 5
"""Words that a page must have for its text to be judged as a whole."""
_LETTERS = re.compile(r"[\W_]+")
_SHORTEST = 3
_ALIKE = 0.5
"""Share of letters from which on two readings of a word count as the same."""
_UNLIKE_PAGE = 0.4
"""Share of the words of a page that are not shown, from which on all of it is unlike."""
_SURE = 0.9
"""Confidence in digits from which on they are held against those of the text."""
_OVERLAP = 0.5
_ROW_PT = 24.0
_SAME_SIZE_PT = 3.0
_MOST = 40


def unlike(page: Page, seen: Page) -> tuple[Remark, ...]:
    """What of a page is not what its picture shows; `seen` is the same page as it was recognised.

    One remark for the whole page, or one for each number that is another one in the picture.
    """
    words = [word for word in page.words if _judged(page, word)]
    if not words:
        return ()
    if not seen.words:
        told = _whole(page, "the picture shows no words")
        return (told,) if len(words) >= _FEWEST else ()
    if not _same_frame(page, seen):
        return _by_words(page, words, seen)
    places = _Places(seen)
    missing, wrong = 0, []
    for word in words:
        text = _bare(page.text[word.start : word.end])
        shown, confidence = places.at(word.box)
        if not _same(text, _bare(shown)):
            missing += 1
            if _digits(text) and _digits(shown) and confidence >= _SURE:
                wrong.append(Remark("unlike_picture", word.start, word.end, f"it shows {shown}"))
        elif confidence >= _SURE and _other_number(text, shown):
            wrong.append(Remark("unlike_picture", word.start, word.end, f"it shows {shown}"))
    if len(words) >= _FEWEST and missing > _UNLIKE_PAGE * len(words):
        return (_whole(page, f"{missing} of {len(words)} words are not in the picture"),)
    return tuple(wrong[:_MOST])


def _whole(page: Page, why: str) -> Remark:
    return Remark("unlike_picture", 0, len(page.text), why)


def _judged(page: Page, word: Word) -> bool:
    return len(_bare(page.text[word.start : word.end])) >= _SHORTEST


def _same_frame(page: Page, seen: Page) -> bool:
    """Whether places on both mean the same."""
    return (
        page.turned == seen.turned
        and abs(page.width_pt - seen.width_pt) <= _SAME_SIZE_PT
        and abs(page.height_pt - seen.height_pt) <= _SAME_SIZE_PT
    )


def _by_words(page: Page, words: Sequence[Word], seen: Page) -> tuple[Remark, ...]:
    """The same by the words alone, where their places cannot be compared."""
    known = {_bare(seen.text[word.start : word.end]) for word in seen.words}
    missing = sum(_bare(page.text[word.start : word.end]) not in known for word in words)
    if len(words) >= _FEWEST and missing > max(_UNLIKE_PAGE, 1 - _ALIKE) * len(words):
        return (_whole(page, f"{missing} of {len(words)} words are not in the picture"),)
    return ()


class _Places:
    """Recognised words by where they are."""

    def __init__(self, seen: Page) -> None:
        self._seen = seen
        self._rows: dict[int, list[int]] = {}
        for index, word in enumerate(seen.words):
            for row in self._span(word.box):
                self._rows.setdefault(row, []).append(index)

    def at(self, box: Box) -> tuple[str, float]:
        """The text at a place and how sure recognition is of the least sure word in it."""
        found = sorted(
            {
                index
                for row in self._span(box)
                for index in self._rows.get(row, ())
                if _meets(self._seen.words[index].box, box)
            },
            key=lambda index: self._seen.words[index].box.x0,
        )
        words = self._seen.words
        text = " ".join(self._seen.text[words[i].start : words[i].end] for i in found)
        scores = [self._seen.confidences[i] for i in found if i < len(self._seen.confidences)]
        return text, min(scores, default=0.0)

    @staticmethod
    def _span(box: Box) -> range:
        return range(int(box.y0 // _ROW_PT), int(box.y1 // _ROW_PT) + 1)


def _meets(one: Box, other: Box) -> bool:
    """Whether boxes share a line, and something of it."""
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    least = min(one.y1 - one.y0, other.y1 - other.y0)
    return down > _OVERLAP * least and across > 1.0


def _same(text: str, shown: str) -> bool:
    """Whether a word is read there, as far as recognition can be trusted letter by letter."""
    if text in shown or (shown and shown in text):
        return True
    matcher = SequenceMatcher(None, text, shown, autojunk=False)
    common = sum(block.size for block in matcher.get_matching_blocks())
    return common >= _ALIKE * len(text)


def _other_number(text: str, shown: str) -> bool:
    """Whether both are numbers of as many digits, and not the same one."""
    here, there = _digits(text), _digits(shown)
    return len(here) == len(there) and len(here) >= _SHORTEST and here != there


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _bare(text: str) -> str:
    """Letters and digits alone, in small letters."""
    return _LETTERS.sub("", text).lower()
