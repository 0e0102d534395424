"""Whether what a reader gave is a document at all: spans that lie in the text, boxes that are
numbers, a reason where there is no text. Readers of plug-ins are checked by it, and fuzzing."""

from __future__ import annotations

import math
from itertools import chain, pairwise
from typing import get_args

from casework.documents.reading import Member, Reading
from casework.types.document import BlockKind, Document, DocumentState, Page
from casework.types.table import Table

_STATES = frozenset(get_args(DocumentState))
_KINDS = frozenset(get_args(BlockKind))


def wrong_with(reading: object) -> str:
    """What is wrong with a reading, in words; '' if nothing is."""
    if not isinstance(reading, Reading):
        return f"it is a {type(reading).__name__} and no Reading"
    try:
        if not all(isinstance(member, Member) for member in reading.members):
            return "its members are no Members"
        return _wrong(reading.state, reading.reason, reading.pages, reading.tables)
    except (TypeError, ValueError, AttributeError) as error:
        return f"{type(error).__name__}: {error}"


def wrong_with_document(document: Document) -> str:
    """What is wrong with a document, in words; '' if nothing is."""
    wrong = _wrong(document.state, document.reason, document.pages, document.tables)
    if not wrong and document.state == "read" and not document.word_count:
        wrong = "it is read and has no words"
    return wrong


def _wrong(
    state: DocumentState, reason: str, pages: tuple[Page, ...], tables: tuple[Table, ...]
) -> str:
    if state not in _STATES:
        return f"there is no state {state!r}"
    if state != "read" and not reason:
        return f"it is {state} without a reason"
    numbers = [page.number for page in pages]
    if numbers != list(range(1, len(numbers) + 1)):
        return "its pages are not numbered from 1"
    found = (_wrong_page(page) for page in pages)
    wrong = next(filter(None, found), "")
    return wrong or next(filter(None, (_wrong_table(table, pages) for table in tables)), "")


def _wrong_page(page: Page) -> str:
    """What is wrong with a page."""
    where = f"page {page.number}"
    sizes = (page.width_pt, page.height_pt)
    boxes = chain((word.box for word in page.words), (line.box for line in page.lines))
    edges = chain.from_iterable(boxes)
    if not all(map(math.isfinite, (*sizes, *edges))) or min(sizes) <= 0:
        return f"{where} has a size or box that is no number"
    words = [(word.start, word.end) for word in page.words]
    lines = [(line.start, line.end) for line in page.lines]
    for what, spans in (("word", words), ("line", lines)):
        if any(not 0 <= start < end <= len(page.text) for start, end in spans):
            return f"{where} has a {what} outside of its text"
        if any(before[1] > after[0] for before, after in pairwise(spans)):
            return f"{where} has {what}s that are not in order"
    if any(not 0 <= word.line < len(page.lines) for word in page.words):
        return f"{where} has a word on a line that is not there"
    for block in page.blocks:
        if block.kind not in _KINDS or not 0 <= block.first_line < block.end_line <= len(
            page.lines
        ):
            return f"{where} has a block of lines that are not there"
    if page.confidences and len(page.confidences) != len(page.words):
        return f"{where} has another number of confidences than of words"
    return ""


def _wrong_table(table: Table, pages: tuple[Page, ...]) -> str:
    """What is wrong with a table."""
    for cell in table.cells:
        if not (0 <= cell.row < table.rows and 0 <= cell.column < table.columns):
            return "a table has a cell outside of it"
        words = len(pages[cell.page - 1].words) if 1 <= cell.page <= len(pages) else 0
        if any(not 0 <= start < end <= words for start, end in cell.words):
            return "a table has a cell whose words are not there"
    return ""
