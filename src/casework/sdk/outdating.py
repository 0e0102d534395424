"""What other models would put out of date, counted from the meanings that cells stand under: no
plan is made and no case is looked at by itself. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from casework.base.errors import CaseworkError
from casework.engine.program import Column, Program
from casework.models.names import ROLES, parse_model_name
from casework.sdk.following import Following
from casework.sdk.ready import make_ready, with_settings
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.types.nesting import DOT

_EMBEDDED = ".embedded"
"""How the names of methods end that read documents without a model."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """What would be out of date until a run: `cells` that a machine answered, in `worksheets`
    worksheets; `reading` of them are read from documents without a model today. What hangs on them
    follows only where a value becomes another one. `unread` names the worksheets whose procedure
    cannot be read now, so that they are not counted."""

    cells: int = 0
    worksheets: int = 0
    reading: int = 0
    unread: tuple[str, ...] = ()


async def outdated_by(house: House, asked: Mapping[str, str]) -> Outdated:
    """What these settings would put out of date in all worksheets. Raises `SettingsError` for what
    is no model."""
    for name, value in asked.items():
        prefix, _, role = name.partition(".")
        if prefix == "model" and role in ROLES and value.strip():
            parse_model_name(value)
    cells = worksheets = reading = 0
    unread: list[str] = []
    async with with_settings(house, asked) as other:
        for record in await house.store.worksheets.all():
            try:
                read, rest = await _of_sheet(house, other, record)
            except CaseworkError:  # one that cannot be read hides no other
                unread.append(record.name)
                continue
            cells += read + rest
            reading += read
            worksheets += bool(read + rest)
    return Outdated(cells, worksheets, reading, tuple(unread))


async def _of_sheet(house: House, other: House, record: WorksheetRecord) -> tuple[int, int]:
    """The cells of one worksheet: those that no model reads today, and all others."""
    followed = await Following(house, record.id, record.procedure_file).now()
    _, now = await make_ready(house, followed)
    _, then = await make_ready(other, followed)
    read, rest = dict[str, _Meant](), dict[str, _Meant]()
    for column, left in _changed(now, then):
        alone = column.method.name.endswith(_EMBEDDED)
        table, _, _ = column.path.rpartition(DOT)
        (read if alone else rest).setdefault(table, {})[column.step.id] = left
    sheets = {"": record.id}
    if any(table for table in (*read, *rest)):
        sheets |= await house.store.rows.sheets(record.id)
    return await _counted(house, read, sheets), await _counted(house, rest, sheets)


_Meant = dict[str, frozenset[str]]
"""By step the meanings that would no longer hold."""


def _changed(now: Program, then: Program) -> Iterator[tuple[Column, frozenset[str]]]:
    """The columns that would mean something else, with the meanings under which cells stand today
    and would not."""
    for column in now.every:
        after = then.at(column.path)
        left = (column.alike | {column.mark}) - (after.alike | {after.mark})
        if left:
            yield column, left


async def _counted(house: House, meant: Mapping[str, _Meant], sheets: Mapping[str, str]) -> int:
    """The cells that stand under such meanings; tables without rows have no worksheet yet."""
    count = 0
    for table, steps in meant.items():
        if table in sheets:
            digests = frozenset().union(*steps.values())
            count += await house.store.meanings.standing(sheets[table], steps, digests)
    return count
