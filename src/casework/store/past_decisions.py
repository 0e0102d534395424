"""What people decided before casework, imported from files of theirs: one a cell at most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from casework.store.codec import Row, json_text, json_value, plain
from casework.store.database import Database, Transaction, missing
from casework.types.learned import Taught
from casework.types.past_decision import SEPARATOR, PastDecision

_COLUMNS = "id, step_id, value, absence, written, places, source, weight, who, at"
_QUALIFIED = ", ".join(f"d.{column}" for column in _COLUMNS.split(", "))
_INSERT = (
    f"INSERT INTO past_decisions (case_n, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (case_n, step_id) DO UPDATE SET id = excluded.id, value = excluded.value,"
    " absence = excluded.absence, written = excluded.written, places = excluded.places,"
    " source = excluded.source, weight = excluded.weight, who = excluded.who, at = excluded.at"
)
_OF_WORKSHEET = (
    f"SELECT k.id, {_QUALIFIED} FROM worksheets w JOIN cases k ON k.worksheet = w.n"
    " JOIN past_decisions d ON d.case_n = k.n WHERE w.id = ? ORDER BY d.n"
)
_CASES = "SELECT k.id, k.n FROM cases k JOIN worksheets w ON w.n = k.worksheet WHERE w.id = ?"
_OF_SOURCES = (
    "SELECT d.n, d.source FROM past_decisions d JOIN cases k ON k.n = d.case_n"
    " JOIN worksheets w ON w.n = k.worksheet WHERE w.id = ?"
)


class PastDecisions:
    """The imported decisions of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replace(
        self, worksheet_id: str, file: str, decisions: Sequence[PastDecision]
    ) -> None:
        """Let these be all that came from a file: what it said before and says no more is gone. A
        cell of which another file spoke has the new one's decision."""

        async def work(tx: Transaction) -> None:
            await _forget(tx, worksheet_id, file)
            await _add(tx, worksheet_id, decisions)

        await self._database.write(work)

    async def add(self, worksheet_id: str, decisions: Sequence[PastDecision]) -> None:
        """Write decisions; each takes the place of an earlier one on its cell."""

        async def work(tx: Transaction) -> None:
            await _add(tx, worksheet_id, decisions)

        await self._database.write(work)

    async def all(self, worksheet_id: str) -> list[PastDecision]:
        """All of a worksheet, those that teach nothing among them, in the order they came."""
        rows = await self._database.long_read(_OF_WORKSHEET, (worksheet_id,))
        return [_decision(row) for row in rows]

    async def of_worksheet(self, worksheet_id: str) -> list[Taught]:
        """Those that teach, as examples. Which documents their case has, and so their label, is for
        who asks to say: a case may have got others since."""
        return [_taught(one) for one in await self.all(worksheet_id) if one.weight > 0]

    async def forget(self, worksheet_id: str, file: str) -> int:
        """Delete all that came from a file; returns how many there were."""

        async def work(tx: Transaction) -> int:
            return await _forget(tx, worksheet_id, file)

        return await self._database.write(work)


async def _add(tx: Transaction, worksheet_id: str, decisions: Iterable[PastDecision]) -> None:
    numbers: dict[str, int] = dict(await tx.rows(_CASES, (worksheet_id,)))
    rows = []
    for one in decisions:
        if one.case_id not in numbers:
            raise missing("case", one.case_id)
        rows.append((numbers[one.case_id], *_row(one)))
    await tx.many(_INSERT, rows)


async def _forget(tx: Transaction, worksheet_id: str, file: str) -> int:
    rows = await tx.rows(_OF_SOURCES, (worksheet_id,))
    gone = [(n,) for n, source in rows if source.rpartition(SEPARATOR)[0] == plain(file)]
    await tx.many("DELETE FROM past_decisions WHERE n = ?", gone)
    return len(gone)


def _row(one: PastDecision) -> Row:
    return (
        one.id,
        one.step_id,
        json_text(one.value),
        one.absence,
        plain(one.written),
        json_text([list(place) for place in one.places]),
        plain(one.source),
        one.weight,
        plain(one.who),
        one.at,
    )


def _decision(row: Row) -> PastDecision:
    case_id, id, step_id, value, absence, written, places, source, weight, who, at = row
    found = json_value(places)
    assert isinstance(found, list)
    return PastDecision(
        id,
        case_id,
        step_id,
        json_value(value),
        absence,
        written,
        tuple(_place(one) for one in found),
        source,
        float(weight),
        who,
        at,
    )


def _place(told: object) -> tuple[str, int, int, int]:
    assert isinstance(told, list)
    document, page, start, end = told
    return str(document), int(page), int(start), int(end)


def _taught(one: PastDecision) -> Taught:
    return Taught(
        id=one.id,
        case_id=one.case_id,
        path=one.step_id,
        value=one.value,
        absence=one.absence,
        documents=(),
        source="imported",
        at=one.at,
        who=one.who,
        weight=one.weight,
        places=one.places,
        note=one.source,
    )
