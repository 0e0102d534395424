"""Our estimator keeps to the conventions of scikit-learn, and its weights count."""

from __future__ import annotations

import json

import numpy as np
import pytest

from casework.base.errors import CaseworkError, NotFittedError, UsageError
from casework.extraction.concepts import lexicon
from casework.extraction.extract import Wanted
from casework.extraction.features import key_of
from casework.extraction.meaning import meaning
from casework.extraction.score import Scored, scored
from casework.learn.estimator import NOTHING, FieldEstimator
from casework.types.learned import Stored
from casework.types.values import ValueType
from tests.extraction.typeset import ready

FIELD = Wanted("contact", "Handler", "Who handles it on our side", ValueType("text"))
NAMES = ("Anna Berg", "Boris Klein", "Clara Stein", "David Wolff", "Emma Lang", "Felix Rau",
         "Greta Sommer", "Henrik Falk")  # fmt: skip
OTHERS = ("Karl Maier", "Lena Huber", "Max Vogel", "Nora Frank", "Otto Seidel", "Paula Ernst",
          "Rolf Hahn", "Sonja Adler")  # fmt: skip
Keys = frozenset[str]


def _page(at: int) -> Scored:
    text = f"\nFILE NOTE\n\nZqx:\t{OTHERS[at]}\nVrb:\t{NAMES[at]}\nWpl:\tHamburg\n"
    intent = meaning(FIELD.name, FIELD.instruction, FIELD.type, lexicon())
    return scored(ready(text, name=f"{at}.pdf"), intent)


@pytest.fixture(scope="module")
def pages() -> list[Scored]:
    return [_page(at) for at in range(len(NAMES))]


def _keys(names: tuple[str, ...]) -> list[Keys]:
    return [frozenset({key_of(name)}) for name in names]


GROUPS = [str(at) for at in range(len(NAMES))]


def test_it_predicts_what_it_was_taught_on_documents_that_it_has_not_seen(
    pages: list[Scored],
) -> None:
    told = FieldEstimator().fit(pages[:6], _keys(NAMES[:6]), groups=GROUPS[:6])
    assert told.predict(pages[6:]) == _keys(NAMES[6:])
    assert told.score(pages[6:], _keys(NAMES[6:])) == 1.0
    assert told.score(pages[6:], _keys((NAMES[6], OTHERS[7]))) == 0.5
    assert told.score(pages[6:], _keys((NAMES[6], OTHERS[7])), sample_weight=[3, 1]) == 0.75
    assert (told.n_documents_, told.values_[key_of(NAMES[0])]) == (6, 1)


def test_chances_of_a_field_with_one_value_are_one_together(pages: list[Scored]) -> None:
    told = FieldEstimator().fit(pages[:6], _keys(NAMES[:6]), groups=GROUPS[:6])
    for chances in told.predict_proba(pages[6:]):
        assert NOTHING in chances
        assert sum(chances.values()) == pytest.approx(1.0)


def test_a_field_with_many_values_has_a_chance_for_each_by_itself(pages: list[Scored]) -> None:
    both = [one | other for one, other in zip(_keys(NAMES), _keys(OTHERS), strict=True)]
    told = FieldEstimator(many=True).fit(pages[:7], both[:7], groups=GROUPS[:7])
    assert told.predict(pages[7:]) == both[7:]
    (chances,) = told.predict_proba(pages[7:])
    assert sum(chances.values()) > 1.5


def test_absences_are_learned_as_empty_sets_of_keys(pages: list[Scored]) -> None:
    told = FieldEstimator().fit(pages[:6], [frozenset()] * 6, groups=GROUPS[:6])
    assert told.predict(pages[6:]) == [frozenset(), frozenset()]


def test_parameters_are_kept_as_given_and_copied_by_making_another() -> None:
    made = FieldEstimator(many=True, own_penalty=2.0, steps=10)
    assert made.get_params(deep=False) == {
        "many": True,
        "own_penalty": 2.0,
        "context_penalty": 1.0,
        "steps": 10,
    }
    copy = type(made)(**made.get_params())  # type: ignore[arg-type]
    assert copy.get_params() == made.get_params()
    assert repr(made) == "FieldEstimator(many=True, own_penalty=2.0, steps=10)"
    assert made.set_params(steps=5) is made
    assert made.steps == 5
    with pytest.raises(UsageError, match="no parameter 'depth'"):
        made.set_params(depth=3)


def test_parameters_change_what_is_fitted(pages: list[Scored]) -> None:
    loose, strict = (
        FieldEstimator(own_penalty=penalty).fit(pages[:6], _keys(NAMES[:6]), groups=GROUPS[:6])
        for penalty in (1.0, 100.0)
    )
    assert np.abs(strict.model().weights).sum() < np.abs(loose.model().weights).sum()


def test_before_it_has_learned_it_says_so() -> None:
    fresh = FieldEstimator()
    for asked in (fresh.model, fresh.state, lambda: fresh.predict([])):
        with pytest.raises(NotFittedError, match="has learned nothing yet"):
            asked()
    assert not any(name.endswith("_") and not name.endswith("__") for name in vars(fresh))


def test_the_weight_of_an_example_is_how_often_it_counts(pages: list[Scored]) -> None:
    keys = _keys(NAMES[:4])
    plain = FieldEstimator(steps=200).fit(pages[:4], keys, groups=GROUPS[:4])
    more = FieldEstimator(steps=200).fit(pages[:4], keys, [1, 1, 1, 2], GROUPS[:4])

    def last(told: FieldEstimator) -> float:
        return told.predict_proba(pages[3:4])[0][key_of(NAMES[3])]

    assert last(plain) < last(more)
    double = FieldEstimator(own_penalty=6.0, context_penalty=2.0, steps=200)
    double.fit(pages[:4], keys, [2] * 4, GROUPS[:4])
    assert np.allclose(double.model().weights, plain.model().weights, atol=1e-3)


def test_an_example_that_contradicts_another_loses_against_one_that_weighs_more(
    pages: list[Scored],
) -> None:
    documents, keys = pages[:4] * 2, [*_keys(NAMES[:4]), *_keys(OTHERS[:4])]
    for weights, wins in (([1.0] * 4 + [0.2] * 4, NAMES[6]), ([0.2] * 4 + [1.0] * 4, OTHERS[6])):
        told = FieldEstimator().fit(documents, keys, weights, GROUPS[:4] * 2)
        assert told.predict(pages[6:7]) == _keys((wins,))


def test_examples_of_no_weight_are_left_out(pages: list[Scored]) -> None:
    keys = [*_keys(NAMES[:3]), *_keys(OTHERS[3:6])]
    told = FieldEstimator().fit(pages[:6], keys, [1, 1, 1, 0, 0, 0], GROUPS[:6])
    alone = FieldEstimator().fit(pages[:3], keys[:3], groups=GROUPS[:3])
    assert told.n_documents_ == 3
    assert np.array_equal(told.model().weights, alone.model().weights)
    assert told.values_ == alone.values_


def test_what_does_not_fit_together_is_refused(pages: list[Scored]) -> None:
    keys = _keys(NAMES[:2])
    with pytest.raises(UsageError, match="y has 2 entries, and X has 3 documents"):
        FieldEstimator().fit(pages[:3], keys)
    with pytest.raises(UsageError, match="groups has 1 entries"):
        FieldEstimator().fit(pages[:2], keys, groups=["a"])
    for bad in (-1.0, float("nan"), float("inf")):
        with pytest.raises(UsageError, match="A sample weight"):
            FieldEstimator().fit(pages[:2], keys, sample_weight=[1.0, bad])


def test_its_state_is_arrays_and_json_and_brings_it_back(pages: list[Scored]) -> None:
    told = FieldEstimator(steps=20).fit(pages[:6], _keys(NAMES[:6]), groups=GROUPS[:6])
    state = told.state()
    kept = Stored(state.arrays, json.loads(json.dumps(dict(state.facts))))
    back = FieldEstimator.from_state(kept)
    assert back.get_params() == told.get_params()
    assert back.predict(pages) == told.predict(pages)
    assert (back.values_, back.n_documents_) == (told.values_, 6)
    with pytest.raises(CaseworkError):
        FieldEstimator.from_state(Stored(b"", kept.facts))
