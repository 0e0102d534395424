"""What is to be done with one cell, and why: the one judgement that plan and run share.

Looks only at digests, so that a plan over many cells reads no value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from casework.engine.fingerprint import (
    DOCUMENTS,
    TODAY,
    documents_digest,
    fingerprint,
    row_inputs,
)
from casework.engine.program import Column, Program
from casework.types.case import (
    BROUGHT_BACK,
    CaseRecord,
    CellLine,
    CellState,
    WaitKind,
    value_digest,
)
from casework.types.procedure import GIVEN
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
_NO_DOCUMENTS = documents_digest(())


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


SETTLED = Assessment("settled")
CHANGED = Assessment("run", why="instruction_changed")
"""Of cells that were judged at a glance: nobody has computed their fingerprint."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the other cells of the row. `digests` of effective values ('' for none);
    `pending` the steps that are still to be recomputed; `states` says in words what the steps
    without a value are doing; `outdated` the steps whose value is out of date and stays so."""

    digests: Mapping[str, str]
    pending: Collection[str] = ()
    states: Mapping[str, str] = field(default_factory=dict)
    outdated: Collection[str] = ()


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


def judge(
    column: Column,
    program: Program,
    case: CaseRecord,
    line: CellLine | None,
    around: Surroundings,
    *,
    force: bool = False,
) -> Assessment:
    """Judge a cell, its condition included, without evaluating anything."""
    held = ""
    if column.step.when is not None and not case.set_aside:
        condition = assess_condition(column, program, line, around)
        forced = force and line is not None and line.state != "skipped"
        if condition.kind == "wait" or not condition.certain:
            return _held_back(column, program, condition, around)
        if condition.kind == "settled" and not forced:
            return condition
        held = condition.fingerprint
    judged = assess(column, program, case, line, around)
    if force and is_forced(judged, case):
        return Assessment("run", judged.fingerprint, judged.inputs, "forced")
    if judged.kind == "wait" and held:
        # the condition is evaluated first, and may skip the step whatever it waits for
        known = line is not None and (judged.state == "set_aside" or line.tried == held)
        stands = line is not None and known and says_so(line, judged)
        judged = judged if stands else Assessment("run", why="new", certain=False)
    return _held_back(column, program, judged, around)


def is_forced(judged: Assessment, case: CaseRecord) -> bool:
    """Whether a forced run works on a cell that another one would leave as it is."""
    put_back = judged.kind == "wait" and judged.state == "idle"
    return (judged.kind == "settled" or put_back) and not case.set_aside


def says_so(line: CellLine | None, judged: Assessment) -> bool:
    """Whether a cell says already what it was judged to wait for."""
    if line is None:
        return False
    told = (judged.state, judged.waiting_for, judged.reason)
    return (line.state, line.waiting_for, line.reason) == told


def left_out(line: CellLine | None) -> bool:
    """Whether a cell that should run and is left out has a value that others must not read: a
    machine's, for what a person said stands whatever changes."""
    return line is not None and line.state in _IN_FORCE and not line.verified


def settled_at_a_glance(
    column: Column, line: CellLine, digests: Mapping[str, str], documents: str, today: str
) -> bool:
    """Whether a cell is surely up to date: it has the same meaning, and what it read is what its
    outcome says. Computes no fingerprint; False says nothing."""
    return (
        line.meaning == column.mark
        and line.state in _IN_FORCE
        and line.inputs == column.inputs_text(digests, documents, today)
    )


def changed_at_a_glance(
    column: Column, line: CellLine, digests: Mapping[str, str], documents: str
) -> bool:
    """Whether a cell surely runs because its step changed, where nothing was ever recorded under
    its new meaning and nothing that it reads moves. Computes no fingerprint; False says nothing."""
    return (
        line.state in _IN_FORCE
        and not line.kept
        and not column.alike
        and column.blocked is None
        and column.step.when is None
        and documents != _NO_DOCUMENTS
        and all(digests[name] for name in column.step.references)
    )


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
    if line is not None and _stands(column, line, mark, inputs):
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
    if step.by == GIVEN:
        return _assess_given(column, case, line)
    documents = column.documents(case.documents)
    if step.reads_documents and case.unread:
        return Assessment("wait", waiting_for="person", reason=case.unread)
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
    if line is not None and _stands(column, line, mark, inputs):
        return Assessment("settled", mark, inputs)
    if line is not None and line.state == "idle" and mark in line.kept:  # put back to nothing
        return Assessment("wait", mark, inputs, state="idle", reason=line.reason)
    if column.blocked is not None and not (line and line.fingerprint == mark):
        blocked = column.blocked
        return Assessment(
            "wait", mark, inputs, waiting_for=blocked.waiting_for, reason=blocked.reason
        )
    if line is not None and _given_up(line, mark):
        return Assessment("wait", mark, inputs, state="set_aside", reason=line.reason)
    why, detail = _why(program, column, line, inputs)
    return Assessment("run", mark, inputs, why, detail)


def _assess_given(column: Column, case: CaseRecord, line: CellLine | None) -> Assessment:
    """Judge a column of a table in one of its rows: it holds what the row holds."""
    inputs = row_inputs(case, column.step.id)
    mark = fingerprint(column.mark, inputs)
    if line is not None and _stands(column, line, mark, inputs):
        return Assessment("settled", mark, inputs)
    why: Why = "input_changed" if line is not None and line.fingerprint else "new"
    return Assessment("run", mark, inputs, why)


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


def _stands(column: Column, line: CellLine, mark: str, inputs: Mapping[str, str]) -> bool:
    """Whether what is in force has this fingerprint, or one that a person called the same, or was
    kept by a person for this very fingerprint."""
    if line.state not in _IN_FORCE:
        return False
    if line.fingerprint == mark or (line.kept and mark in line.kept):
        return True
    alike = line.meaning in column.alike
    return alike and line.fingerprint == fingerprint(line.meaning, inputs)


def _held_back(
    column: Column, program: Program, judged: Assessment, around: Surroundings
) -> Assessment:
    """A cell does not run on values that are out of date and stay so; it waits for them."""
    if judged.kind != "run" or not around.outdated or judged.why == "forced":
        return judged
    names = [program.name(name) for name in column.step.references if name in around.outdated]
    if not names:
        return judged
    reason = f"waits for {names[0]}, which is out of date"
    return Assessment("wait", waiting_for="input", reason=reason)


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
    if line.tries or (line.state == "idle" and line.reason.startswith(BROUGHT_BACK)):
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
