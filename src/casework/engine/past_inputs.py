"""What a recorded outcome read, found again: values by their digests in the history of the cells,
documents by the digest over all of them. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from casework.engine.fan import fan_of, gather
from casework.engine.fingerprint import DOCUMENTS, TODAY, documents_digest
from casework.types.case import CaseDocument, CaseRecord, Effective, Recorded, value_digest
from casework.types.label import Label
from casework.types.needs import CellStore, RowStore, StepInput, VerdictStore
from casework.types.nesting import DOT, read_type_of
from casework.types.procedure import Procedure, Step
from casework.types.proof import Proof

_NO_VERDICT = ("rejected", "undone")
_OF_ROWS = ("field:", "row:", "source:")
"""Inputs of a column of a table, which stand in the row itself."""


class NotReplayable(Exception):
    """An outcome cannot be worked out again; the words say why."""


class CaseOf(Protocol):
    """Cases by their id."""

    async def get(self, case_id: str) -> CaseRecord: ...


@dataclass(frozen=True, slots=True)
class Past:
    """Where what was is kept. `levels` are the procedures of the run by worksheet: that of the
    cases, and those of the rows of its tables, whose worksheets `sheets` names by table."""

    cases: CaseOf
    cells: CellStore
    verdicts: VerdictStore
    rows: RowStore
    levels: Mapping[str, Procedure]
    sheets: Mapping[str, str]


class PastInputs:
    """Finds what outcomes read."""

    def __init__(self, past: Past) -> None:
        self._past = past

    def procedure(self, case: CaseRecord) -> Procedure:
        """The procedure that a case or a row followed then."""
        found = self._past.levels.get(case.worksheet_id)
        if found is None:
            raise NotReplayable("the procedure of that run has no such table")
        return found

    async def of(self, case: CaseRecord, step: Step, recorded: Recorded) -> dict[str, StepInput]:
        """The inputs of an outcome by name; raises `NotReplayable` for one that is gone."""
        found = {}
        for name, mark in recorded.inputs.items():
            if name not in (DOCUMENTS, TODAY) and not name.startswith(_OF_ROWS):
                found[name] = await self._input(case, name, mark)
        return found

    async def with_documents(self, case: CaseRecord) -> CaseRecord:
        """The case with its documents; a row of a table has those of the case around it."""
        around = case
        while around.parent:
            around = await self._past.cases.get(around.parent)
        return case if around is case else replace(case, documents=around.documents)

    async def _input(self, case: CaseRecord, name: str, mark: str) -> StepInput:
        """The nearest step of this name: in the row itself, else in what is around it."""
        holder: CaseRecord | None = case
        table = name.partition(DOT)[0]
        while holder is not None:
            step = self.procedure(holder).by_id.get(table)
            if step is not None and DOT in name:
                return await self._column(holder, step, name, mark)
            if step is not None:
                return StepInput(step, await self._value(holder, step, mark))
            holder = await self._past.cases.get(holder.parent) if holder.parent else None
        raise NotReplayable(f"it read {name}, which the procedure of that run does not have")

    async def _value(self, case: CaseRecord, step: Step, mark: str) -> Effective:
        """What a step gave when it was read: the machine's value or a person's."""
        for recorded in await self._past.cells.history(case.id, step.id):
            told = recorded.outcome
            if told.kind != "failed" and told.value_digest == mark:
                absence = told.absence or ("skipped" if told.kind == "skipped" else "")
                return Effective(told.value, absence, mark, told.label, told.proof)
        for verdict in await self._past.verdicts.of_cell(case.id, step.id):
            known = value_digest(verdict.value, verdict.absence)
            if verdict.kind not in _NO_VERDICT and known == mark:
                label = Label(frozenset({f"person:{verdict.who}"}))
                proof = Proof("person", note=verdict.note)
                return Effective(verdict.value, verdict.absence, mark, label, proof)
        raise NotReplayable(f"what it read of {step.name} is no longer on record")

    async def _column(self, case: CaseRecord, table: Step, name: str, mark: str) -> StepInput:
        """One column of all rows, as the rows are now: they are not kept together as they were."""
        rest = name.partition(DOT)[2]
        sheet = self._past.sheets.get(f"{case.worksheet_id}{DOT}{table.id}", "")
        step = next((inner for inner in table.nested if inner.id == rest), None)
        if step is None or not sheet:
            raise NotReplayable(f"it read {name}, a column of rows within rows")
        rows = (await self._past.rows.of(sheet, [case.id])).get(case.id, [])
        values = []
        for row in rows:
            cell = (await self._past.cells.of_case(row.id)).get(rest)
            values.append(cell.effective() if cell is not None else None)
        fan = fan_of([value.digest if value else "" for value in values])
        if not fan.digest or fan.digest != mark:
            raise NotReplayable(f"the rows of {table.name} are not what they were")
        shown = f"{table.name}{DOT}{step.name}"
        read = replace(step, id=name, name=shown, type=read_type_of(name, step))
        return StepInput(read, gather(values, read_type_of(rest, step), (name,), fan))


def documents_then(case: CaseRecord, step: Step, recorded: Recorded) -> tuple[CaseDocument, ...]:
    """The documents that an outcome read, told by their digest; raises `NotReplayable` when they
    are not to be had as they were."""
    wanted = recorded.inputs.get(DOCUMENTS)
    if wanted is None:
        return ()
    readable = [d for d in case.documents if not step.sources or _is_one(d, step.sources)]
    for choice in _choices(readable, recorded.outcome.label):
        if documents_digest(choice) == wanted:
            return tuple(choice)
    there = {document.sha256 for document in case.documents}
    if _files(recorded.outcome.label) - there:
        raise NotReplayable("a document that it read is no longer in the case")
    if case.parent:
        raise NotReplayable("which pages of the documents this row was read from is not kept")
    raise NotReplayable("its documents were read anew since, by another version of a reader")


def _choices(documents: Sequence[CaseDocument], label: Label) -> Iterator[Sequence[CaseDocument]]:
    """What an outcome may have read: all that there is, what its label names, and what was there
    before the last ones came."""
    yield documents
    named = _files(label)
    yield [document for document in documents if document.sha256 in named]
    for end in range(len(documents) - 1, -1, -1):
        yield documents[:end]


def _is_one(document: CaseDocument, kinds: Sequence[str]) -> bool:
    return any(document.is_a(kind) for kind in kinds)


def _files(label: Label) -> set[str]:
    """The documents among the sources of a label."""
    return {source for source in label.sources if ":" not in source and source != "procedure"}
