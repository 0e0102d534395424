"""From a step to what is looked for in a long document: its words, the labels that documents use
for it in several languages, and what its values look like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from casework.documents.chunks.relevance import Query, Shape, query_of
from casework.extraction.concepts import lexicon
from casework.extraction.meaning import Intent, meaning
from casework.types.needs import StepInput, StepTask
from casework.types.procedure import Step
from casework.types.values import TypeName
from casework.values.show import show

_NAME, _LABEL, _FIELD, _VALUE, _INSTRUCTION, _OPTION = 2.0, 1.5, 1.0, 0.8, 0.6, 0.5
"""Weights of a step's name, of labels of its concepts, of its columns, of the values that it reads,
of its instruction, and of its options."""
_OPTIONS = 12
_SURE = 0.6
"""Concepts that a step means at least so surely have their sentences looked for."""
_VALUE_LETTERS = 200
_SHAPES: Mapping[TypeName, tuple[Shape, float]] = {
    "money": ("amount", 0.5),
    "date": ("date", 0.5),
    "period": ("date", 0.5),
    "percent": ("percent", 0.7),
    "quantity": ("duration", 0.4),
    "number": ("figure", 0.3),
}


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: words, and concepts of the lexicon (with their weights) whose sentences
    are known."""

    query: Query
    concepts: tuple[tuple[str, float], ...] = ()


def sought_by(task: StepTask) -> Sought:
    """What to look for to fill a cell: the step, and the values of other cells that it names."""
    return sought_by_step(task.step, _values(task.inputs))


def sought_in(title: str, instruction: str, inputs: Mapping[str, StepInput]) -> Sought:
    """What to look for to write a section from documents and these cells."""
    told = [(title, _NAME), (instruction, _INSTRUCTION)]
    return Sought(query_of([*told, *((value, _VALUE) for value in _values(inputs))]))


def sought_by_step(step: Step, values: Sequence[str] = ()) -> Sought:
    """What to look for to fill cells of a step that reads these values."""
    known = lexicon()
    intent = meaning(step.name, step.instruction, step.type.one(), known)
    shape = _SHAPES.get(step.type.name)
    told = [*_told(step), *_labels_of(intent), *((value, _VALUE) for value in values)]
    concepts = tuple(
        (known.concepts[index].name, weight)
        for index, weight in intent.weight.items()
        if weight >= _SURE
    )
    return Sought(query_of(told, dict([shape]) if shape else {}), concepts)


def _labels_of(intent: Intent) -> Iterator[tuple[str, float]]:
    """The labels of what a step means, in all languages of the lexicon."""
    labels = _labels()
    for index, weight in intent.weight.items():
        for phrase, strength in labels.get(index, ()):
            yield phrase, _LABEL * weight * strength
    yield from ((phrase, _LABEL * weight) for phrase, weight in intent.phrases)


def _told(step: Step) -> Iterator[tuple[str, float]]:
    yield step.name, _NAME
    yield step.instruction, _INSTRUCTION
    if len(step.type.options) <= _OPTIONS:
        yield from ((option, _OPTION) for option in step.type.options)
    for column in step.type.fields:
        yield column.name, _FIELD
        yield column.instruction, _INSTRUCTION


def _values(inputs: Mapping[str, StepInput]) -> list[str]:
    """What other cells say, cut where it is long."""
    return [
        show(given.read.value, given.step.type)[:_VALUE_LETTERS]
        for given in inputs.values()
        if given.read.value is not None and not given.read.absence
    ]


@cache
def _labels() -> dict[int, list[tuple[str, float]]]:
    """The labels of each concept, with how strong they are, from the trie of the lexicon."""
    found: dict[int, list[tuple[str, float]]] = {}

    def walk(node: Mapping[str, object], words: tuple[str, ...]) -> None:
        for word, below in node.items():
            if isinstance(below, Mapping):
                walk(below, (*words, word))
            elif isinstance(below, tuple):
                for index, strength in below:
                    found.setdefault(index, []).append((" ".join(words), strength))

    walk(lexicon().trie, ())
    return found
