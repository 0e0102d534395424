"""Cases by how they look: the SQL of filters, of search and of the orders of a grid."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from casework.store.cases import THERE
from casework.store.codec import json_text, plain
from casework.store.database import Database, Parameter, Row
from casework.store.looks import ENDS_VALUES

BY_NAME = "@name"
"""Stands for the name of the case, since a step may have the id `name`."""
Column = Literal["mark", "shown", "size", "why", "who", "confidence", "cases"]
Compared = Literal["is", "is not", "contains", "at least", "at most"]
_NUMBERS = "(SELECT CAST(value AS INTEGER) FROM json_each(?))"
_OPERATORS: dict[Compared, str] = {"at least": ">=", "at most": "<="}
_SHEET = "(SELECT n FROM worksheets WHERE id = ?)"


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition on how a cell of a step looks (`step` '': of any of `steps`). `told` is in
    small letters; a number for `size` and `confidence`. The column `cases` asks for cases with one
    of the numbers in `told` (a JSON list)."""

    step: str
    column: Column
    compared: Compared
    told: str | float
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LookedFor:
    """Which cases, in which order: `sort` is a step's id, `BY_NAME`, or '' for as they came.
    `by_unit` puts money of one currency together, A to Z either way, before its amounts count."""

    conditions: tuple[Asked, ...] = ()
    search: str = ""
    sort: str = ""
    descending: bool = False
    by_unit: bool = False

    @property
    def unfiltered(self) -> bool:
        """Whether every case fits."""
        return not self.conditions and not self.search


class LooksFound:
    """Cases found by how they look."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def arrived(self, worksheet_id: str, after: int = 0) -> array[int]:
        """The numbers of all cases after this number, as they came. Needs no index."""
        sql = (
            f"SELECT k.n FROM cases k WHERE k.worksheet = {_SHEET} AND k.n > ? AND {THERE}"
            " ORDER BY k.n"
        )
        return await self._database.long_numbers(sql, (worksheet_id, after))

    async def by_name(self, worksheet_id: str, *, descending: bool) -> array[int]:
        """The same by their names."""
        way = " DESC" if descending else ""
        sql = (
            f"SELECT k.n FROM cases k WHERE k.worksheet = {_SHEET} AND {THERE}"
            f" ORDER BY lower(k.name){way}, k.n"
        )
        return await self._database.long_numbers(sql, (worksheet_id,))

    async def order(
        self,
        sheet: int,
        wanted: LookedFor,
        only: Sequence[int] | None = None,
        *,
        open_only: bool = False,
    ) -> array[int]:
        """The numbers of the cases of a worksheet (by its number) that fit, in order; of these
        alone with `only`; without guarded ones where `open_only`."""
        sql, told = _statement(sheet, wanted, only, open_only=open_only)
        if only is None:
            return await self._database.long_numbers(sql, told)
        return _numbers(await self._database.rows(sql, told))

    async def guarded(self, sheet: int) -> array[int]:
        """The cases of which not everybody may read all."""
        sql = "SELECT case_n FROM case_looks WHERE worksheet = ? AND guarded > 0 ORDER BY case_n"
        return _numbers(await self._database.rows(sql, (sheet,)))

    async def unmeasured(self, sheet: int, step_id: str, limit: int) -> array[int]:
        """Cases whose cell at a step was settled without anybody knowing how likely it is to be
        right, nor deciding on it: so many, picked by chance and always the same."""
        return await self._database.long_numbers(
            "SELECT case_n FROM cell_looks WHERE worksheet = ? AND step_id = ? AND settled = 1"
            " AND confidence IS NULL AND who = '' AND needs = 0"
            f" ORDER BY (case_n * {_SPREAD}) % {_RANGE} LIMIT ?",
            (sheet, step_id, limit),
        )

    async def waiting(self, sheet: int) -> array[int]:
        """The cases with cells that need a person."""
        sql = "SELECT case_n FROM case_looks WHERE worksheet = ? AND needs > 0 ORDER BY case_n"
        return await self._database.long_numbers(sql, (sheet,))

    async def needs(self, sheet: int, *, open_only: bool = False) -> tuple[int, str]:
        """How many cells need a person, and since when the first does ('' for none)."""
        guarded = " AND guarded = 0" if open_only else ""
        rows = await self._database.rows(
            "SELECT coalesce(sum(needs), 0), coalesce(min(nullif(needs_since, '')), '')"
            f" FROM case_looks WHERE worksheet = ? AND needs > 0{guarded}",
            (sheet,),
        )
        return int(rows[0][0]), str(rows[0][1])

    async def places(
        self, sheet: int, step_id: str, numbers: Sequence[int]
    ) -> dict[int, tuple[str, str, float | None]]:
        """Name in small letters, value and size at a step (by which they are ordered) of cases."""
        read = self._database.rows if len(numbers) < _FEW else self._database.long_read
        rows = await read(
            "SELECT k.n, lower(k.name), coalesce(s.shown, ''), s.size FROM cases k"
            " LEFT JOIN cell_looks s ON s.worksheet = ? AND s.step_id = ? AND s.case_n = k.n"
            f" WHERE k.n IN {_NUMBERS}",
            (sheet, step_id, json_text(list(numbers))),
        )
        return {int(n): (name, shown, size) for n, name, shown, size in rows}

    async def ids(self, numbers: Sequence[int]) -> list[str]:
        """The ids of these cases, in the order given."""
        sql = f"SELECT n, id FROM cases WHERE n IN {_NUMBERS}"
        read = self._database.rows if len(numbers) < _FEW else self._database.long_read
        known: dict[int, str] = dict(await read(sql, (json_text(list(numbers)),)))
        return [known[n] for n in numbers if n in known]

    async def number(self, case_id: str) -> int:
        """The number of a case; 0 when there is none."""
        row = await self._database.row("SELECT n FROM cases WHERE id = ?", (case_id,))
        return int(row[0]) if row else 0

    async def open_sums(self, sheet: int) -> list[Row]:
        """Step, tone, cells, settled, cost and priced cells of cases that everybody may read."""
        return await self._database.long_read(
            "SELECT l.step_id, l.tone, count(*), sum(l.settled), sum(coalesce(l.cost, 0)),"
            " count(l.cost) FROM cell_looks l JOIN case_looks c ON c.case_n = l.case_n"
            " WHERE l.worksheet = ? AND c.guarded = 0 GROUP BY l.step_id, l.tone",
            (sheet,),
        )


_FEW = 500
_SPREAD, _RANGE = 2_654_435_761, 1 << 32
"""Multiplying by the first within the second spreads numbers that follow each other (Knuth)."""
_NEEDS = "needs"
_IN_LINES: dict[Compared, str] = {"is": "%\n{}\n%", "contains": "%{}%"}
"""What the words of a case are like where any of its values is so: found without its cells."""
_BY_VALUE = ", s.shown = '', s.size IS NULL, {unit}s.size{way}, s.shown{way}, c.case_n"
_UNIT = (
    "CASE WHEN upper(substr(s.shown, 1, 1)) <> substr(s.shown, 1, 1)"
    " THEN substr(s.shown, 1, 3) ELSE '~' END, "
)
"""The currency that a money's words begin with (`eur 1,234.50`); unstated ones, which begin with a
digit or sign, come last."""


def _statement(
    sheet: int, wanted: LookedFor, only: Sequence[int] | None, *, open_only: bool
) -> tuple[str, list[Parameter]]:
    joins, where = "", ["c.worksheet = ?"]
    first: list[Parameter] = []
    told: list[Parameter] = [sheet]
    way = " DESC" if wanted.descending else ""
    order = f"c.case_n{way}"
    if wanted.sort == BY_NAME:
        joins, order = " JOIN cases k ON k.n = c.case_n", f"lower(k.name){way}, c.case_n"
    elif wanted.sort:
        joins = (
            " LEFT JOIN cell_looks s ON s.worksheet = c.worksheet AND s.step_id = ?"
            " AND s.case_n = c.case_n"
        )
        unit = _UNIT if wanted.by_unit else ""
        first, order = [wanted.sort], f"s.shown IS NULL{_BY_VALUE.format(unit=unit, way=way)}"
    for one in wanted.conditions:
        sql, values = _condition(sheet, one)
        where.append(sql)
        told += values
    if wanted.search:
        where.append("c.words LIKE ? ESCAPE '!'")
        told.append(_anywhere(wanted.search))
    if open_only:
        where.append("c.guarded = 0")
    if only is not None:
        where.append(f"c.case_n IN {_NUMBERS}")
        told.append(json_text(list(only)))
    sql = f"SELECT c.case_n FROM case_looks c{joins} WHERE {' AND '.join(where)} ORDER BY {order}"
    return sql, [*first, *told]


def _condition(sheet: int, asked: Asked) -> tuple[str, list[Parameter]]:
    if asked.column == "cases":
        within = "NOT IN" if asked.compared == "is not" else "IN"
        return f"c.case_n {within} {_NUMBERS}", [asked.told]
    if not asked.step and asked.told == _NEEDS and asked.column == "mark":
        return ("c.needs > 0" if asked.compared == "is" else "c.needs = 0"), []
    if not asked.step and asked.column == "mark" and asked.compared == "is":
        return "c.marks LIKE ? ESCAPE '!'", [_anywhere(f" {asked.told} ")]
    if not asked.step and asked.column == "shown" and asked.compared in _IN_LINES:
        line = _IN_LINES[asked.compared].format(_escaped(str(asked.told)))
        return "c.words LIKE ? ESCAPE '!'", [f"{line}{ENDS_VALUES}%"]
    compared, values = _comparison(asked)
    if asked.column == "who" and asked.compared != "is not":
        compared += " AND l.who <> ''"  # there is an index of those
    steps = json_text([asked.step] if asked.step else list(asked.steps))
    which = "l.step_id = ?" if asked.step else "l.step_id IN (SELECT value FROM json_each(?))"
    return (
        "c.case_n IN (SELECT l.case_n FROM cell_looks l"
        f" WHERE l.worksheet = ? AND {which} AND {compared})",
        [sheet, asked.step or steps, *values],
    )


def _comparison(asked: Asked) -> tuple[str, list[Parameter]]:
    column, told = f"l.{asked.column}", asked.told
    if asked.column == "mark" and told == _NEEDS:
        return ("l.needs > 0" if asked.compared == "is" else "l.needs = 0"), []
    if asked.column == "mark":
        if asked.compared == "is not":
            return "l.mark <> ? AND l.tone <> ?", [told, told]
        return "(l.mark = ? OR l.tone = ?)", [told, told]
    if asked.compared in _OPERATORS:
        if isinstance(told, str):
            return f"{column} <> '' AND {column} {_OPERATORS[asked.compared]} ?", [told]
        return f"{column} {_OPERATORS[asked.compared]} ?", [told]
    if asked.compared == "contains":
        return f"{column} LIKE ? ESCAPE '!'", [_anywhere(str(told))]
    if asked.compared == "is not":
        return f"({column} IS NULL OR {column} <> ?)", [told]
    return f"{column} = ?", [told]


def _anywhere(words: str) -> str:
    return f"%{_escaped(words)}%"


def _escaped(words: str) -> str:
    return "".join(f"!{c}" if c in "!%_" else c for c in plain(words))


def _numbers(rows: Sequence[Row]) -> array[int]:
    return array("q", [row[0] for row in rows])
