"""The styles of a Word document: which are headings, number their paragraphs or hide their text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo)\s*([1-9])", re.IGNORECASE)
_TITLES = frozenset({"title", "titel", "titre"})
_CAPTIONS = frozenset({"caption", "beschriftung", "légende"})
_DEEPEST = 6
_LONGEST_CHAIN = 20
_OFF = frozenset({"0", "false", "off", "none"})


class Style(NamedTuple):
    """What a style says; None and '' where it says nothing."""

    level: int | None = None
    number: str = ""
    list_level: int | None = None
    hidden: bool | None = None
    is_caption: bool = False


class Styles:
    """The styles of a document by their ids."""

    def __init__(self, root: _Element | None) -> None:
        self._own: dict[str, Style] = {}
        self._based: dict[str, str] = {}
        self._done: dict[str, Style] = {}
        for each in root.iter(f"{W}style") if root is not None else ():
            name = each.get(f"{W}styleId", "")
            self._own[name] = _own(each)
            self._based[name] = value_of(each, "basedOn")
        self.default = next(
            (
                each.get(f"{W}styleId", "")
                for each in (root.iter(f"{W}style") if root is not None else ())
                if each.get(f"{W}type") == "paragraph" and is_on(each.get(f"{W}default"), "0")
            ),
            "",
        )

    def of(self, name: str) -> Style:
        """A style with what it takes over from those it is based on."""
        if name not in self._done:
            chain: list[Style] = []
            seen: set[str] = set()
            at = name
            while at in self._own and at not in seen and len(chain) < _LONGEST_CHAIN:
                seen.add(at)
                chain.append(self._own[at])
                at = self._based[at]
            self._done[name] = Style(
                next((each.level for each in chain if each.level is not None), None),
                next((each.number for each in chain if each.number), ""),
                next((each.list_level for each in chain if each.list_level is not None), None),
                next((each.hidden for each in chain if each.hidden is not None), None),
                bool(chain) and chain[0].is_caption,
            )
        return self._done[name]


def _own(style: _Element) -> Style:
    name = value_of(style, "name").strip().lower()
    found = _HEADING.match(name)
    outline = style.find(f"{W}pPr/{W}outlineLvl")
    level: int | None = None
    if found:
        level = min(int(found[1]), _DEEPEST)
    elif name in _TITLES:
        level = 1
    elif outline is not None:
        level = outline_level(outline.get(f"{W}val"))
    number, list_level = numbering(style.find(f"{W}pPr"))
    return Style(level, number, list_level, hides(style.find(f"{W}rPr")), name in _CAPTIONS)


def outline_level(value: str | None) -> int:
    """1 to 6 for an outline level of 0 to 8; 0 for 9, which is body text."""
    at = int(value) if value and value.isdecimal() and len(value) < 3 else 9
    return min(at + 1, _DEEPEST) if at < 9 else 0


def numbering(properties: _Element | None) -> tuple[str, int | None]:
    """The list and the level that the properties of a paragraph or style name."""
    found = properties.find(f"{W}numPr") if properties is not None else None
    if found is None:
        return "", None
    level = value_of(found, "ilvl")
    at = int(level) if level.isdecimal() and len(level) < 3 else None
    return value_of(found, "numId"), at


def hides(properties: _Element | None) -> bool | None:
    """Whether the properties of a run hide it; None when they do not say."""
    found = properties.find(f"{W}vanish") if properties is not None else None
    return None if found is None else is_on(found.get(f"{W}val"), "1")


def is_on(value: str | None, otherwise: str) -> bool:
    """Whether a switch is on; without a value it is as `otherwise` says."""
    return (value or otherwise).lower() not in _OFF


def value_of(parent: _Element, name: str) -> str:
    """The value of a child, '' when it is missing."""
    found = parent.find(f"{W}{name}")
    return (found.get(f"{W}val") or "") if found is not None else ""
