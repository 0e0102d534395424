"""What a sentence may rest on: facts (a value under its name) and texts (passages, long values).

Made from cells and quotes; judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from casework.steps.bearing.items import Item, items_of
from casework.steps.bearing.tongue import Tongue
from casework.types.needs import StepInput
from casework.types.values import Json, TypeName, ValueType
from casework.values.show import show

WORDS_OF_A_NAME = 12
"""A text of no more words, and without a full stop, is a name: said whole or not at all."""
_WORDS_OF_A_SENTENCE = 5
_STOP = re.compile(r"[.!?](?:\s|$)")
_TEXTS: frozenset[TypeName] = frozenset({"text", "choice", "choices", "file", "reference"})
_FOOTNOTE = "[^"


@dataclass(frozen=True, slots=True)
class Fact:
    """One value under its name. `cell` is the id of the step; `row` parts the rows of a table and
    the items of a set (-1: how many there are); `beside` are the texts that stand in the same row,
    `inside` is the name of the table or record. `absence` says why there is no value."""

    cell: str
    name: str
    type: ValueType
    value: Json
    absence: str = ""
    row: int = 0
    beside: tuple[str, ...] = ()
    inside: str = ""
    choice: bool = False
    reads: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """Facts of one family can be mistaken for each other."""
        return "text" if self.type.name in _TEXTS else self.type.name

    @property
    def denies(self) -> bool:
        """Whether what its name says is not so, or not there."""
        return bool(self.absence) or self.value is False

    @property
    def states(self) -> bool:
        """Whether its name is a statement rather than the label of a value."""
        return self.type.name == "yes/no" or bool(self.absence)

    @property
    def wording(self) -> str:
        """The words of a text value; '' for other values."""
        if self.absence or not isinstance(self.value, str) or self.type.name not in _TEXTS:
            return ""
        return self.value


@dataclass(frozen=True, slots=True)
class Text:
    """Running text to rest on. `cell` is '' for a passage of a document."""

    text: str
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that one sentence rests on: cited `facts` and `texts`; `others` are facts of cells
    that were given and that it does not cite; `topics` words that the procedure is headed with."""

    facts: tuple[Fact, ...]
    texts: tuple[Text, ...]
    others: tuple[Fact, ...] = ()
    topics: str = ""


def facts_of(cell: str, given: StepInput) -> tuple[Fact, ...]:
    """What a cell states, part by part; `cell` is what it is called by those who cite it."""
    step, read = given.step, given.read
    bare = Fact(
        cell,
        step.name,
        step.type,
        None,
        choice=step.type.name in ("choice", "choices", "yes/no"),
        reads=step.references,
    )
    if read.absence:
        return (replace(bare, absence=read.absence),)
    return tuple(_parts(bare, step.type, read.value))


def _parts(bare: Fact, type: ValueType, value: Json) -> Iterator[Fact]:
    if value is None:
        return
    if type.many or type.name == "choices":
        one = type.one() if type.many else ValueType("choice", options=type.options)
        items = value if isinstance(value, list) else [value]
        yield replace(bare, type=ValueType("number"), value=str(len(items)), row=-1)
        for number, item in enumerate(items, 1):
            yield from _parts(replace(bare, type=one, row=number), one, item)
    elif type.name == "table" and isinstance(value, list):
        yield replace(bare, type=ValueType("number"), value=str(len(value)), row=-1)
        row = ValueType("record", fields=type.fields)
        for number, item in enumerate(value, 1):
            yield from _parts(replace(bare, row=number), row, item)
    elif type.name == "record" and isinstance(value, dict):
        yield from _fields(bare, type, value)
    else:
        yield replace(bare, type=type, value=value)


def _fields(bare: Fact, type: ValueType, record: dict[str, Json]) -> Iterator[Fact]:
    texts = [show(record.get(f.name), f.type) for f in type.fields if f.type.name in _TEXTS]
    for field in type.fields:
        inside = record.get(field.name)
        beside = tuple(text for text in texts if text)
        named = replace(bare, name=field.name, inside=bare.name, beside=beside, type=field.type)
        if inside is None:
            yield replace(named, absence="not_found")
        else:
            yield from _parts(named, field.type, inside)


def texts_of(cell: str, given: StepInput) -> tuple[Text, ...]:
    """The running texts of a cell: a text, or a written document as far as it was supported. The
    options of a choice and short texts (names, numbers of policies) are none: they are said whole
    or not at all."""
    read, type = given.read, given.step.type
    if read.absence or read.value is None:
        return ()
    if type.name == "document" and isinstance(read.value, dict):
        return (Text(_supported(read.value), cell),)
    found = (fact for fact in facts_of(cell, given) if fact.wording)
    texts = (fact.wording for fact in found if fact.type.name == "text")
    return tuple(Text(text, cell) for text in texts if _runs(text))


def _runs(text: str) -> bool:
    """Whether a text is made of sentences, rather than being a name."""
    words = len(text.split())
    return words > WORDS_OF_A_NAME or (words >= _WORDS_OF_A_SENTENCE and bool(_STOP.search(text)))


def _supported(document: Mapping[str, Json]) -> str:
    """The sentences of a written document that were supported; all of it when a person wrote it."""
    sentences = document.get("sentences")
    if not isinstance(sentences, list) or not sentences:
        return str(document.get("markdown") or "").replace(_FOOTNOTE, "[")
    told = (one for one in sentences if isinstance(one, dict) and not one.get("problem"))
    return "\n".join(str(one.get("text") or "") for one in told)


@lru_cache(maxsize=4096)
def _name_items(name: str, language: str, tongue: Tongue) -> tuple[Item, ...]:
    return tuple(item for item in items_of(name, tongue) if item.weight != "function")


def name_items(fact: Fact, tongue: Tongue) -> tuple[Item, ...]:
    """The words of its name, small words left out; a name keeps words such as `amount`."""
    return _name_items(fact.name, tongue.name, tongue)


def name_stems(fact: Fact, tongue: Tongue) -> frozenset[str]:
    """The stems of the words of its name."""
    return frozenset(item.stem for item in name_items(fact, tongue))


def around_stems(fact: Fact, tongue: Tongue) -> frozenset[str]:
    """The stems of its name and of the name of the table or record that it stands in."""
    around = _name_items(fact.inside, tongue.name, tongue) if fact.inside else ()
    return name_stems(fact, tongue) | {item.stem for item in around}
