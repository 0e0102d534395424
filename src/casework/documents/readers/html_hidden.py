"""What a web page hides: by attributes, by styles of elements, by simple rules of its sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?:px|pt|em|%)?\s*"
    r"(?:[;!]|$)|(?<![-\w])opacity\s*:\s*0*(?:\.0+)?\s*(?:[;!]|$)"
    r"|(?:text-indent|left|top|margin-left)\s*:\s*-\d{4,}|max-height\s*:\s*0(?:px)?\s*(?:[;!]|$)",
    re.IGNORECASE,
)
_BRACE = re.compile(r"([{}])")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_SELECTOR = re.compile(r"(?:[a-z][\w]*)?([.#][\w-]+)", re.IGNORECASE)
_LARGEST_SHEET = 500_000


class Hiding:
    """Which elements are not shown. Rules for media and states, and selectors of several steps, are
    not weighed: what only they hide is read."""

    def __init__(self, sheets: list[str]) -> None:
        self._selectors: set[str] = set()
        for sheet in sheets:
            for selectors, body in _rules(_COMMENT.sub("", sheet[:_LARGEST_SHEET])):
                if _HIDING.search(body):
                    for selector in selectors.split(","):
                        found = _SELECTOR.fullmatch(selector.strip())
                        if found:
                            self._selectors.add(found[1])

    def hides(self, node: LexborNode) -> bool:
        """Whether this element, with all that is in it, is not shown."""
        attributes = node.attributes
        if not attributes:
            return False
        if "hidden" in attributes and attributes["hidden"] != "until-found":
            return True
        style = attributes.get("style")
        if style and _HIDING.search(style):
            return True
        if not self._selectors:
            return False
        classes = (attributes.get("class") or "").split()
        return f"#{attributes.get('id') or ''}" in self._selectors or any(
            f".{each}" in self._selectors for each in classes
        )


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and what holds for them; what stands in a block of `@media` and the like is passed
    over."""
    depth, selectors = 0, ""
    for part in _BRACE.split(sheet):
        if part == "{":
            depth += 1
        elif part == "}":
            depth = max(depth - 1, 0)
        elif depth == 0:
            selectors = part.rpartition(";")[2].strip()
        elif depth == 1 and not selectors.startswith("@"):
            yield selectors, part
