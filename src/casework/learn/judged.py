"""Answers to cells that people verified, by a model that has not seen them: right or wrong, and
what spoke for them. What the gate and the calibration are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from casework.extraction.answers import Answer
from casework.extraction.choose import groups
from casework.extraction.extract import settled
from casework.extraction.learned import FieldModel
from casework.extraction.novelty import Familiar
from casework.extraction.signals import signals
from casework.learn.estimators import Fitted
from casework.learn.examples import Asked, Reviewed
from casework.learn.fit import Example
from casework.learn.folds import folds_of, units_of

Fit = Callable[[Sequence[Example]], Fitted]


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer to a cell (`id` of what was taught), with its signals by the names of
    `types.confidence`. `group` is what was kept apart with it, in `fold`; `weight` how far what the
    person said is trusted; `verified` whether that was a verdict, nothing imported."""

    id: str
    group: str
    right: bool
    signals: Mapping[str, float]
    weight: float = 1.0
    verified: bool = True
    fold: int = 0


def by_hand(cells: Sequence[Reviewed]) -> dict[str, bool]:
    """Whether the hand-set weights answer each cell right, by the id of what was taught."""
    return {cell.taught.id: cell.is_right(cell.asked.zero) for cell in cells}


def judged(cells: Sequence[Reviewed], model: FieldModel | None) -> Iterator[Judged]:
    """The answers of a model that was fitted from none of these cells, one at a time."""
    units = _units(cells)
    for cell in cells:
        yield _judged(cell, model, None, units)


def out_of_fold(cells: Sequence[Reviewed], fit: Fit) -> Iterator[Judged]:
    """The answer to each cell of a model that was fitted from none of its relatives, one at a time
    and fold by fold; nothing where all cells belong together."""
    held = folds_of([cell.group for cell in cells], [cell.taught.case_id for cell in cells])
    units = _units(cells)
    for fold in range(max(held, default=0) + 1 if len(set(held)) > 1 else 0):
        others = [cell for cell, at in zip(cells, held, strict=True) if at != fold]
        model = fit([example for cell in others for example in cell.examples]).model
        familiar = familiar_of(others)
        for cell, at in zip(cells, held, strict=True):
            if at == fold:
                yield replace(_judged(cell, model, familiar, units), fold=fold)


def familiar_of(cells: Sequence[Reviewed]) -> Familiar:
    """The documents of these cells, as those that a model has learned from."""
    return Familiar.of([each for cell in cells for each in cell.asked.sketches])


def answered(
    asked: Asked, model: FieldModel | None, familiar: Familiar | None = None
) -> tuple[Answer, Mapping[str, float]]:
    """The answer of a model and its signals, from candidates that were scored before."""
    if not asked.found:
        return asked.zero, signals((), None, asked.zero)
    many = asked.intent.type.many
    if model is None:
        return asked.zero, signals(asked.found, None, asked.zero, many=many)
    rescored = [model.rescore(one) for one in asked.found]
    documents = [one.prepared for one in asked.found]
    answer = settled(documents, asked.intent, groups(rescored), ())
    return answer, signals(asked.found, rescored, answer, many=many, familiar=familiar)


def _judged(
    cell: Reviewed, model: FieldModel | None, familiar: Familiar | None, units: Mapping[str, str]
) -> Judged:
    answer, spoke = answered(cell.asked, model, familiar)
    taught = cell.taught
    verified = taught.source == "verdict"
    unit, right = units[taught.id], cell.is_right(answer)
    return Judged(taught.id, unit, right, spoke, taught.weight, verified)


def _units(cells: Sequence[Reviewed]) -> dict[str, str]:
    """What each cell is kept apart with, by the id of what was taught."""
    found = units_of([cell.group for cell in cells], [cell.taught.case_id for cell in cells])
    ids = [cell.taught.id for cell in cells]
    return {id: "/".join(unit) for id, unit in zip(ids, found, strict=True)}
