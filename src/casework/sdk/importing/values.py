"""Cells of a file as values of a step's type, in the habits of their column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from casework.base.errors import ValueReadError
from casework.types.values import Json, ValueType
from casework.values.habits import NO_HABITS, Habits, habits_of
from casework.values.read import read_value
from casework.values.shape import settle_json

if TYPE_CHECKING:
    from casework.documents.sheets.records import RecordRow, Records

NOTHING = frozenset({"-", "--", "–", "—", "n/a", "n.a.", "na", "null", "nil", "#n/a"})
"""What people write into a cell that is to stay empty."""

_TICKS = {"1": "yes", "0": "no", "x": "yes", "✓": "yes", "✔": "yes"}
"""How sheets mark yes and no besides the words."""
_DAYS = ("date", "period")
_FIGURES = ("money", "number", "percent", "quantity")
_POINTS = re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))")
_COMMAS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_THREE = re.compile(r"\d\.\d{3}(?!\d)")
"""Three decimals look like thousands; four do not."""


class ColumnHabits:
    """How each column writes dates and numbers; where it does not tell, how the sheet does. An
    amount without a currency is in that of its heading, if that names one."""

    def __init__(self, records: Records) -> None:
        self._columns = {
            at: habits_of("\n".join(_typed_by_hand(records.rows, at))) for at in records.headings
        }
        everything = (text for at in records.headings for text in _typed_by_hand(records.rows, at))
        self._sheet = habits_of("\n".join(everything))
        self._headings = records.headings

    def of(self, column: int, *, typed: bool) -> Habits:
        """The habits of a cell; `typed` is a number that the file holds as one."""
        own = self._columns.get(column, NO_HABITS)
        day_first = self._sheet.day_first if own.day_first is None else own.day_first
        comma = self._sheet.decimal_comma if own.decimal_comma is None else own.decimal_comma
        currency = habits_of(self._headings.get(column, "")).currency
        return Habits(day_first, False if typed else comma, currency)


def _typed_by_hand(rows: Iterable[RecordRow], column: int) -> Iterable[str]:
    return (r.texts[column] for r in rows if column in r.texts and column not in r.typed)


def is_empty(text: str) -> bool:
    """Whether a cell says nothing."""
    return not text.strip() or text.strip().casefold() in NOTHING


def read_cell(text: str, type: ValueType, habits: Habits) -> tuple[Json, ...]:
    """What a cell says: one value, or all that it may say where its habits are not known, for the
    document to decide. Raises `ValueReadError`."""
    try:
        return (_read(text, type, habits),)
    except ValueReadError as error:
        found = list[Json]()
        for other in _others(habits):
            try:
                value = _read(text, type, other)
            except ValueReadError:
                continue
            if value not in found:
                found.append(value)
        if len(found) < 2:
            raise error
        return tuple(found)


def _read(text: str, type: ValueType, habits: Habits) -> Json:
    """A value; a figure such as 1.234, which has no meaning by itself, is written out first in the
    habits of its column."""
    if type.name == "yes/no":
        text = _TICKS.get(text.strip().casefold(), text)
    if text.lstrip().startswith("{") and not type.many:
        return _from_json(text, type)
    if type.name in _DAYS:
        text = text.strip("()[] ")
    if type.name in _FIGURES and habits.decimal_comma is not None:
        text = (_POINTS if habits.decimal_comma else _COMMAS).sub("", text)
        if not habits.decimal_comma:
            text = _THREE.sub(r"\g<0>0", text)
    return read_value(text, type, habits=habits)


def _from_json(text: str, type: ValueType) -> Json:
    """A value as casework itself writes it into JSON."""
    try:
        return settle_json(json.loads(text), type)
    except (json.JSONDecodeError, RecursionError):
        return read_value(text, type)


def _others(habits: Habits) -> Iterable[Habits]:
    """The habits that there may be where they are not known."""
    days = (True, False) if habits.day_first is None else (habits.day_first,)
    commas = (True, False) if habits.decimal_comma is None else (habits.decimal_comma,)
    return (replace(habits, day_first=day, decimal_comma=comma) for day in days for comma in commas)
