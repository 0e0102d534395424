"""A figure of a statement: the row that a field names, in the column of the period it names.

`Revenue 2023` is looked for in tables whose columns are years, quarters or days: the row by its
label, its section and the lexicon, the column by its heading. The figure is scaled as headings
say. Without a period in the field the latest one counts. Knows no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from casework.documents.tables.headings import Headings, Sized, Timing
from casework.extraction.answers import Answer, Candidate, Part, Wanted
from casework.extraction.asked import Asked, asked_of, matches, words_of
from casework.extraction.meaning import Intent
from casework.extraction.prepared import Prepared
from casework.extraction.tables import span_of
from casework.extraction.tokens import tokens
from casework.types.proof import Searched
from casework.types.table import TableCell
from casework.types.values import Json, ValueType
from casework.values.money import money_json
from casework.values.read import readings

TYPES = frozenset({"number", "money", "percent"})
_LEAST = 0.8
"""How well a row must fit a field that names a period."""
_LEAST_UNDATED = 0.95
"""The same for a field that names none: it may mean something else on the page."""
_CONCEPT = 0.55
_CONCEPT_SHARE = 0.42
_LEAST_TIMED = 2
"""Columns with a period of their own that make a table a statement for a field without one."""
_STRANGE_COLUMN = 0.1
"""What is taken off for each word of a column that the field does not say, up to a few."""
_NEAR = 0.005
_SCORE = 6.0
"""What a perfect fit adds to the score: above what scattered values reach."""
_DASHES = frozenset({"-", "–", "—", "−", "‒", "nil"})
_MOST_TOLD = 6
_PERIOD = r"(?:(?:19|20)\d\d|FY ?['’]?\d\d|[QHTS][1-4]|[1-4]\. ?Q|\d\d?\.\d\d?\.\d\d)(?!\d)"
_PERIODS = re.compile(rf"{_PERIOD}[^\n]{{1,60}}?(?:{_PERIOD}|(?i:vorjahr|previous|précédent))")


class _Hit(NamedTuple):
    """A figure that may be meant; `late` orders periods of a field that names none."""

    score: float
    late: int
    prepared: Prepared
    headings: Headings
    cell: TableCell
    timing: Timing | None


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of figures: its period and the words of its headings beside the period."""

    number: int
    timing: Timing | None
    words: frozenset[str]


def find_figure(
    documents: Sequence[Prepared], wanted: Wanted, intent: Intent, looked: tuple[Searched, ...]
) -> Answer | None:
    """The answer from the statements of the documents; None when none of them has the row, so
    that the figure may stand elsewhere. A row without the wanted period is `not_found`."""
    if wanted.type.name not in TYPES or wanted.type.many:
        return None
    asked = asked_of(wanted)
    if not asked.words and not intent.main:
        return None
    hits: list[_Hit] = []
    other: list[_Hit] = []
    for prepared in documents:
        if asked.timing is None and not _has_periods(prepared):
            continue
        for headings in prepared.tables:
            for hit in _hits(prepared, headings, asked, intent, wanted.type):
                fits = asked.timing is None or (
                    hit.timing is not None and matches(asked.timing, hit.timing)
                )
                (hits if fits else other).append(hit)
    if hits:
        return _best(hits, wanted.type, looked)
    if asked.timing is not None and other:
        return _other_periods(other, asked.timing, looked)
    return None


def _has_periods(prepared: Prepared) -> bool:
    """Whether two periods stand in a line anywhere: without them no table has columns of periods,
    and none need be sought."""
    return any(_PERIODS.search(page.text) for page in prepared.layout.pages)


def _hits(
    prepared: Prepared, headings: Headings, asked: Asked, intent: Intent, type: ValueType
) -> Iterator[_Hit]:
    """Figures of the rows that fit the field, in columns that fit it."""
    table = headings.table
    columns = _columns(headings)
    timed = sum(column.timing is not None for column in columns)
    if not timed or (asked.timing is None and timed < _LEAST_TIMED):
        return
    least = _LEAST if asked.timing is not None else _LEAST_UNDATED
    title = frozenset(words_of(table.title))
    for row in range(table.header_rows, table.rows):
        label = headings.label(row)
        if not label:
            continue
        by_column = {cell.column: cell for cell in reversed(headings.rows[row])}
        for column in columns:
            cell = by_column.get(column.number)
            if cell is None:
                continue
            score = _fit(prepared, headings, row, column, asked, intent, title)
            if score >= least and _may_be(headings.sized(cell), cell, type):
                late = column.timing.end.toordinal() if column.timing and column.timing.end else 0
                yield _Hit(round(score, 3), late, prepared, headings, cell, column.timing)


def _columns(headings: Headings) -> list[_Column]:
    """The columns of figures; those without a period have that of the title."""
    timings = headings.timings()
    whole = None if timings else headings.title_timing
    found: list[_Column] = []
    for number in sorted(headings.values):
        timing = timings.get(number, whole)
        if timings and number not in timings:
            continue
        words = words_of(" ".join(headings.path(number)))
        found.append(_Column(number, timing, frozenset(words)))
    return found


def _may_be(sized: Sized, cell: TableCell, type: ValueType) -> bool:
    """Whether a cell holds a figure of the type: percentages are no amounts."""
    if not cell.text or (cell.text not in _DASHES and not any(map(str.isdigit, cell.text))):
        return False
    return sized.scale.percent == (type.name == "percent") or (
        type.name == "number" and not sized.scale.percent
    )


def _fit(
    prepared: Prepared, headings: Headings, row: int, column: _Column, asked: Asked,
    intent: Intent, title: frozenset[str],
) -> float:  # fmt: skip
    """How well a cell fits a field: by the words of its label, section, column and title."""
    label = words_of(headings.label(row))
    if not label:
        return 0.0
    own = set(label)
    strange = len(column.words - asked.words) * _STRANGE_COLUMN
    best = 0.0
    shared = own & asked.words
    if shared:
        rest = asked.words - own - column.words
        if rest:
            rest -= {word for text in headings.sections(row) for word in words_of(text)}
        rest -= title
        said = 1 - len(rest) / len(asked.words)
        best = 0.5 * said + 0.5 * len(shared) / len(own)
    if best < 1.0 and intent.weight:
        best = max(best, _by_concept(prepared, headings.label(row), asked, intent))
    return best - min(strange, 3 * _STRANGE_COLUMN)


def _by_concept(prepared: Prepared, label: str, asked: Asked, intent: Intent) -> float:
    """How well a label fits as another name of what the field means: `Umsatzerlöse` for revenue."""
    names = [name for name in tokens(label) if not name.isdigit()]
    if not names or not asked.plain:
        return 0.0
    best = 0.0
    for match in prepared.lexicon.matches(names):
        covered = (match.last - match.first + 1) / len(names)
        for index, strength in match.concepts:
            weight = intent.weight.get(index, 0.0) * strength
            best = max(best, (_CONCEPT + _CONCEPT_SHARE * covered) * weight)
    return best


def _best(hits: list[_Hit], type: ValueType, looked: tuple[Searched, ...]) -> Answer | None:
    """The figure that fits best; of equal ones the latest period, and the first in the document."""
    top = max(hit.score for hit in hits)
    good = [hit for hit in hits if hit.score >= top - _NEAR]
    good.sort(key=lambda hit: -hit.late)
    candidates = [made for hit in good if (made := _candidate(hit, type)) is not None]
    if not candidates:
        return None
    first = candidates[0]
    rival = next((each for each in candidates[1:] if each.document != first.document), None)
    latest = good[0].late
    if rival is not None and rival.value != first.value and good[
        candidates.index(rival)
    ].late == latest:  # fmt: skip
        told = " and ".join(
            f"{each.document_name}, page {each.page}: {each.text}" for each in (first, rival)
        )
        reason = f"The documents contradict each other: {told}."
        return Answer((), "conflict", reason, first.score, 0.0, (first, rival), looked)
    where = f"{first.document_name}, page {first.page}"
    headed = ", ".join(dict.fromkeys(repr(part.asked) for part in first.parts if part.asked))
    reason = f"Found in a table by its row and column ({headed}) in {where}."
    others = [each for each in candidates[1:] if each.value != first.value][:4]
    return Answer((first,), None, reason, first.score, first.score, tuple(others), looked)


def _candidate(hit: _Hit, type: ValueType) -> Candidate | None:
    prepared, headings, cell = hit.prepared, hit.headings, hit.cell
    pages = {page.number: page for page in prepared.layout.pages}
    page = pages.get(cell.page)
    span = span_of(page, cell)
    sized = headings.sized(cell)
    factor = sized.scale.factor if type.name != "percent" else Decimal(1)
    value = _value(prepared, cell, type, sized, factor)
    if page is None or span is None or value is None:
        return None
    parts = [
        Part(head.page, *where, head.text)
        for head in _heads(headings, hit, sized)
        if (where := span_of(pages.get(head.page), head)) is not None
    ]
    return Candidate(
        prepared.document.sha256, prepared.document_name, page.number, *span,
        page.text[span[0] : span[1]], value, round(_SCORE * hit.score, 4), factor, tuple(parts),
    )  # fmt: skip


def _heads(headings: Headings, hit: _Hit, sized: Sized) -> list[TableCell]:
    """The label of the row, the headings of the column, and the heading that states the scale."""
    found = [*headings.label_cells(hit.cell.row), *headings.over(hit.cell.column)]
    found += [
        cell
        for cell in headings.table.cells
        if sized.told_by and cell.row < headings.table.header_rows and cell.text == sized.told_by
    ]
    return list(dict.fromkeys(found))


def _value(
    prepared: Prepared, cell: TableCell, type: ValueType, sized: Sized, factor: Decimal
) -> Json:
    currency = type.unit or sized.scale.currency or ""
    if cell.text in _DASHES:
        nothing: Json = "0"
        return money_json(Decimal(0), currency or prepared.habits.currency) if (
            type.name == "money"
        ) else nothing  # fmt: skip
    read = ValueType(type.name, unit=currency if type.name == "money" else type.unit)
    text = cell.text
    if type.name == "percent" and "%" not in text:
        text = f"{text}%"
    found = readings(text, read, habits=prepared.habits, scale=factor)
    return found[0].value if found else None


def _other_periods(hits: list[_Hit], timing: Timing, looked: tuple[Searched, ...]) -> Answer | None:
    """The row is there, but not the period: said so, instead of a figure of another period."""
    top = max(hit.score for hit in hits)
    best = [hit for hit in hits if hit.score >= top - _NEAR]
    one = best[0]
    told = [hit.timing.label for hit in best if hit.timing is not None and hit.timing.label]
    known = ", ".join(list(dict.fromkeys(told))[:_MOST_TOLD])
    reason = (
        f"'{one.headings.label(one.cell.row)}' in {one.prepared.document_name}, page "
        f"{one.cell.page}, has figures for {known}, none for {timing.label}."
    )
    return Answer((), "not_found", reason, 0.0, 0.0, (), looked)
