"""A person's decision on a cell, checked and made a verdict. Law 3: a layer, never an overwrite."""

from __future__ import annotations

from dataclasses import dataclass

from casework.base.clock import Clock, stamp
from casework.base.errors import ConflictError, UsageError
from casework.base.ids import uuid7
from casework.types.case import AbsenceKind, Cell
from casework.types.procedure import Step
from casework.types.values import Json
from casework.types.verdict import Verdict, VerdictKind


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says: a kind, and for a correction a value or an absence."""

    kind: VerdictKind
    who: str
    note: str = ""
    value: Json = None
    absence: AbsenceKind | None = None
    shown_because: str = ""


def decide(step: Step, cell: Cell, decision: Decision, clock: Clock) -> Verdict:
    """The verdict of this decision; raises when the cell has nothing to accept or undo."""
    machine = cell.machine
    value, absence = decision.value, decision.absence or ""
    if decision.kind in ("accepted", "adopted"):
        if machine is None or cell.state not in ("value", "absent"):
            raise ConflictError(
                f"{step.name} has nothing to accept: it is {cell.state.replace('_', ' ')}.",
                fix="Give a value with casework correct, or run it first.",
            )
        value, absence = machine.outcome.value, machine.outcome.absence or ""
    if absence == "conflict":
        raise ConflictError(
            f"{step.name} stands in two places with two values: that is no decision yet.",
            fix="Say which one holds: casework correct.",
        )
    if decision.kind == "corrected" and value is not None and absence:
        raise UsageError(
            f"{step.name} is given a value and said to have none.", fix="Give one of the two."
        )
    if decision.kind == "undone" and cell.human is None:
        raise ConflictError(f"{step.name} bears no decision that could be taken back.")
    if decision.kind == "corrected" and value is None and not absence:
        raise UsageError(
            f"The correction of {step.name} has no value.",
            fix="Give a value, or say that there is none with --absent not_found.",
        )
    if decision.kind in ("rejected", "undone", "redone"):
        value, absence = None, ""
    return Verdict(
        uuid7(),
        cell.case_id,
        cell.step_id,
        decision.kind,
        value,
        absence,
        machine.id if machine else "",
        decision.who,
        stamp(clock.now()),
        decision.note,
        decision.shown_because,
    )
