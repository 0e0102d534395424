"""The text of a paragraph of Word as it reads now, and what stands in it beside text.

Deleted text is left out, inserted text is read, hidden text is put aside. Text boxes, footnotes and
comments are named, and read by who walks the body.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casework.documents.readers.word_styles import Styles, W, hides, is_on, value_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"
_LETTERS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_TEXT_BOX = f"{W}txbxContent"
_RUN = f"{W}r"
_ASIDES = {
    f"{W}footnoteReference": "footnote",
    f"{W}endnoteReference": "endnote",
    f"{W}commentReference": "comment",
}
_INSERTED = frozenset({f"{W}ins", f"{W}moveTo"})
_DELETED = frozenset({f"{W}del", f"{W}moveFrom"})
_SKIPPED = frozenset({_FALLBACK, f"{W}pPr", f"{W}rPr", f"{W}rt", f"{W}sdtPr", f"{W}instrText"})
_SYMBOLS = {"F0FE": "☒", "F0A8": "☐", "F06F": "☐", "F0FC": "✓", "F0FB": "✗", "F0B7": "•"}


@dataclass(slots=True)
class Said:
    """What a paragraph says: its text and its hidden text, the text boxes in it, and the footnotes
    and comments that it refers to (kind and id)."""

    parts: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    boxes: list[_Element] = field(default_factory=list)
    asides: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text that is seen; line breaks are kept."""
        return "".join(self.parts)


@dataclass(slots=True)
class Counts:
    """What there is in a document that people should know of."""

    inserted: int = 0
    deleted: int = 0
    pictures: int = 0


def said(paragraph: _Element, styles: Styles, counts: Counts) -> Said:
    """What this paragraph says."""
    found = Said()
    properties = paragraph.find(f"{W}pPr")
    name = value_of(properties, "pStyle") if properties is not None else ""
    hidden = bool(styles.of(name or styles.default).hidden)
    _collect(paragraph, found, styles, counts, hidden=hidden)
    return found


def _collect(
    element: _Element, found: Said, styles: Styles, counts: Counts, *, hidden: bool
) -> None:
    parts = found.hidden if hidden else found.parts
    for child in element:
        tag = child.tag
        if tag in (f"{W}t", _MATH_TEXT):
            parts.append(child.text or "")
        elif tag in _LETTERS:
            parts.append(_LETTERS[tag])
        elif tag == _RUN:
            _collect(child, found, styles, counts, hidden=_is_hidden(child, styles, hidden))
        elif tag == _TEXT_BOX:
            found.boxes.append(child)
        elif tag in _ASIDES:
            found.asides.append((_ASIDES[tag], child.get(f"{W}id", "")))
        elif tag in _DELETED:
            counts.deleted += 1
        elif tag in (f"{W}sym", f"{W}ffData"):
            parts.append(_symbol(child) if tag == f"{W}sym" else _form_field(child))
        elif tag in (_BLIP, _IMAGE):
            counts.pictures += 1
        elif tag not in _SKIPPED and len(child):
            counts.inserted += tag in _INSERTED
            _collect(child, found, styles, counts, hidden=hidden)


def _is_hidden(run: _Element, styles: Styles, around: bool) -> bool:
    properties = run.find(f"{W}rPr")
    if properties is None:
        return around
    own = hides(properties)
    if own is None:
        own = styles.of(value_of(properties, "rStyle")).hidden
    return around if own is None else own


def _symbol(element: _Element) -> str:
    """A letter of a symbol font: check marks and bullets are known, other symbols are lost."""
    code = (element.get(f"{W}char") or "").upper()
    return _SYMBOLS.get(code, "")


def _form_field(data: _Element) -> str:
    """The state of a check box or the choice of a list in an old form; other fields hold text."""
    box = data.find(f"{W}checkBox")
    if box is not None:
        state = box.find(f"{W}checked")
        state = state if state is not None else box.find(f"{W}default")
        checked = state is not None and is_on(state.get(f"{W}val"), "1")
        return "☒" if checked else "☐"
    choice = data.find(f"{W}ddList")
    if choice is not None:
        entries = [each.get(f"{W}val") or "" for each in choice.iter(f"{W}listEntry")]
        chosen = value_of(choice, "result") or value_of(choice, "default") or "0"
        at = int(chosen) if chosen.isdecimal() else 0
        return entries[at] if at < len(entries) else ""
    return ""
