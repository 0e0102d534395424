"""The cells of a case that need a person, made of the very views that a page shows: what the index
keeps for the queue of the review desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from casework.review.acceptance import NOTHING_PROMISED, Acceptances
from casework.review.order import doubt, place_of
from casework.review.queue import unconfirmed
from casework.sdk.sheet.marks import mark_of
from casework.sdk.views import CellView, RowView
from casework.store.waits import Wait
from casework.types.nesting import DOT, procedure_of_rows
from casework.types.procedure import Procedure, Step

AWAITS = ("idle", "waiting")
"""States of a cell that waits for others."""


@dataclass(frozen=True, slots=True)
class WaitsIn:
    """Tells what waits in cases of a procedure; `acceptances` are what passes by promises."""

    procedure: Procedure
    acceptances: Acceptances = field(default_factory=lambda: NOTHING_PROMISED)
    _dependents: dict[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    _levels: dict[str, Procedure] = field(default_factory=dict)

    def of(self, row: RowView) -> tuple[Wait, ...]:
        """The cells of a case, and of the rows of its tables, that need a person."""
        return tuple(self._of_level(row, "", "", self.procedure)) if row.needs else ()

    def _of_level(
        self, row: RowView, around: str, within: str, procedure: Procedure
    ) -> Iterator[Wait]:
        states = {view.step_id: view.state for view in row.cells}
        passing = NOTHING_PROMISED if around else self.acceptances
        for view in row.cells:
            if view.needs:
                path, passes = f"{around}{view.step_id}", passing.get(view.step_id)
                threshold = passes.threshold if passes else None
                blocks = self._blocks(around, procedure, view, states)
                yield _wait(view, procedure.step(view.step_id), path, within, threshold, blocks)
        for table in row.nested:
            inner = f"{around}{table.step.id}{DOT}"
            level = self._levels.get(inner)
            if level is None:
                level = self._levels[inner] = procedure_of_rows(procedure, table.step)
            for one in table.rows:
                name = f"{within}/{table.step.name}/{one.case.position}"
                yield from self._of_level(one, inner, name, level)

    def _blocks(
        self, around: str, procedure: Procedure, view: CellView, states: Mapping[str, str]
    ) -> int:
        """How many cells beside it wait for this one, directly or through others."""
        if view.state in ("value", "absent"):
            decided = view.verdict
            if decided is None or decided.kind != "rejected":
                return 0
        reads = self._dependents.get(around)
        if reads is None:
            reads = self._dependents[around] = dependents(procedure)
        return sum(states.get(id, "idle") in AWAITS for id in reads[view.step_id])


def dependents(procedure: Procedure) -> Mapping[str, frozenset[str]]:
    """The steps that read each step, directly or through others, by id."""
    found: dict[str, set[str]] = {step.id: set() for step in procedure.steps}
    for id in reversed(procedure.order):
        for reference in procedure.step(id).references:
            if reference in found:
                found[reference] |= {id, *found[id]}
    return {id: frozenset(readers) for id, readers in found.items()}


def _wait(
    view: CellView, step: Step, path: str, within: str, threshold: float | None, blocks: int
) -> Wait:
    stands = view.verdict if not view.conflict else None
    unsure = doubt(view.conflict, view.state, view.confidence, view.signals, threshold)
    urgency, chance = place_of(unsure, blocks, view.case_id, path)
    return Wait(
        view.case_id,
        path,
        within,
        mark_of(view),
        view.needs,
        stands.at if stands is not None else view.since,
        urgency,
        chance,
        unsure,
        blocks,
        stands.who if stands is not None and unconfirmed(step, stands) else "",
    )
