"""Which column of a table a field means: its name against the headings, by the lexicon.

Works on texts of headings alone, so that tables of every format are matched alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.documents.tables.headings import Headings
from casework.extraction.concepts import Lexicon, lexicon
from casework.extraction.meaning import Intent, meaning
from casework.extraction.tokens import tokens
from casework.types.values import Field

LEAST = 0.4
"""A heading that means a field less than this does not mean it."""
_EVERY_WORD = 0.95
_SOME_WORDS = 0.8
_REST = 0.5
"""What a label inside a longer heading is worth at least: `Price` in `Price per night`."""
_NOT_TEXT = frozenset({"money", "number", "percent", "quantity"})


_IN_TABLES = {
    "line_amount": {"total": 0.75, "net": 0.7, "gross_total": 0.7, "subtotal": 0.6},
    "unit_price": {"net": 0.45},
    "quantity": {"weight": 0.5, "area": 0.5},
}
"""What a heading over a column will do for besides what it means beside a single value: the total
of a row is its amount."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Fields with the columns that they mean, and how well in all."""

    columns: dict[str, int]
    score: float


def matched_fields(headings: Headings, fields: Sequence[Field]) -> Matched:
    """The best column for each field, no column for two; fields without one are left out."""
    table = headings.table
    paths = [headings.path(column) for column in range(table.columns)]
    scored: list[tuple[float, int, int]] = []
    for number, field in enumerate(fields):
        intent = meaning(field.name, field.instruction, field.type, lexicon())
        for column, path in enumerate(paths):
            weight = heading_weight(path, field, intent, lexicon())
            if weight >= LEAST and _may_hold(headings, column, field):
                scored.append((weight, -number, -column))
    columns: dict[str, int] = {}
    taken: set[int] = set()
    total = 0.0
    for weight, number, column in sorted(scored, reverse=True):
        name = fields[-number].name
        if name not in columns and -column not in taken:
            columns[name] = -column
            taken.add(-column)
            total += weight
    if columns:
        columns |= _left_over(headings, fields, columns, taken)
    return Matched(columns, total)


def heading_weight(path: Sequence[str], field: Field, intent: Intent, known: Lexicon) -> float:
    """How surely headings mean a field: 1 when they are its name, less when they are another name
    of it or hold more words."""
    texts = [text for text in dict.fromkeys((" ".join(path), *reversed(path))) if text]
    return max((_weight(text, field, intent, known) for text in texts), default=0.0)


def _weight(text: str, field: Field, intent: Intent, known: Lexicon) -> float:
    names = [name for name in tokens(text) if name not in known.skip]
    own = [name for name in tokens(field.name) if name not in known.skip]
    if not names:
        return 0.0
    best = 0.0
    if own and names == own:
        return 1.0
    if own and set(own) <= set(names):
        best = _EVERY_WORD if len(own) > 1 else _SOME_WORDS
    for match in known.matches(tokens(text)):
        covered = min(match.last - match.first + 1, len(names)) / len(names)
        for index, strength in match.concepts:
            said = _means(index, intent, known) * strength
            best = max(best, said * (_REST + (1 - _REST) * covered))
    return best


def _means(index: int, intent: Intent, known: Lexicon) -> float:
    """How well a concept over a column will do for the field."""
    best = intent.weight.get(index, 0.0)
    name = known.concepts[index].name
    for main in intent.main:
        best = max(best, _IN_TABLES.get(main.name, {}).get(name, 0.0))
    return best


def _may_hold(headings: Headings, column: int, field: Field) -> bool:
    """Whether a column can hold values of the field's type."""
    if field.type.name in _NOT_TEXT:
        texts = [
            cell.text
            for row in headings.rows[headings.table.header_rows :]
            for cell in row
            if cell.column == column and cell.text
        ]
        return not texts or any(any(map(str.isdigit, text)) for text in texts)
    return True


def _left_over(
    headings: Headings, fields: Sequence[Field], columns: dict[str, int], taken: set[int]
) -> dict[str, int]:
    """The one field of text that no heading names stands in the widest column of text whose
    heading says nothing else."""
    missing = [f for f in fields if f.name not in columns and f.type.name == "text"]
    if len(missing) != 1 or len(columns) < len(fields) - 1 or len(columns) < 2:
        return {}
    letters = [0] * headings.table.columns
    for row in headings.rows[headings.table.header_rows :]:
        for cell in row:
            if cell.column not in headings.values and cell.column < len(letters):
                letters[cell.column] += len(cell.text)
    free = [
        column
        for column, count in enumerate(letters)
        if count and column not in taken and not headings.path(column)
    ]
    if not free:
        return {}
    return {missing[0].name: max(free, key=lambda column: letters[column])}
