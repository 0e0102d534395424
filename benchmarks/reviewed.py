"""Learning from reviewed documents, measured: some are learned from, the others are asked.

Used by `extraction.py --reviewed N`. What is learned from one field of a document is the keys of
its right values, as a person's verdict would give them. With `group` no document of a group that
was learned from is asked: vendors never seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from casework.extraction.concepts import lexicon
from casework.extraction.extract import Answer, Prepared, Wanted, answer
from casework.extraction.features import key_of
from casework.extraction.meaning import meaning
from casework.extraction.score import Scored, scored
from casework.learn.fit import Example, fit
from casework.types.values import Json


@dataclass(frozen=True)
class Reviewed:
    """A document with what is right in it: by field the plain values, and the keys among its
    candidates."""

    id: str
    group: str
    prepared: Prepared
    found: dict[str, Scored] = field(default_factory=dict)
    right: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Round:
    """One seed: what was asked and answered, and the CPU seconds of learning and of answering."""

    answers: list[tuple[str, Wanted, Answer]]
    learn_cpu_s: float
    answer_cpu_s: float
    asked: int


Plain = Callable[[Json], str]


def reviewed(
    id: str, group: str, prepared: Prepared, wanted: Sequence[Wanted], right: dict[str, set[str]],
    plain: Callable[[Wanted], Plain],
) -> Reviewed:  # fmt: skip
    """A document made ready to be learned from; `right` are the plain values by field."""
    made = Reviewed(id, group, prepared)
    for each in wanted:
        intent = meaning(each.name, each.instruction, each.type, lexicon())
        if each.type.name in ("table", "record") or intent.shape == "clause":
            continue
        found = scored(prepared, intent)
        as_plain = plain(each)
        keys = {key_of(v) for v in found.candidates.values if as_plain(v) in right[each.id]}
        # A value that no candidate states is still a value: the document does not lack the field.
        unknown = {f"?{value}" for value in right[each.id]} if not keys else set()
        made.found[each.id] = found
        made.right[each.id] = frozenset(keys | unknown)
    return made


def rounds(
    documents: Sequence[Reviewed], wanted: Sequence[Wanted], *, count: int, seeds: int, split: str
) -> list[Round]:
    """So many rounds, each with other documents learned from."""
    return [_round(*_split(documents, count, seed, split), wanted) for seed in range(seeds)]


def _split(
    documents: Sequence[Reviewed], count: int, seed: int, split: str
) -> tuple[list[Reviewed], list[Reviewed]]:
    random = np.random.default_rng(seed)
    if split == "random":
        order = random.permutation(len(documents)).tolist()
        return [documents[at] for at in order[:count]], [documents[at] for at in order[count:]]
    groups = sorted({each.group for each in documents})
    random.shuffle(groups)
    members: list[Reviewed] = []
    used: set[str] = set()
    for group in groups:
        if len(members) >= count:
            break
        used.add(group)
        members += [each for each in documents if each.group == group]
    order = random.permutation(len(members)).tolist()[:count]
    return [members[at] for at in order], [each for each in documents if each.group not in used]


def _round(
    learned_from: Sequence[Reviewed], asked: Sequence[Reviewed], wanted: Sequence[Wanted]
) -> Round:
    began = time.process_time()
    models = {
        each.id: fit(
            [Example(one.id, one.found[each.id], one.right[each.id]) for one in learned_from],
            many=each.type.many,
        )
        for each in wanted
        if learned_from and each.id in learned_from[0].found
    }
    learned_s = time.process_time() - began
    began = time.process_time()
    answers = [
        (one.id, each, answer([one.prepared], each, models.get(each.id)))
        for one in asked
        for each in wanted
    ]
    return Round(answers, learned_s, time.process_time() - began, len(asked))
