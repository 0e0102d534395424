"""Of which type the values beside a label are, by how they read. Knows no label."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from casework.extraction.concepts import Concept
from casework.types.values import DateHint, TypeName, ValueType
from casework.values.habits import NO_HABITS, Habits
from casework.values.read import readings

_MOSTLY = 0.7
_COVERS = 0.75
"""The share of a text that a reading must cover, for the text to be that value."""
_LONG_NUMBER = 6
_CENTS = re.compile(r"[.,]\d\d\b")
_ORDER: tuple[TypeName, ...] = (
    "yes/no",
    "date",
    "period",
    "percent",
    "money",
    "quantity",
    "number",
)
_BY_CONCEPT: tuple[TypeName, ...] = ("money", "date", "period", "percent", "quantity", "text")


def type_of_concept(concept: Concept, hint: DateHint = "") -> ValueType:
    """The type of what a concept of the lexicon names."""
    if concept.shape == "duration":
        return ValueType("quantity")
    if concept.name in ("period", "campaign_period"):
        return ValueType("period")
    name: TypeName = next((name for name in _BY_CONCEPT if name in concept.types), "text")
    if name == "date":
        return ValueType("date", hint=hint)
    return ValueType(name)


def type_of_texts(texts: Sequence[str], habits: Habits = NO_HABITS) -> ValueType:
    """The type that most of these texts are wholly a value of; text where there is none."""
    told = [text for text in texts if text]
    if not told:
        return ValueType("text")
    for name in _ORDER:
        fitting = sum(_is(text, name, habits) for text in told)
        if fitting >= _MOSTLY * len(told):
            return ValueType(name)
    return ValueType("text")


def hint_of(all_habits: Sequence[Habits]) -> DateHint:
    """How dates are read where that is doubtful, if the documents agree; '' where they do not."""
    told = Counter(one.day_first for one in all_habits if one.day_first is not None)
    if len(told) != 1:
        return ""
    return "day first" if True in told else "month first"


def _is(text: str, name: TypeName, habits: Habits) -> bool:
    found = readings(text, ValueType(name), habits=habits)
    if not found or (found[0].end - found[0].start) < _COVERS * len(text.strip()):
        return False
    if name == "money":
        value = found[0].value
        currency = value.get("currency") if isinstance(value, dict) else None
        marked = any(not (one.isdigit() or one in ".,-+ ") for one in found[0].text)
        return bool(currency and marked) or bool(_CENTS.search(text))
    if name == "number":
        digits = re.sub(r"\D", "", text)
        return len(digits) < _LONG_NUMBER and not text.strip().startswith("0")
    return True
