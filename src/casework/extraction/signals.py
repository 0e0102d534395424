"""What speaks for or against an answer, from the candidates that it was chosen from. The same at
work and while a confidence is fitted, so that both mean the same. Weighs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from casework.documents.boxes import recognition_of
from casework.extraction.answers import Answer, Candidate
from casework.extraction.features import NAMES, key_of
from casework.extraction.novelty import Familiar, sketch
from casework.extraction.score import Scored
from casework.types.confidence import (
    ABSENT,
    CHANCE,
    CHECKS,
    MARGIN,
    NOVELTY,
    RECOGNISED,
    ZERO_AGREES,
    ZERO_CHANCE,
)

_LOOKED_AT = 60
"""So many candidates of a document, the best, as `choose.groups` looks at."""
_FARTHEST = 20.0
_WITHIN = 2.5
"""Values of a many-valued field score at most this much below the best, as in `choose`."""
_BALANCE = NAMES.index("balance")


class _Value(NamedTuple):
    """A value among the candidates: its best score, and the power of all that state it."""

    score: float
    power: float


def signals(
    found: Sequence[Scored],
    rescored: Sequence[Scored] | None,
    answer: Answer,
    *,
    many: bool = False,
    familiar: Familiar | None = None,
) -> dict[str, float]:
    """The signals of an answer (`types.confidence`), those that apply. `found` are the candidates
    by the hand-set weights, `rescored` by the field's model (None without one), one a document;
    `familiar` the documents that the model was fitted from."""
    told = {ABSENT: 0.0 if answer.picks else 1.0}
    sure = _recognised(found, answer.picks)
    if sure is not None:
        told[RECOGNISED] = sure
    if found:
        keys = [key_of(pick.value) for pick in answer.picks]
        known: list[dict[int, str]] = [{} for _ in found]
        told |= _chances(_values(rescored or found, known), keys, many=many)
        if rescored is not None:
            zero = _values(found, known)
            told[ZERO_AGREES] = _agreement(zero, keys, many=many)
            told[ZERO_CHANCE] = _chances(zero, keys, many=many)[CHANCE]
        told |= _checks(found, answer.picks)
    if familiar is not None and found:
        told[NOVELTY] = _novelty(found, answer.picks, familiar)
    return {name: round(value, 4) for name, value in told.items()}


def _values(found: Sequence[Scored], known: Sequence[dict[int, str]]) -> dict[str, _Value]:
    """The values of the best candidates of all documents, by `key_of`; keys that were made once are
    kept in `known`, document by document."""
    values: dict[str, _Value] = {}
    for one, keys in zip(found, known, strict=True):
        order = np.argsort(-one.scores, kind="stable")[:_LOOKED_AT]
        scores = one.scores[order]
        powers = np.exp(np.clip(scores, -_FARTHEST, _FARTHEST)).tolist()
        for at, score, power in zip(order.tolist(), scores.tolist(), powers, strict=True):
            if score == -math.inf:  # the field's model did not look at the rest
                break
            key = keys.get(at)
            if key is None:
                key = keys[at] = key_of(one.candidates.values[at])
            before = values.get(key)
            if before is not None:
                values[key] = _Value(max(before.score, score), before.power + power)
            elif key:
                values[key] = _Value(score, power)
    return values


def _chances(values: Mapping[str, _Value], keys: Sequence[str], *, many: bool) -> dict[str, float]:
    """How likely the answer is, and by how much it beats the next best one."""
    if many:
        chances = {key: _alone(value.score) for key, value in values.items()}
        others = max((chance for key, chance in chances.items() if key not in keys), default=0.0)
        own = min((chances.get(key, 0.0) for key in keys), default=1.0 - others)
    else:
        every = 1.0 + sum(value.power for value in values.values())
        powers = {"": 1.0, **{key: value.power for key, value in values.items()}}
        mine = keys[0] if keys else ""
        own = powers.get(mine, 0.0) / every
        others = max((power for key, power in powers.items() if key != mine), default=0.0) / every
    return {CHANCE: own, MARGIN: max(0.0, own - others)}


def _alone(score: float) -> float:
    """The chance of a value that others do not exclude."""
    return 1.0 / (1.0 + math.exp(-max(-_FARTHEST, min(_FARTHEST, score))))


def _agreement(values: Mapping[str, _Value], keys: Sequence[str], *, many: bool) -> float:
    """Whether the hand-set weights choose the same; of several values the share that they do."""
    best = max((value.score for value in values.values()), default=0.0)
    least = best - _WITHIN if many else best
    taken = {key for key, value in values.items() if value.score > 0 and value.score >= least}
    every = taken | set(keys)
    return len(taken & set(keys)) / len(every) if every else 1.0


def _checks(found: Sequence[Scored], picks: Sequence[Candidate]) -> dict[str, float]:
    """Whether sums of the document close with the value, where some sum would close with any."""
    if not picks or not any(one.matrix[:, _BALANCE].any() for one in found if len(one.scores)):
        return {}
    closing = [_balance(found, pick) for pick in picks]
    return {CHECKS: sum(closing) / len(closing)}


def _balance(found: Sequence[Scored], pick: Candidate) -> float:
    for one in found:
        for page, here in enumerate(one.prepared.layout.pages):
            if one.prepared.document.sha256 != pick.document or here.number != pick.page:
                continue
            at = (one.candidates.page == page) & (one.candidates.start == pick.start)
            closing = one.matrix[at & (one.candidates.end == pick.end), _BALANCE]
            return min(1.0, float(closing.max(initial=0.0)))
    return 0.0


def _recognised(found: Sequence[Scored], picks: Sequence[Candidate]) -> float | None:
    """How sure text recognition is of the least sure word of the values."""
    pages = {
        (one.prepared.document.sha256, page.number): page
        for one in found
        for page in one.prepared.layout.pages
        if page.confidences
    }
    sure = [
        told
        for pick in picks
        if (page := pages.get((pick.document, pick.page))) is not None
        and (told := recognition_of(page, pick.start, pick.end)) is not None
    ]
    return min(sure, default=None)


def _novelty(found: Sequence[Scored], picks: Sequence[Candidate], familiar: Familiar) -> float:
    """Of the documents that the answer stands in, else of all: how unlike the least like one is."""
    cited = {pick.document for pick in picks}
    mine = [one.prepared for one in found if one.prepared.document.sha256 in cited]
    return max(familiar.novelty(sketch(each)) for each in mine or [one.prepared for one in found])
