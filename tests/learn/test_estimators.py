"""Estimators by name: ours, those of plug-ins, and what happens when one of them is wrong."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pytest

from casework.base.errors import EstimatorError
from casework.extraction.features import key_of
from casework.extraction.score import Scored
from casework.learn import built_in
from casework.learn.estimators import Estimators
from casework.learn.fit import Example
from casework.plugins.load import load
from casework.types.plugin import EstimatorSpec
from tests.learn.test_estimator import NAMES, _page

# A whole estimator of a plug-in: it adds what it counted to the score of words that were right.
PLUGIN = """
import io
from dataclasses import dataclass, replace
import numpy as np
from casework.extraction.features import key_of
from casework.types.learned import Stored

@dataclass
class Favourites:
    keys: tuple

    def rescore(self, found):
        return replace(found, scores=found.scores + self._bonus(found))

    def _bonus(self, found):
        return np.array([3.0 * (key_of(v) in self.keys) for v in found.candidates.values])

    def chances(self, found):
        if not len(found.scores):
            return {}, 1.0
        best = int(np.argmax(self.rescore(found).scores))
        return {key_of(found.candidates.values[best]): 0.75}, 0.25

class Counting:
    def __init__(self, *, many=False):
        self.keys = ()

    def fit(self, X, y, sample_weight=None, groups=None):
        self.keys = tuple(sorted({key for right in y for key in right}))
        return self

    def model(self):
        return Favourites(self.keys)

    def state(self):
        file = io.BytesIO()
        np.savez(file, count=np.array([float(len(self.keys))]))
        return Stored(file.getvalue(), {"keys": list(self.keys)})

    def from_state(self, stored):
        made = Counting()
        made.keys = tuple(stored.facts["keys"])
        return made
"""


def _specs(folder: Path, name: str, source: str) -> list[EstimatorSpec]:
    (folder / f"{name}.py").write_text(textwrap.dedent(source), "utf-8")
    return [EstimatorSpec("counting", f"{name}:Counting", "1", "counters"), built_in.OURS]


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return [
        Example(str(at), _page(at), frozenset({key_of(NAMES[at])}), weight=0.5) for at in range(5)
    ]


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def _best(found: Scored) -> str:
    return found.candidates.texts[int(np.argmax(found.scores))]


def test_ours_comes_through_the_door_of_plugins() -> None:
    assert load([built_in]).estimators == (built_in.OURS,)


def test_ours_is_used_unless_another_is_chosen(examples: list[Example]) -> None:
    fitted = Estimators().fit(examples)
    assert (fitted.estimator, fitted.problem) == ("conditional_logit", "")
    again = Estimators().load(fitted.estimator, fitted.stored)
    assert np.allclose(
        again.rescore(examples[0].found).scores, fitted.model.rescore(examples[0].found).scores
    )


def test_an_estimator_of_a_plugin_fits_and_its_model_is_kept_and_read(
    modules: Path, examples: list[Example]
) -> None:
    known = Estimators(_specs(modules, "counting_whole", PLUGIN), "counting")
    fitted = known.fit(examples)
    assert (fitted.estimator, fitted.problem) == ("counting", "")
    assert _best(fitted.model.rescore(examples[2].found)) == NAMES[2]
    again = known.load("counting", fitted.stored)
    assert _best(again.rescore(examples[3].found)) == NAMES[3]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("self.keys = tuple(sorted(", "raise KeyError('no luck')  # ", "KeyError: 'no luck'"),
        ("import io\n", "import io, nowhere_to_be_found\n", "ModuleNotFoundError"),
        (
            "return replace(found, scores=found.scores + self._bonus(found))",
            "return replace(found, scores=found.scores[:-1])",
            "scores for",
        ),
        (
            "return replace(found, scores=found.scores + self._bonus(found))",
            "return replace(found, scores=found.scores * np.nan)",
            "scores that are no numbers",
        ),
        ("0.75}, 0.25", "7.5}, 0.25", "chances are not between 0 and 1"),
        ("0.75}, 0.25", "float('nan')}, 0.25", "chances are not between 0 and 1"),
        ("float(len(self.keys))", "np.nan", "holds what is no number"),
        ("np.array([float(len(self.keys))])", "np.array([object()])", "no npz file without"),
        ('{"keys": list(self.keys)}', '{"keys": set(self.keys)}', "no npz file without"),
        ("return Stored(", "return dict(arrays=", "is wanted"),
        ('made.keys = tuple(stored.facts["keys"])', "pass", "something else after it was kept"),
    ],
)
def test_one_that_is_wrong_is_named_and_ours_takes_its_place(
    modules: Path, examples: list[Example], old: str, new: str, told: str
) -> None:
    assert PLUGIN.count(old) == 1
    source = PLUGIN.replace(old, new)
    if "dict(arrays=" in source:
        source = source.replace('file.getvalue(), {"keys"', 'file.getvalue(), facts={"keys"')
    name = f"counting_{abs(hash((old, new)))}"
    fitted = Estimators(_specs(modules, name, source), "counting").fit(examples)
    assert fitted.estimator == "conditional_logit"
    assert "plug-in 'counters' has an estimator 'counting'" in fitted.problem
    assert told in fitted.problem
    assert _best(fitted.model.rescore(examples[2].found)) == NAMES[2]


def test_one_that_is_not_there_is_said_and_ours_takes_its_place(examples: list[Example]) -> None:
    fitted = Estimators(chosen="forest").fit(examples)
    assert fitted.estimator == "conditional_logit"
    assert "There is no estimator 'forest'." in fitted.problem
    with pytest.raises(EstimatorError, match="no estimator 'forest'"):
        Estimators().load("forest", fitted.stored)


def test_a_model_that_its_plugin_cannot_read_any_more_is_an_error_that_names_it(
    modules: Path, examples: list[Example]
) -> None:
    known = Estimators(_specs(modules, "counting_read", PLUGIN), "counting")
    ours = Estimators().fit(examples)
    with pytest.raises(EstimatorError, match=r"'counters'.*cannot read what it once learned"):
        known.load("counting", ours.stored)


def test_examples_of_no_weight_reach_no_estimator(modules: Path, examples: list[Example]) -> None:
    unused = Example("x", examples[4].found, frozenset({"neverseen"}), weight=0.0)
    known = Estimators(_specs(modules, "counting_weights", PLUGIN), "counting")
    assert "neverseen" not in str(known.fit([*examples, unused]).stored.facts)
    assert "neverseen" not in str(Estimators().fit([*examples, unused]).stored.facts)
