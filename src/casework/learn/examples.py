"""What people took → examples of a field: which of the candidates of its documents are right.

Knows neither verdicts nor the store: it is given `Taught`, and the documents with their candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property

import numpy as np

from casework.extraction.answers import Answer
from casework.extraction.extract import Reading
from casework.extraction.features import key_of
from casework.extraction.learned import best
from casework.extraction.meaning import Intent
from casework.extraction.novelty import Sketch, sketch
from casework.extraction.score import Scored
from casework.learn.fit import Example
from casework.types.learned import Taught
from casework.types.values import Json

_LACKING = ("stated_absent", "not_found", "not_applicable")
"""Absences that say that the documents do not state the field. One that could not be read says
nothing of it."""
_UNKNOWN = "?"
"""Begins the key of a value that no candidate states: the document does not lack the field."""
_ARRAYS = ("page", "start", "end", "first_word", "last_word", "row", "box", "first_box", "certain")
"""Of the candidates, a line each."""
_FIGURES = ("money", "number", "percent", "quantity")


@dataclass(frozen=True)
class Asked:
    """A field asked of the documents of a case without a model. `found` are the best candidates of
    each document with the hand-set scores, and `zero` the answer by those; where there are no
    candidates (a figure of a statement) it holds whatever a model says."""

    intent: Intent
    found: tuple[Scored, ...]
    zero: Answer

    @cached_property
    def sketches(self) -> tuple[Sketch, ...]:
        """What other documents are compared with to tell how new they are."""
        return tuple(sketch(one.prepared) for one in self.found)


@dataclass(frozen=True)
class Reviewed:
    """A cell that a person answered. `said` are the right values as they are compared, none for an
    absence; `group` is shared by relatives, which are never learned from and asked together."""

    taught: Taught
    asked: Asked
    said: frozenset[str]
    group: str

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """What is learned from: the document that holds the value; every one when none does."""
        return tuple(self._example(at) for at in self._holding())

    def is_right(self, answer: Answer) -> bool:
        """Whether an answer says what the person took; an absence is right for an absence."""
        kind = self.asked.intent.type.name
        return {plain(pick.value, kind) for pick in answer.picks} == self.said

    def _holding(self) -> Sequence[int]:
        every = range(len(self.asked.found))
        if not self.said:
            return every
        named = {place[0] for place in self.taught.places}
        holding = [at for at in every if self._keys(at)]
        cited = [at for at in holding or every if self._document(at) in named]
        return (cited or holding or every)[:1]

    def _example(self, at: int) -> Example:
        keys = self._keys(at)
        if self.said and not keys:
            keys = frozenset(f"{_UNKNOWN}{value}" for value in self.said)
        name = f"{self.taught.case_id}:{at}"
        return Example(name, self.asked.found[at], keys, weight=self.taught.weight)

    def _document(self, at: int) -> str:
        return self.asked.found[at].prepared.document.sha256

    def _keys(self, at: int) -> frozenset[str]:
        """The keys of the right values among the candidates of a document."""
        kind, values = self.asked.intent.type.name, self.asked.found[at].candidates.values
        return frozenset(key_of(value) for value in values if plain(value, kind) in self.said)


def asked_of(intent: Intent, reading: Reading) -> Asked:
    """What a reading without a model found, with the candidates that a model looks at."""
    return Asked(intent, tuple(_best(one, ()) for one in reading.found), reading.answer)


def reviewed(taught: Taught, intent: Intent, reading: Reading, *, group: str) -> Reviewed | None:
    """The cell as something to learn from, its documents read without a model; None where it
    teaches nothing: nothing could be read, or a person said no more than that."""
    unread = reading.answer.absence == "unreadable"
    if unread or (taught.absence and taught.absence not in _LACKING):
        return None
    kind = intent.type.name
    values = [] if taught.absence else _items(taught.value, many=intent.type.many)
    said = frozenset(plain(value, kind) for value in values)
    if not taught.absence and not said:
        return None
    found = []
    for one in reading.found:
        every = enumerate(one.candidates.values)
        found.append(_best(one, [at for at, value in every if plain(value, kind) in said]))
    return Reviewed(taught, Asked(intent, tuple(found), reading.answer), said, group)


def _best(one: Scored, also: Sequence[int]) -> Scored:
    """The best candidates by their scores, and those in `also`: a model looks at no others, and
    those of thousands of cells would fill the memory."""
    at = np.unique(np.concatenate([best(one), np.array(also, np.int64)]))
    every = one.candidates
    arrays = {name: getattr(every, name)[at] for name in _ARRAYS}
    kept = replace(
        every,
        **arrays,
        values=tuple(every.values[index] for index in at.tolist()),
        texts=tuple(every.texts[index] for index in at.tolist()),
    )
    return Scored(one.prepared, kept, one.matrix[at], one.scores[at])


def plain(value: Json, kind: str) -> str:
    """What makes two values of a type one: figures as numbers, whatever is stated of a currency;
    anything else as candidates are compared."""
    if kind in _FIGURES:
        amount = value.get("amount") if isinstance(value, dict) else value
        unit = value.get("unit", "") if isinstance(value, dict) else ""
        try:
            return f"{Decimal(str(amount)).normalize():f}|{unit}"
        except InvalidOperation:
            return key_of(value)
    return key_of(value)


def _items(value: Json, *, many: bool) -> list[Json]:
    if many and isinstance(value, list):
        return value
    return [] if value is None else [value]
