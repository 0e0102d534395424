"""What is to be done with one cell, and why: the one judgement that plan and run share.

Looks only at digests, so that a plan over many cells reads no value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from casework.engine.fingerprint import DOCUMENTS, TODAY, documents_digest, fingerprint
from casework.engine.program import Column, Program
from casework.types.case import CaseRecord, CellLine, CellState, WaitKind, value_digest
from casework.types.run import Why

FAILURES_UNTIL_SET_ASIDE = 2
_DOING: Mapping[CellState, str] = {
    "waiting": "waits",
    "failed": "failed",
    "set_aside": "is set aside",
    "idle": "has not run yet",
    "queued": "has not run yet",
    "running": "is still running",
}
_IN_FORCE: frozenset[CellState] = frozenset({"value", "absent", "skipped"})
_CONFLICT = value_digest(None, "conflict")


@dataclass(frozen=True, slots=True)
class Assessment:
    """`settled`: nothing to do. `wait`: stays as it is, for `reason`. `run`: to be run because of
    `why`; not `certain` when an input is recomputed before and may turn out equal."""

    kind: Literal["settled", "wait", "run"]
    fingerprint: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    why: Why = "new"
    detail: str = ""
    certain: bool = True
    state: CellState = "waiting"
    waiting_for: WaitKind | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the other cells of the row. `digests` of effective values ('' for none);
    `pending` the steps that are still to be recomputed; `states` says in words what the steps
    without a value are doing."""

    digests: Mapping[str, str]
    pending: Collection[str] = ()
    states: Mapping[str, str] = field(default_factory=dict)


def readable(effective: str) -> str:
    """The digest of a value in force that may be read; '' for none and for a conflict."""
    return "" if effective == _CONFLICT else effective


def doing(state: CellState, reason: str, *, rejected: bool = False) -> str:
    """What a cell without a value is doing, in the words that follow "which"."""
    if rejected:
        return "was rejected by a person"
    if state == "waiting" and reason.startswith(("waits ", "needs ")):
        return re.split(r", which |: |; ", reason, maxsplit=1)[0]
    return _DOING.get(state, "is in conflict between two places")


def assess_condition(
    column: Column, program: Program, line: CellLine | None, around: Surroundings
) -> Assessment:
    """Judge the condition (`when`) of a step: `settled` means skipped before and still so."""
    rule = column.step.when
    references = rule.references if rule else ()
    waits = _unreadable(program, references, around)
    if waits is not None:
        return replace(waits, why=_moved(line))
    inputs = {name: around.digests[name] for name in references}
    if column.condition_today:
        inputs[TODAY] = program.today
    mark = fingerprint(column.mark, inputs)
    if line is not None and line.fingerprint == mark and line.state in _IN_FORCE:
        return Assessment("settled", mark, inputs)
    if line is not None and _given_up(line, mark):
        return Assessment("wait", mark, inputs, state="set_aside", reason=line.reason)
    return Assessment("run", mark, inputs)


def assess(
    column: Column,
    program: Program,
    case: CaseRecord,
    line: CellLine | None,
    around: Surroundings,
) -> Assessment:
    """Judge a cell whose condition, if it has one, is taken to hold."""
    step = column.step
    if case.set_aside and line is not None and line.state in (*_IN_FORCE, "set_aside"):
        return Assessment("settled")
    if case.set_aside:
        return Assessment("wait", state="set_aside", reason=case.set_aside)
    documents = column.documents(case.documents)
    if step.reads_documents and not documents:
        return Assessment("wait", waiting_for="document", reason=_lacking(column, case))
    waits = _unreadable(program, step.references, around)
    if waits is not None and waits.kind == "wait":
        return _stays_aside(line) or waits
    if waits is not None:
        return replace(waits, why=_moved(line))
    inputs = {name: around.digests[name] for name in step.references}
    if step.reads_documents:
        inputs[DOCUMENTS] = documents_digest(documents)
    if column.today:
        inputs[TODAY] = program.today
    mark = fingerprint(column.mark, inputs)
    if line is not None and line.fingerprint == mark and line.state in _IN_FORCE:
        return Assessment("settled", mark, inputs)
    if column.blocked is not None:
        blocked = column.blocked
        return Assessment(
            "wait", mark, inputs, waiting_for=blocked.waiting_for, reason=blocked.reason
        )
    if line is not None and _given_up(line, mark):
        return Assessment("wait", mark, inputs, state="set_aside", reason=line.reason)
    why, detail = _why(program, column, line, inputs)
    return Assessment("run", mark, inputs, why, detail)


def _unreadable(
    program: Program, references: tuple[str, ...], around: Surroundings
) -> Assessment | None:
    """Why the steps that are read cannot be read yet; None when all can."""
    for name in references:
        if name not in around.pending and not around.digests.get(name):
            doing = around.states.get(name, "has no value yet")
            reason = f"waits for {program.name(name)}, which {doing}"
            return Assessment("wait", waiting_for="input", reason=reason)
    moving = [program.name(name) for name in references if name in around.pending]
    if moving:
        return Assessment("run", detail=", ".join(moving), certain=False)
    return None


def _stays_aside(line: CellLine | None) -> Assessment | None:
    """A cell that is set aside keeps its own reason while what it reads comes and goes."""
    if line is None or line.state != "set_aside":
        return None
    return Assessment("wait", state="set_aside", reason=line.reason)


def _given_up(line: CellLine, mark: str) -> bool:
    """Whether the cell failed so often with this fingerprint that nobody tries it again."""
    return line.tried == mark and line.tries >= FAILURES_UNTIL_SET_ASIDE


def _lacking(column: Column, case: CaseRecord) -> str:
    if not case.documents:
        return "waits for a document: the case has none"
    wanted = " or ".join(column.step.sources)
    have = ", ".join(document.name for document in case.documents)
    return f"waits for a {wanted}: none among {have}"


def _moved(line: CellLine | None) -> Why:
    """Why a cell may run whose inputs are recomputed before it."""
    return "input_changed" if line is not None and line.fingerprint else "new"


def _why(
    program: Program, column: Column, line: CellLine | None, inputs: Mapping[str, str]
) -> tuple[Why, str]:
    """Why a cell runs, and what exactly changed."""
    if line is None:
        return "new", ""
    if line.tries:
        return "failed_before", line.reason
    if not line.fingerprint:
        return ("woken", line.reason) if line.state == "waiting" else ("new", "")
    if line.meaning != column.mark:
        return "instruction_changed", ""
    before: Mapping[str, str] = json.loads(line.inputs or "{}")
    changed = sorted(name for name in {*before, *inputs} if before.get(name) != inputs.get(name))
    if not changed:
        return "woken", line.reason
    if changed == [DOCUMENTS]:
        return "documents_changed", ""
    return "input_changed", ", ".join(program.name(name) for name in changed)
