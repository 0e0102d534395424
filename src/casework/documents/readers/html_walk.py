"""A parsed web page in its order → what is to be set: paragraphs, headings, lists, tables.

Goes from node to node without recursion, so that no nesting is too deep.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from casework.documents.readers.html_hidden import Hiding
from casework.documents.readers.html_table import HtmlTable, nesting_tables, table_of
from casework.documents.readers.word_lists import in_kind
from casework.documents.typesetting.flow import Element, Grid, Hidden, Text
from casework.types.document import BlockKind

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_LEFT_OUT_NAMES = (
    "script style noscript template head svg math iframe frame object embed canvas audio video "
    "datalist button"
)
_BLOCKS_NAMES = (
    "address article aside blockquote body center dd details dialog div dl dt fieldset "
    "figcaption figure footer form header hr html legend main menu nav p section "
    "summary td th tr h1 h2 h3 h4 h5 h6 table tbody thead tfoot caption"
)
_LEFT_OUT = frozenset(_LEFT_OUT_NAMES.split())
_BLOCKS = frozenset(_BLOCKS_NAMES.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"[ \t\r\n\f]+")
_NUMBERED = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_TEXT_INPUTS = frozenset({"", "text", "email", "tel", "url", "number", "date", "search", "time"})
_DEEPEST_TABLE = 3
_MOST_HIDDEN = 100_000

_Close = Callable[[], None]


class _List:
    """A list under way: how its items are marked."""

    def __init__(self, node: LexborNode, ordered: bool) -> None:
        self.ordered = ordered
        attributes = node.attributes
        start = attributes.get("start") or ""
        self.number = int(start) - 1 if start.isdecimal() and len(start) < 8 else 0
        self.kind = _NUMBERED.get(attributes.get("type") or "", "decimal")

    def label(self, item: LexborNode) -> str:
        """What stands before the next item."""
        if not self.ordered:
            return "•"
        value = item.attributes.get("value") or ""
        self.number = int(value) if value.isdecimal() and len(value) < 8 else self.number + 1
        return f"{in_kind(self.number, self.kind)}."


class PageRules(NamedTuple):
    """What holds for all of a page: what it hides, and which tables hold tables."""

    hiding: Hiding
    nesting: frozenset[int]


def rules_of(tree: LexborHTMLParser) -> PageRules:
    """The rules of a parsed page."""
    return PageRules(Hiding([node.text() for node in tree.css("style")]), nesting_tables(tree))


class Walk:
    """Collects text between block elements."""

    def __init__(self, page: PageRules, *, around: Walk | None = None, place: str = "") -> None:
        self.flow: list[Element] = []
        self.paragraphs: int = around.paragraphs if around else 0
        self.tables: int = around.tables if around else 0
        self._page = page
        self._table_depth: int = around._table_depth + 1 if around else 0
        self._place = place
        self._parts: list[str] = []
        self._level = 0
        self._kind: BlockKind = "paragraph"
        self._lists: list[_List] = []
        self._label = ""
        self._preformatted = 0

    def visit(self, root: LexborNode) -> None:
        """Take what stands in this element."""
        stack: list[tuple[LexborNode | None, _Close | None]] = [(root.child, None)]
        while stack:
            node, close = stack.pop()
            if node is None:
                if close is not None:
                    close()
                continue
            stack.append((node.next, close))
            after = self._enter(node)
            if after is not None:
                stack.append((node.child, after))

    def end_paragraph(self) -> None:
        """Close the paragraph under way; its line breaks stay."""
        text = "".join(self._parts)
        self._parts = []
        lines = [line.strip() for line in text.split("\n")] if not self._preformatted else []
        if self._preformatted:
            lines = text.strip("\n").split("\n")
        if not any(line.strip() for line in lines):
            return
        if not self._place:
            self.paragraphs += 1
        place = self._place or f"paragraph {self.paragraphs}"
        label, self._label = self._label, ""
        kind: BlockKind = "code" if self._preformatted else self._kind
        depth = max(len(self._lists) - 1, 0)
        last = self.flow[-1] if self.flow else None
        goes_on = kind == "list" and isinstance(last, Text) and last.kind == "list"
        index = 0
        for line in lines:
            if not line.strip():
                continue
            shown = f"{label} {line}" if label and not index else line
            joined = index > 0 or goes_on
            code = kind == "code"
            self.flow.append(Text(shown, place, kind, self._level, joined, depth, fixed=code))
            index += 1

    def _enter(self, node: LexborNode) -> _Close | None:
        """Begin an element; what to do at its end, or None when what is in it is not to be read."""
        tag = node.tag or ""
        if tag == "-text":
            self._say(node.text_content or "")
            return None
        if tag == "br":
            self._parts.append("\n")
            return None
        if tag in _LEFT_OUT or tag.startswith(("-", "!")):
            return None
        if self._page.hiding.hides(node):
            self._hide(node)
            return None
        if tag == "table" and self._table(node):
            return None
        if tag in ("ul", "ol"):
            return self._begin_list(node, tag)
        if tag in ("input", "select", "textarea"):
            self._say(_shown_field(node))
            return None
        if tag == "li" or tag in _BLOCKS or tag == "pre":
            return self._begin_block(node, tag)
        return _nothing

    def _say(self, text: str) -> None:
        if self._preformatted:
            self._parts.append(text)
            return
        text = _SPACE.sub(" ", text)
        if text == " " and (not self._parts or self._parts[-1].endswith((" ", "\n"))):
            return
        self._parts.append(text)

    def _hide(self, node: LexborNode) -> None:
        text = " ".join((node.text(separator=" ") or "")[:_MOST_HIDDEN].split())
        if text and node.css_first("script, style") is None:
            self.flow.append(Hidden(text))
        elif text:
            words = [each.text(deep=False) for each in node.css("*") if each.tag not in _LEFT_OUT]
            self.flow.append(Hidden(" ".join(" ".join(words).split())))

    def _begin_list(self, node: LexborNode, tag: str) -> _Close:
        self.end_paragraph()
        self._lists.append(_List(node, tag == "ol"))

        def close() -> None:
            self.end_paragraph()
            self._lists.pop()
            self._kind = "list" if self._lists else "paragraph"

        return close

    def _begin_block(self, node: LexborNode, tag: str) -> _Close:
        self.end_paragraph()
        before = (self._kind, self._level)
        if tag in _HEADINGS:
            self._kind, self._level = "heading", _HEADINGS[tag]
        elif tag == "li":
            self._kind = "list"
            self._label = self._lists[-1].label(node) if self._lists else "•"
        elif tag == "pre":
            self._preformatted += 1

        def close() -> None:
            self.end_paragraph()
            self._kind, self._level = before
            if tag == "pre":
                self._preformatted -= 1
            if tag == "li":
                self._label = ""

        return close

    def _table(self, node: LexborNode) -> bool:
        """Take a table of values as a grid; whether it was one."""
        if self._table_depth >= _DEEPEST_TABLE:
            return False
        table = table_of(node, f"table {self.tables + 1}", nests=node.mem_id in self._page.nesting)
        if table is None:
            return False
        self.end_paragraph()
        self.tables += 1
        hidden: list[Element] = []
        texts = [
            [self._cell(cell.node, table, index, hidden) for cell in row.cells]
            for index, row in enumerate(table.rows)
        ]
        title = ""
        if table.caption is not None and not self._page.hiding.hides(table.caption):
            title = " ".join((table.caption.text(separator=" ") or "").split())[:500]
            if title:
                self.flow.append(Text(title, table.name))
        self.flow.append(table.grid(texts, title))
        self.flow += hidden
        return True

    def _cell(self, node: LexborNode, table: HtmlTable, row: int, hidden: list[Element]) -> str:
        """The text of a cell, line by line; tables in it are set below its row."""
        if self._page.hiding.hides(node):
            text = " ".join((node.text(separator=" ") or "")[:_MOST_HIDDEN].split())
            hidden += [Hidden(text)] if text else []
            return ""
        child = node.child
        if child is not None and child.tag == "-text" and child.next is None:
            return " ".join((child.text_content or "").split())  # most cells are this simple
        inner = Walk(self._page, around=self, place=table.name)
        inner.visit(node)
        inner.end_paragraph()
        self.tables = inner.tables
        lines: list[str] = []
        for each in inner.flow:
            if isinstance(each, Text):
                lines.append(each.text)
            elif isinstance(each, Grid):
                table.insets.setdefault(row, []).append(each)
            else:
                hidden.append(each)
        return "\n".join(lines)


def _nothing() -> None:
    """What there is to do at the end of an element of a line."""


def _shown_field(node: LexborNode) -> str:
    """What a field of a form shows."""
    attributes = node.attributes
    if node.tag == "textarea":
        return node.text() or ""
    if node.tag == "select":
        options = list(node.css("option"))
        chosen = [each for each in options if "selected" in each.attributes]
        return ", ".join(" ".join(each.text().split()) for each in chosen or options[:1])
    kind = (attributes.get("type") or "").lower()
    if kind in ("checkbox", "radio"):
        return " ☒ " if "checked" in attributes else " ☐ "
    return f" {attributes.get('value') or ''} " if kind in _TEXT_INPUTS else ""
