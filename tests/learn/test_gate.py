"""A version goes to work only when it is not worse, and says why it does not."""

from __future__ import annotations

from dataclasses import replace

from casework.learn.gate import AT_WORK, HAND_SET, pass_gate
from casework.learn.judged import Judged


def _after(right: str) -> list[Judged]:
    return [Judged(f"v{at}", f"g{at}", told == "+", {}) for at, told in enumerate(right)]


def _before(right: str) -> dict[str, bool]:
    return {f"v{at}": told == "+" for at, told in enumerate(right)}


def test_a_better_version_passes_and_says_what_was_gained_and_lost() -> None:
    gate = pass_gate(_after("+++++-"), _before("++---+"), HAND_SET)
    assert gate.passed
    assert (gate.cells, gate.groups, gate.gained, gate.lost) == (6, 6, 3, 1)
    assert (gate.before, gate.after) == (0.5, 5 / 6)
    assert gate.reason == (
        "On 6 verified cells it was right 5 times, without learning 3 times"
        " (3 more right, 1 more wrong)."
    )


def test_a_version_that_is_as_good_passes() -> None:
    gate = pass_gate(_after("+++--"), _before("+++--"), AT_WORK)
    assert gate.passed
    assert gate.reason == (
        "On 5 verified cells it was right 3 times, the one at work 3 times: the same ones."
    )


def test_a_worse_version_is_refused_with_the_figures() -> None:
    gate = pass_gate(_after("++----"), _before("+++---"), AT_WORK)
    assert not gate.passed
    assert "it was right twice, the one at work 3 times (0 more right, 1 more wrong)" in gate.reason


def test_a_version_that_is_never_right_is_refused_though_nothing_else_is_either() -> None:
    gate = pass_gate(_after("-----"), _before("-----"), AT_WORK)
    assert not gate.passed
    assert gate.reason.startswith("On 5 verified cells it was right 0 times, the one at work 0")


def test_too_few_cells_pass_nothing() -> None:
    gate = pass_gate(_after("++++"), _before("----"), HAND_SET)
    assert not gate.passed
    assert gate.reason == "There are 4 verified cells to try it on; it takes 5."


def test_copies_of_one_document_are_nothing_to_try_it_on() -> None:
    copies = [Judged(f"v{at}", "g", True, {}) for at in range(8)]
    gate = pass_gate(copies, _before("--------"), HAND_SET)
    assert not gate.passed
    assert "copies" in gate.reason


def test_only_cells_that_both_were_asked_about_are_compared() -> None:
    gate = pass_gate(_after("++++++"), _before("-----"), HAND_SET)
    assert gate.cells == 5


def test_it_says_where_imported_rows_were_counted_as_well() -> None:
    mixed = [replace(one, verified=at < 3) for at, one in enumerate(_after("+++++"))]
    told = pass_gate(mixed, _before("+++--"), HAND_SET).reason
    assert told.startswith("On 3 verified cells and 2 imported rows it was right 5 times,")
    imported = [replace(one, verified=False) for one in mixed]
    told = pass_gate(imported, _before("+++--"), HAND_SET).reason
    assert told.startswith("On 5 imported rows it was right 5 times,")
    told = pass_gate(imported[:1], _before("+"), HAND_SET).reason
    assert told == "There is 1 imported row to try it on; it takes 5."
