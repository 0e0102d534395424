"""Cells as a machine and people leave them."""

from __future__ import annotations

from dataclasses import replace

from casework.types.case import AbsenceKind, Cell, CellState, Outcome, Recorded
from casework.types.procedure import Step
from casework.types.proof import Citation, Proof
from casework.types.values import Json, ValueType
from casework.types.verdict import Verdict, VerdictKind

STEP = Step("net", "Net", ValueType("text"), "document")
CITED = Proof("quoted", (Citation("d", "a.txt", 1, 0, 2, "12", (), "exact", "yes"),))


def holding(outcome: Outcome, id: str = "outcome") -> Cell:
    """A cell with this outcome in force."""
    state: CellState = "value" if outcome.kind == "value" else "absent"
    recorded = Recorded(id, "fingerprint", 0, "meaning", {}, outcome, "run", "2026-01-02")
    return Cell("case", "net", state, outcome.reason, "2026-01-02", machine=recorded)


def valued(value: Json, proof: Proof = CITED, *, id: str = "outcome") -> Cell:
    return holding(Outcome("value", value=value, proof=proof), id)


def absent(absence: AbsenceKind) -> Cell:
    return holding(Outcome("absent", absence=absence, reason="it is so"))


def judged(cell: Cell, kind: VerdictKind, value: Json) -> Cell:
    """The cell with a verdict that was given on `outcome`."""
    verdict = Verdict("v", "case", "net", kind, value, "", "outcome", "ann", "2026-01-02")
    return replace(cell, human=verdict)
