"""The numbers and bullets that Word shows before paragraphs (numbering.xml).

Counts as Word does: lists that share a definition go on, an override begins anew, and a number ends
the counting of the levels below it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_MOST_ROMAN = 3999
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_PLACEHOLDER = re.compile(r"%([1-9])")
_BULLETS = {"\uf0a8": "☐", "\uf0fe": "☒", "\uf0fc": "✓", "\uf0a7": "▪", "\uf0d8": "➢", "-": "-"}
_PRIVATE = re.compile("[\ue000-\uf8ff]")


class _Level(NamedTuple):
    start: int
    kind: str
    text: str
    legal: bool
    style: str


@dataclass(slots=True)
class _List:
    """A list: which definition it counts in, and where it begins anew."""

    definition: str
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, _Level] = field(default_factory=dict)
    begun: bool = False


class Lists:
    """All lists of a document, and how far each has counted."""

    def __init__(self, root: _Element | None) -> None:
        self._definitions: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, _List] = {}
        self._counted: dict[str, dict[int, int]] = {}
        if root is not None:
            self._read_definitions(root)
            self._read_lists(root)

    def level_of_style(self, number: str, style: str) -> int:
        """The level at which a list numbers the paragraphs of a style; 0 when it names none."""
        found = self._lists.get(number)
        levels = self._definitions.get(found.definition, {}) if found else {}
        return next((index for index, level in levels.items() if level.style == style), 0)

    def label(self, number: str, index: int) -> str:
        """What stands before the next paragraph of this list at this level; '' for nothing."""
        found = self._lists.get(number)
        if found is None or not 0 <= index < _LEVELS:
            return ""
        levels = self._definitions.get(found.definition, {}) | found.levels
        level = levels.get(index)
        if level is None:
            return ""
        if level.kind == "bullet":
            return _bullet(level.text)
        counted = self._counted.setdefault(found.definition, {})
        if not found.begun:
            found.begun = True
            for at, start in found.starts.items():
                counted[at] = start - 1
        counted[index] = counted.get(index, level.start - 1) + 1
        for deeper in [at for at in counted if at > index]:
            del counted[deeper]

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = levels.get(at, level)
            value = counted.get(at, other.start)
            return in_kind(value, "decimal" if level.legal else other.kind)

        return _PLACEHOLDER.sub(shown, level.text).strip()

    def _read_definitions(self, root: _Element) -> None:
        linked: dict[str, str] = {}
        links: dict[str, str] = {}
        for each in root.iter(f"{_W}abstractNum"):
            name = each.get(f"{_W}abstractNumId", "")
            self._definitions[name] = _levels(each)
            style, link = _value(each, "styleLink"), _value(each, "numStyleLink")
            if style:
                linked[style] = name
            if link:
                links[name] = link
        for name, style in links.items():
            if style in linked:
                self._definitions[name] = self._definitions[linked[style]]

    def _read_lists(self, root: _Element) -> None:
        for each in root.iter(f"{_W}num"):
            made = _List(_value(each, "abstractNumId"))
            for override in each.iter(f"{_W}lvlOverride"):
                at = _whole(override.get(f"{_W}ilvl"), 0)
                start = _value(override, "startOverride")
                if start:
                    made.starts[at] = _whole(start, 1)
                made.levels |= _levels(override)
            self._lists[each.get(f"{_W}numId", "")] = made


def in_kind(value: int, kind: str) -> str:
    """A number as Word writes it in this kind of numbering; unknown kinds are decimal."""
    if kind == "none":
        return ""
    if kind in ("lowerLetter", "upperLetter") and value > 0:
        letter = chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 20)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("lowerRoman", "upperRoman") and 0 < value <= _MOST_ROMAN:
        letters = _roman(value)
        return letters.upper() if kind == "upperRoman" else letters
    if kind == "decimalZero":
        return f"{value:02d}"
    return str(value)


def _roman(value: int) -> str:
    parts = []
    for worth, letters in _ROMAN:
        times, value = divmod(value, worth)
        parts.append(letters * times)
    return "".join(parts)


def _bullet(text: str) -> str:
    """Bullets are often letters of a symbol font, which mean nothing in another font."""
    text = text.strip()
    if text == "o":
        return "◦"
    return _BULLETS.get(text) or (_PRIVATE.sub("•", text) if text else "")


def _levels(parent: _Element) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for each in parent.iter(f"{_W}lvl"):
        found[_whole(each.get(f"{_W}ilvl"), 0)] = _Level(
            _whole(_value(each, "start"), 1),
            _value(each, "numFmt") or "decimal",
            _value(each, "lvlText"),
            each.find(f"{_W}isLgl") is not None,
            _value(each, "pStyle"),
        )
    return found


def _value(parent: _Element, name: str) -> str:
    found = parent.find(f"{_W}{name}")
    return (found.get(f"{_W}val") or "") if found is not None else ""


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else otherwise
