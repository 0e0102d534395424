"""Cells made ready to be looked at: the value in force as text, its proof in a word, and whether a
person should look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from casework.base.clock import moment
from casework.review.acceptance import NOTHING_PROMISED, Acceptance, Acceptances
from casework.review.queue import AUDIT, Grounds, accepted_by_bound, review_reason
from casework.sdk.rights import NOT_YOURS, READS_EVERYTHING, Rights
from casework.sdk.views import CellView
from casework.types.case import CaseRecord, Cell, CellState, Flag, Outcome, Recorded
from casework.types.label import shared_readers
from casework.types.procedure import Step
from casework.types.proof import UNPROVED, Proof
from casework.types.usage import NO_USAGE
from casework.types.values import Json
from casework.values.show import show
from casework.values.written import summary

_WENT_AWAY = "a run went away while it worked on this; the next one does it again"
_NOT_REACHED = "not reached yet by the run under way"
_WORKED_ON = "being worked on by the run under way"
_NOT_RUN = "not run yet"
NOT_MEASURED = "not measured yet"


@dataclass(frozen=True, slots=True)
class AtWork:
    """What the latest run is doing: whether it goes on, since when, and the cells (case id, step
    id) that it works on; of a run that went away, those that it worked on then."""

    running: bool = False
    since: str = ""
    cells: Mapping[tuple[str, str], str] = field(default_factory=dict)


NOTHING_AT_WORK = AtWork()


def row_views(
    steps: Sequence[Step],
    case: CaseRecord,
    cells: Mapping[str, Cell],
    *,
    at_work: AtWork = NOTHING_AT_WORK,
    now: dt.datetime | None = None,
    outdated: Mapping[str, str] | None = None,
    beside: Mapping[str, tuple[Step, Cell]] | None = None,
    acceptances: Acceptances = NOTHING_PROMISED,
    rights: Rights = READS_EVERYTHING,
) -> tuple[CellView, ...]:
    """The views of a case's cells, in the order of the steps; `now` tells their age, `outdated` why
    some of their values are out of date. `beside` is what they read that stands somewhere else.
    What `rights` do not let be read is hidden."""
    case = rights.case(case)
    row = {step.id: (step, cells.get(step.id) or Cell(case.id, step.id)) for step in steps}
    grounds = Grounds({**(beside or {}), **row}, acceptances)
    stale = outdated or {}
    views = (
        cell_view(
            step,
            case,
            cell,
            ground=grounds.of(step.id),
            at_work=at_work,
            now=now,
            acceptance=acceptances.get(step.id),
        )
        for step, cell in row.values()
    )
    return tuple(
        _as_outdated(view, row[view.step_id], stale[view.step_id])
        if view.step_id in stale
        else view
        for view in map(partial(_as_allowed, rights, case, cells), views)
    )


def cell_view(
    step: Step,
    case: CaseRecord,
    cell: Cell,
    *,
    ground: str = "",
    at_work: AtWork = NOTHING_AT_WORK,
    now: dt.datetime | None = None,
    acceptance: Acceptance | None = None,
) -> CellView:
    """The view of one cell. `ground` is the unproved cell that it rests on, in words; `acceptance`
    what passes on its step."""
    outcome = cell.machine.outcome if cell.machine else None
    effective = cell.effective()
    value = effective.value if effective else None
    absence = effective.absence if effective else ""
    state, reason, since = _as_it_is(case, cell, at_work)
    proof = effective.proof if effective else (outcome.proof if outcome else UNPROVED)
    verified = cell.human is not None and cell.human.kind != "rejected"
    needs = review_reason(step, cell, ground, acceptance)
    return CellView(
        case.id,
        case.name,
        step.id,
        step.name,
        state,
        "" if effective is None or absence else told_of(value, step),
        value,
        absence,
        reason,
        since,
        cell.waiting_for,
        proof,
        proof_word(proof, absence, ground, verified=verified) if effective else "",
        needs,
        cell.conflict,
        _result_shown(step, cell.machine),
        cell.human,
        outcome.model if outcome else "",
        outcome.usage if outcome else NO_USAGE,
        outcome.score if outcome else None,
        outcome.confidence if outcome else None,
        age_s=age_s(since, now),
        flags=_flags(cell, needs, accepted=accepted_by_bound(step, cell, acceptance)),
        proposed_shown=_result_shown(step, cell.proposed),
        provisional=cell.provisional,
        readers=_readers(case, cell),
        sureness=_sureness(step, outcome),
        signals=outcome.signals if outcome else {},
    )


def _sureness(step: Step, outcome: Outcome | None) -> str:
    """How likely a machine's result is to be right, in words."""
    if outcome is None or outcome.kind not in ("value", "absent"):
        return ""
    if outcome.confidence is not None:
        return f"{outcome.confidence:.0%} likely to be right"
    return NOT_MEASURED if step.reads_documents else ""


def _readers(case: CaseRecord, cell: Cell) -> frozenset[str] | None:
    """Who may read what stands in a cell; a value that no machine found was read in the documents
    of its case."""
    said = cell.human.label.readers if cell.human else None
    if cell.machine is not None:
        return shared_readers((cell.machine.outcome.label.readers, said))
    if cell.human is None:
        return None
    return shared_readers((said, *(document.readers for document in case.documents)))


def _as_allowed(
    rights: Rights, case: CaseRecord, cells: Mapping[str, Cell], view: CellView
) -> CellView:
    """The view of a cell, hidden from whom it is not open to."""
    cell = cells.get(view.step_id)
    if cell is None or rights.may_read_cell(case, cell):
        return view
    return CellView(
        view.case_id,
        view.case_name,
        view.step_id,
        view.step_name,
        view.state,
        "",
        None,
        "",
        NOT_YOURS,
        view.since,
        view.waiting_for,
        UNPROVED,
        "",
        "",
        False,
        "",
        None,
        "",
        view.usage,
        age_s=view.age_s,
        readers=view.readers,
        hidden=True,
    )


def _as_outdated(view: CellView, place: tuple[Step, Cell], why: str) -> CellView:
    """The view of a cell whose value is out of date: it stays to be seen, with the reason."""
    step, cell = place
    flags: tuple[Flag, ...] = ("stale", *view.flags)
    if view.hidden:
        return replace(view, flags=flags)
    if cell.effective() is not None or cell.machine is None or view.verdict is not None:
        return replace(view, flags=flags, outdated=why)
    outcome = cell.machine.outcome
    absence = outcome.absence or ("skipped" if outcome.kind == "skipped" else "")
    return replace(
        view,
        shown="" if absence else told_of(outcome.value, step),
        value=outcome.value,
        absence=absence,
        flags=flags,
        outdated=why,
    )


def _as_it_is(case: CaseRecord, cell: Cell, at_work: AtWork) -> tuple[CellState, str, str]:
    """State, reason and since when, with what the latest run is doing."""
    flight = at_work.cells.get((cell.case_id, cell.step_id), "")
    in_flight = bool(flight) and cell.since < flight
    if in_flight and at_work.running:
        return "running", _WORKED_ON, flight
    if cell.state != "idle":
        return cell.state, cell.reason, cell.since
    if at_work.running:
        return "queued", _NOT_REACHED, max(at_work.since, case.arrived_at)
    if in_flight:
        return "idle", _WENT_AWAY, flight
    return "idle", cell.reason or _NOT_RUN, cell.since or case.arrived_at


def age_s(since: str, now: dt.datetime | None) -> float | None:
    """For how many seconds it has been so; None when nobody knows. Never below 0, whatever a clock
    that was set back says."""
    if not since or now is None:
        return None
    return max(0.0, (now - moment(since)).total_seconds())


def _flags(cell: Cell, needs: str, *, accepted: bool) -> tuple[Flag, ...]:
    told: dict[Flag, bool] = {
        "proposed": cell.proposed is not None,
        "conflict": cell.conflict,
        "provisional": bool(cell.provisional),
        "accepted": accepted and not needs,
        "audit": needs == AUDIT,
    }
    return tuple(flag for flag, holds in told.items() if holds)


def proof_word(proof: Proof, absence: str, ground: str, *, verified: bool) -> str:
    if verified:
        return "person"
    return absence or ("unproved" if ground else proof.kind)


def told_of(value: Json, step: Step) -> str:
    """A value as text; a written document as its title and how well its sentences are borne."""
    return summary(value) if step.type.name == "document" else show(value, step.type)


def shown(value: Json, absence: str, step: Step) -> str:
    """A value or an absence as text."""
    return absence.replace("_", " ") if absence else told_of(value, step)


def _result_shown(step: Step, recorded: Recorded | None) -> str:
    if recorded is None:
        return ""
    outcome = recorded.outcome
    return shown(outcome.value, outcome.absence or "", step)
