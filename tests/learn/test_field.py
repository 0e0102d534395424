"""A version of a field's model from verdicts: tried on what it has not seen, by relatives."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from casework.learn.estimators import Estimators, Fitted
from casework.learn.field import Rival, fit_field
from casework.learn.fit import Example
from casework.learn.judged import judged, out_of_fold
from tests.learn.notes import NAMES, OTHERS, cell

FIT = Estimators().fit


def test_a_field_that_is_learned_passes_with_the_model_of_all_cells() -> None:
    version = fit_field([cell(at, NAMES[at]) for at in range(8)], FIT)
    assert version.gate.passed
    assert (version.gate.before, version.gate.after) == (0.0, 1.0)
    assert version.right == {f"v{at}": True for at in range(8)}
    asked = [cell(at, NAMES[at]) for at in (8, 9)]
    assert [one.right for one in judged(asked, version.fitted.model)] == [True, True]


def test_verdicts_that_contradict_one_another_pass_no_gate() -> None:
    one = [cell(at, NAMES[at], group="one", label="Handler") for at in range(6)]
    other = [cell(at, OTHERS[at], group="other", label="Handler") for at in range(6, 12)]
    version = fit_field([*one, *other], FIT)
    assert not version.gate.passed
    assert version.gate.reason == (
        "On 12 verified cells it was right 0 times, without learning 6 times"
        " (0 more right, 6 more wrong)."
    )


def test_no_model_is_asked_about_relatives_of_what_it_was_fitted_from() -> None:
    cells = [cell(at, NAMES[at], group=f"vendor{at // 2}") for at in range(8)]
    fitted_from: list[set[str]] = []

    def fit(examples: Sequence[Example]) -> Fitted:
        fitted_from.append({example.document.partition(":")[0] for example in examples})
        return FIT(examples)

    answers = list(out_of_fold(cells, fit))
    assert len(answers) == 8
    group_of = {one.taught.case_id: one.group for one in cells}
    for answer in answers:
        seen = {group_of[case] for case in fitted_from[answer.fold]}
        assert answer.group.partition("/")[0] not in seen


def test_what_is_at_work_is_judged_by_its_answers_to_what_it_had_not_seen() -> None:
    cells = [cell(at, NAMES[at]) for at in range(8)]
    first = fit_field(cells[:6], FIT)
    wrong_then = dict.fromkeys(first.right, False)
    version = fit_field(cells, FIT, rival=Rival(first.fitted.model, wrong_then))
    assert version.gate.passed
    assert version.gate.reason.startswith("On 8 verified cells it was right 8 times, the one at")
    assert (version.gate.before, version.gate.gained) == (2 / 8, 6)


def test_with_few_cells_nothing_is_said_of_how_sure_one_may_be() -> None:
    version = fit_field([cell(at, NAMES[at]) for at in range(8)], FIT)
    assert version.calibration is None
    assert version.thresholds == ()


def test_whoever_stops_is_heard_between_two_folds() -> None:
    heard: list[int] = []

    def stop() -> None:
        heard.append(1)
        if len(heard) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fit_field([cell(at, NAMES[at]) for at in range(8)], FIT, on_fold=stop)
    assert len(heard) == 2
