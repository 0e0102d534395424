"""One case laid out beside its documents, for whichever door shows it: its form, decisions on what
was shown, values that might be meant, and the work behind each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from casework.base.errors import ConflictError, NotFoundError, ValueReadError
from casework.review.decide import ASKED_FOR
from casework.sdk.action import action
from casework.sdk.casefile.crops import crops_of
from casework.sdk.casefile.form import sections_of
from casework.sdk.casefile.suggest import suggestions
from casework.sdk.casefile.trace import CellTrace, trace_of
from casework.sdk.casefile.views import CaseFile, Suggestion, Typed
from casework.sdk.deciding import Said, decide_cell
from casework.sdk.documents import Documents
from casework.sdk.following import Following
from casework.sdk.nested import CaseTree, load_tree, row_view
from casework.sdk.pages import Pages
from casework.sdk.pick import pick_step
from casework.sdk.promised.passing import acceptances_now
from casework.sdk.rows import at_work_on
from casework.sdk.show import shown
from casework.sdk.standing import standing_of
from casework.sdk.told_places import ToldPlace
from casework.sdk.typed_values import typed_value
from casework.sdk.views import CellView, RowView
from casework.sdk.wire import House
from casework.types.case import CaseRecord, Cell
from casework.types.procedure import Step
from casework.types.values import ValueType
from casework.values.show import show

if TYPE_CHECKING:
    from casework.store.records import WorksheetRecord

_TEXT = ValueType()


class CaseFiles:
    """The cases of one worksheet as forms. A case is named as people name it, a row of a table by
    its id."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following
        self._pages = Pages(house.store, record.id)
        self._documents = Documents(house, record)

    @action("read")
    async def of(self, case: str, *, crops: bool = False) -> CaseFile:
        """A case with its form and its documents; `crops` draws the places of its values, so that
        it can show itself in a notebook."""
        tree = await self._tree(case)
        row = await self._looked_at(tree)
        sections = sections_of(tree, row, self._house.rights)
        hidden = sum(not one.sha256 for one in row.case.documents)
        documents = tuple([view async for view in self._documents.all(cases=[tree.case.id])])
        file = CaseFile(
            row.case,
            sections,
            documents,
            hidden,
            _cost(list(row.every)),
            tuple((name, show(value, _TEXT)) for name, value in row.case.fields.items()),
        )
        return await crops_of(self._house, file) if crops else file

    @action("read")
    async def home(self, case: str) -> CaseRecord:
        """The case of this name or id; of a row the case that it stands in."""
        return (await self._tree(case)).case

    @action("decide")
    async def decide(self, case: str, step: str, said: Said, *, row: str = "") -> CellView:
        """Keep a decision on a cell as it was shown: nobody accepts what they did not see. `row` is
        the id of the row of a table that the cell stands in."""
        tree = await self._row(case, row)
        column = pick_step(tree.procedure, step)
        cell = tree.cells.get(column.id) or Cell(tree.case.id, column.id)
        now = cell.machine.id if cell.machine else ""
        if said.against not in (None, now) and said.kind == "accepted":
            raise ConflictError(
                f"The machine found something else for {column.name} while you looked.",
                fix="Look at it again; your decision was not kept.",
                code="case.changed_meanwhile",
            )
        told = replace(said, who=self._house.who(), shown=ASKED_FOR)
        passing = await acceptances_now(self._house, self._following)
        return await decide_cell(self._house, tree, column, told, passing)

    @action("read")
    async def typed(
        self, case: str, step: str, text: str, *, row: str = "", at: Sequence[ToldPlace] = ()
    ) -> Typed:
        """What a text would be kept as, if somebody gave it as the value of a step; `at` are the
        places that they took it from."""
        tree = await self._row(case, row)
        column = pick_step(tree.procedure, step)
        cell = tree.cells.get(column.id) or Cell(tree.case.id, column.id)
        self._house.rights.check_cell(tree.case, cell, column.name)
        try:
            taken_from = {one.document for one in at}
            value = await typed_value(self._house, tree, column, cell, text, taken_from)
        except ValueReadError as error:
            return Typed("", " ".join(part for part in (error.message, error.fix) if part))
        return Typed(shown(value, "", column))

    @action("read")
    async def suggest(
        self, case: str, step: str, *, row: str = "", limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Values that stand in the documents and might be meant, best first. Of a cell that is to
        be read blind there are none: they would tell what the machine looked at."""
        tree = await self._row(case, row)
        column = pick_step(tree.procedure, step)
        await self._check_seen(tree, column)
        return await suggestions(self._house, tree, column, limit)

    @action("read")
    async def trace(self, case: str, step: str, *, row: str = "") -> CellTrace:
        """All that was done for a cell: what was asked, what answered, cost, time and checks."""
        tree = await self._row(case, row)
        column = pick_step(tree.procedure, step)
        await self._check_seen(tree, column)
        return await trace_of(self._house, self._record.id, tree, column)

    async def _looked_at(self, tree: CaseTree) -> RowView:
        standing = await standing_of(self._house, self._following)
        ids = [one.case.id for one in tree.every()]
        at_work = await at_work_on(self._house, self._record.id, ids)
        return row_view(tree, at_work=at_work, standing=standing, house=self._house)

    async def _check_seen(self, tree: CaseTree, step: Step) -> None:
        """Raise `ConflictError` for a cell that is to be read before anybody sees what the machine
        found."""
        row = await self._looked_at(tree.top)
        for cell in row.every:
            blind = "audit" in cell.flags
            if blind and (cell.case_id, cell.step_id) == (tree.case.id, step.id):
                raise ConflictError(
                    f"{step.name} was drawn at random: what the machine found is shown afterwards.",
                    fix="Read it at the review desk first.",
                    code="case.blind",
                )

    async def _tree(self, case: str) -> CaseTree:
        """A case with its rows; a row is told by the case that it stands in."""
        procedure = (await self._following.shown()).procedure
        found = await self._top(case)
        return await load_tree(self._house, self._record.id, procedure, found)

    async def _top(self, case: str) -> CaseRecord:
        try:
            return await self._pages.pick(case)
        except NotFoundError:
            tops = await self._house.store.rows.tops([case])
            if tops == [case] or not tops:
                raise
            return await self._pages.pick(tops[0])

    async def _row(self, case: str, row: str) -> CaseTree:
        tree = await self._tree(case)
        if not row or row == tree.case.id:
            return tree
        for one in tree.every():
            if one.case.id == row:
                return one
        raise NotFoundError("This case no longer has this row.", fix="Load the case again.")


def _cost(cells: Sequence[CellView]) -> float | None:
    known = [cell.usage.cost_usd for cell in cells]
    return None if any(cost is None for cost in known) else sum(filter(None, known))
