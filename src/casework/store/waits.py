"""The cells that need a person, in the order in which a queue is read: from its front, by how much
they would teach or how long they have waited. Kept with the looks of their cases (`looks`), in the
same transactions; who may see and decide on what is decided elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from casework.store.codec import json_text, plain
from casework.store.database import Database, Parameter, Row, Transaction

Front = Literal["urgency", "age"]
_NUMBERS = "(SELECT CAST(value AS INTEGER) FROM json_each(?))"
_TEXTS = "(SELECT value FROM json_each(?))"
_COLUMNS = (
    "worksheet", "case_n", "row_id", "path", "within", "mark", "because", "since", "urgency",
    "chance", "doubt", "blocks", "apart", "guarded",
)  # fmt: skip
_READ = (
    "SELECT k.id, w.row_id, w.path, k.name, w.within, w.mark, w.because, w.since, w.doubt,"
    " w.blocks, w.apart FROM waits w JOIN cases k ON k.n = w.case_n"
)
_ORDERS: dict[Front, str] = {
    "urgency": "w.urgency DESC, w.chance",
    "age": "w.since, w.chance",
}
_SUMMED = "SELECT path, mark, apart, guarded, count(*) FROM waits WHERE worksheet = ?"
_BY_KIND = " GROUP BY path, mark, apart, guarded"
_ADD = (
    "INSERT INTO wait_sums (worksheet, path, mark, apart, guarded, cells) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (worksheet, path, mark, apart, guarded)"
    " DO UPDATE SET cells = wait_sums.cells + excluded.cells"
)


class Wait(NamedTuple):
    """A cell that needs a person: the id of the case or row that it stands in, the path of its
    step, how a row is named behind its case, the shape that it shows, why it waits and since when.
    `urgency` and `chance` place it among others, `doubt` is from 0 to 1, `blocks` how many cells
    wait for it, `apart` who is not to decide ('' for nobody)."""

    row_id: str
    path: str
    within: str
    mark: str
    because: str
    since: str
    urgency: int
    chance: int
    doubt: float
    blocks: int
    apart: str


class WaitFound(NamedTuple):
    """The same as a queue reads it: with the id and the name of the case around it."""

    case_id: str
    row_id: str
    path: str
    case_name: str
    within: str
    mark: str
    because: str
    since: str
    doubt: float
    blocks: int
    apart: str


class WaitSum(NamedTuple):
    """How many cells wait of one path, shape and person who is not to decide."""

    path: str
    mark: str
    apart: str
    guarded: bool
    cells: int


@dataclass(frozen=True, slots=True)
class WaitsFor:
    """Which of the cells that wait: of these paths (None: all), not those that `who` is kept apart
    from, of no case in `but` (ids), and only of cases that everybody may read where `open_only`."""

    paths: frozenset[str] | None = None
    who: str = ""
    but: Collection[str] = field(default=(), hash=False)
    open_only: bool = False


class Waits:
    """What waits in the worksheets of a workspace, as far as their looks tell. Worksheets are named
    by their number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def first(
        self, sheet: int, front: Front, wanted: WaitsFor, limit: int
    ) -> list[WaitFound]:
        """So many from the front of the queue."""
        where, told = _where(sheet, wanted)
        sql = f"{_READ} WHERE {where} ORDER BY {_ORDERS[front]} LIMIT ?"
        return [WaitFound._make(row) for row in await self._database.rows(sql, (*told, limit))]

    async def of_cases(self, sheet: int, case_ids: Collection[str]) -> list[WaitFound]:
        """Those of cases, in their rows too."""
        sql = f"{_READ} WHERE w.worksheet = ? AND w.case_n IN (SELECT n FROM cases WHERE id IN"
        rows = await self._database.rows(f"{sql} {_TEXTS})", (sheet, json_text(list(case_ids))))
        return [WaitFound._make(row) for row in rows]

    async def cases_among(self, sheet: int, case_ids: Collection[str]) -> list[str]:
        """The ids of those of these cases in which something waits."""
        rows = await self._database.rows(
            f"SELECT k.id FROM cases k WHERE k.id IN {_TEXTS} AND EXISTS (SELECT 1 FROM waits w"
            " WHERE w.worksheet = ? AND w.case_n = k.n)",
            (json_text(list(case_ids)), sheet),
        )
        return [row[0] for row in rows]

    async def sums(self, sheet: int) -> list[WaitSum]:
        """How many wait in all."""
        rows = await self._database.rows(
            "SELECT path, mark, apart, guarded, cells FROM wait_sums"
            " WHERE worksheet = ? AND cells > 0",
            (sheet,),
        )
        return [_sum(row) for row in rows]

    async def sums_of(self, sheet: int, case_ids: Collection[str]) -> list[WaitSum]:
        """How many wait in these cases."""
        sql = f"{_SUMMED} AND case_n IN (SELECT n FROM cases WHERE id IN {_TEXTS}){_BY_KIND}"
        rows = await self._database.rows(sql, (sheet, json_text(list(case_ids))))
        return [_sum(row) for row in rows]

    async def oldest(self, sheet: int, *, open_only: bool = False) -> str:
        """Since when the one that has waited longest does; '' for none."""
        sql = "SELECT since FROM waits WHERE worksheet = ? AND since > ''"
        sql += " AND guarded = 0" if open_only else ""
        row = await self._database.row(f"{sql} ORDER BY since LIMIT 1", (sheet,))
        return str(row[0]) if row else ""

    async def oldest_of_marks(
        self, sheet: int, *, open_only: bool = False
    ) -> dict[tuple[str, str], str]:
        """Since when the first of each path and shape waits."""
        sql = "SELECT path, mark, min(since) FROM waits WHERE worksheet = ? AND since > ''"
        sql += " AND guarded = 0" if open_only else ""
        rows = await self._database.long_read(f"{sql} GROUP BY path, mark", (sheet,))
        return {(path, mark): since for path, mark, since in rows}


async def put_waits(
    tx: Transaction, sheet: int, cases: Sequence[tuple[int, bool, Sequence[Wait]]]
) -> None:
    """Write what waits in cases: the number of each, whether not everybody may read all of it, and
    its cells that wait."""
    rows = [
        (sheet, number, one.row_id, one.path, plain(one.within), one.mark, plain(one.because),
         one.since, one.urgency, one.chance, one.doubt, one.blocks, plain(one.apart), int(guarded))
        for number, guarded, waits in cases
        for one in waits
    ]  # fmt: skip
    await tx.insert("waits", _COLUMNS, rows)
    told = Counter(
        (one.path, one.mark, plain(one.apart), int(guarded))
        for _, guarded, waits in cases
        for one in waits
    )
    await tx.many(_ADD, [(sheet, *key, count) for key, count in told.items()])


async def take_waits_away(tx: Transaction, sheet: int, numbers: Sequence[int]) -> None:
    """Forget what waits in cases, in the sums as well."""
    which = (sheet, json_text(list(numbers)))
    less = await tx.rows(f"{_SUMMED} AND case_n IN {_NUMBERS}{_BY_KIND}", which)
    await tx.many(_ADD, [(sheet, *key, -int(count)) for *key, count in less])
    await tx.execute(f"DELETE FROM waits WHERE worksheet = ? AND case_n IN {_NUMBERS}", which)


async def drop_waits(tx: Transaction, sheet: int, steps: Collection[str]) -> None:
    """Forget what waits at steps that a worksheet has no more; `steps` are the ids of those that
    it has (what waits in rows goes by the step of their table)."""
    paths = await tx.rows("SELECT DISTINCT path FROM wait_sums WHERE worksheet = ?", (sheet,))
    gone = [path for (path,) in paths if path.partition(".")[0] not in steps]
    if gone:
        for table in ("waits", "wait_sums"):
            sql = f"DELETE FROM {table} WHERE worksheet = ? AND path IN {_TEXTS}"
            await tx.execute(sql, (sheet, json_text(gone)))


def _where(sheet: int, wanted: WaitsFor) -> tuple[str, list[Parameter]]:
    where, told = ["w.worksheet = ?"], list[Parameter]([sheet])
    if wanted.paths is not None:
        where.append(f"w.path IN {_TEXTS}")
        told.append(json_text(sorted(wanted.paths)))
    if wanted.who:
        where.append("w.apart <> ?")
        told.append(plain(wanted.who))
    if wanted.but:
        where.append(f"w.case_n NOT IN (SELECT n FROM cases WHERE id IN {_TEXTS})")
        told.append(json_text(sorted(wanted.but)))
    if wanted.open_only:
        where.append("w.guarded = 0")
    return " AND ".join(where), told


def _sum(row: Row) -> WaitSum:
    path, mark, apart, guarded, cells = row
    return WaitSum(path, mark, apart, bool(guarded), int(cells))
