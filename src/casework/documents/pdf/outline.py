"""The outline (bookmarks) of a PDF, laid onto the lines that it points at as headings.

A bookmark counts where a line of its page says the same words; others change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from casework.documents.repeat import reblocked
from casework.types.document import Page

if TYPE_CHECKING:
    import pypdfium2

_MOST_BOOKMARKS: Final = 5_000
_DEEPEST: Final = 6
_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_NUMBERING: Final = re.compile(r"^(?:[\divxlc]+[.)]?\s+|[\d.]+\s*|[a-z][.)]\s+)+", re.IGNORECASE)


def with_headings(document: pypdfium2.PdfDocument, pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages with blocks of kind `heading` for the lines that the outline names."""
    wanted: dict[int, dict[str, int]] = {}
    for count, (page, level, title) in enumerate(_bookmarks(document)):
        if count >= _MOST_BOOKMARKS:
            break
        key = _key(title)
        if key and 0 <= page < len(pages):
            wanted.setdefault(page, {}).setdefault(key, min(level + 1, _DEEPEST))
    if not wanted:
        return tuple(pages)
    return tuple(
        _headed(page, wanted[index]) if index in wanted else page
        for index, page in enumerate(pages)
    )


def _bookmarks(document: pypdfium2.PdfDocument) -> list[tuple[int, int, str]]:
    """Index of the page, depth from 0, and title of each bookmark that leads to a page."""
    import pypdfium2

    found: list[tuple[int, int, str]] = []
    try:
        for mark in document.get_toc(max_depth=_DEEPEST):
            target = mark.get_dest()
            index = target.get_index() if target else None
            if index is not None:
                found.append((index, mark.level, mark.get_title()))
            if len(found) >= _MOST_BOOKMARKS:
                break
    except pypdfium2.PdfiumError:
        pass  # a damaged outline is none
    return found


def _headed(page: Page, wanted: dict[str, int]) -> Page:
    """The page with headings for the lines that say one of these things. A title may be set in two
    lines."""
    kinds: dict[int, int] = {}
    keys = [_key(page.text[line.start : line.end]) for line in page.lines]
    for at, key in enumerate(keys):
        after = keys[at + 1] if at + 1 < len(keys) else ""
        if key in wanted:
            kinds[at] = wanted[key]
        elif key and after and f"{key} {after}" in wanted:
            kinds[at] = kinds[at + 1] = wanted[f"{key} {after}"]
    furniture = {
        line
        for block in page.blocks
        if block.kind in ("header", "footer", "table")
        for line in range(block.first_line, block.end_line)
    }
    kinds = {line: level for line, level in kinds.items() if line not in furniture}
    if not kinds:
        return page
    return replace(page, blocks=reblocked(page, {line: ("heading", kinds[line]) for line in kinds}))


def _key(text: str) -> str:
    """Words without numbering, signs and case."""
    bare = _NUMBERING.sub("", text.strip())
    return " ".join(_NOT_LETTERS.sub(" ", (bare or text).casefold()).split())
