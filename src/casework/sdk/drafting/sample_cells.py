"""The cells of one case that a draft is tried on: those in force beside those of the draft, of a
step of rows one for each row. Runs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from casework.engine.change import difference
from casework.engine.nested import as_rows
from casework.sdk.drafting.shelf import DraftCells
from casework.sdk.drafting.table_beside import table_beside
from casework.sdk.drafting.views import Beside, SampleCell, TableBeside
from casework.sdk.nested import CaseTree
from casework.sdk.show import row_views, shown
from casework.sdk.views import CellView
from casework.sdk.wire import House
from casework.types.case import CaseRecord, Cell
from casework.types.nesting import DOT
from casework.types.procedure import GIVEN, Procedure, Step

_QUOTE_LETTERS = 90
_NO_DIFFERENCE = (None, "proof", "confidence")


@dataclass(frozen=True, slots=True)
class _Place:
    """A case, or a row of its tables, with its cells in force; `labels` are the tables and places
    that lead to it (`Lines 2`)."""

    case: CaseRecord
    cells: Mapping[str, Cell]
    steps: Sequence[Step]
    rows: Mapping[str, Sequence[CaseTree]]
    labels: tuple[str, ...] = ()
    kind: Beside = "same"


@dataclass(slots=True)
class SampleCells:
    """One pinned case. `procedure` is that of the draft, reduced to what it needs, `before` the one
    in force; `tree` is the case with its rows in force."""

    house: House
    procedure: Procedure
    before: Procedure | None
    path: str
    tree: CaseTree
    found: DraftCells
    _ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._ids.update(one.case.id for one in self.tree.every())

    def has(self, id: str) -> bool:
        """Whether this is the case, or a row in its tables."""
        return id in self._ids or self.found.rows.home_of(id) in self._ids

    def now(self, *, done: bool) -> tuple[SampleCell, ...]:
        """Its cells as they are now; `done` tells that nothing more comes."""
        *tables, last = self.path.split(DOT)
        top = _Place(self.tree.case, self.tree.cells, self.procedure.steps, self.tree.families)
        places = [top]
        for table in tables:
            places = [row for place in places for row in self._rows(place, table)]
        return tuple(self._cell(place, last, done=done) for place in places)

    def _rows(self, place: _Place, table_id: str) -> Iterator[_Place]:
        """The rows of a table: those of the draft, then those that it has lost."""
        table = next(step for step in place.steps if step.id == table_id)
        stored = place.rows.get(table_id, ())
        known = {tree.case.id: tree for tree in stored}
        made = self.found.rows.made.get((place.case.id, table_id))
        records = [tree.case for tree in stored] if made is None else made
        cells = {id: tree.cells for id, tree in known.items()}
        for record in as_rows(place.case, table, records, cells):
            tree = known.pop(record.id, None)
            kind: Beside = "added" if tree is None or place.kind == "added" else "same"
            yield self._row(place, table, record, tree, kind)
        for tree in known.values():
            yield self._row(place, table, tree.case, tree, "gone")

    def _row(
        self, place: _Place, table: Step, record: CaseRecord, tree: CaseTree | None, kind: Beside
    ) -> _Place:
        return _Place(
            record,
            tree.cells if tree else {},
            table.nested,
            tree.families if tree else {},
            (*place.labels, f"{table.name} {record.position}"),
            "gone" if place.kind == "gone" else kind,
        )

    def _cell(self, place: _Place, step_id: str, *, done: bool) -> SampleCell:
        """The step of one place as it is now."""
        step = next(one for one in place.steps if one.id == step_id)
        live = place.cells.get(step_id) or Cell(place.case.id, step_id)
        gave = self.found.found.get((place.case.id, step_id))
        laid = {**place.cells, **self._laid(place)}
        old = self._view(self._steps_before(place), step, place, place.cells)
        told = SampleCell(
            self.tree.case.id,
            self.house.rights.case(self.tree.case).name,
            old,
            None,
            row=", ".join(place.labels),
            row_told=self._told_of(place, laid),
            kind=place.kind,
        )
        if place.kind == "gone" or (gave is None and not done):
            return told
        if gave is None and place.kind == "added":  # it was stopped before it came to this
            return told
        if gave is None:  # what is in force fits the draft
            table = self._table(step, old, old)
            why = because(old, self._inputs(step, place, laid))
            return replace(told, new=old, same=True, because=why, table=table)
        new = self._view(place.steps, step, place, laid)
        rests_on = self._inputs(step, place, laid)
        same = difference(replace(live, human=None), gave) in _NO_DIFFERENCE
        why = because(new, rests_on)
        verdict = live.human
        if verdict is not None and verdict.kind != "rejected" and not new.hidden:
            said = shown(verdict.value, verdict.absence, step)
            agrees = said == (new.shown or new.absence.replace("_", " "))
            why = f"you said {said}; {why}" if agrees else f"{said} stays; shown as a conflict"
            same = same or agrees
        table = self._table(step, old, new)
        return replace(told, new=new, same=same, because=why, table=table)

    def _inputs(self, step: Step, place: _Place, cells: Mapping[str, Cell]) -> str:
        """What a rule works with beside it: `Net EUR 100.00, VAT EUR 19.00`; '' for other steps."""
        if step.by != "rule":
            return ""
        near = {one.id: one for one in place.steps}
        views = [
            self._view(place.steps, near[id], place, cells) for id in step.references if id in near
        ]
        return ", ".join(
            f"{one.step_name} {one.shown or one.absence.replace('_', ' ') or one.state}"
            for one in views
            if not one.hidden
        )

    def _laid(self, place: _Place) -> dict[str, Cell]:
        """What the draft gave for the cells of a place."""
        found = ((step.id, self.found.found.get((place.case.id, step.id))) for step in place.steps)
        return {id: cell for id, cell in found if cell is not None}

    def _told_of(self, place: _Place, cells: Mapping[str, Cell]) -> str:
        """What stands first in a row, so that people know it; '' for a case."""
        first = next((step for step in place.steps if step.by == GIVEN), None)
        if not place.labels or first is None:
            return ""
        return _short(self._view(place.steps, first, place, cells).shown)

    def _steps_before(self, place: _Place) -> Sequence[Step]:
        """The steps of a place as they are in force; those of the draft where it has none."""
        if self.before is None:
            return place.steps
        steps: Sequence[Step] = self.before.steps
        for table_id in self.path.split(DOT)[:-1]:
            table = next((one for one in steps if one.id == table_id), None)
            if table is None:
                return place.steps
            steps = table.nested
        return steps

    def _view(
        self, steps: Sequence[Step], step: Step, place: _Place, cells: Mapping[str, Cell]
    ) -> CellView:
        if all(one.id != step.id for one in steps):
            steps = place.steps
        views = row_views(
            steps,
            place.case,
            cells,
            now=self.house.clock.now(),
            rights=self.house.rights,
        )
        return next(view for view in views if view.step_id == step.id)

    def _table(self, step: Step, old: CellView, new: CellView) -> TableBeside | None:
        """The rows of a table beside each other; None where the step gives none."""
        if step.type.name != "table" or old.hidden or new.hidden:
            return None
        before = self.before.by_id.get(step.id) if self.before and DOT not in self.path else None
        type_before = before.type if before and before.type.name == "table" else None
        return table_beside(old.value, new.value, type_before or step.type, step.type)


def because(view: CellView, inputs: str = "") -> str:
    """Where a value comes from, in a few words (of a rule: its `inputs`); why there is none."""
    if view.hidden:
        return view.reason
    if view.state in ("waiting", "failed", "set_aside", "idle"):
        return view.reason
    proof = view.proof
    if proof.claims:
        return _short(proof.claims[0].text)
    if proof.citations:
        first = proof.citations[0]
        page = f" p. {first.page}" if first.page else ""
        return f"“{_short(first.quote)}”{page}"
    if proof.searched:
        pages = sum(len(one.pages) for one in proof.searched)
        return f"{pages} {'page' if pages == 1 else 'pages'} read"
    if proof.expression and inputs:
        return _short(inputs)
    if proof.expression:
        return _short(proof.expression)
    return _short(view.reason or proof.note)


def _short(text: str) -> str:
    told = " ".join(text.split())
    return told if len(told) <= _QUOTE_LETTERS else f"{told[: _QUOTE_LETTERS - 1].rstrip()}…"
