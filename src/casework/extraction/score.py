"""A field asked of a prepared document: its candidates with features and scores."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from casework.extraction import zero
from casework.extraction.anchors import Anchors, find_phrase
from casework.extraction.balance import balance, shape_is_money
from casework.extraction.candidates.table import Candidates, Found
from casework.extraction.candidates.texts import trimmed
from casework.extraction.candidates.typed import TYPED
from casework.extraction.features import LABELLED
from casework.extraction.layout import Floats
from casework.extraction.meaning import Intent
from casework.extraction.prepared import Pool, Prepared
from casework.extraction.prose import Capture, captures
from casework.extraction.relations import Relation, Relations, relate

_OTHER_TYPE_RIVAL = 0.6
"""A label of a concept that cannot be of the wanted type speaks less against a value."""
_GOOD_LABEL = 0.75
_NEAR_ENOUGH = 0.75
"""How well a concept must do for another for its sentences to be read."""
_WHOLE = 0.97
_CAPTURE_SHAPES = frozenset({"place", "name", "free"})


@dataclass(frozen=True, slots=True)
class Scored:
    """The candidates of a field in one document with features (`NAMES`) and scores."""

    prepared: Prepared
    candidates: Candidates
    matrix: Floats
    scores: Floats


def scored(prepared: Prepared, intent: Intent) -> Scored:
    """All candidates of the document for the field."""
    shape = intent.shape
    pool = prepared.pool(shape, intent.type.one())
    caught = _captures(prepared, intent)
    if caught and shape in _CAPTURE_SHAPES:
        pool = _with_captures(prepared, pool, caught)
    matrix = np.hstack([pool.static, _labelled(prepared, pool, intent, caught)])
    return Scored(prepared, pool.candidates, matrix, zero.scores(matrix, intent))


def _captures(prepared: Prepared, intent: Intent) -> list[tuple[int, Capture]]:
    """What sentences state of the field; those of a concept that will do too speak less, and not
    at all when their wording can mean nothing but that concept."""
    concepts = prepared.lexicon.concepts
    main = {concept.index for concept in intent.main}
    found: list[tuple[int, Capture]] = []
    for at, weight in intent.weight.items():
        if at not in main and weight < _NEAR_ENOUGH:
            continue
        for index, page in enumerate(prepared.layout.pages):
            for each in captures(page.text, concepts[at].name, first_page=index == 0):
                if at in main:
                    found.append((index, each))
                elif each.strength <= 1.0:
                    found.append((index, each._replace(strength=weight * each.strength)))
    return found


def _with_captures(prepared: Prepared, pool: Pool, caught: list[tuple[int, Capture]]) -> Pool:
    """The pool with the captured spans themselves as candidates."""
    layout = prepared.layout
    found: list[Found] = []
    for page, capture in caught:
        text = layout.pages[page].text
        start, end = trimmed(text, capture.start, capture.end)
        if start < end:
            found.append(Found(page, start, end, " ".join(text[start:end].split())))
    more = prepared.pool_of(list(dict.fromkeys(found)))
    return joined(prepared, pool, more)


def joined(prepared: Prepared, one: Pool, other: Pool) -> Pool:
    """Two pools as one."""
    a, b = one.candidates, other.candidates
    shift = len(a)
    arrays = {name: np.concatenate([getattr(a, name), getattr(b, name)]) for name in _ARRAYS}
    both = replace(a, **arrays, values=a.values + b.values, texts=a.texts + b.texts)
    return Pool(
        both,
        np.vstack([one.static, other.static]),
        Relations(*(_append(getattr(one.relations, name), getattr(other.relations, name), shift)
                    for name in ("left", "above", "before", "close"))),
    )  # fmt: skip


_ARRAYS = ("page", "start", "end", "first_word", "last_word", "row", "box", "first_box", "certain")


def _append(one: Relation, other: Relation, shift: int) -> Relation:
    return Relation(
        np.concatenate([one.candidate, other.candidate + shift]),
        np.concatenate([one.anchor, other.anchor]),
        np.concatenate([one.strength, other.strength]),
    )


def _labelled(
    prepared: Prepared, pool: Pool, intent: Intent, caught: list[tuple[int, Capture]]
) -> Floats:
    count = len(pool.candidates)
    table = np.zeros((count, len(LABELLED)))
    column = {name: table[:, at] for at, name in enumerate(LABELLED)}
    own, rival = label_weights(prepared.anchors, prepared, intent)
    relations = pool.relations
    for name in ("left", "above", "before", "close"):
        relation: Relation = getattr(relations, name)
        column[name][:] = relation.best(own, count)
        column[f"{name}_rival"][:] = relation.best(rival, count)
    for phrase, weight in intent.phrases:
        anchors = find_phrase(prepared.layout, phrase, prepared.breaks, 0)
        if len(anchors):
            near = relate(pool.candidates, anchors, prepared.height)
            speaks = weight * anchors.quality
            for name in ("left", "above", "before", "close"):
                better = getattr(near, name).best(speaks, count)
                column[name][:] = np.maximum(column[name], better)
    if bool((own > _GOOD_LABEL).any()):
        beside = [column[name] for name in ("left", "above", "before")]
        column["missed_label"][:] = 1.0 - np.clip(2 * np.maximum.reduce(beside), 0, 1)
    column["cross"][:] = np.minimum(column["left"], column["above"])
    labelled = [column[n] for n in ("left", "above", "left_rival", "above_rival", "close_rival")]
    column["unlabelled"][:] = 1.0 - np.clip(np.maximum.reduce(labelled), 0, 1)
    if shape_is_money(intent):
        column["balance"][:] = balance(prepared, pool, intent)
    for at, strength in _caught_by(pool.candidates, caught, intent.shape):
        column["capture"][at] = max(column["capture"][at], strength)
    told = [column[name] for name in ("left", "above", "before", "capture")]
    column["own_missing"][:] = 1.0 - np.clip(2 * np.maximum.reduce(told), 0, 1)
    return table


def label_weights(anchors: Anchors, prepared: Prepared, intent: Intent) -> tuple[Floats, Floats]:
    """How much each label speaks for a value of the field, and how much for another field."""
    own = np.zeros(len(anchors))
    rival = np.zeros(len(anchors))
    concepts = prepared.lexicon.concepts
    wanted = intent.type.name
    known: dict[tuple[tuple[int, float], ...], tuple[float, float]] = {}
    for at, meant in enumerate(anchors.concepts):
        if meant not in known:
            best, other = 0.0, 0.0
            for index, strength in meant:
                best = max(best, intent.weight.get(index, 0.0) * strength)
                fits = wanted in concepts[index].types
                other = max(other, strength * (1.0 if fits else _OTHER_TYPE_RIVAL))
            known[meant] = best, max(other - best, 0.0) if best < 0.5 else 0.0
        own[at], rival[at] = known[meant]
    rival[anchors.generic] = 0.0
    return own * anchors.quality, rival * anchors.quality


def _caught_by(
    candidates: Candidates, caught: list[tuple[int, Capture]], shape: str
) -> list[tuple[int, float]]:
    """Candidates that a sentence states: typed ones anywhere inside, texts as a whole."""
    found: list[tuple[int, float]] = []
    loose = shape in TYPED or shape == "duration"
    for page, capture in caught:
        same = candidates.page == page
        if loose:
            hit = same & (candidates.start >= capture.start - 1) & (candidates.start < capture.end)
            inside = np.flatnonzero(hit)
            if len(inside):
                first = int(inside[np.argmin(candidates.start[inside])])
                spot = candidates.start[inside] == candidates.start[first]
                found += [(int(at), capture.strength) for at in inside[spot]]
            continue
        hit = same & (candidates.start >= capture.start) & (candidates.end <= capture.end)
        length = max(capture.end - capture.start, 1)
        found += [
            (
                int(at),
                _share(capture.strength, (candidates.end[at] - candidates.start[at]) / length),
            )
            for at in np.flatnonzero(hit)
        ]
    return found


def _share(strength: float, share: float) -> float:
    """What a part of a stated text gains: only the whole of it is stated surely."""
    return strength if share > _WHOLE else min(strength, 1.0) * share**2
