"""Web pages by selectolax: what a reader would see, as paragraphs, headings, lists and tables.

Scripts and styles are left out; what is hidden is left out and remarked on. Nothing is fetched, and
frames and redirections are not followed.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from casework.documents.formats.decode import decode
from casework.documents.readers.html_walk import Walk, rules_of
from casework.documents.reading import Reading, Source
from casework.documents.typesetting.flow import Element
from casework.documents.typesetting.typeset import typeset

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

READER = "html"
VERSION = "3"
MEDIA_TYPE = "text/html"

_HEAD_BYTES = 4096
_CHARSET = re.compile(
    rb"""<meta[^>]+charset\s*=\s*["']?([\w-]+)|<\?xml[^>]+encoding=["']([\w-]+)""", re.I
)
_NESTING = re.compile(
    r"<(/?)(?:a|article|aside|b|big|blockquote|center|code|details|div|dl|em|fieldset|font|footer|form"
    r"|header|i|main|menu|nav|object|ol|pre|s|section|small|span|strike|strong|sub|sup|svg|table|tt|u"
    r"|ul)\b[^>]*>",
    re.IGNORECASE,
)
"""Tags whose elements are not closed by others of their kind."""
_DEEPEST = 1_000
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read(source: Source) -> Reading:
    """The pages of a web page; `source.text` is its decoded text."""
    tree = tree_of(_text(source))
    title = tree.css_first("title")
    facts = {}
    if title is not None and title.text().strip():
        facts["title"] = " ".join(title.text().split())[:500]
    made = typeset(flow_of(tree), source)
    reason = "The web page holds no text. Save it as PDF from a browser and add that."
    return Reading(
        MEDIA_TYPE,
        READER,
        VERSION,
        made.pages,
        reason="" if made.pages else reason,
        facts=facts,
        notes=made.notes,
        tables=made.tables,
    )


def html_flow(text: str) -> list[Element]:
    """Paragraphs (`paragraph N`) and tables (`table N, row R, column C`) in reading order."""
    return flow_of(tree_of(text))


def flow_of(tree: LexborHTMLParser) -> list[Element]:
    """As `html_flow`, of a page that was parsed."""
    walk = Walk(rules_of(tree))
    root = tree.root
    if root is not None:
        walk.visit(root)
    walk.end_paragraph()
    return walk.flow


def tree_of(text: str) -> LexborHTMLParser:
    """The parsed page. Its parser takes time by the square of the depth, so that elements in more
    than a thousand others lose their tags (browsers flatten them too); their text stays."""
    from selectolax.lexbor import LexborHTMLParser

    depth = deepest = 0
    for found in _NESTING.finditer(text):
        depth = max(depth - 1, 0) if found[1] else depth + 1
        deepest = max(depth, deepest)
    return LexborHTMLParser(_flattened(text) if deepest > _DEEPEST else text)


def _flattened(text: str) -> str:
    depth = 0

    def kept(found: re.Match[str]) -> str:
        nonlocal depth
        dropped = depth > _DEEPEST
        depth = max(depth - 1, 0) if found[1] else depth + 1
        return " " if dropped else found[0]

    return _NESTING.sub(kept, text)


def _text(source: Source) -> str:
    """The text by the encoding that the page itself states, where its bytes are no UTF-8."""
    head = source.data[:_HEAD_BYTES]
    stated = _CHARSET.search(head)
    if stated is None or head.startswith(_MARKS) or b"\0" in head:
        return source.text
    try:
        source.data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            name = (stated[1] or stated[2]).decode("ascii")
            text = source.data.decode("cp1252" if name.lower() == "iso-8859-1" else name, "replace")
        except (LookupError, ValueError):
            return source.text
        cleaned = decode(text.encode("utf-8", "replace"))
        return cleaned[0] if cleaned else source.text
    return source.text
