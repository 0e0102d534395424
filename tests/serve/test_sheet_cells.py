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
