"""The numbers and bullets of lists and headings in OpenDocument (list styles, outline style)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from casework.documents.readers.odf_text import STYLE, TEXT
from casework.documents.readers.word_lists import in_kind

if TYPE_CHECKING:
    from lxml.etree import _Element

_KINDS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
_PRIVATE = range(0xE000, 0xF900)


class _Level(NamedTuple):
    bullet: str
    kind: str
    before: str
    after: str
    start: int
    shown: int


class Lists:
    """The list styles of a document and how far each list has counted."""

    def __init__(self, roots: list[_Element]) -> None:
        self._styles: dict[str, dict[int, _Level]] = {}
        self._outline: dict[int, _Level] = {}
        self._headings: dict[int, int] = {}
        for root in roots:
            for style in root.iter(f"{TEXT}list-style"):
                self._styles[style.get(f"{STYLE}name", "")] = _levels(style)
            for outline in root.iter(f"{TEXT}outline-style"):
                self._outline = _levels(outline)

    def heading(self, level: int) -> str:
        """The number before the next heading of this level, '' when headings have none."""
        return _next(self._outline, self._headings, level) if self._outline else ""

    def label(self, style: str, counted: dict[int, int], level: int) -> str:
        """The number or bullet before the next item at this level, counted from 1, of a list."""
        levels = self._styles.get(style)
        if levels is None:
            return "•"
        return _next(levels, counted, level)


def _next(levels: dict[int, _Level], counted: dict[int, int], at: int) -> str:
    level = levels.get(at)
    for deeper in [each for each in counted if each > at]:
        del counted[deeper]
    if level is None:
        return ""
    if level.bullet:
        return "•" if ord(level.bullet[0]) in _PRIVATE else level.bullet
    counted[at] = counted.get(at, level.start - 1) + 1
    if level.kind == "none":
        return ""
    numbers = []
    for each in range(at - level.shown + 1, at + 1):
        other = levels.get(each, level)
        number = in_kind(counted.get(each, other.start), other.kind)
        numbers += [number] if number else []
    return f"{level.before}{'.'.join(numbers)}{level.after}".strip()


def _levels(style: _Element) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for each in style:
        text = each.get(f"{TEXT}level")
        if text is None or not text.isdecimal():  # a comment has no attributes
            continue
        number = each.get(f"{STYLE}num-format")
        found[int(text)] = _Level(
            each.get(f"{TEXT}bullet-char", ""),
            _KINDS.get(number, "decimal") if number else "none",
            each.get(f"{STYLE}num-prefix", ""),
            each.get(f"{STYLE}num-suffix", ""),
            _whole(each.get(f"{TEXT}start-value"), 1),
            min(max(_whole(each.get(f"{TEXT}display-levels"), 1), 1), int(text)),
        )
    return found


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else otherwise
