"""Whether a quote says a value: the quote is read as the value's type and compared.

Knows values and quotes, not where the quote stands; `cite` puts both checks together.

- Figures, dates and quantities: `yes` when what the quote says beyond doubt is the value, `no`
  when it says only others, `cannot_tell` when nothing of the type can be read in it or when the
  value is one of two ways to read it (03/04/2026 with nothing to decide), one end of a range,
  or only about right.
- Money: a quote without a currency bears a value in any, since headings and other lines state it;
  a quote with `$` bears any dollar, unless the document writes another. A value without a currency
  is not borne by a quote that states one: `cannot_tell` when the amounts agree.
- Text: `yes` when the letters and figures of the value stand in the quote as whole words;
  otherwise `cannot_tell`, since a text may be put in other words.
- Yes or no: `yes` when that answer stands alone, behind its question or in a ticked box, `no` when
  only the other one does.
- Choices: `yes` when the option itself is stated, not denied (`not`, `nicht`, an empty box), and no
  other option is; else `cannot_tell`: what follows from a sentence is not read off it.
- Records: `yes` when the quote says every field and nothing else that could stand in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from casework.documents.places.support_doubts import doubtful, negated, takes_sign
from casework.documents.places.support_words import answered, chosen, worded
from casework.types.proof import Support
from casework.types.values import Json, ValueType
from casework.values.dates import day_first
from casework.values.equal import same
from casework.values.habits import NO_HABITS, Habits
from casework.values.money import currencies_in
from casework.values.read import readings
from casework.values.reading import Reading, outermost

_PARSED = frozenset({"number", "percent", "money", "quantity", "date", "period"})
_STATED = frozenset({"choice", "choices"})
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Said:
    """A quote with what its figures are read by. `around` is what stands before and behind it: read
    for words that change its meaning, never for values."""

    quote: str
    habits: Habits = NO_HABITS
    scale: Decimal = _ONE
    around: tuple[str, str] = ("", "")

    def widely(self, reading: Reading) -> tuple[str, Reading]:
        """The quote with what stands around it, and a reading of the quote in that."""
        before, behind = self.around
        start, end = reading.start + len(before), reading.end + len(before)
        return f"{before}{self.quote}{behind}", reading._replace(start=start, end=end)


def supports(
    quote: str,
    value: Json,
    type: ValueType,
    *,
    habits: Habits | None = None,
    scale: Decimal = _ONE,
    around: tuple[str, str] = ("", ""),
) -> Support:
    """Whether the quote says the value.

    Of a many-valued value given whole, `yes` means that the quote says all of its items. `scale` is
    what a heading says of all numbers and amounts under it ("in thousands" is 1000). `around` is
    what stands before and behind the quote where it was found.
    """
    if value is None or not quote.strip():
        return "cannot_tell"
    return _of_type(Said(quote, habits or NO_HABITS, scale, around), value, type)


def _of_type(said: Said, value: Json, type: ValueType) -> Support:
    if type.many:
        items: list[Json] = value if isinstance(value, list) else [value]
        return _all([_of_type(said, item, type.one()) for item in items])
    if type.name in _PARSED:
        return _parsed(said, value, type)
    if type.name == "yes/no":
        return answered(said.quote, value, type, said.around)
    if type.name in _STATED:
        return chosen(said.quote, value, type, said.around)
    if type.name == "text" and isinstance(value, str):
        return worded(said.quote, value)
    if type.name == "record" and isinstance(value, dict):
        return _recorded(said, value, type)
    return "cannot_tell"


def _all(told: Sequence[Support]) -> Support:
    """What a quote says of several values together; it may say some of them and not deny others."""
    if not told:
        return "cannot_tell"
    return told[0] if len(set(told)) == 1 else "cannot_tell"


def _parsed(said: Said, value: Json, type: ValueType) -> Support:
    found = outermost(readings(said.quote, type, habits=said.habits, scale=said.scale))
    decided = type.name == "date" and day_first(said.habits, type.hint) is not None
    support: Support = "no" if found else "cannot_tell"
    for _, alike in groupby(found, key=lambda reading: (reading.start, reading.end)):
        ways = list(alike)
        sure = len(ways) == 1 or ways[0].certain or decided
        for at, reading in enumerate(ways):
            told = _says(said, reading, value, type)
            if told == "yes" and (at or not sure or doubtful(*said.widely(reading), type)):
                told = "cannot_tell"
            if told == "yes":
                return "yes"
            if told == "cannot_tell":
                support = "cannot_tell"
    return support


def _says(said: Said, reading: Reading, value: Json, type: ValueType) -> Support:
    """What one reading says of the value."""
    told = _equal(reading.value, reading, value, type, said.habits)
    if not takes_sign(*said.widely(reading), type):
        return told
    if told != "no":
        return "cannot_tell"
    return _equal(negated(reading.value), reading, value, type, said.habits)


def _equal(said: Json, reading: Reading, value: Json, type: ValueType, habits: Habits) -> Support:
    if type.name != "money" or not isinstance(value, dict) or not isinstance(said, dict):
        return "yes" if same(said, value, type) else "no"
    currency = value.get("currency")
    if not same({**said, "currency": currency}, value, type):
        return "no"
    stated = currencies_in(reading.text)
    if currency is None:
        return "cannot_tell" if stated else "yes"
    usual = habits.currency
    if len(stated) != 1 and usual and usual != currency and usual in (stated or (usual,)):
        return "cannot_tell"
    return "yes" if not stated or currency in stated else "no"


def _recorded(said: Said, value: dict[str, Json], type: ValueType) -> Support:
    """A record by its fields. Two fields that the quote could have the other way round are left
    open, since the order of words does not tell which is which."""
    told: list[Support] = []
    for field in type.fields:
        given = value.get(field.name)
        if given is None:
            continue
        one = _of_type(said, given, field.type)
        if one == "yes" and not _only(said, field.type, type):
            one = "cannot_tell"
        told.append(one)
    return "no" if "no" in told else _all(told)


def _only(said: Said, one: ValueType, record: ValueType) -> bool:
    """Whether a quote says one value only that could be that of this field."""
    if one.name in _PARSED and not one.many:
        found = outermost(readings(said.quote, one, habits=said.habits))
        return all(same(reading.value, found[0].value, one) for reading in found)
    return sum(field.type.name == one.name for field in record.fields) == 1
