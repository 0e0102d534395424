"""What cells leave behind, written for all cells of a group at once. Knows nothing of futures.

The rows are made when a cell is queued; in the transaction they only get their numbers. Whatever is
wrong with one cell raises for all: the writer then tries them one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from casework.base.errors import LeaseHeldError, NotFoundError
from casework.store.codec import Row, json_text, plain
from casework.store.database import Transaction, missing
from casework.store.meanings import alias_new
from casework.store.outcomes import (
    CITATIONS,
    OUTCOMES,
    DocumentNumbers,
    NewOutcome,
    next_number,
)
from casework.store.placing import LAPSE, PLACE
from casework.store.spans import SPANS, NewSpans, insert_parts
from casework.types.case import REUSABLE, CellWrite

_NUMBERS_KNOWN = 200_000
"""Numbers of cases that are remembered: they never change, and no case is ever deleted."""

_PUT = (
    "INSERT INTO cells (case_n, step_id, state, reason, since, waiting_for, tries, tried, machine,"
    " provisional) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (case_n, step_id) DO UPDATE SET state = excluded.state,"
    " reason = excluded.reason, since = excluded.since, waiting_for = excluded.waiting_for,"
    " tries = excluded.tries, tried = excluded.tried,"
    " machine = coalesce(excluded.machine, cells.machine), provisional = excluded.provisional"
)
_REUSED = "reused"
_CASES = "SELECT id, n FROM cases WHERE id IN (SELECT value FROM json_each(?))"
_OUTCOMES = "SELECT id, n FROM outcomes WHERE id IN (SELECT value FROM json_each(?))"
_LOST = (
    "SELECT r.id FROM runs r WHERE r.id IN (SELECT value FROM json_each(?))"
    " AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.run_id = r.id)"
)


class NewCell:
    """A cell's write with its rows, made before the transaction so that this stays short."""

    __slots__ = ("outcome", "spans", "write")

    def __init__(self, write: CellWrite, known_texts: Collection[str]) -> None:
        recorded = write.recorded
        self.write = write
        self.outcome = NewOutcome(recorded) if recorded else None
        self.spans = NewSpans(recorded.outcome.spans, known_texts) if recorded else None

    @property
    def texts(self) -> list[str]:
        """The hashes of the texts that it writes."""
        return [mark for mark, _ in self.spans.parts] if self.spans else []


class Commits:
    """Writes the cells of a group. Remembers numbers of cases and documents between groups."""

    def __init__(self) -> None:
        self._cases: dict[str, int] = {}
        self._documents = DocumentNumbers()

    async def put(self, tx: Transaction, cells: Sequence[NewCell]) -> None:
        """Write the cells in their order, in force where they are results.

        Raises `NotFoundError` for a case or a reused outcome that is not there, and
        `LeaseHeldError` when a run of theirs has lost its worksheet.
        """
        await self._check_leases(tx, cells)
        numbers = await self._case_numbers(tx, cells)
        fresh = await self._insert_outcomes(tx, cells, numbers)
        reused = await _numbers_of_reused(tx, cells, fresh)
        states: list[Row] = []
        for cell in cells:
            write, recorded = cell.write, cell.write.recorded
            in_force: int | None = None
            if recorded is not None:
                in_force = fresh[recorded.id] if recorded.outcome.kind in REUSABLE else None
            elif write.reuse:
                in_force = reused[write.reuse]
            states.append(
                (
                    numbers[write.case_id], write.step_id, write.state, plain(write.reason),
                    write.since, write.waiting_for, write.tries, write.tried, in_force,
                    plain(write.lacking),
                )
            )  # fmt: skip
        if reused:
            again = [cell.write for cell in cells if cell.write.reuse and not cell.write.recorded]
            rows = [
                (numbers[w.case_id], w.step_id, w.since, reused[w.reuse], _REUSED, w.run_id, "")
                for w in again
            ]
            await self._note_reuses(tx, rows)
        await self._note_lapses(tx, [cell.write for cell in cells], numbers)
        await self._stand(tx, states)

    async def _note_reuses(self, tx: Transaction, rows: Sequence[Row]) -> None:
        """Note what was put in force again: rows as `PLACE` takes them."""
        await tx.many(PLACE, rows)

    async def _note_lapses(
        self, tx: Transaction, writes: Iterable[CellWrite], numbers: Mapping[str, int]
    ) -> None:
        """Note which results cease to be in force without another in their place."""
        rows = [
            (
                numbers[w.case_id], w.step_id, w.since, w.run_id, w.state, w.waiting_for,
                plain(w.reason), "",
            )
            for w in writes
            if w.recorded is None and not w.reuse and w.state not in REUSABLE
        ]  # fmt: skip
        if rows:
            await tx.many(LAPSE, rows)

    async def _stand(self, tx: Transaction, states: Sequence[Row]) -> None:
        """Let the cells stand as they are now; rows in the order of the columns of `_PUT`."""
        await tx.many(_PUT, states)

    async def _check_leases(self, tx: Transaction, cells: Sequence[NewCell]) -> None:
        runs = {cell.write.run_id for cell in cells}
        runs |= {cell.write.recorded.run_id for cell in cells if cell.write.recorded}
        runs.discard("")
        if runs and (lost := await tx.row(_LOST, (json_text(sorted(runs)),))):
            raise LeaseHeldError(
                f"The run {lost[0]} has lost its worksheet; what it still found is not written.",
                fix="What it committed before stands; start a new run to go on.",
                code="run.lease_lost",
            )

    async def _case_numbers(self, tx: Transaction, cells: Iterable[NewCell]) -> dict[str, int]:
        known = self._cases
        wanted = {cell.write.case_id for cell in cells}
        unknown = [id for id in wanted if id not in known]
        if unknown:
            if len(known) > _NUMBERS_KNOWN:
                known.clear()
                unknown = list(wanted)
            known.update(dict(await tx.rows(_CASES, (json_text(unknown),))))
            for id in unknown:
                if id not in known:
                    raise missing("case", id)
        return known

    async def _insert_outcomes(
        self, tx: Transaction, cells: Sequence[NewCell], numbers: dict[str, int]
    ) -> dict[str, int]:
        """Write outcomes, citations, texts and spans; returns the outcomes' numbers by id."""
        fresh: dict[str, int] = {}
        outcomes: list[Row] = []
        citations: list[Row] = []
        spans: list[Row] = []
        texts: dict[str, str] = {}
        number = 0
        for cell in cells:
            write, new = cell.write, cell.outcome
            if new is None or cell.spans is None or write.recorded is None:
                continue
            number = number + 1 if number else await next_number(tx)
            fresh[write.recorded.id] = number
            outcomes.append((number, numbers[write.case_id], write.step_id, *new.row))
            citations += [(number, at, *row) for at, row in enumerate(new.citations)]
            spans += [(number, at, *row) for at, row in enumerate(cell.spans.rows)]
            texts.update(cell.spans.parts)
        if not outcomes:
            return fresh
        await tx.insert(*OUTCOMES, outcomes)
        await tx.insert(*CITATIONS, await self._documents.join(tx, citations))
        await insert_parts(tx, texts)
        await tx.insert(*SPANS, spans)
        if await tx.row("SELECT 1 FROM same_meaning LIMIT 1"):
            for cell in cells:
                if cell.write.recorded is not None:
                    await alias_new(tx, cell.write.recorded)
        return fresh


async def _numbers_of_reused(
    tx: Transaction, cells: Iterable[NewCell], fresh: dict[str, int]
) -> dict[str, int]:
    wanted = {c.write.reuse for c in cells if c.write.reuse and c.write.recorded is None}
    if not wanted:
        return {}
    found = {id: number for id, number in fresh.items() if id in wanted}
    unknown = sorted(wanted - found.keys())
    if unknown:
        found.update(dict(await tx.rows(_OUTCOMES, (json_text(unknown),))))
    for id in unknown:
        if id not in found:
            raise NotFoundError(f"There is no outcome {id!r} to use again.")
    return found
