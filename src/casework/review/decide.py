"""A person's decision on a cell, checked and made a verdict. Law 3: a layer, never an overwrite."""

from __future__ import annotations

from dataclasses import dataclass, replace

from casework.base.clock import Clock, stamp
from casework.base.errors import ConflictError, UsageError
from casework.base.ids import uuid7
from casework.types.case import AbsenceKind, Cell, Outcome
from casework.types.label import NO_LABEL, Label
from casework.types.procedure import Step
from casework.types.proof import Citation
from casework.types.values import Json
from casework.types.verdict import Stream, Verdict, VerdictKind
from casework.values.equal import same

_NO_VALUE = {"not_found", "stated_absent"}
"""Absences that say the same to somebody who looks for a value: none stands there."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How a cell came before a person: why, how likely that was, from which stream, whether the
    machine's value was hidden until the answer, and how long the answer took."""

    because: str = ""
    probability: float = 1.0
    stream: Stream = ""
    blind: bool = False
    seconds: float | None = None


ASKED_FOR = Shown()
"""A cell that the person named."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says: a kind, and for a correction a value or an absence. `citations` are the
    places that they took the value from, checked, and `label` is of these."""

    kind: VerdictKind
    who: str
    note: str = ""
    value: Json = None
    absence: AbsenceKind | None = None
    shown: Shown = ASKED_FOR
    citations: tuple[Citation, ...] = ()
    label: Label = NO_LABEL


def agrees(step: Step, machine: Outcome, value: Json, absence: str) -> bool:
    """Whether what a person read says the same as what the machine found."""
    if machine.kind not in ("value", "absent"):
        return False
    return same_answer(step, (machine.value, machine.absence or ""), (value, absence))


def same_answer(step: Step, one: tuple[Json, str], other: tuple[Json, str]) -> bool:
    """Whether two answers, each a value and an absence ('' for a value), say the same."""
    (value, absence), (other_value, other_absence) = one, other
    if absence or other_absence:
        return absence == other_absence or {absence, other_absence} <= _NO_VALUE
    return same(value, other_value, step.type)


def as_read_blind(step: Step, machine: Outcome, said: Decision) -> Decision:
    """The decision of somebody who read a cell without seeing the machine's value: it accepts what
    says the same, and corrects anything else."""
    if not agrees(step, machine, said.value, said.absence or ""):
        return said
    return replace(said, kind="accepted", value=None, absence=None)


def borne_out(step: Step, stands: Verdict | None, verdict: Verdict) -> Verdict:
    """The verdict, marked as the second one where it says the same as what another person decided,
    on a step that wants two."""
    decisive = ("accepted", "corrected")
    if step.review != "twice" or stands is None or verdict.kind not in decisive:
        return verdict
    if stands.kind == "rejected" or stands.who == verdict.who or verdict.stream == "audit":
        return verdict
    said = (stands.value, stands.absence), (verdict.value, verdict.absence)
    return replace(verdict, stream="second") if same_answer(step, *said) else verdict


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
    silent = decision.kind in ("rejected", "undone", "redone")
    if silent and decision.citations:
        raise UsageError(
            f"{step.name} is {decision.kind}, which has no place on a page.",
            fix="Tell places with a value, or with the acceptance of one.",
        )
    if silent:
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
        decision.shown.because,
        decision.shown.probability,
        decision.shown.stream,
        decision.shown.blind,
        decision.shown.seconds,
        decision.citations,
        decision.label,
    )
