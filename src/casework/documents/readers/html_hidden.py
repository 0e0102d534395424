"""What a web page hides: by attributes, by styles of elements, by simple rules of its sheets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?:px|pt|em|%)?\s*"
    r"(?:[;!]|$)|(?<![-\w])opacity\s*:\s*0*(?:\.0+)?\s*(?:[;!]|$)"
    r"|(?:text-indent|left|top|margin-left)\s*:\s*-\d{4,}|max-height\s*:\s*0(?:px)?\s*(?:[;!]|$)",
    re.IGNORECASE,
)
_RULE = re.compile(r"([^{}@;]+)\{([^{}]*)\}")
_MEDIA = re.compile(r"@[a-z-]+[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SELECTOR = re.compile(r"(?:[a-z][\w]*)?([.#][\w-]+)", re.IGNORECASE)
_LARGEST_SHEET = 500_000


class Hiding:
    """Which elements are not shown. Rules for media and states, and selectors of several steps, are
    not weighed: what only they hide is read."""

    def __init__(self, sheets: list[str]) -> None:
        self._selectors: set[str] = set()
        for sheet in sheets:
            plain = _MEDIA.sub("", _COMMENT.sub("", sheet[:_LARGEST_SHEET]))
            for selectors, body in _RULE.findall(plain):
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
        if (attributes.get("aria-hidden") or "").lower() == "true":
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
