"""What a cell of the grid says, in few words."""

from __future__ import annotations

from casework.serve.studio.sheet_cells import cell_json
from casework.types.procedure import Step
from casework.types.proof import Proof, Searched
from casework.types.values import ValueType
from tests.cli.views import NET, SHA, cell, quoted

TERM = Step("term", "Term", ValueType("period"), "document")


def test_a_period_is_written_by_the_page_in_the_way_of_its_viewer() -> None:
    value = {"from": "2020-10-13", "to": "2020-10-19", "label": "10/13/20 - 10/19/20"}
    told = cell_json(quoted(TERM, "2020-10-13 to 2020-10-19", value=value), TERM)
    assert told["d"] == ["2020-10-13", "2020-10-19"]
    open_end = {**value, "to": None}
    assert (
        cell_json(quoted(TERM, "from 2020-10-13", value=open_end), TERM)["v"] == "from 2020-10-13"
    )


def test_what_was_not_found_says_how_many_pages_were_searched() -> None:
    proof = Proof("unproved", searched=(Searched(SHA, "a.pdf", (1, 2, 3)),))
    reason = "No amount near a label like 'Net' in a.pdf, pages 1-3."
    told = cell_json(cell(NET, proof=proof, absence="not_found", reason=reason), NET)
    assert (told["v"], told["s"], told["t"]) == ("not found", "3 pages searched", reason)
    assert "u" not in told


def test_a_draft_that_says_the_same_proposes_nothing() -> None:
    told = cell_json(quoted(NET, "EUR 12.50", proposed_shown="EUR 12.50"), NET)
    assert "w" not in told
    assert told["s"] == "the draft says the same"
    told = cell_json(quoted(NET, "EUR 12.50", proposed_shown="EUR 13.00"), NET)
    assert told["w"] == "EUR 13.00"


def test_what_a_run_under_way_does_is_short_in_the_cell_and_long_beside_it() -> None:
    for state, mark, words, reason in (
        ("queued", "queued", "its turn comes", "not reached yet by the run under way"),
        ("running", "running", "at work", "being worked on by the run under way"),
    ):
        told = cell_json(cell(NET, state=state, reason=reason), NET)
        assert (told["m"], told["v"], told["s"], told["t"]) == (mark, state, words, reason)


def test_documents_that_contradict_each_other_show_both_values() -> None:
    reason = (
        "The documents contradict each other: a and b, page 1.pdf, page 2: 3,400.00"
        " and notes.txt, page 1: EUR 4,300.00."
    )
    told = cell_json(cell(NET, absence="conflict", state="absent", reason=reason), NET)
    assert (told["v"], told["s"], told["t"]) == ("3,400.00", "or EUR 4,300.00", reason)
    told = cell_json(cell(NET, absence="conflict", state="absent", reason="they disagree"), NET)
    assert (told["v"], told["s"]) == ("conflict", "they disagree")


def test_a_condition_that_is_not_met_is_told_without_braces() -> None:
    for reason, words in (
        ("skipped: {Sums agree} is not so", "only when Sums agree"),
        ("skipped: not {Sums agree} is not so", "because Sums agree"),
        ("skipped: not {Net} or {VAT} is not so", "only when not Net or VAT"),
    ):
        told = cell_json(cell(NET, state="skipped", reason=reason), NET)
        assert (told["s"], told["t"]) == (words, reason)


def test_a_cell_that_waits_for_somebody_says_for_whom() -> None:
    waiting = cell(NET, state="waiting", waiting_for="person", reason="over EUR 10,000")
    told = cell_json(waiting, NET, "R. Amin")
    assert (told["v"], told["s"]) == ("R. Amin", "over EUR 10,000")
    assert cell_json(waiting, NET)["v"] == "a person"
    doubted = quoted(NET, "EUR 12.50", needs="always reviewed")
    assert cell_json(doubted, NET, "R. Amin")["s"] == "for R. Amin: always reviewed"
