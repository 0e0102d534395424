"""What people decided before casework: taken in from files of theirs, listed, forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.errors import NotFoundError, UsageError
from casework.procedures.names import listed
from casework.sdk.action import action
from casework.sdk.following import Following
from casework.sdk.importing.view import Empty, ImportView, empty_of
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.store.verdicts import standing
from casework.types.case import CaseRecord
from casework.types.past_decision import PastDecision

if TYPE_CHECKING:
    from casework.documents.sheets.records import Records
    from casework.sdk.importing.columns import Columns
    from casework.sdk.importing.take import OnRow

TRUST = "learn.imported_trust"


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """How a file is to be read: the sheet ('' where there is one), the column that names the cases
    ('' for the one that names most), and steps of columns as `Column=Step`."""

    sheet: str = ""
    match: str = ""
    maps: tuple[str, ...] = ()
    empty: Empty = "unknown"


class PastDecisions:
    """The imported decisions of one worksheet."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._worksheet_id = record.id
        self._following = following

    @action("read")
    async def look(
        self,
        path: str | Path,
        *,
        sheet: str = "",
        match: str = "",
        maps: Sequence[str] = (),
        empty: Empty = "unknown",
        on_row: OnRow | None = None,
    ) -> ImportView:
        """What taking a file would take in: every value is read and sought, nothing is kept."""
        asked = SheetColumns(sheet, match, tuple(maps), empty)
        view, _ = await self._work(Path(path), asked, on_row)
        return view

    @action("edit")
    async def take(
        self,
        path: str | Path,
        *,
        sheet: str = "",
        match: str = "",
        maps: Sequence[str] = (),
        empty: Empty = "unknown",
        on_row: OnRow | None = None,
    ) -> ImportView:
        """Take a file (xlsx, xlsm, xlsb, xls, ods, csv, tsv, json, jsonl) in: what it says becomes
        examples with a trust of their own. A file of this name that was taken before is replaced.

        Raises `UsageError` where it must be said which step a column is of, or which column names
        the cases.
        """
        asked = SheetColumns(sheet, match, tuple(maps), empty)
        view, found = await self._work(Path(path), asked, on_row, keep=True)
        await self._replace(view.source, found)
        return view

    @action("read")
    async def all(self) -> list[PastDecision]:
        """What was taken in, those that teach nothing among them, in the order it came. Of cases
        that are not this person's to read nothing is told."""
        seen, _ = await self._told()
        return seen

    @action("edit")
    async def forget(self, source: str) -> int:
        """Delete all that came from a file, by its name; returns how many decisions that were."""
        files = {one.file for one in await self.all()}
        named = [file for file in files if file == source or file.startswith(f"{source}{_SHEET}")]
        if not named:
            fix = f"There is {listed(sorted(files), 'and')}." if files else "There is none."
            raise NotFoundError(f"No decisions came from a file {source!r}.", fix=fix)
        count = sum(one.file in named for one in await self.all())
        for file in named:
            await self._replace(file, ())
        return count

    async def _replace(self, file: str, found: Sequence[PastDecision]) -> None:
        """Let these be all that came from a file; what it says of cases that are hidden from this
        person stays as it is."""
        _, hidden = await self._told()
        kept = [one for one in hidden if one.file == file]
        store = self._house.store.past_decisions
        await store.replace(self._worksheet_id, file, [*found, *kept])

    async def _told(self) -> tuple[list[PastDecision], list[PastDecision]]:
        """All decisions: those of cases that this person may read, and the others."""
        every = await self._house.store.past_decisions.all(self._worksheet_id)
        if self._house.rights.all:
            return every, []
        mine = {case.id for case in await self._cases()}
        seen = [one for one in every if one.case_id in mine]
        return seen, [one for one in every if one.case_id not in mine]

    async def _cases(self) -> list[CaseRecord]:
        """The cases that this person may read."""
        stream = self._house.store.cases.stream(self._worksheet_id)
        may = self._house.rights.may_read_all
        return [case async for case in stream if may(case.documents)]

    async def _work(
        self,
        path: Path,
        asked: SheetColumns,
        on_row: OnRow | None,
        *,
        keep: bool = False,
    ) -> tuple[ImportView, list[PastDecision]]:
        from casework.sdk.importing.cases import CaseNames, naming_column
        from casework.sdk.importing.columns import map_columns, pick_column
        from casework.sdk.importing.take import Given, Taking

        records, source = await self._records(path, asked.sheet)
        procedure = (await self._following.now()).procedure
        names = CaseNames(await self._cases())
        if asked.match:
            key = pick_column(records.headings, asked.match)
        else:
            key = naming_column(records, names)
        columns = map_columns(records.headings, procedure, asked.maps, key)
        _check_clear(columns, keep=keep)
        trust = self._house.settings.number(TRUST)
        absent = empty_of(asked.empty) == "absent"
        given = Given(source, records, columns, key, trust, absent, await self._decided())
        taking = Taking(self._house, procedure, names, given)
        await taking.run(on_row)
        values = [one for one in taking.found if not one.absence]
        view = ImportView(
            source,
            records.name,
            len(records.rows),
            len(taking.cases),
            records.headings[key],
            columns,
            len(values),
            sum(bool(one.places) for one in values),
            len(taking.found) - len(values),
            trust,
            tuple(taking.issues),
            done=keep,
        )
        return view, taking.found

    async def _records(self, path: Path, wanted: str) -> tuple[Records, str]:
        """The sheet that is meant, and what it is called in what is learned from it."""
        found = await self._house.workers.records(path)
        if not found:
            raise UsageError(f"{path.name} has no rows under headings.")
        if wanted:
            named = [one for one in found if one.name.casefold() == wanted.strip().casefold()]
            if not named:
                names = listed([one.name or path.name for one in found], "and")
                raise UsageError(f"{path.name} has no sheet {wanted!r}.", fix=f"It has {names}.")
        else:
            named = [one for one in found if not one.hidden] or found
            if len(named) > 1:
                names = listed([one.name for one in named], "and")
                raise UsageError(
                    f"{path.name} has several sheets: {names}.", fix="Name one: --sheet NAME"
                )
        whole = len(found) == 1
        return named[0], path.name if whole else f"{path.name}{_SHEET}{named[0].name}"

    async def _decided(self) -> frozenset[tuple[str, str]]:
        """The cells on which a person decided here, one by one."""
        kinds: dict[tuple[str, str], list[tuple[str, int]]] = {}
        verdicts = await self._house.store.verdicts.of_worksheet(self._worksheet_id)
        for at, one in enumerate(verdicts):
            kinds.setdefault((one.case_id, one.step_id), []).append((one.kind, at))
        held = ((cell, standing(told)) for cell, told in kinds.items())
        return frozenset(
            cell for cell, at in held if at is not None and verdicts[at].kind != "adopted"
        )


_SHEET = ", sheet "
_NAMED = 20
"""Columns that an error names, each with so many letters at most."""
_NAMED_LETTERS = 80


def _first(names: Sequence[str]) -> list[str]:
    more = [f"{len(names) - _NAMED:,} more"] if len(names) > _NAMED else []
    return [*(name[:_NAMED_LETTERS] for name in names[:_NAMED]), *more]


def _check_clear(columns: Columns, *, keep: bool) -> None:
    """Raise `UsageError` where nothing can be taken, or where a person must say what is."""
    if columns.asked and keep:
        told = "; ".join(f"{one.heading!r} may be {listed(one.steps)}" for one in columns.asked)
        raise UsageError(
            f"It is not clear which steps these columns are of: {told}.",
            fix='Say it with --map "Column=Step", or "Column=" for none of them.',
        )
    if not columns.mapped and not columns.asked:
        raise UsageError(
            f"No column fits a step; the columns are {listed(_first(columns.left), 'and')}.",
            fix=f'Say it with --map "Column=Step". Steps: {listed(columns.steps_without, "and")}.',
        )
