"""How each cell of a worksheet looks, kept so that a grid can be filtered, sorted and added up
without reading values. What a look is is decided elsewhere; rows go in as they are handed over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from casework.base.clock import moment, stamp
from casework.store.codec import Row, json_text, plain
from casework.store.database import Database, Transaction
from casework.store.waits import Wait, drop_waits, put_waits, take_waits_away

ENDS_VALUES = "\x1f"
"""Stands in what search finds between the values of a case, a line each, and its names."""
HELD_S = 5
"""So long after its last beat an index is still kept by who kept it."""
_BUILT = 1 << 62
_NUMBERS = "(SELECT CAST(value AS INTEGER) FROM json_each(?))"
_TEXTS = "(SELECT value FROM json_each(?))"
_CELLS = (
    "worksheet", "step_id", "case_n", "mark", "tone", "settled", "needs", "shown", "size", "why",
    "who", "confidence", "cost",
)  # fmt: skip
_CASES = ("case_n", "worksheet", "needs", "needs_since", "marks", "words", "guarded")
_INDEX = (
    "SELECT w.n, coalesce(i.basis, ''), coalesce(i.seq, 0), coalesce(i.built_to, 0),"
    " coalesce(i.holder, ''), coalesce(i.beat_at, '') FROM worksheets w"
    " LEFT JOIN look_indexes i ON i.worksheet = w.n WHERE w.id = ?"
)
_SET = (
    "INSERT INTO look_indexes (worksheet, basis, seq, built_to, holder, beat_at)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (worksheet) DO UPDATE SET basis = excluded.basis,"
    " seq = excluded.seq, built_to = excluded.built_to, holder = excluded.holder,"
    " beat_at = excluded.beat_at"
)
_AS_IT_STOOD = (
    "SELECT step_id, tone, count(*), sum(settled), sum(needs), sum(coalesce(cost, 0)), count(cost)"
    f" FROM cell_looks WHERE worksheet = ? AND step_id IN {_TEXTS} AND case_n IN {_NUMBERS}"
    " GROUP BY step_id, tone"
)
_ADD = (
    "INSERT INTO look_sums (worksheet, step_id, tone, cells, settled, needs, cost, priced)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (worksheet, step_id, tone) DO UPDATE SET"
    " cells = look_sums.cells + excluded.cells, settled = look_sums.settled + excluded.settled,"
    " needs = look_sums.needs + excluded.needs, cost = look_sums.cost + excluded.cost,"
    " priced = look_sums.priced + excluded.priced"
)
_NEXT = (
    "SELECT k.id, k.n FROM cases k WHERE k.worksheet = ? AND k.n > ? AND k.retired_at = ''"
    " ORDER BY k.n LIMIT ?"
)


_DECIDES = (
    "SELECT (SELECT max(p.version) FROM procedures p WHERE p.worksheet = w.n),"
    " (SELECT max(p.n) FROM promises p WHERE p.worksheet = w.n),"
    " (SELECT count(*) FROM learned_versions v WHERE v.worksheet = w.n),"
    " (SELECT max(v.decided_at) FROM learned_versions v WHERE v.worksheet = w.n),"
    " (SELECT count(*) FROM same_meaning), (SELECT max(a.n) FROM audits a),"
    " CASE WHEN EXISTS (SELECT 1 FROM promises p WHERE p.worksheet = w.n)"
    " THEN (SELECT max(n) FROM verdicts) ELSE 0 END FROM worksheets w WHERE w.id = ?"
)


class CellLook(NamedTuple):
    """A cell as it looks: its mark and tone, its value in small letters and as a number, the words
    of its need or reason, who decided, and its cost in billionths of a dollar."""

    step_id: str
    mark: str
    tone: str
    settled: bool
    needs: bool
    shown: str
    size: float | None
    why: str
    who: str
    confidence: float | None
    cost: int | None


@dataclass(frozen=True, slots=True)
class CaseLook:
    """A case as it looks: how many of its cells need a person (those of its rows too), since when
    the first does, what search finds, and whether not everybody may read all of it."""

    number: int
    needs: int
    needs_since: str
    words: str
    guarded: bool
    cells: tuple[CellLook, ...]
    view: str = ""
    """What a grid shows of it, packed; '' for what is not kept."""
    waits: tuple[Wait, ...] = ()
    """Its cells that need a person, those of its rows too."""


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far the index of a worksheet tells; `sheet` is the worksheet's number."""

    sheet: int
    basis: str = ""
    seq: int = 0
    built_to: int = 0
    holder: str = ""
    beat_at: str = ""

    @property
    def built(self) -> bool:
        """Whether every case was looked at."""
        return self.built_to >= _BUILT

    def as_built(self) -> IndexState:
        """The same when every case was looked at."""
        return replace(self, built_to=_BUILT)

    def kept_by_other(self, holder: str, now: dt.datetime) -> bool:
        """Whether another process keeps it up to date just now."""
        if not self.holder or self.holder == holder:
            return False
        return (now - moment(self.beat_at)).total_seconds() < HELD_S


class Sum(NamedTuple):
    """The cells of a column of one tone."""

    step_id: str
    tone: str
    cells: int
    settled: int
    needs: int
    cost: int
    priced: int


class Looks:
    """The looks of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def state(self, worksheet_id: str) -> IndexState:
        """How far the index of a worksheet tells."""
        row = await self._database.row(_INDEX, (worksheet_id,))
        return IndexState(*row) if row else IndexState(0)

    async def begin(self, before: IndexState, after: IndexState, steps: Sequence[str]) -> bool:
        """Begin anew under another basis; what is known stays until it is looked at again, but for
        steps that are gone. False where somebody else was faster."""
        told = (before.sheet, json_text(list(steps)))

        async def work(tx: Transaction) -> bool:
            if not await self._stands(tx, before):
                return False
            for table in ("cell_looks", "look_sums"):
                gone = f"DELETE FROM {table} WHERE worksheet = ? AND step_id NOT IN {_TEXTS}"
                await tx.execute(gone, told)
            await drop_waits(tx, before.sheet, steps)
            await self._set(tx, after)
            return True

        return await self._database.write(work)

    async def put(
        self,
        before: IndexState,
        after: IndexState,
        looks: Sequence[CaseLook],
        gone: Sequence[int] = (),
    ) -> bool:
        """Write how cases look, and forget those that are gone. False, and nothing written, where
        somebody else was faster."""
        sheet, numbers = before.sheet, [*(look.number for look in looks), *gone]
        cells = [
            (sheet, cell.step_id, look.number, cell.mark, cell.tone, int(cell.settled),
             int(cell.needs), plain(cell.shown), cell.size, plain(cell.why), plain(cell.who),
             cell.confidence, cell.cost)
            for look in looks
            for cell in look.cells
        ]  # fmt: skip
        cells.sort(key=lambda row: row[1:3])
        cases = [
            (look.number, sheet, look.needs, look.needs_since, _marks(look), plain(look.words),
             int(look.guarded))
            for look in looks
        ]  # fmt: skip
        views = [(look.number, look.view) for look in looks if look.view]
        waits = [(look.number, look.guarded, look.waits) for look in looks]

        async def work(tx: Transaction) -> bool:
            if not await self._stands(tx, before):
                return False
            await _take_away(tx, sheet, numbers)
            await tx.insert("cell_looks", _CELLS, cells)
            await tx.insert("case_looks", _CASES, cases)
            await tx.insert("row_looks", ("case_n", "view"), views)
            await put_waits(tx, sheet, waits)
            await _add(tx, sheet, looks)
            await self._set(tx, after)
            return True

        return await self._database.write(work)

    async def views(self, ids: Sequence[str], built_to: int) -> dict[str, str]:
        """What a grid shows of cases, packed, by their ids; of those up to this number."""
        rows = await self._database.rows(
            "SELECT k.id, r.view FROM cases k JOIN row_looks r ON r.case_n = k.n"
            f" WHERE k.id IN {_TEXTS} AND k.n <= ?",
            (json_text(list(ids)), built_to),
        )
        return dict(rows)

    async def next_cases(self, sheet: int, after: int, count: int) -> list[tuple[str, int]]:
        """Id and number of the next cases of a worksheet (by its number) after this number."""
        rows = await self._database.rows(_NEXT, (sheet, after, count))
        return [(id, int(n)) for id, n in rows]

    async def sums(self, worksheet_id: str) -> list[Sum]:
        """The columns of a worksheet added up by tone."""
        rows = await self._database.rows(
            "SELECT step_id, tone, cells, settled, needs, cost, priced FROM look_sums"
            " WHERE worksheet = (SELECT n FROM worksheets WHERE id = ?)",
            (worksheet_id,),
        )
        return [Sum._make(row) for row in rows]

    async def decides(self, worksheet_id: str) -> Row:
        """What changes when something changes that decides about all looks of a worksheet."""
        return await self._database.row(_DECIDES, (worksheet_id,)) or ()

    async def _stands(self, tx: Transaction, before: IndexState) -> bool:
        row = await tx.row(
            "SELECT basis, seq, built_to, holder FROM look_indexes WHERE worksheet = ?",
            (before.sheet,),
        )
        stands = row or ("", 0, 0, "")
        return stands == (before.basis, before.seq, before.built_to, before.holder)

    async def _set(self, tx: Transaction, state: IndexState) -> None:
        at = stamp(self._database.clock.now())
        told = (state.sheet, state.basis, state.seq, state.built_to, plain(state.holder), at)
        await tx.execute(_SET, told)


async def forget_looks(tx: Transaction, cases: Sequence[int]) -> None:
    """Forget how these cases looked, until somebody looks at them again."""
    held: dict[int, list[int]] = {}
    sql = f"SELECT worksheet, case_n FROM case_looks WHERE case_n IN {_NUMBERS}"
    for sheet, number in await tx.rows(sql, (json_text(list(cases)),)):
        held.setdefault(sheet, []).append(number)
    for sheet, numbers in held.items():
        await _take_away(tx, sheet, numbers)


async def _take_away(tx: Transaction, sheet: int, numbers: Sequence[int]) -> None:
    """Forget how these cases looked, in the sums as well."""
    steps = await tx.rows("SELECT DISTINCT step_id FROM look_sums WHERE worksheet = ?", (sheet,))
    which = (sheet, json_text([row[0] for row in steps]), json_text(list(numbers)))
    less = await tx.rows(_AS_IT_STOOD, which)
    await tx.many(
        _ADD, [(sheet, step, tone, *(-int(n) for n in told)) for step, tone, *told in less]
    )
    await tx.execute(
        f"DELETE FROM cell_looks WHERE worksheet = ? AND step_id IN {_TEXTS}"
        f" AND case_n IN {_NUMBERS}",
        which,
    )
    await take_waits_away(tx, sheet, numbers)
    for table in ("case_looks", "row_looks"):
        await tx.execute(f"DELETE FROM {table} WHERE case_n IN {_NUMBERS}", (which[2],))


async def _add(tx: Transaction, sheet: int, looks: Sequence[CaseLook]) -> None:
    sums: dict[tuple[str, str], list[int]] = {}
    for look in looks:
        for cell in look.cells:
            told = sums.setdefault((cell.step_id, cell.tone), [0, 0, 0, 0, 0])
            cost = cell.cost
            for at, more in enumerate((1, cell.settled, cell.needs, cost or 0, cost is not None)):
                told[at] += int(more)
    await tx.many(_ADD, [(sheet, *key, *told) for key, told in sums.items()])


def _marks(look: CaseLook) -> str:
    """The marks and tones in a case, with spaces around each."""
    found = sorted({word for cell in look.cells for word in (cell.mark, cell.tone)})
    return f" {' '.join(found)} "
