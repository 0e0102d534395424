"""Scored candidates of all documents → the answer: one value, several, or none with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from casework.extraction.answers import Answer, Candidate
from casework.extraction.features import NAMES, key_of
from casework.extraction.meaning import Intent
from casework.extraction.score import Scored
from casework.types.proof import Searched

RUNNERS_UP = 4
CONFLICT_MARGIN = 0.12
"""Two documents contradict each other when their best scores lie closer than this."""
_AGAIN = 0.12
"""What a second place that states the same value adds to its score."""
_MANY_WITHIN = 2.5
"""Values of a many-valued field score at most this much below the best."""


@dataclass(frozen=True, slots=True)
class Group:
    """All candidates with the same value; `best` is the one to cite."""

    key: str
    best: Candidate
    score: float
    near_label: bool
    stated: bool
    """Whether a sentence states it ("between A and B")."""


def groups(found: Sequence[Scored]) -> list[Group]:
    """Candidates merged by value, best first."""
    by_key: dict[str, list[tuple[float, int, int]]] = {}
    for number, one in enumerate(found):
        # Values that cannot win are not worth looking at one by one.
        order = np.argsort(-one.scores, kind="stable")[:60]
        for score, at in zip(one.scores[order].tolist(), order.tolist(), strict=True):
            key = key_of(one.candidates.values[at])
            if key:
                by_key.setdefault(key, []).append((score, number, at))
    merged: list[Group] = []
    for key, places in by_key.items():
        places.sort(key=lambda place: -place[0])
        top, number, at = places[0]
        again = sum(1 for score, _, _ in places[1:] if score > 0)
        score = top + _AGAIN * min(again, 3)
        features = found[number].matrix[at]
        near = any(features[label] > 0.3 for label in _LABELS)
        best = candidate(found[number], at, score)
        merged.append(Group(key, best, score, near, bool(features[_CAPTURE] > _STATED)))
    return sorted(merged, key=lambda group: -group.score)


_LABELS = [NAMES.index(name) for name in ("left", "above", "before", "capture")]


_CAPTURE = NAMES.index("capture")
_STATED = 1.5
_LISTED = 2
"""Where a sentence lists two values or more, it lists them all."""


def candidate(one: Scored, at: int, score: float) -> Candidate:
    """The candidate with its place."""
    candidates, document = one.candidates, one.prepared.document
    page = one.prepared.layout.pages[candidates.page[at]]
    return Candidate(
        document.sha256,
        one.prepared.document_name,
        page.number,
        int(candidates.start[at]),
        int(candidates.end[at]),
        candidates.texts[at],
        candidates.values[at],
        round(score, 4),
    )


def choose(ranked: Sequence[Group], intent: Intent, searched: tuple[Searched, ...]) -> Answer:
    """The answer of a field from its values, best first."""
    good = [group for group in ranked if group.score > 0]
    runners = tuple(group.best for group in ranked[1 : RUNNERS_UP + 1])
    if not good:
        top = ranked[0].score if ranked else 0.0
        runners = tuple(group.best for group in ranked[:RUNNERS_UP])
        reason = nothing(intent, searched, ranked)
        return Answer((), "not_found", reason, top, 0.0, runners, searched)
    if intent.type.many:
        return _several(good, ranked, searched)
    rival = _contradiction(good)
    if rival is not None:
        told = " and ".join(
            f"{each.best.document_name}, page {each.best.page}: {_short(each.best.text)}"
            for each in (good[0], rival)
        )
        return Answer(
            (), "conflict", f"The documents contradict each other: {told}.", good[0].score,
            good[0].score - rival.score, (good[0].best, rival.best), searched,
        )  # fmt: skip
    margin = good[0].score - ranked[1].score if len(ranked) > 1 else good[0].score
    return Answer((good[0].best,), None, because(good[0]), good[0].score, margin, runners, searched)


def _several(
    good: Sequence[Group], ranked: Sequence[Group], searched: tuple[Searched, ...]
) -> Answer:
    least = good[0].score - _MANY_WITHIN
    listed = [group for group in good if group.stated]
    if len(listed) >= _LISTED:
        good = listed
    kept: list[Group] = []
    for group in good:
        if (group.score >= least or group.stated) and not any(
            _same_place(group, other) for other in kept
        ):
            kept.append(group)
    rest = tuple(group.best for group in ranked if group not in kept)[:RUNNERS_UP]
    below = max((each.score for each in rest), default=0.0)
    picks = tuple(group.best for group in kept)
    return Answer(
        picks, None, because(kept[0]), kept[0].score, kept[-1].score - below, rest, searched
    )


def _same_place(one: Group, other: Group) -> bool:
    a, b = one.best, other.best
    if a.document != b.document:
        return False
    if one.key in other.key or other.key in one.key:
        return True
    return a.page == b.page and a.start < b.end and b.start < a.end


def _contradiction(good: Sequence[Group]) -> Group | None:
    """The best value of another document when it is as good as the best of all."""
    top = good[0]
    for group in good[1:]:
        if top.score - group.score > CONFLICT_MARGIN:
            return None
        if group.best.document != top.best.document and group.near_label and top.near_label:
            return group
    return None


def because(group: Group) -> str:
    """By what a value was found."""
    how = "beside its label" if group.near_label else "by its place and form, without a label"
    return f"Found {how} in {group.best.document_name}, page {group.best.page}."


def nothing(intent: Intent, searched: tuple[Searched, ...], ranked: Sequence[Group]) -> str:
    """Why nothing was taken, in words."""
    what = _KINDS.get(intent.shape, "text")
    label = f"a label like '{intent.label}'"
    where = "; ".join(f"{each.document_name}, {pages(each.pages)}" for each in searched)
    if not where:
        return "There is no page with text to search."
    if not ranked:
        return f"No {what} in {where}."
    return f"No {what} near {label} in {where}."


_KINDS = {
    "date": "date", "money": "amount", "number": "number", "percent": "percentage",
    "quantity": "quantity", "period": "period", "id": "number or code", "name": "name",
    "address": "address", "place": "place", "duration": "length of time", "email": "e-mail address",
    "clause": "clause",
}  # fmt: skip


def pages(numbers: Sequence[int]) -> str:
    """`page 3`, `pages 1-4`, `pages 1, 3`."""
    if not numbers:
        return "no pages"
    if len(numbers) == 1:
        return f"page {numbers[0]}"
    if list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"pages {numbers[0]}-{numbers[-1]}"
    return "pages " + ", ".join(str(number) for number in numbers)


def _short(text: str) -> str:
    told = " ".join(text.split())
    return told if len(told) <= 60 else told[:57] + "..."
