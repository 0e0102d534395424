"""What a worksheet was: its runs, the history of a cell, the table as it stood then."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.clock import stamp, zone
from casework.base.errors import NotFoundError, UsageError
from casework.sdk.action import action
from casework.sdk.exporting.blocks import AT_ONCE, OnCase, ToWrite, in_order
from casework.sdk.exporting.writing import export
from casework.sdk.following import Following
from casework.sdk.frame import cells_frame, wide_frame
from casework.sdk.history import history_of
from casework.sdk.nested import find_tree, row_view
from casework.sdk.pages import Pages
from casework.sdk.past_rows import tree_then
from casework.sdk.pick import pick_step
from casework.sdk.putting_back import PutBackView, Reverting
from casework.sdk.rows import batches
from casework.sdk.show import NOTHING_AT_WORK
from casework.sdk.views import HistoryView, PastRun, RowView, TableView, WorksheetView
from casework.sdk.wire import House
from casework.types.case import CaseRecord
from casework.types.nesting import has_rows
from casework.types.past import Moment
from casework.types.procedure import Procedure

if TYPE_CHECKING:
    from arro3.core import Table

    from casework.store.records import WorksheetRecord

_LAST = "last"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Past:
    """The past of one worksheet. A moment is named by a run (its number, its id or the beginning of
    it, or `last`) or by a time (`2026-03-01`, the end of that day, or `2026-03-01 14:30`), in the
    time zone of the workspace."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following
        self._pages = Pages(house.store, record.id)

    @action("read")
    async def runs(self, limit: int = 20, *, woken: bool = False) -> list[PastRun]:
        """The latest runs, newest first, each with its number; with `woken` also those that nobody
        began, which worked out what rules say of a decision."""
        places = await self._house.store.past.places(self._record.id)
        found = await self._house.store.runs.latest(self._record.id, limit, asked=not woken)
        return [PastRun(places[run.id], run) for run in found if run.id in places]

    @action("read")
    async def history(self, case: str, step: str) -> tuple[HistoryView, ...]:
        """Everything that happened to a cell of a case, or of a row (`acme/Lines/3`), oldest
        first: what runs found, reused, lost or put back, and what people decided, each with who
        and why."""
        procedure = (await self._following.now()).procedure
        tree = await find_tree(self._house, self._pages, self._record.id, procedure, case)
        column = pick_step(tree.procedure, step)
        rights, cell = self._house.rights, tree.cells.get(column.id)
        if cell is not None and not rights.may_read_cell(tree.case, cell):
            return ()
        return await history_of(
            self._house.store, self._record.id, tree.case.id, column, rights=rights
        )

    @action("read")
    async def table(
        self, at: str, *, cases: Sequence[str] = (), limit: int | None = None, skip: int = 0
    ) -> TableView:
        """The worksheet as it was at a moment: values, states, verdicts, the rows of tables and
        the procedure of then.

        Names and documents of cases are those of today.
        """
        moment = await self._moment(at)
        procedure = await self._following.as_of(moment.version)
        chosen = await self._cases(moment, cases, limit, skip)
        rows = await self._rows_then(procedure, chosen, moment)
        view = await self._sheet(moment, len(rows))
        return TableView(view, procedure.steps, tuple(rows), as_of=moment.words)

    @action("read")
    async def export(
        self, at: str, path: str | Path, *, format: str = "", on_case: OnCase | None = None
    ) -> Path:
        """Write the table as it was at a moment as csv, xlsx, json or parquet; `on_case` is told
        how far it is."""
        moment = await self._moment(at)
        procedure = await self._following.as_of(moment.version)
        ids = [case.id async for case in self._pages.all() if case.arrived_at <= moment.at]

        async def rows() -> AsyncIterator[list[RowView]]:
            async for some in batches(in_order(self._house, self._record.id, ids), AT_ONCE):
                yield await self._rows_then(procedure, some, moment)

        view = await self._sheet(moment, len(ids))
        wanted = ToWrite(view, procedure.steps, len(ids), rows())
        return await export(wanted, Path(path), format, on_case)

    @action("read")
    async def frame(self, at: str, *, wide: bool = False) -> Table:
        """The cells as they were at a moment as an Arrow table."""
        table = await self.table(at)
        return wide_frame(table) if wide else cells_frame(table)

    @action("edit")
    async def revert(
        self,
        run: str,
        *,
        dry: bool = False,
        later: bool = False,
        procedure: bool = False,
        who: str = "",
    ) -> PutBackView:
        """Put back what was in force before a run, for every cell that it changed; `dry` only tells
        which. What was changed again since stays, unless `later`. With `procedure` the text of the
        procedure of then is written into its file as well. Verdicts stay.

        This counts as a run of its own and can be reverted in turn.
        """
        moment = await self._after(run)
        rights, told = self._house.rights, "Putting a run back"
        await rights.check_all(self._house.store, self._record.id, told)
        reverting = Reverting(self._house, self._record, self._following, moment)
        view = await reverting.look(later=later)
        if dry:
            return view
        return await reverting.carry_out(view, procedure=procedure, who=who)

    async def _after(self, run: str) -> Moment:
        return await self._house.store.past.after_run(self._record.id, await self._run_id(run))

    async def _run_id(self, run: str) -> str:
        places = await self._house.store.past.places(self._record.id)
        if not places:
            raise NotFoundError("Nothing has run here yet.", fix="Run it with: casework run")
        word = run.strip().removeprefix("run ").strip()
        if word == _LAST:
            return list(places)[-1]
        if word.isdigit():
            found = [id for id, place in places.items() if place == int(word)]
        else:
            found = [id for id in places if word and id.startswith(word)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"{run!r} is the beginning of the ids of {len(found)} runs.")
        fix = f"There are {len(places)}: casework runs lists them."
        raise NotFoundError(f"There is no run {run!r}.", fix=fix)

    async def _run_or_time(self, at: str) -> Moment:
        """After the run that is named; what names no run may have been meant as a time."""
        try:
            return await self._after(at)
        except NotFoundError as error:
            fix = f"{error.fix} A time is written as 2026-03-01 or 2026-03-01 14:30."
            raise NotFoundError(error.message, fix=fix) from error

    async def _moment(self, at: str) -> Moment:
        told = _time(at, self._house.settings.text("workspace.time_zone"))
        if told is None:
            return await self._run_or_time(at)
        if told > self._house.clock.now():
            raise UsageError(f"{at} is still to come.", fix="Name a run or a time that has passed.")
        return await self._house.store.past.at(self._record.id, stamp(told))

    async def _cases(
        self, moment: Moment, names: Sequence[str], limit: int | None, skip: int
    ) -> list[CaseRecord]:
        if names:
            return [await self._pages.pick(name) for name in names]
        found: list[CaseRecord] = []
        async for case in self._pages.all():
            if case.arrived_at <= moment.at:
                found.append(case)
                if limit is not None and len(found) == skip + limit:
                    break
        return found[skip:]

    async def _rows_then(
        self, procedure: Procedure, cases: Sequence[CaseRecord], moment: Moment
    ) -> list[RowView]:
        store = self._house.store
        sheets = await store.rows.sheets(self._record.id) if has_rows(procedure) else {}
        rows = []
        for case in cases:
            tree = await tree_then(store, sheets, procedure, case, moment)
            rows.append(row_view(tree, at_work=NOTHING_AT_WORK, house=self._house))
        return rows

    async def _sheet(self, moment: Moment, cases: int) -> WorksheetView:
        record = self._record
        return WorksheetView(
            record.id,
            record.name,
            record.procedure_file,
            moment.version,
            cases,
            0,
            record.grouping,
            False,
            record.created_at,
        )


def _time(at: str, time_zone: str) -> dt.datetime | None:
    """The moment that a text names as a date or a time; None when it names neither."""
    word = at.strip()
    if not _DATE.match(word):
        return None
    try:
        told = dt.datetime.fromisoformat(word.replace(" ", "T", 1))
    except ValueError as error:
        raise UsageError(
            f"{at!r} is no date or time.", fix="Write it as 2026-03-01 or 2026-03-01 14:30."
        ) from error
    if _DATE.fullmatch(word):
        told = told.replace(hour=23, minute=59, second=59, microsecond=999_000)
    return told if told.tzinfo else told.replace(tzinfo=zone(time_zone))
