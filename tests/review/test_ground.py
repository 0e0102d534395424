"""A value that is worked out from something unproved is not proved."""

from __future__ import annotations

from casework.review.queue import review_reason, weak_ground
from casework.types.case import Cell, Outcome, Recorded
from casework.types.procedure import Step
from casework.types.proof import UNPROVED, Proof
from casework.types.values import ValueType

NET = Step("net", "Net", ValueType("number"), "document")
DOUBLE = Step("double", "Double", ValueType("number"), "rule", references=("net",))
AGAIN = Step("again", "Again", ValueType("number"), "rule", references=("double",))


def _cell(step: Step, proof: Proof) -> Cell:
    outcome = Outcome("value", value="1", proof=proof)
    return Cell("case", step.id, "value", machine=Recorded(step.id, "", 0, "", {}, outcome, "", ""))


def _row(proof: Proof) -> dict[str, tuple[Step, Cell]]:
    return {
        "net": (NET, _cell(NET, proof)),
        "double": (DOUBLE, _cell(DOUBLE, Proof("derived", steps=("net",)))),
        "again": (AGAIN, _cell(AGAIN, Proof("derived", steps=("double",)))),
    }


def test_what_rests_on_an_unproved_cell_says_so_however_far_back() -> None:
    row = _row(UNPROVED)
    for step in (DOUBLE, AGAIN):
        ground = weak_ground(step, row[step.id][1], row)
        assert ground == "rests on Net, which is not proved"
        assert review_reason(step, row[step.id][1], ground) == ground


def test_what_rests_on_solid_ground_wants_nobody() -> None:
    row = _row(Proof("person"))
    assert weak_ground(AGAIN, row["again"][1], row) == ""
    assert review_reason(AGAIN, row["again"][1], "") == ""
