"""Visual rows of a page and their pieces, as the search for tables sees them.

Rows come from the boxes of words alone, because a reader of running text may have cut the page
into columns. A piece is a run of words with ordinary gaps. Knows no tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import Literal, NamedTuple

from casework.types.document import Page

Kind = Literal["value", "dash", "period", "text"]
"""What a piece looks like: figures, a dash for none, a year or quarter or date, anything else."""

_SAME_ROW = 0.4  # of the smaller height by which the middles of words of a row may differ
_GAP = 0.75  # of the row height; a wider gap begins a new piece
_FIGURES_GAP = 0.5  # the same between two words that are figures
_MARK_GAP = 6.0  # of the row height that a currency mark may stand left of its figures
_UPRIGHT = 1.4  # times as tall as wide is a word that runs upwards
_UPRIGHT_LETTERS = 2
_EDGE = 0.1  # of the page height in which running headers and footers stand
_RUNNING_PIECES = 2  # a running header or footer has no more

_CURRENCY = (
    r"(?:US\$|[$€£¥₹]|(?:EUR|USD|GBP|CHF|JPY|SEK|NOK|DKK|PLN|TEUR|T€|kEUR|MEUR|RM|kr)(?![^\W_]))"
)
_MARKS = re.compile(
    rf"(?i)^[(\[]?{_CURRENCY}|(?:{_CURRENCY}|[%‰]|(?<=[\d\s])(?:Mio\.?|Mrd\.?|bn|mn|m|k|x|bps|pp))[)\]]?$"
)
"""What may stand before or behind figures: a currency, a scale, a percent sign."""
_BARE = re.compile(
    r"[\[(]?\s*[-–−+]?\s*[\d.,'’\s\u00a0\u202f]*\d[\d.,'’\s\u00a0\u202f]*[-–−)\]*¹²³]*"
)
_THOUSANDS = re.compile(r"\D{0,5}['’]?000['’]?s?\D{0,2}")
"""A scale, not a figure: `£000`, `'000`, `$000s`."""
_COUNTED = re.compile(r"[-–−+]?\d[\d.,'’]*\s?[^\W\d_]{1,4}[.²³]?")
_DASH = re.compile(r"(?:[-–—−‒―]{1,3}|n/?a\.?|n\.\s?[am]\.|nil|k\.\s?A\.|[$€£]\s?[-–—−])", re.I)
_YEAR = r"(?:19|20)\d\d"
_PERIOD = re.compile(
    rf"(?:FY|CY|GJ|fiscal|year|exercice|Geschäftsjahr|Jahr|Ist|Plan|Budget|Actual|as at|zum|au|at)?"
    rf"\s*'?(?:{_YEAR}(?:\s?/\s?(?:{_YEAR}|\d\d))?|(?<=FY)'?\d\d|(?<=FY )'?\d\d)\s*[EAePp*]?"
    rf"|(?:3|6|9|12)\s?M[\s/'’-]*(?:FY)?{_YEAR}"
    rf"|[QHTS][1-4][\s/'’-]*(?:FY)?(?:{_YEAR}|\d\d)?|[1-4][QHTS][\s/'’-]*(?:FY)?(?:{_YEAR}|\d\d)?"
    rf"|[1-4]\.\s?(?:Quartal|Halbjahr)(?:\s{_YEAR})?"
    rf"|\d\d?[./]\s?\d\d?[./]\s?(?:{_YEAR}|\d\d)|{_YEAR}-\d\d(?:-\d\d)?"
    rf"|(?:\d\d?\.?\s)?[^\W\d_]{{3,9}}\.?\s(?:\d\d?,\s?)?{_YEAR}",
    re.I,
)
_MARK_ONLY = re.compile(r"(?:US)?[$€£¥(]{1,2}|EUR|USD|GBP|CHF", re.I)
_TAIL_ONLY = re.compile(r"[)%\]*]{1,2}")
_FIGURES = re.compile(r"[(\[$€£+–−-]*\d[\d.,'’]*[)\]%*-]*")
_THREE = re.compile(r"\d{3}(?:[.,]\d+)?[)\]%*-]*")
_PAGE_NUMBER = re.compile(
    r"(?:[-–|\s]*(?:page|seite|p\.|s\.|blatt)?\s*\d{1,4}(?:\s*(?:/|of|von|sur|de)\s*\d{1,4})?[-–|\s]*)",
    re.I,
)


class WordBox(NamedTuple):
    """A word as tables need it: its edges, its text, its number among the words of the page."""

    x0: float
    y0: float
    x1: float
    y1: float
    text: str
    number: int


class Piece(NamedTuple):
    """Neighbouring words of a row with ordinary gaps between them."""

    x0: float
    x1: float
    words: list[WordBox]
    kind: Kind

    @property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join([word.text for word in self.words])


@dataclass(slots=True)
class VisualRow:
    """What stands on one height of a page; `page` counts from 1, pieces from left to right."""

    page: int
    y0: float
    y1: float
    height: float
    pieces: list[Piece]
    running: bool = False
    """Whether it is a running header or footer of its page."""
    figures: int = 0
    """How many pieces are figures, or dashes for none."""

    def __post_init__(self) -> None:
        self.figures = sum([piece.kind in ("value", "dash") for piece in self.pieces])

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join([piece.text for piece in self.pieces])

    @property
    def words(self) -> list[WordBox]:
        """All its words from left to right."""
        return [word for piece in self.pieces for word in piece.words]

    @property
    def has_values(self) -> bool:
        """Whether figures, or dashes for none, stand in it."""
        return self.figures > 0


@lru_cache(maxsize=16_384)
def kind_of(text: str) -> Kind:
    """What a text of a cell looks like."""
    if _DASH.fullmatch(text):
        return "dash"
    if not any(map(str.isdigit, text)) or _THOUSANDS.fullmatch(text):
        return "text"
    if _PERIOD.fullmatch(text):
        return "period"
    if _BARE.fullmatch(text):
        return "value"
    bare = text
    if text[0].isdigit() and text[-1].isdigit():
        return "text"
    for _ in range(3):  # `-12.5 EUR %`: one mark after another
        bare = _MARKS.sub(" ", bare).strip()
    if bare != text and _PERIOD.fullmatch(bare):
        return "period"
    if bare != text and _BARE.fullmatch(bare):
        return "value"
    return "value" if _COUNTED.fullmatch(text) else "text"


def rows_of(page: Page) -> list[VisualRow]:
    """The visual rows of a page from top to bottom."""
    text, words = page.text, page.words
    new = tuple.__new__
    boxes: list[WordBox] = [
        new(WordBox, (*word.box, text[word.start : word.end], index))
        for index, word in enumerate(words)
    ]
    boxes = [box for box in boxes if not _is_upright(box)]
    boxes.sort(key=_middle)
    rows: list[list[WordBox]] = []
    middle = height = 0.0
    for box in boxes:
        here, tall = (box[1] + box[3]) / 2, box[3] - box[1]
        if rows and abs(here - middle) < _SAME_ROW * (tall if tall < height else height):
            row = rows[-1]
            row.append(box)
            middle += (here - middle) / len(row)
        else:
            rows.append([box])
            middle, height = here, tall
    edge = _EDGE * page.height_pt
    found = [_row(row, page.number) for row in rows]
    marked = _marked(page)
    for visual in found:
        if len(visual.pieces) <= _RUNNING_PIECES:
            at_edge = visual.y1 <= edge or visual.y0 >= page.height_pt - edge
            visual.running = words[visual.pieces[0].words[0].number].line in marked or (
                at_edge and bool(_PAGE_NUMBER.fullmatch(visual.text))
            )
    return found


def _is_upright(box: WordBox) -> bool:
    """Whether a word is set upwards or downwards, as along a margin: in no row."""
    tall, wide = box[3] - box[1], box[2] - box[0]
    return tall > _UPRIGHT * wide and len(box[4]) > _UPRIGHT_LETTERS


def _marked(page: Page) -> set[int]:
    """The lines that the layout knows as running headers and footers."""
    return {
        line
        for block in page.blocks
        if block.kind in ("header", "footer")
        for line in range(block.first_line, block.end_line)
    }


def mark_repeated(pages: Iterable[list[VisualRow]], height_pt: float) -> None:
    """Mark rows at the edge of a page that its neighbour has too, numbers aside."""
    before: set[str] = set()
    for rows, after in pairwise([*pages, []]):
        edges = _edge_texts(rows, height_pt)
        known = before | set(_edge_texts(after, height_pt))
        for text, row in edges.items():
            row.running = row.running or text in known
        before = set(edges)


def _edge_texts(rows: list[VisualRow], height_pt: float) -> dict[str, VisualRow]:
    edge = _EDGE * height_pt
    return {
        re.sub(r"\d+", "#", row.text): row
        for row in rows
        if len(row.pieces) <= _RUNNING_PIECES and (row.y1 <= edge or row.y0 >= height_pt - edge)
    }


def _middle(box: WordBox) -> tuple[float, float]:
    return box[1] + box[3], box[0]


def _row(words: list[WordBox], page: int) -> VisualRow:
    words.sort()
    height = median([word.y1 - word.y0 for word in words]) or 1.0
    runs: list[list[WordBox]] = [[words[0]]]
    for one, other in pairwise(words):
        gap = other.x0 - one.x1
        if gap > _FIGURES_GAP * height and (
            gap > _GAP * height or _both_figures(one.text, other.text)
        ):
            runs.append([other])
        else:
            runs[-1].append(other)
    if len(runs) > 1:
        runs = _marks_joined(runs, height)
    pieces = [
        Piece(run[0].x0, max(word.x1 for word in run), run, kind_of(" ".join(w.text for w in run)))
        for run in runs
    ]
    return VisualRow(
        page, min(word.y0 for word in words), max(word.y1 for word in words), height, pieces
    )


def _both_figures(one: str, other: str) -> bool:
    """Whether two words are numbers by themselves, and not the groups of one number."""
    return (
        bool(_FIGURES.fullmatch(one))
        and bool(_FIGURES.fullmatch(other))
        and not _THREE.fullmatch(other)
    )


def _marks_joined(runs: list[list[WordBox]], height: float) -> list[list[WordBox]]:
    """A lone currency mark stands with the figures to its right, a lone `)` or `%` with those to
    its left: accounts align them at the edges of their column."""
    joined: list[list[WordBox]] = []
    for run in runs:
        before = joined[-1] if joined else None
        lone = run[0].text if len(run) == 1 else ""
        if before is not None:
            gap = run[0].x0 - before[-1].x1
            mark = len(before) == 1 and _MARK_ONLY.fullmatch(before[0].text)
            figures = _FIGURES.fullmatch(run[0].text) or _DASH.fullmatch(run[0].text)
            if (mark and figures and gap < _MARK_GAP * height) or (
                lone and gap < 2 * height and _TAIL_ONLY.fullmatch(lone)
            ):
                before += run
                continue
        joined.append(run)
    return joined
