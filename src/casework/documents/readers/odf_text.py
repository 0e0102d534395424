"""The text of a paragraph of OpenDocument, and what hangs on it: notes, comments, text boxes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
OFFICE, TEXT, TABLE, STYLE, DRAW, PRESENTATION = (
    "{" + _NAMESPACE.format(name) + "}"
    for name in ("office", "text", "table", "style", "drawing", "presentation")
)
SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
XLINK = "{http://www.w3.org/1999/xlink}"
_MOST_BLANKS = 1_000
_ASIDE = frozenset({f"{TEXT}note", f"{OFFICE}annotation"})
_BOXES = frozenset({f"{DRAW}frame", f"{DRAW}custom-shape", f"{DRAW}rect", f"{DRAW}g"})
_SKIPPED = frozenset(
    {
        f"{TEXT}ruby-text",
        f"{TEXT}tracked-changes",
        f"{OFFICE}annotation-end",
        f"{SVG}title",
        f"{SVG}desc",
        f"{OFFICE}binary-data",
        f"{OFFICE}event-listeners",
    }
)
_HIDDEN_FIELDS = frozenset({f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph"})


@dataclass(slots=True)
class Said:
    """What a paragraph says: its text, its hidden text, and notes, comments and frames in it."""

    parts: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    asides: list[_Element] = field(default_factory=list)
    boxes: list[_Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text that is seen; line breaks are kept."""
        return "".join(self.parts)


def said(paragraph: _Element, hidden_styles: frozenset[str] = frozenset()) -> Said:
    """What this paragraph says."""
    found = Said()
    _collect(paragraph, found, hidden_styles, _is_hidden(paragraph, hidden_styles))
    return found


def hidden_styles(root: _Element) -> frozenset[str]:
    """The styles of text that is not shown."""
    found: set[str] = set()
    for style in root.iter(f"{STYLE}style"):
        properties = style.find(f"{STYLE}text-properties")
        if properties is not None and properties.get(f"{TEXT}display") == "none":
            found.add(style.get(f"{STYLE}name", ""))
    return frozenset(found)


def lines_of(parent: _Element) -> list[str]:
    """The paragraphs in an element as plain lines."""
    found = (said(each).text.strip() for each in parent.iter(f"{TEXT}p", f"{TEXT}h"))
    return [text for text in found if text]


def author_of(annotation: _Element) -> str:
    """Who wrote a comment."""
    return (annotation.findtext(f"{_DC}creator") or "").strip()


def _collect(element: _Element, found: Said, styles: frozenset[str], hidden: bool) -> None:
    parts = found.hidden if hidden else found.parts
    parts.append(_flat(element.text))
    for child in element:
        tag = child.tag
        if tag == f"{TEXT}s":
            count = child.get(f"{TEXT}c", "1")
            parts.append(" " * min(int(count) if count.isdecimal() else 1, _MOST_BLANKS))
        elif tag == f"{TEXT}tab":
            parts.append("\t")
        elif tag == f"{TEXT}line-break":
            parts.append("\n")
        elif tag in _ASIDE:
            found.asides.append(child)
        elif tag in _BOXES:
            found.boxes.append(child)
        elif tag in _HIDDEN_FIELDS:
            inner = "".join(map(str, child.itertext()))
            found.hidden.append(child.get(f"{TEXT}string-value") or inner)
        elif tag not in _SKIPPED and isinstance(tag, str):
            _collect(child, found, styles, hidden or _is_hidden(child, styles))
        parts.append(_flat(child.tail))


def _is_hidden(element: _Element, styles: frozenset[str]) -> bool:
    return bool(styles) and element.get(f"{TEXT}style-name") in styles


def _flat(text: str | None) -> str:
    """White space of the file is one blank; breaks have elements of their own."""
    if not text:
        return ""
    if "\n" in text or "\t" in text or "  " in text:
        words = " ".join(text.split())
        lead = " " if text[0].isspace() else ""
        return lead + words + (" " if words and text[-1].isspace() else "")
    return text
