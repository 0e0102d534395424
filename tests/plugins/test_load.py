"""Plug-ins are found by their entry points; a broken one is told and stops nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.documents.formats import built_in
from casework.documents.formats.own import READERS
from casework.learn import built_in as learning
from casework.plugins.load import load
from casework.types.plugin import PluginState
from tests.plugins.package import install, one_reader


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the way to modules."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


def _state(name: str) -> PluginState:
    return next(state for state in load([built_in]).states if state.name == name)


def test_our_own_readers_come_through_the_same_door() -> None:
    plugins = load([built_in])
    assert plugins.readers == READERS
    assert not any(reader.plugin for reader in plugins.readers)


def test_readers_of_a_plugin_come_before_ours_and_bear_its_name(site: Path) -> None:
    install(site, "tapes", {"tapes_first.py": one_reader()}, entry="tapes_first")
    plugins = load([built_in])
    assert (plugins.readers[0].name, plugins.readers[0].plugin) == ("tapes", "tapes")
    assert plugins.readers[1:] == READERS
    assert plugins.states == (PluginState("tapes", "tapes", "1.0", ("reads a tape",)),)


def test_a_plugin_that_is_switched_off_is_not_imported(site: Path) -> None:
    install(site, "tapes", {"tapes_off.py": "raise SystemExit('imported')"}, entry="tapes_off")
    plugins = load([built_in], off={"tapes"})
    assert plugins.readers == READERS
    assert plugins.states == (PluginState("tapes", "tapes", "1.0", off=True),)


@pytest.mark.parametrize(
    ("module", "told"),
    [
        ("import nowhere_to_be_found", "ModuleNotFoundError: No module named"),
        ("import sys; sys.exit('bye')", "SystemExit: bye"),
        ("x = 1", "it fills no hook of casework"),
        (one_reader(version="''"), "the reader 'tapes' has no version"),
        (one_reader(target="'tapes.read'"), "is not of the form module:function"),
        (one_reader(name="'Tapes 1'"), "'Tapes 1' is no name"),
        (one_reader(name="'pdf'"), "its reader 'pdf' has the name of one of casework"),
        (one_reader(suffixes="('.tap',)"), "without a dot"),
        (one_reader(magic="(Magic(0, b''),)"), "an empty mark"),
        (one_reader(colour="'red'"), "unexpected keyword argument 'colour'"),
        (one_reader().replace("[Reader", "ReaderSpec and [1] or [Reader"), "it gives int where"),
        (one_reader().replace("return [", "return len(["), "SyntaxError"),
        (
            one_reader() + "\n@hookimpl\ndef casework_sounds():\n    return []\n",
            "a hook that this casework does not know",
        ),
    ],
)
def test_a_broken_plugin_is_left_out_and_told(site: Path, module: str, told: str) -> None:
    name = f"tapes_{abs(hash((module, told)))}"
    install(site, "tapes", {f"{name}.py": module}, entry=name)
    assert load([built_in]).readers == READERS
    assert told in _state("tapes").problem


def test_one_broken_plugin_does_not_keep_another_away(site: Path) -> None:
    install(site, "bad", {"bad_one.py": "1 / 0"}, entry="bad_one")
    install(site, "good", {"good_one.py": one_reader()}, entry="good_one")
    plugins = load([built_in])
    assert [(state.name, bool(state.problem)) for state in plugins.states] == [
        ("bad", True),
        ("good", False),
    ]
    assert plugins.readers[0].name == "tapes"


def test_of_two_plugins_with_a_reader_of_one_name_the_second_is_left_out(site: Path) -> None:
    install(site, "a-tapes", {"tapes_a.py": one_reader()}, entry="tapes_a")
    install(site, "b-tapes", {"tapes_b.py": one_reader()}, entry="tapes_b")
    assert not _state("a-tapes").problem
    assert _state("b-tapes").problem == "its reader 'tapes' has the name of one of a-tapes"


_ESTIMATOR = """
from casework.plugins.hookspecs import hookimpl
from casework.types.plugin import EstimatorSpec

@hookimpl
def casework_estimators():
    return [EstimatorSpec({name!r}, {target!r}, {version!r})]
"""


def _estimator(*, name: str = "forest", target: str = "trees:Forest", version: str = "1") -> str:
    return _ESTIMATOR.format(name=name, target=target, version=version)


def test_an_estimator_of_a_plugin_is_offered_under_its_name(site: Path) -> None:
    install(site, "trees", {"trees_good.py": _estimator()}, entry="trees_good")
    plugins = load([built_in, learning])
    assert [(one.name, one.plugin) for one in plugins.estimators] == [
        ("forest", "trees"),
        ("conditional_logit", ""),
    ]
    assert plugins.states[0].offers == ("learns by forest",)


@pytest.mark.parametrize(
    ("module", "told"),
    [
        (_estimator(version=""), "the estimator 'forest' has no version"),
        (_estimator(name="Forest 1"), "'Forest 1' is no name"),
        (_estimator(target="trees.Forest"), "is not of the form module:function"),
        (_estimator(name="conditional_logit"), "has the name of one of casework"),
    ],
)
def test_an_estimator_that_could_not_be_used_is_left_out(
    site: Path, module: str, told: str
) -> None:
    name = f"trees_{abs(hash(told))}"
    install(site, "trees", {f"{name}.py": module}, entry=name)
    plugins = load([built_in, learning])
    assert [one.name for one in plugins.estimators] == ["conditional_logit"]
    assert told in plugins.states[0].problem
