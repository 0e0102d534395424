"""Which rows and columns of a grid look like headings, for formats that do not say so.

Looks at the texts of cells alone: headings are words above (or beside) values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_VALUE = re.compile(
    r"[-+(–−]?\s*(?:[A-Z]{3}\s|[$€£¥]\s*)?[-+(–−]?\d[\d.,'’ \u00a0\u202f/:-]*"
    r"(?:\s*(?:%|‰|[$€£¥]|[A-Z]{3}|[kKmM]|bn|mio\.?))?\)?"
)
_PERIOD = re.compile(r"(?:(?:19|20)\d\d(?:[/-]\d\d(?:\d\d)?(?:-\d\d)?)?|[QH][1-4][ /]?\d*)")
"""A year, a quarter, a day: a value among values, a heading above them."""
_MOST_HEADS = 4
_SAMPLE = 60
_MOST = 0.6
"""The share of the cells of a column that are values when the column is one of values."""


class Heads(NamedTuple):
    """How many rows at the top and columns at the left are headings."""

    rows: int
    columns: int


def heads(rows: Sequence[Sequence[tuple[int, str]]], *, first_is_head: bool = False) -> Heads:
    """The headings of these rows of cells (column and text).

    Where no column holds values there is nothing to tell by; `first_is_head` says what holds then.
    """
    sample = [row for row in ([c for c in row if c[1].strip()] for row in rows[:_SAMPLE]) if row]
    if len(sample) < 2:
        return Heads(0, 0)
    count = 0
    while count < min(_MOST_HEADS, len(sample) - 1) and _is_head(sample, count):
        count += 1
    values = _value_columns(sample[count:])
    if count and not values:
        count = 1 if first_is_head else 0
    left = min(column for row in sample for column, _ in row)
    beside = [text for row in sample[count:] for column, text in row if column == left]
    labelled = bool(values) and left not in values and len(beside) >= len(sample[count:]) * _MOST
    return Heads(count, 1 if labelled and not any(map(_is_value, beside)) else 0)


def _is_head(rows: Sequence[Sequence[tuple[int, str]]], index: int) -> bool:
    """Whether a row holds words, or periods above values, and is not alone in its column."""
    texts = [text for _, text in rows[index]]
    if len(texts) < 2 and index + 1 >= len(rows) - 1:
        return False
    plain = [text for text in texts if not _is_period(text)]
    if any(map(_is_value, plain)):
        return False
    if len(plain) == len(texts):
        below = _value_columns(rows[index + 1 :])
        return not below or any(column in below for column, _ in rows[index]) or len(texts) == 1
    values = _value_columns(rows[index + 1 :])
    return all(column in values for column, text in rows[index] if _is_period(text))


def _value_columns(rows: Sequence[Sequence[tuple[int, str]]]) -> set[int]:
    """The columns most of whose cells are values."""
    cells: dict[int, list[bool]] = {}
    for row in rows:
        for column, text in row:
            cells.setdefault(column, []).append(_is_value(text))
    return {column for column, are in cells.items() if sum(are) >= len(are) * _MOST}


def _is_value(text: str) -> bool:
    return bool(_VALUE.fullmatch(text.strip()))


def _is_period(text: str) -> bool:
    return bool(_PERIOD.fullmatch(text.strip()))
