"""The rows of tables as tables of their own: of all cases of a view, or of one case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from casework.base.errors import NotFoundError
from casework.base.ids import slug
from casework.sdk.action import action
from casework.sdk.following import Following
from casework.sdk.nested import CaseTree, find_tree, name_of, row_view
from casework.sdk.pages import Pages, listed
from casework.sdk.rows import at_work_on
from casework.sdk.standing import standing_of
from casework.sdk.views import RowView, TableView, WorksheetView
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.types.nesting import Placed, placed_steps
from casework.types.procedure import Procedure, Step


@dataclass(frozen=True, slots=True)
class RowTable:
    """All rows of one table: its path and title (`Lines`, `Orders › Lines`), and these."""

    path: str
    title: str
    view: TableView


def row_tables(view: TableView) -> list[RowTable]:
    """The rows of each table with steps of its own, all cases together, outer tables first."""
    tables = [placed for placed in placed_steps(view.columns) if placed.step.nested]
    return [
        RowTable(
            placed.path,
            placed.title,
            replace(view, columns=placed.step.nested, rows=tuple(_rows(view.rows, placed))),
        )
        for placed in tables
    ]


def _rows(rows: Sequence[RowView], placed: Placed) -> Iterator[RowView]:
    found = list(rows)
    for id in (*placed.around, placed.step.id):
        found = [
            inner for row in found for table in row.nested if table.step.id == id
            for inner in table.rows
        ]  # fmt: skip
    yield from found


class RowTables:
    """The rows of one case's table, or one row by itself, ready to be looked at."""

    def __init__(
        self,
        house: House,
        record: WorksheetRecord,
        following: Following,
        sheet: Callable[[], Awaitable[WorksheetView]],
    ) -> None:
        self._house = house
        self._record = record
        self._following = following
        self._sheet = sheet

    @action("read")
    async def row(self, case: str) -> TableView:
        """A case, or a row (`acme/Lines/3`), as a table of one line with its own rows."""
        tree = await self._tree(case)
        rows = (await self._view(tree),)
        names = _names(tree, tree.procedure)
        return TableView(await self._sheet(), tree.procedure.steps, rows, names=names)

    @action("read")
    async def rows(self, case: str, table: str) -> TableView:
        """The rows of a table of a case, or of a row."""
        tree = await self._tree(case)
        step = _table_of(tree, table)
        view = await self._view(tree)
        nested = next(one for one in view.nested if one.step.id == step.id)
        inside = tree.families[step.id]
        names = _names(inside[0], inside[0].procedure) if inside else {}
        return TableView(await self._sheet(), nested.columns, nested.rows, names=names)

    async def _tree(self, case: str) -> CaseTree:
        procedure = (await self._following.now()).procedure
        pages = Pages(self._house.store, self._record.id)
        return await find_tree(self._house, pages, self._record.id, procedure, case)

    async def _view(self, tree: CaseTree) -> RowView:
        standing = await standing_of(self._house, self._following)
        at_work = await at_work_on(
            self._house, self._record.id, [one.case.id for one in tree.every()]
        )
        if tree.outer is not None:
            return row_view(tree, at_work=at_work, house=self._house)
        return row_view(tree, at_work=at_work, standing=standing, house=self._house)


def _names(tree: CaseTree, procedure: Procedure) -> dict[str, str]:
    """The names of all that the steps of a case or row read."""
    read = {name for step in procedure.steps for name in step.references}
    return {name: name_of(tree, name) for name in read}


def _table_of(tree: CaseTree, wanted: str) -> Step:
    tables = [step for step in tree.procedure.steps if step.nested]
    word = wanted.strip().casefold()
    for step in tables:
        if word == step.name.casefold() or step.id in (word, slug(wanted)):
            return step
    raise NotFoundError(
        f"This case has no table {wanted!r} with steps of its own.",
        fix=f"There is {listed([step.name for step in tables])}.",
    )
